//! Addresses of remotes as git has them, and as a browser opens them.

/// Makes the address of a remote one that a browser opens: `git@github.com:acme/mesh.git`,
/// `https://token@host/acme/mesh.git`. Who signs in is left out. Over ssh only forges whose web addresses are known count.
#[must_use]
pub fn web_address(remote: &str) -> Option<String> {
    let (scheme, host, path) = match remote.split_once("://") {
        Some((scheme @ ("https" | "http"), rest)) => rest.split_once('/').map(|(host, path)| (scheme, host, path))?,
        Some(("ssh", rest)) => rest.split_once('/').map(|(host, path)| ("ssh", host, path))?,
        Some(_) => return None,
        None => {
            let (host, path) = remote.split_once(':').filter(|(host, _)| host.contains('@'))?;
            ("ssh", host, path)
        }
    };
    let host = host.rsplit('@').next()?;
    let name = host.split(':').next()?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let address = match (scheme, name) {
        ("https" | "http", _) => format!("{scheme}://{host}/{path}"),
        // `v3/ORG/PROJECT/REPOSITORY`
        (_, "ssh.dev.azure.com") => {
            let [organisation, project, repository] = path.strip_prefix("v3/")?.split('/').collect::<Vec<_>>()[..]
            else {
                return None;
            };
            format!("https://dev.azure.com/{organisation}/{project}/_git/{repository}")
        }
        (_, "ssh.github.com") => format!("https://github.com/{path}"),
        (_, "altssh.gitlab.com") => format!("https://gitlab.com/{path}"),
        // Bitbucket of one's own has other addresses for browsers.
        (_, name) if name.contains("bitbucket") && name != "bitbucket.org" => return None,
        (_, name) if name.contains("visualstudio") || name.contains("azure") => return None,
        (_, name) => format!("https://{name}/{path}"),
    };
    let is_host = name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    (is_host && path.contains('/') && is_web_address(&address)).then_some(address)
}

/// Says whether a text is an address on the web of the signs that RFC 3986 allows, so that nothing in it can be mistaken
/// for anything else.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_hex = |at: usize| url.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let is_allowed = |(at, byte): (usize, u8)| match byte {
        b'%' => is_hex(at + 1) && is_hex(at + 2),
        byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte),
    };
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) && url.bytes().enumerate().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_have_web_addresses() {
        for (remote, address) in [
            ("git@github.com:acme/mesh.git", Some("https://github.com/acme/mesh")),
            ("https://github.com/acme/mesh.git", Some("https://github.com/acme/mesh")),
            ("https://x-token:secret@gitlab.acme.example/data/mesh/", Some("https://gitlab.acme.example/data/mesh")),
            ("ssh://git@gitlab.acme.example:2222/data/mesh.git", Some("https://gitlab.acme.example/data/mesh")),
            ("git@ssh.dev.azure.com:v3/acme/data/mesh", Some("https://dev.azure.com/acme/data/_git/mesh")),
            ("acme@vs-ssh.visualstudio.com:v3/acme/data/mesh", None),
            ("ssh://git@ssh.github.com:443/acme/mesh.git", Some("https://github.com/acme/mesh")),
            ("https://gitlab.acme.example:8443/data/mesh.git", Some("https://gitlab.acme.example:8443/data/mesh")),
            ("http://gitlab.acme.example/data/mesh", Some("http://gitlab.acme.example/data/mesh")),
            ("ssh://git@bitbucket.acme.example:7999/data/mesh.git", None),
            ("git@bitbucket.org:acme/mesh.git", Some("https://bitbucket.org/acme/mesh")),
            ("/srv/git/mesh.git", None),
            ("C:/mesh", None),
            ("file:///srv/git/mesh.git", None),
            ("git@host:mesh", None),
            ("git@github.com:acme/\"x\"", None),
        ] {
            assert_eq!(web_address(remote).as_deref(), address, "{remote}");
        }
        assert!(is_web_address("https://forge.example/acme/mesh"));
        for bad in [
            "forge.example",
            "javascript:x",
            "https://",
            "https:///x",
            "https://a b",
            "https://a\nb",
            "https://a/%zz",
            "https://a/ü",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
