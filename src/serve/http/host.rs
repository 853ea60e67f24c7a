//! Which names the preview answers to. A page on another site can make its own name resolve to
//! 127.0.0.1 and read the answers (DNS rebinding); it cannot forge the `Host` header.

use std::net::{IpAddr, SocketAddr};

/// The allowed names.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    port: u16,
    /// Lower case; with a port, only with that port.
    names: Vec<String>,
}

impl Hosts {
    /// Allows the loopback names, the bound address unless it is a wildcard, and `more`.
    pub(super) fn new(address: SocketAddr, more: &[String]) -> Hosts {
        let mut names = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        match address.ip() {
            ip if ip.is_unspecified() => {}
            IpAddr::V4(ip) => names.push(ip.to_string()),
            IpAddr::V6(ip) => names.push(format!("[{ip}]")),
        }
        names.extend(more.iter().map(|name| name.to_ascii_lowercase()));
        Hosts { port: address.port(), names }
    }

    /// Says whether a `Host` header or the authority of a URL names this server.
    pub(super) fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let own_port = format!(":{}", self.port);
        let name = host.strip_suffix(&own_port).unwrap_or(&host);
        self.names.iter().any(|allowed| *allowed == name || *allowed == host)
    }

    /// Says whether an `Origin` header is that of a page of this server.
    pub(super) fn allows_origin(&self, origin: &str) -> bool {
        origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(|host| self.allows(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_this_server_are_allowed() {
        let hosts =
            Hosts::new("0.0.0.0:8080".parse().expect("an address"), &["Box.local".to_owned(), "proxy:443".to_owned()]);
        for good in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1:8080",
            "[::1]",
            "[::1]:8080",
            "box.local",
            "box.local:8080",
            "proxy:443",
        ] {
            assert!(hosts.allows(good), "{good}");
        }
        for bad in [
            "",
            ":8080",
            "evil",
            "localhost:81",
            "localhost.evil",
            "evil.localhost",
            "127.0.0.1.evil",
            "127.0.0.1@evil",
            "localhost.",
            "0.0.0.0",
            "0.0.0.0:8080",
            "::1",
            "[::1",
            "proxy",
            "127.0.0.2",
            "localhost:8080:8080",
            " localhost",
        ] {
            assert!(!hosts.allows(bad), "{bad}");
        }
        assert!(hosts.allows_origin("http://localhost:8080") && !hosts.allows_origin("null"));
        assert!(!hosts.allows_origin("http://evil") && !hosts.allows_origin("http://localhost:8080/"));
        let lan = Hosts::new("192.168.1.5:80".parse().expect("an address"), &[]);
        assert!(lan.allows("192.168.1.5") && lan.allows("192.168.1.5:80"));
    }
}
