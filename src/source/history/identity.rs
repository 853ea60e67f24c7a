//! What a file describes, read from its lines at the margin: enough to see that a file was moved and
//! edited in one commit, or that the version of what it describes is another one.

/// What a file says it is: hashes of `kind` and `id` together, and of `version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity {
    /// Of `kind` and `id`; none unless both are stated.
    pub thing: Option<u64>,
    /// Of `version`; none unless it is stated.
    pub version: Option<u64>,
}

/// Reads the identity of a file in block style. In other styles nothing is found, and nothing follows.
pub(super) fn of(bytes: &[u8]) -> Identity {
    let (mut kind, mut id, mut version) = (None, None, None);
    for line in bytes.split(|byte| *byte == b'\n') {
        let found = match line.first() {
            Some(b'k') => (&mut kind, line.strip_prefix(b"kind:")),
            Some(b'i') => (&mut id, line.strip_prefix(b"id:")),
            Some(b'v') => (&mut version, line.strip_prefix(b"version:")),
            _ => continue,
        };
        let (slot, Some(rest)) = found else { continue };
        if slot.is_none() {
            *slot = value(rest);
        }
        if kind.is_some() && id.is_some() && version.is_some() {
            break;
        }
    }
    let thing = kind.zip(id).map(|(kind, id)| hash(&[kind, id].join(&0)));
    Identity { thing, version: version.map(hash) }
}

/// Returns a scalar after its colon, without comment and quotes.
pub(super) fn value(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii();
    let quoted = [b'"', b'\''].into_iter().find_map(|quote| {
        let inner = rest.strip_prefix(&[quote])?;
        inner.iter().position(|byte| *byte == quote).map(|end| &inner[..end])
    });
    let plain = || {
        let end = rest.windows(2).position(|pair| pair == b" #").unwrap_or(rest.len());
        rest[..end].trim_ascii()
    };
    Some(quoted.unwrap_or_else(plain)).filter(|value| !value.is_empty())
}

fn hash(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    hash.as_bytes().iter().take(8).fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_order_do_not_matter() {
        let plain = of(b"kind: DataContract\nid: orders # the hub\nversion: 1.0.0\n");
        let other = of(b"version: \"1.0.0\"\r\nname: x\r\nid: 'orders'\r\nkind: DataContract\r\n");
        assert_eq!(plain, other);
        assert!(plain.thing.is_some() && plain.version.is_some());
        let newer = of(b"kind: DataContract\nid: orders\nversion: 1.1.0\n");
        assert_eq!(plain.thing, newer.thing);
        assert_ne!(plain.version, newer.version);
    }

    #[test]
    fn only_lines_at_the_margin_count() {
        assert_eq!(of(b"team:\n  id: a\n  kind: b\n{kind: x, id: y}"), Identity { thing: None, version: None });
        assert_ne!(of(b"kind: ab\nid: c").thing, of(b"kind: a\nid: bc").thing);
    }
}
