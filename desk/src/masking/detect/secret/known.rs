//! Beginnings of keys and tokens, as their providers document them for scanners of secrets
//! (GitHub's "Secret scanning patterns" lists them, and so do the providers' own pages).

use super::{follows_token, run};

/// A beginning, what follows it, and how much of that.
#[derive(Debug)]
pub(super) struct Known {
    pub prefix: &'static str,
    least: usize,
    most: usize,
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Capital letters and digits.
    Upper,
    Hex,
    /// Letters and digits.
    Alnum,
    /// These, `-` and `_`.
    Url,
    /// These, `.`, `/`, `+`, `=` and `~`.
    Any,
    /// As `Url`, and with a digit and letters mixed: `sk-` begins ordinary words, too.
    Mixed,
}

const fn known(prefix: &'static str, least: usize, most: usize, of: Of) -> Known {
    Known {
        prefix,
        least,
        most,
        of,
    }
}

pub(super) static ALL: &[Known] = &[
    // Amazon
    known("AKIA", 16, 16, Of::Upper),
    known("ASIA", 16, 16, Of::Upper),
    known("ABIA", 16, 16, Of::Upper),
    known("ACCA", 16, 16, Of::Upper),
    known("AROA", 16, 17, Of::Upper),
    known("AIDA", 16, 17, Of::Upper),
    // GitHub, GitLab, Atlassian, Bitbucket
    known("ghp_", 30, 255, Of::Alnum),
    known("gho_", 30, 255, Of::Alnum),
    known("ghu_", 30, 255, Of::Alnum),
    known("ghs_", 30, 255, Of::Any),
    known("ghr_", 30, 255, Of::Alnum),
    known("github_pat_", 22, 255, Of::Url),
    known("glpat-", 18, 300, Of::Any),
    known("gldt-", 18, 300, Of::Url),
    known("glrt-", 18, 300, Of::Any),
    known("glptt-", 18, 300, Of::Url),
    known("glcbt-", 18, 300, Of::Url),
    known("glsoat-", 18, 300, Of::Url),
    known("ATATT3", 60, 400, Of::Any),
    known("ATCTT3", 60, 400, Of::Any),
    known("ATBB", 28, 60, Of::Alnum),
    // Slack, Discord, Telegram
    known("xoxb-", 10, 255, Of::Url),
    known("xoxp-", 10, 255, Of::Url),
    known("xoxa-", 10, 255, Of::Url),
    known("xoxr-", 10, 255, Of::Url),
    known("xoxs-", 10, 255, Of::Url),
    known("xoxe-", 10, 255, Of::Url),
    known("xoxe.", 10, 255, Of::Any),
    known("xapp-", 10, 255, Of::Url),
    known("hooks.slack.com/services/", 30, 120, Of::Any),
    known("discord.com/api/webhooks/", 60, 120, Of::Any),
    known("discordapp.com/api/webhooks/", 60, 120, Of::Any),
    // Stripe, Square, PayPal, Shopify
    known("sk_live_", 10, 255, Of::Alnum),
    known("sk_test_", 10, 255, Of::Alnum),
    known("rk_live_", 10, 255, Of::Alnum),
    known("rk_test_", 10, 255, Of::Alnum),
    known("pk_live_", 10, 255, Of::Alnum),
    known("pk_test_", 10, 255, Of::Alnum),
    known("live_sk_", 10, 255, Of::Alnum),
    known("test_sk_", 10, 255, Of::Alnum),
    known("whsec_", 16, 255, Of::Any),
    // Our own
    known("hrk_", 64, 64, Of::Hex),
    known("sq0atp-", 20, 60, Of::Url),
    known("sq0csp-", 20, 60, Of::Url),
    known("EAAA", 56, 64, Of::Url),
    known("shpat_", 32, 32, Of::Hex),
    known("shpca_", 32, 32, Of::Hex),
    known("shppa_", 32, 32, Of::Hex),
    known("shpss_", 32, 32, Of::Hex),
    // Google, Meta
    known("AIza", 30, 45, Of::Url),
    known("ya29.", 20, 1000, Of::Any),
    known("1//0", 40, 200, Of::Url),
    known("GOCSPX-", 20, 60, Of::Url),
    known("EAACEdEose0cBA", 10, 300, Of::Alnum),
    // Models
    known("sk-", 16, 300, Of::Mixed),
    known("sk-proj-", 16, 300, Of::Mixed),
    known("sk-ant-", 16, 300, Of::Mixed),
    known("sk-or-", 16, 300, Of::Mixed),
    known("hf_", 30, 60, Of::Alnum),
    known("r8_", 30, 60, Of::Alnum),
    known("gsk_", 40, 80, Of::Alnum),
    known("nvapi-", 40, 100, Of::Url),
    known("pplx-", 40, 80, Of::Alnum),
    known("xai-", 40, 120, Of::Alnum),
    // Packages
    known("npm_", 30, 60, Of::Alnum),
    known("pypi-AgEI", 30, 400, Of::Url),
    known("pypi-", 60, 400, Of::Url),
    known("rubygems_", 40, 60, Of::Hex),
    known("dckr_pat_", 20, 60, Of::Url),
    known("oy2", 43, 43, Of::Alnum),
    // Clouds and services
    known("dop_v1_", 40, 80, Of::Hex),
    known("doo_v1_", 40, 80, Of::Hex),
    known("dor_v1_", 40, 80, Of::Hex),
    known("SG.", 40, 120, Of::Any),
    known("xkeysib-", 40, 120, Of::Url),
    known("key-", 32, 32, Of::Hex),
    known("hvs.", 20, 200, Of::Url),
    known("hvb.", 20, 200, Of::Url),
    known("dapi", 32, 34, Of::Hex),
    known("tskey-", 16, 120, Of::Url),
    known("sbp_", 40, 60, Of::Hex),
    known("sb_secret_", 20, 80, Of::Url),
    known("glsa_", 30, 60, Of::Url),
    known("glc_", 30, 300, Of::Any),
    known("sntrys_", 40, 300, Of::Any),
    known("lin_api_", 30, 60, Of::Alnum),
    known("figd_", 30, 80, Of::Url),
    known("ntn_", 40, 60, Of::Alnum),
    known("secret_", 40, 50, Of::Alnum),
    known("PMAK-", 50, 70, Of::Url),
    known("pat-na1-", 30, 50, Of::Url),
    known("dp.pt.", 40, 50, Of::Alnum),
    known("CFPAT-", 40, 60, Of::Url),
    known("rnd_", 28, 40, Of::Alnum),
    known("nfp_", 30, 60, Of::Alnum),
    known("vercel_", 20, 60, Of::Alnum),
    known("FLWSECK", 20, 60, Of::Url),
    known("AGE-SECRET-KEY-1", 50, 70, Of::Alnum),
    // Matrix: Synapse and the Matrix Authentication Service
    known("syt_", 20, 200, Of::Url),
    known("syr_", 20, 200, Of::Url),
    known("mat_", 20, 60, Of::Url),
    known("mct_", 20, 60, Of::Url),
    known("mcr_", 20, 60, Of::Url),
    // Keys in base64 (DER, OpenSSH), as their lines stand alone
    known("MIIE", 60, 10_000, Of::Any),
    known("MIIJ", 60, 10_000, Of::Any),
    known("MIIC", 60, 10_000, Of::Any),
    known("b3BlbnNzaC1rZXktdjE", 30, 10_000, Of::Any),
];

impl Of {
    const fn fits(self, byte: u8) -> bool {
        match self {
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Url | Self::Mixed => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Any => {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'+' | b'=' | b'~')
            }
        }
    }
}

impl Known {
    pub fn find(&self, text: &str, start: usize) -> Option<(usize, usize)> {
        let rest = text.get(start..)?;
        let inside = follows_token(text, start)
            || (self.of == Of::Mixed && text.get(..start)?.ends_with('-'));
        if !rest.starts_with(self.prefix) || inside {
            return None;
        }
        let from = start + self.prefix.len();
        let len = run(text, from, |byte| self.of.fits(byte));
        let token = text
            .get(from..from + len)?
            .trim_end_matches(['.', '-', '/']);
        let fits = (self.least..=self.most).contains(&token.len()) && self.is_random(token);
        fits.then_some((start, from + token.len()))
    }

    /// Words in place of a key, as in `sk-learn-contrib-packages`, have no digits among letters.
    fn is_random(&self, token: &str) -> bool {
        let digits = token.bytes().filter(u8::is_ascii_digit).count();
        let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
        match self.of {
            Of::Mixed | Of::Hex => digits > 1 && letters > 1,
            Of::Url => digits > 0 || token.bytes().any(|byte| byte.is_ascii_uppercase()),
            _ => true,
        }
    }
}
