//! Network: one address, or all addresses with a common prefix (CIDR, RFC 4632).

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Length of the prefix `::ffff:0:0/96` of mapped IPv4 addresses, in bits.
const MAPPED_PREFIX: u8 = 96;

/// Addresses with a common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Reads `10.0.0.7`, `10.0.0.0/8` or `fd00::/8`. The error completes a sentence that begins
    /// with the text. A mapped IPv4 network such as `::ffff:10.0.0.0/104` becomes the IPv4 network.
    pub fn parse(text: &str) -> Result<Self, String> {
        let network = read(text).ok_or_else(|| {
            "is no address or network, such as 10.0.0.7 or 10.0.0.0/24".to_owned()
        })?;
        let whole = Self(network.trunc()).to_canonical();
        if network.trunc() != network {
            // Either the prefix or the address is a mistake; guessing could trust the wrong
            // addresses.
            let address = network.addr().to_canonical();
            return Err(format!(
                "is one address of a larger network; write {whole} or {address}"
            ));
        }
        Ok(whole)
    }

    /// Converts a network of mapped addresses to IPv4 (RFC 4291 §2.5.5.2).
    fn to_canonical(self) -> Self {
        let IpNet::V6(network) = self.0 else {
            return self;
        };
        let prefix = network.prefix_len().checked_sub(MAPPED_PREFIX);
        let (Some(address), Some(prefix)) = (network.addr().to_ipv4_mapped(), prefix) else {
            return self;
        };
        Ipv4Net::new(address, prefix).map_or(self, |network| Self(network.into()))
    }

    /// `true` if the address is in the network. A mapped address counts as IPv4.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// `true` if the network contains all addresses.
    pub(crate) fn is_everybody(&self) -> bool {
        self.0.prefix_len() == 0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            self.0.addr().fmt(f)
        } else {
            self.0.fmt(f)
        }
    }
}

/// Reads an address, which is a network of its own, or an address with a prefix length in digits.
fn read(text: &str) -> Option<IpNet> {
    let Some((address, prefix)) = text.split_once('/') else {
        return text.parse::<IpAddr>().ok().map(IpNet::from);
    };
    if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    IpNet::new(address.parse().ok()?, prefix.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        for (network, inside, outside) in [
            (
                "10.0.0.7",
                &["10.0.0.7", "::ffff:10.0.0.7"][..],
                &["10.0.0.8", "::a00:7"][..],
            ),
            (
                "10.0.0.0/8",
                &["10.0.0.0", "10.255.255.255"],
                &["11.0.0.0", "9.255.255.255"],
            ),
            (
                "192.168.4.0/23",
                &["192.168.5.255"],
                &["192.168.6.0", "192.168.3.255"],
            ),
            ("fd00::/8", &["fd12:3456::1"], &["fe00::", "10.0.0.1"]),
            ("::1", &["::1"], &["127.0.0.1", "::2"]),
            ("0.0.0.0/0", &["1.2.3.4"], &["::1"]),
        ] {
            let parsed = Network::parse(network).expect(network);
            assert_eq!(parsed.to_string(), network);
            for address in inside {
                assert!(
                    parsed.contains(address.parse().expect("an address")),
                    "{network} {address}"
                );
            }
            for address in outside {
                assert!(
                    !parsed.contains(address.parse().expect("an address")),
                    "{network} {address}"
                );
            }
        }
        assert!(Network::parse("::/0").is_ok_and(|network| network.is_everybody()));
    }

    #[test]
    fn a_mapped_network_is_the_ipv4_network() {
        for (mapped, plain) in [
            ("::ffff:127.0.0.1", "127.0.0.1"),
            ("::ffff:127.0.0.1/128", "127.0.0.1"),
            ("::ffff:7f00:1", "127.0.0.1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            let network = Network::parse(mapped).expect(mapped);
            assert_eq!(
                (Ok(network), network.to_string()),
                (Network::parse(plain), plain.to_owned()),
                "{mapped}"
            );
        }
        let everybody = Network::parse("::ffff:0:0/96").expect("it is a network");
        assert!(
            everybody.is_everybody(),
            "to trust all of IPv4 is refused however it is written"
        );
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        for (text, part) in [
            ("", "no address"),
            ("proxy", "no address"),
            ("10.0.0", "no address"),
            ("10.0.0.0/33", "no address"),
            ("::/129", "no address"),
            ("10.0.0.0/", "no address"),
            ("10.0.0.0/+8", "no address"),
            ("10.0.0.0/255.0.0.0", "no address"),
            ("10.0.0.1/8", "write 10.0.0.0/8 or 10.0.0.1"),
            ("::ffff:10.0.0.1/104", "write 10.0.0.0/8 or 10.0.0.1"),
            ("::ffff:10.0.0.1/8", "write ::/8 or 10.0.0.1"),
        ] {
            let sentence = Network::parse(text).expect_err(text);
            assert!(sentence.contains(part), "{text}: {sentence}");
        }
    }
}
