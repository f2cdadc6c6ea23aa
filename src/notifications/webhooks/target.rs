//! Which URLs and addresses a partner may have us call: https on the public internet, and nothing of our own network.
//!
//! The list of addresses is the special-purpose registries of IANA (RFC 6890) read strictly: what is not plainly public
//! is refused, also the forms of IPv6 that carry an address of IPv4 inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

pub const URL_LENGTH: usize = 500;

/// Why a URL may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedTarget {
    #[error("it is not a URL with a host")]
    NotAUrl,
    #[error("it does not begin with https://")]
    NotHttps,
    #[error("it carries a user name or a password")]
    HasUserInfo,
    #[error("it has a fragment")]
    HasFragment,
    #[error("it is not a public address")]
    NotPublic,
}

/// The URL, when it may be called as far as its text says. A name is looked at again when it is looked up.
///
/// # Errors
/// [`RefusedTarget`].
pub fn check(text: &str, allow_private: bool) -> Result<Url, RefusedTarget> {
    let url = Url::parse(text).map_err(|_| RefusedTarget::NotAUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _ => return Err(RefusedTarget::NotHttps),
    }
    let host = url.host_str().ok_or(RefusedTarget::NotAUrl)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RefusedTarget::HasUserInfo);
    }
    if url.fragment().is_some() {
        return Err(RefusedTarget::HasFragment);
    }
    // The parser has brought every spelling of an address, octal and short ones too, into its one form.
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_private = address.map_or_else(|_| is_private_name(host), |address| !is_public(address));
    if is_private && !allow_private {
        return Err(RefusedTarget::NotPublic);
    }
    Ok(url)
}

/// Names that are never of the public internet, whatever a resolver says (RFC 6761, RFC 6762, RFC 8375, ICANN's
/// `internal`), and those without a dot, which are completed by search domains of our own.
fn is_private_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    !host.contains('.') || ["localhost", "local", "internal", "lan", "home", "arpa"].contains(&last)
}

/// Whether an address is one of the public internet that nobody but its owner answers at.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_special = match address.octets() {
        // This network, private use, loopback.
        [0 | 10 | 127, ..] => true,
        [172, second, ..] => (16..32).contains(&second),
        [192, 168, ..] => true,
        // Shared by the customers of a carrier.
        [100, second, ..] => (64..128).contains(&second),
        // Link-local, where clouds keep their metadata; and Azure's, which is elsewhere.
        [169, 254, ..] | [168, 63, 129, 16] => true,
        // Of protocols, documentation, the relays of 6to4, benchmarks.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] => true,
        [198, 18 | 19, ..] => true,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => true,
        _ => false,
    };
    !is_special
}

/// Of global unicast (`2000::/3`) only: so unspecified, loopback, link-local, unique local, multicast, IPv4-mapped and
/// NAT64 (`64:ff9b::/96`) are refused without being named.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let is_special = match address.segments() {
        // Of protocols: Teredo, benchmarks, ORCHID.
        [0x2001, second, ..] if second < 0x200 => true,
        // Documentation; 6to4, which carries an address of IPv4.
        [0x2001, 0xdb8, ..] | [0x2002, ..] => true,
        [0x3fff, second, ..] => second < 0x1000,
        [first, ..] => first >> 13 != 1,
    };
    !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plainly_public_addresses_are_called() {
        let public = [
            "1.1.1.1",
            "93.184.215.14",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2001:200::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let refused = "0.0.0.0 0.1.2.3 10.0.0.1 127.0.0.1 127.255.255.254 172.16.0.1 172.31.255.255 192.168.1.1 \
            100.64.0.1 100.100.100.200 169.254.169.254 168.63.129.16 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.9 \
            192.88.99.1 198.18.0.1 198.19.255.255 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
            :: ::1 ::127.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 64:ff9b:1::1 fe80::1 fc00::1 \
            fd00:ec2::254 ff02::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 100::1 5f00::1";
        for address in refused.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_url_is_refused_for_what_its_text_says() {
        use RefusedTarget::{HasFragment, HasUserInfo, NotAUrl, NotHttps, NotPublic};
        for (url, why) in [
            ("hooks.example.com", NotAUrl),
            ("https://", NotAUrl),
            ("http://hooks.example.com/", NotHttps),
            ("ftp://hooks.example.com/", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("https://user@hooks.example.com/", HasUserInfo),
            ("https://:secret@hooks.example.com/", HasUserInfo),
            ("https://hooks.example.com/#part", HasFragment),
            ("https://127.0.0.1/", NotPublic),
            ("https://2130706433/", NotPublic),
            ("https://0x7f.1/", NotPublic),
            ("https://0177.0.0.1/", NotPublic),
            ("https://[::1]/", NotPublic),
            ("https://[::ffff:169.254.169.254]/", NotPublic),
            ("https://localhost/", NotPublic),
            ("https://LOCALHOST./", NotPublic),
            ("https://db.internal/", NotPublic),
            ("https://intranet/", NotPublic),
        ] {
            assert_eq!(check(url, false).unwrap_err(), why, "{url}");
        }
        assert!(check("https://hooks.example.com:8443/naru?shop=1", false).is_ok());
        assert!(check("https://한글.kr/", false).is_ok());
        assert!(check("http://127.0.0.1:9000/", true).is_ok());
    }
}
