//! What a file said of itself that is gone: read once, when it goes, from the lines that every descriptor in
//! block style has at its margin.

use super::GoneThing;
use super::identity::value;

/// The longest text that is kept of a field, in bytes; more is no name.
const MAX_BYTES: usize = 200;

/// Reads what a file describes; `None` unless it states `apiVersion`, `kind` and `id`.
pub(super) fn of(bytes: &[u8]) -> Option<GoneThing> {
    let mut thing = GoneThing::default();
    let (mut has_api, mut is_in_team) = (false, false);
    for line in bytes.split(|byte| *byte == b'\n') {
        let is_margin = line.first().is_some_and(|byte| !byte.is_ascii_whitespace());
        if is_margin {
            is_in_team = line.starts_with(b"team:");
            has_api |= line.starts_with(b"apiVersion:");
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (key, rest) = (&line[..colon], &line[colon + 1..]);
        let slot = match key {
            b"kind" => &mut thing.kind,
            b"id" => &mut thing.id,
            b"name" => &mut thing.name,
            b"version" => &mut thing.version,
            b"domain" => &mut thing.domain,
            b"owner" => &mut thing.owner,
            b"team" => {
                if let Some(name) = inline_name(rest) {
                    set(&mut thing.owner, name);
                }
                continue;
            }
            _ if is_in_team && key.trim_ascii() == b"name" => &mut thing.owner,
            _ => continue,
        };
        if let Some(found) = value(rest) {
            set(slot, found);
        }
    }
    (has_api && !thing.kind.is_empty() && !thing.id.is_empty()).then_some(thing)
}

/// Returns the name in `{name: order-platform}`.
fn inline_name(rest: &[u8]) -> Option<&[u8]> {
    let inner = rest.trim_ascii().strip_prefix(b"{")?;
    let inner = inner.strip_suffix(b"}").unwrap_or(inner);
    let field = inner.split(|byte| *byte == b',').find_map(|field| field.trim_ascii().strip_prefix(b"name:"))?;
    value(field)
}

/// Sets a text that is not set yet.
fn set(slot: &mut String, found: &[u8]) {
    if slot.is_empty() && found.len() <= MAX_BYTES {
        let text = String::from_utf8_lossy(found);
        *slot = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_says_what_it_was() {
        let text = b"apiVersion: v1.1.0\r\nkind: DataProduct\r\nid: 'orders' # the hub\r\nname: Orders\nversion: \"2.1.0\"\ndomain: sales\n\
            outputPorts:\n  - name: other\n    id: x\nteam:\n  description: x\n  name: order-platform\n";
        let thing = of(text).expect("a descriptor");
        let told = [thing.kind, thing.id, thing.name, thing.version, thing.domain, thing.owner];
        assert_eq!(told, ["DataProduct", "orders", "Orders", "2.1.0", "sales", "order-platform"]);
        let thing = of(b"apiVersion: v3.1.0\nkind: DataContract\nid: a\nteam: {name: b, id: c}\nname: \x1b[31m\n")
            .expect("one");
        assert_eq!((thing.owner.as_str(), thing.name.as_str()), ("b", " [31m"));
        assert_eq!(of(b"kind: Deployment\nid: a\n"), None);
        assert_eq!(of(b"apiVersion: v1\nkind: Deployment\nmetadata:\n  id: a\n"), None);
    }
}
