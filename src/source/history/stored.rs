//! The form in which a history is kept between runs. Whatever is wrong with such bytes, they are left
//! aside and the log is walked again: they are no input of the catalog.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Departed, GoneThing, History, Record, Stamp};

/// The first line; another number is another form.
const HEAD: &str = "meshfolio history 3";

/// Writes a history of the folder `prefix` of its repository.
pub(super) fn write(history: &History, prefix: &str) -> Vec<u8> {
    let mut body = format!("folder {prefix}\ncommit {}\n", history.commit);
    for stamp in &history.stamps {
        let _ = writeln!(body, "c {} {} {}\t{}", stamp.id, stamp.seconds, stamp.author, stamp.email);
    }
    let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    for (path, record) in &history.files {
        let Record { created, since, changed, n_changes } = record;
        let _ = writeln!(body, "f {} {} {changed} {n_changes} {path}", number(*created), number(*since));
    }
    for (path, Departed { record, removed, thing }) in &history.gone {
        let Record { created, since, changed, n_changes } = record;
        let GoneThing { kind, id, name, version, domain, owner } = thing;
        let _ = writeln!(
            body,
            "g {} {} {changed} {n_changes} {removed} {kind}\t{id}\t{name}\t{version}\t{domain}\t{owner}\t{path}",
            number(*created),
            number(*since)
        );
    }
    format!("{HEAD}\n{}\n{body}", blake3::hash(body.as_bytes()).to_hex()).into_bytes()
}

/// Reads what [`write()`] wrote for the same folder; `None` for anything else.
pub(super) fn read(bytes: &[u8], prefix: &str) -> Option<History> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (hash, body) = text.strip_prefix(HEAD)?.strip_prefix('\n')?.split_once('\n')?;
    if blake3::hash(body.as_bytes()).to_hex().as_str() != hash {
        return None;
    }
    let mut lines = body.strip_suffix('\n')?.split('\n');
    if lines.next()?.strip_prefix("folder ")? != prefix {
        return None;
    }
    let commit = object_id(lines.next()?.strip_prefix("commit ")?)?;
    let mut history = History {
        commit,
        is_shallow: false,
        n_walked: 0,
        stamps: Vec::new(),
        files: BTreeMap::new(),
        gone: BTreeMap::new(),
    };
    for line in lines {
        match line.split_once(' ')? {
            ("c", rest) => history.stamps.push(stamp(rest)?),
            ("f", rest) => {
                let (path, record) = file(rest, history.stamps.len())?;
                history.files.insert(path, record);
            }
            ("g", rest) => {
                let (path, departed) = gone(rest, history.stamps.len())?;
                history.gone.insert(path, departed);
            }
            _ => return None,
        }
    }
    Some(history)
}

fn stamp(rest: &str) -> Option<Stamp> {
    let (id, rest) = rest.split_once(' ')?;
    let (seconds, rest) = rest.split_once(' ')?;
    let (author, email) = rest.split_once('\t')?;
    if author.chars().chain(email.chars()).any(char::is_control) {
        return None;
    }
    Some(Stamp {
        seconds: seconds.parse().ok()?,
        id: object_id(id)?,
        author: author.to_owned(),
        email: email.to_owned(),
    })
}

fn gone(rest: &str, n_stamps: usize) -> Option<(String, Departed)> {
    let (numbers, texts) = rest.split_once('\t')?;
    // `file` reads the numbers and takes what is left for a path: the commit that removed it, and the kind.
    let (rest, record) = file(numbers, n_stamps)?;
    let (removed, kind) = rest.split_once(' ')?;
    let removed = removed.parse::<u32>().ok().filter(|number| (*number as usize) < n_stamps)?;
    let mut texts = texts.splitn(6, '\t').map(str::to_owned);
    let mut next = || texts.next().filter(|text| !text.chars().any(char::is_control));
    let (id, name, version, domain, owner) = (next()?, next()?, next()?, next()?, next()?);
    let path = next().filter(|path| !path.is_empty())?;
    if kind.is_empty() || id.is_empty() {
        return None;
    }
    let thing = GoneThing { kind: kind.to_owned(), id, name, version, domain, owner };
    Some((path, Departed { record, removed, thing }))
}

fn file(rest: &str, n_stamps: usize) -> Option<(String, Record)> {
    let mut parts = rest.splitn(5, ' ');
    let position = |text: &str| text.parse::<u32>().ok().filter(|number| (*number as usize) < n_stamps);
    let mut optional = || match parts.next()? {
        "-" => Some(None),
        text => position(text).map(Some),
    };
    let (created, since) = (optional()?, optional()?);
    let changed = position(parts.next()?)?;
    let n_changes = parts.next()?.parse().ok()?;
    let path = parts.next().filter(|path| !path.is_empty() && !path.chars().any(char::is_control))?;
    Some((path.to_owned(), Record { created, since, changed, n_changes }))
}

fn object_id(text: &str) -> Option<String> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    (text.len() == 40 && text.bytes().all(is_hex)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let stamp = |id: char, seconds| Stamp {
            seconds,
            id: id.to_string().repeat(40),
            author: "Ada Ünal".to_owned(),
            email: "ada@x.example".to_owned(),
        };
        let record = |created, changed| Record { created, since: created, changed, n_changes: 2 };
        let thing = GoneThing {
            kind: "DataProduct".to_owned(),
            id: "old".to_owned(),
            name: "Old one".to_owned(),
            owner: "team".to_owned(),
            ..GoneThing::default()
        };
        let departed = Departed { record: record(None, 0), removed: 1, thing };
        let files = [("a b.yaml", record(Some(0), 1)), ("c.yaml", record(None, 0))];
        History {
            commit: "f".repeat(40),
            is_shallow: false,
            n_walked: 0,
            stamps: vec![stamp('a', -5), stamp('b', 7)],
            files: files.into_iter().map(|(path, record)| (path.to_owned(), record)).collect(),
            gone: [("old one.yaml".to_owned(), departed)].into(),
        }
    }

    #[test]
    fn what_is_written_is_read_for_the_same_folder_only() {
        let bytes = write(&history(), "mesh");
        assert_eq!(read(&bytes, "mesh"), Some(history()));
        assert_eq!(read(&bytes, ""), None);
    }

    #[test]
    fn damaged_bytes_are_left_aside() {
        let bytes = write(&history(), "");
        for at in 0..bytes.len() {
            assert_eq!(read(&bytes[..at], ""), None, "cut at {at}");
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged, ""), None, "changed at {at}");
        }
    }

    #[test]
    fn bytes_that_only_look_right_are_left_aside() {
        let id = "a".repeat(40);
        let signed = |body: &str| format!("{HEAD}\n{}\n{body}", blake3::hash(body.as_bytes()).to_hex()).into_bytes();
        let good = format!("folder \ncommit {id}\nc {id} 1 A\te\nf 0 0 0 1 a.yaml\ng 0 0 0 1 0 K\ti\t\t\t\t\tb.yaml\n");
        assert!(read(&signed(&good), "").is_some());
        for (from, to) in [
            ("f 0", "f 9"),
            ("0 1 a", "1 1 a"),
            ("0 1 a", "-1 1 a"),
            (" a.yaml", " "),
            ("a.yaml", "a\u{1b}.yaml"),
            ("c a", "c A"),
            (" 1 A", " x A"),
            ("A\t", "A "),
            ("f 0", "g 0"),
            ("commit a", "commit g"),
            ("0 K", "1 K"),
            ("0 K", " K"),
            ("K\ti", "K\t"),
            ("\tb.yaml", "b.yaml"),
            ("b.yaml", "b\u{1b}.yaml"),
        ] {
            assert_eq!(read(&signed(&good.replacen(from, to, 1)), ""), None, "{from} {to}");
        }
    }
}
