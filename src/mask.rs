//! `helproom mask`: lines in, masked lines or what was found in them out; for trying policies on
//! old transcripts. It reads no settings.

use std::io::{BufRead, Write};

use anyhow::{Context, bail};
use clap::Args;
use desk::masking::{Detectors, Kind, Kinds, Region, Style, mask};

/// What to find, and how to print it.
#[derive(Args)]
pub struct Options {
    /// Print what was found instead, a JSON array for each line:
    /// [{"kind":"phone","start":3,"end":16}], offsets in Unicode scalar values, the end not included
    #[arg(long)]
    json: bool,
    /// Only these kinds: card,kr_rrn,phone,email,iban,us_ssn,passport,drivers_licence,kr_account,ip,secret
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    kinds: Vec<Kind>,
    /// The country of phone numbers without one, by its two letters
    #[arg(long, default_value = "KR", value_name = "COUNTRY")]
    region: Region,
    /// Hide spaces and punctuation inside numbers, too
    #[arg(long)]
    hide_separators: bool,
}

/// Reads lines to the end, and answers each before it reads the next. A line that is not UTF-8 is
/// read as well as it can be, and makes the whole fail in the end.
pub fn run(options: &Options, input: impl BufRead, mut output: impl Write) -> anyhow::Result<()> {
    let detectors = Detectors::new(&[])?.with_region(options.region);
    let kinds: Kinds = if options.kinds.is_empty() {
        Kinds::all()
    } else {
        options.kinds.iter().cloned().collect()
    };
    let style = Style {
        keep_separators: !options.hide_separators,
    };
    let mut broken = Vec::new();
    for (number, line) in Lines(input).enumerate() {
        let line = line.context("standard input could not be read")?;
        let text = String::from_utf8_lossy(&line);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            broken.push((number + 1).to_string());
        }
        let content = text.trim_end_matches(['\n', '\r']);
        let spans = detectors.find(content, &kinds);
        if options.json {
            serde_json::to_writer(&mut output, &spans.in_scalars(content))?;
            output.write_all(b"\n")?;
        } else {
            let end = text.get(content.len()..).unwrap_or_default();
            write!(output, "{}{end}", mask(content, &spans, &style))?;
        }
        output.flush()?;
    }
    if !broken.is_empty() {
        broken.truncate(20);
        bail!(
            "not UTF-8, what is not was replaced by U+FFFD: line {}",
            broken.join(", ")
        );
    }
    Ok(())
}

/// Lines as bytes, with their ends.
struct Lines<R>(R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        match self.0.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(Ok(line)),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        options: Options,
    }

    fn answer(words: &[&str], input: &[u8]) -> (String, Option<String>) {
        let typed = Typed::parse_from([&["mask"], words].concat());
        let mut output = Vec::new();
        let error = run(&typed.options, input, &mut output).err();
        (
            String::from_utf8(output).unwrap(),
            error.map(|error| error.to_string()),
        )
    }

    #[test]
    fn lines_are_masked_and_the_rest_stays_as_it_is() {
        let input = "전화 010-1234-5678\r\n\nhello\nkim@example.com".as_bytes();
        let (output, error) = answer(&[], input);
        assert_eq!(output, "전화 ***-****-****\r\n\nhello\n***************");
        assert_eq!(error, None);
        let (hidden, _) = answer(&["--hide-separators"], b"4111 1111 1111 1111\n");
        assert_eq!(hidden, "*******************\n");
    }

    #[test]
    fn spans_are_counted_in_scalar_values() {
        let input = "👍 전화 010-1234-5678\nnothing\n".as_bytes();
        let (output, _) = answer(&["--json"], input);
        assert_eq!(
            output,
            "[{\"kind\":\"phone\",\"start\":5,\"end\":18}]\n[]\n"
        );
    }

    #[test]
    fn kinds_and_the_country_can_be_chosen() {
        let input = b"kim@example.com 4111 1111 1111 1111\n";
        let (output, _) = answer(&["--kinds", "card,phone"], input);
        assert_eq!(output, "kim@example.com **** **** **** ****\n");
        let (output, _) = answer(&["--region", "de"], b"030 12345678\n");
        assert_eq!(output, "*** ********\n");
        assert!(Typed::try_parse_from(["mask", "--kinds", "crad"]).is_err());
        assert!(Typed::try_parse_from(["mask", "--region", "XX"]).is_err());
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_named_and_the_others_are_masked() {
        let (output, error) = answer(&[], b"a\n\xff 010-1234-5678\nb@example.com\n");
        assert_eq!(output, "a\n\u{fffd} ***-****-****\n*************\n");
        assert!(error.unwrap().ends_with("line 2"));
    }
}
