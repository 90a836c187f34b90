//! Network: one address, or all addresses with a common prefix (CIDR, RFC 4632).

use std::fmt;
use std::net::IpAddr;

/// Length of the prefix `::ffff:0:0/96` of mapped IPv4 addresses, in bits.
const MAPPED_PREFIX: u8 = 96;

/// Addresses with a common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `10.0.0.7`, `10.0.0.0/8` or `fd00::/8`. The error completes a sentence that begins
    /// with the text. A mapped IPv4 network such as `::ffff:10.0.0.0/104` becomes the IPv4 network.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "is no address or network, such as 10.0.0.7 or 10.0.0.0/24".to_owned();
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let whole = width(address);
        let prefix = match prefix {
            None => whole,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
        };
        if prefix > whole {
            return Err(wrong());
        }
        let network = Self {
            address: masked(address, prefix),
            prefix,
        };
        if network.address != address {
            // Either the prefix or the address is a mistake; guessing could trust the wrong
            // addresses.
            return Err(format!(
                "is one address of a larger network; write {} or {}",
                network.to_canonical(),
                address.to_canonical()
            ));
        }
        Ok(network.to_canonical())
    }

    /// Converts a network of mapped addresses to IPv4 (RFC 4291 §2.5.5.2).
    fn to_canonical(self) -> Self {
        match (
            self.address.to_canonical(),
            self.prefix.checked_sub(MAPPED_PREFIX),
        ) {
            (IpAddr::V4(address), Some(prefix)) if self.address.is_ipv6() => Self {
                address: IpAddr::V4(address),
                prefix,
            },
            _ => self,
        }
    }

    /// `true` if the address is in the network. A mapped address counts as IPv4.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        width(address) == width(self.address) && masked(address, self.prefix) == self.address
    }

    /// `true` if the network contains all addresses.
    pub(crate) fn is_everybody(&self) -> bool {
        self.prefix == 0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == width(self.address) {
            self.address.fmt(f)
        } else {
            write!(f, "{}/{}", self.address, self.prefix)
        }
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns the address with all bits after the first `prefix` cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let rest = u32::from(width(address) - prefix);
    match address {
        IpAddr::V4(address) => {
            IpAddr::V4((u32::from(address) & u32::MAX.checked_shl(rest).unwrap_or(0)).into())
        }
        IpAddr::V6(address) => {
            IpAddr::V6((u128::from(address) & u128::MAX.checked_shl(rest).unwrap_or(0)).into())
        }
    }
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
