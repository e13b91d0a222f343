//! Where webhooks may be.

use std::net::IpAddr;

use anyhow::anyhow;
use desk::webhook::Allowed;
use ipnet::IpNet;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhooksEntry {
    /// Addresses or networks that are not public and may be told all the same, also without TLS.
    pub allow_private: Vec<String>,
}

impl WebhooksEntry {
    pub fn allowed(&self) -> anyhow::Result<Allowed> {
        let networks = self.allow_private.iter().map(|word| {
            let network = word
                .parse()
                .or_else(|_| word.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| {
                anyhow!("`webhooks.allow_private` names \"{word}\"; use an address or a network, for example \"10.0.0.0/8\"")
            })
        });
        Ok(Allowed::new(networks.collect::<anyhow::Result<_>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_is_none_is_named() {
        let entry = |word: &str| WebhooksEntry {
            allow_private: vec![word.into()],
        };
        assert!(entry("10.0.0.0/8").allowed().is_ok());
        assert!(!entry("::1").allowed().unwrap().is_empty());
        let wrong = entry("intranet").allowed().unwrap_err().to_string();
        assert!(wrong.contains("`webhooks.allow_private` names \"intranet\""));
    }
}
