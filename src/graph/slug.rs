//! The stems of pages (DESIGN section 2): safe on every file system, stable for ever.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::{Header, bare_version};

/// Names that Windows keeps for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The longest slug, in bytes.
pub(super) const MAX_LENGTH: usize = 80;

/// Returns the slug of a descriptor: `customProperties.slug`, else the id if it is one already,
/// else the slugified name with six digits of the id's hash.
#[must_use]
pub fn slug_of(header: &Header) -> String {
    let id = header.id.value.as_str();
    if let Some(custom) = header.custom("slug").filter(|custom| is_slug(&custom.value)) {
        return custom.value.to_string();
    }
    if is_slug(id) { id.to_owned() } else { hashed(header.title(), id) }
}

/// Returns the slug of a term: `<domain slug>-<definition id>`.
pub(super) fn term_slug(domain_slug: &str, id: &str) -> String {
    let slug = format!("{domain_slug}-{id}");
    if is_slug(&slug) { slug } else { hashed(&slug, &slug) }
}

/// Returns a version as it stands in file names: without a leading `v`, odd characters as `-`.
#[must_use]
pub fn version_slug(version: &str) -> String {
    version_stem(version).into_owned()
}

/// As [`version_slug`], without a copy of what is one already.
pub(super) fn version_stem(version: &str) -> Cow<'_, str> {
    let bare = bare_version(version);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    // Nearly every version is a number, and stands in very many links.
    let is_bounded = !matches!(bare.as_bytes(), [] | [b'.', ..] | [.., b'.']) && bare.len() <= MAX_LENGTH;
    if is_bounded && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Cow::Borrowed(bare);
    }
    let slug: String = bare.chars().take(MAX_LENGTH).map(|c| if is_plain(c) { c } else { '-' }).collect();
    let slug = slug.trim_start_matches(['.', '-']).trim_end_matches('.');
    match slug {
        "" => Cow::Borrowed("unversioned"),
        // What Windows keeps for a device it keeps with every ending: `nul.html`, `con.v2`.
        slug if DEVICES.contains(&slug.split('.').next().unwrap_or(slug).to_lowercase().as_str()) => {
            Cow::Owned(format!("version-{slug}"))
        }
        slug => Cow::Owned(slug.to_owned()),
    }
}

/// Says whether a text can be a slug as it is: `[a-z0-9][a-z0-9-]{0,79}`, and not reserved.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let mut bytes = text.bytes();
    let is_first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.next().is_some_and(is_first)
        && bytes.all(|byte| is_first(byte) || byte == b'-')
        && text.len() <= MAX_LENGTH
        && !is_reserved(text)
}

/// Says whether a name belongs to lists or devices, so that no page can have it.
#[must_use]
pub fn is_reserved(slug: &str) -> bool {
    let is_page =
        slug.strip_prefix("page-").is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()));
    slug == "index" || is_page || DEVICES.contains(&slug)
}

/// Returns a text as a slug that reads like it, for an offer; none where nothing of it is left.
pub(super) fn slugified(text: &str) -> Option<String> {
    Some(folded(text)).filter(|slug| is_slug(slug))
}

/// Returns a slug that reads like a name and is the id's own.
pub(super) fn hashed(name: &str, id: &str) -> String {
    let slug = folded(name);
    let slug = if slug.is_empty() { "x" } else { &slug };
    let hash = blake3::hash(id.as_bytes()).to_hex();
    let slug = format!("{slug}-{}", &hash.as_str()[..6]);
    // The hash of a thing called "Page" may have digits alone, and read like the number of a page of a list.
    if is_reserved(&slug) { format!("x-{slug}") } else { slug }
}

/// Lower case without accents; everything but letters and digits becomes a hyphen, cut at 60.
fn folded(name: &str) -> String {
    let mut slug = String::new();
    for character in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            slug.push(character);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ids_stay_and_others_are_hashed() {
        assert!(is_slug("orders") && is_slug("fbe8d147-28db-4f1d-bedf-a3fe9f458427") && is_slug("0a"));
        for odd in ["Orders", "a b", "index", "page-2", "con", "com1", "-a", "", "ä", "../x", "a.b"] {
            assert!(!is_slug(odd), "{odd}");
        }
        assert_eq!(hashed("Ünïcode Order—Lines", "x")[..20].to_owned(), "unicode-order-lines-");
        assert_ne!(hashed("Same", "a"), hashed("Same", "A"));
        assert!(is_slug(&hashed("../../etc/passwd\0", "y")) && is_slug(&hashed("汉字", "z")));
        let slugs: Vec<String> = (0..200).map(|n| hashed("Page", &n.to_string())).collect();
        assert!(slugs.iter().all(|slug| is_slug(slug)));
        assert!(slugs.iter().any(|slug| slug.starts_with("x-page-")), "none of the hashes has digits alone");
    }

    #[test]
    fn versions_become_safe_parts() {
        assert_eq!(version_slug("v2.1.0"), "2.1.0");
        assert_eq!(version_slug("../1 0"), "1-0".replace("1-0", "-1-0").trim_start_matches('-'));
        assert_eq!(version_slug(""), "unversioned");
        assert_eq!((version_slug("NUL"), version_slug("con.1")), ("version-NUL".into(), "version-con.1".into()));
    }
}
