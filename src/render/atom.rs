//! Feeds in Atom (RFC 4287): a list of what happened as a document that readers of feeds follow. Every
//! date is one of an event, never of a build, so that a feed changes only when something happened.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::address;
use super::events::{self, What};
use super::parts::Linker;
use super::picture::xml;
use super::site::Site;

/// A feed and what it is about.
pub(super) struct Feed<'a> {
    /// Its name.
    pub title: String,
    /// Its file, relative to the top.
    pub path: String,
    /// The page that says the same, relative to the top.
    pub page: &'a str,
    /// How many events there are, those among them for which a feed has no room.
    pub n: usize,
}

/// Writes a feed of events, the newest first.
pub(super) fn write(site: &Site, feed: &Feed<'_>, events: &[(Date, What)]) -> String {
    let config = &site.outcome.config.mesh;
    let base = config.base_url.as_deref();
    // With a base URL addresses are whole, else they are relative to the feed.
    let depth = if base.is_some() { 0 } else { feed.path.matches('/').count() };
    let url = |page: &str| format!("{}{page}", base.unwrap_or_default());
    let linker = Linker { site, depth };
    let mut ids = BTreeSet::new();
    let mut entries = String::new();
    let mut updated = None;
    for (date, what) in events.iter().copied() {
        let id = entry_id(site, date, what);
        // A second thing of the same name is a finding; a feed must not have an id twice.
        if !ids.insert(id.clone()) {
            continue;
        }
        updated = updated.max(Some(date));
        let event = events::event(linker, date, what);
        let title = format!("{}: {}", event.sign.word, event.thing.text);
        entries.push_str(&format!(
            "<entry><id>{}</id><title>{}</title><updated>{}</updated>",
            xml(&id),
            xml(&title),
            instant(date)
        ));
        let page = event.thing.href.unwrap_or_else(|| address::relative(depth, feed.page));
        entries.push_str(&format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", xml(&url(&page))));
        if let Some(domain) = &event.domain {
            entries.push_str(&format!("<category term=\"{}\"/>", xml(domain)));
        }
        if !event.text.is_empty() {
            entries.push_str(&format!("<summary>{}</summary>", xml(&event.text)));
        }
        entries.push_str("</entry>\n");
    }
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let id = base
        .map_or_else(|| format!("urn:mesh:{}:feed:{}", config.id, feed.path), |base| format!("{base}{}", feed.path));
    text.push_str(&format!("<id>{}</id>\n<title>{}</title>\n", xml(&id), xml(&feed.title)));
    if feed.n > events.len() {
        text.push_str(&format!("<subtitle>The newest {} of {} changes</subtitle>\n", events.len(), feed.n));
    }
    // A feed must have this date. One without entries never changed.
    text.push_str(&format!("<updated>{}</updated>\n", updated.map_or_else(|| NEVER.to_owned(), instant)));
    text.push_str(&format!("<author><name>{}</name></author>\n", xml(&config.name)));
    let page = address::relative(depth, feed.page);
    text.push_str(&format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", xml(&url(&page))));
    if base.is_some() {
        text.push_str(&format!(
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n",
            xml(&url(&feed.path))
        ));
    }
    text + &entries + "</feed>\n"
}

const NEVER: &str = "1970-01-01T00:00:00Z";

fn instant(date: Date) -> String {
    format!("{date}T00:00:00Z")
}

/// Returns a name that the entry keeps in every build (RFC 4151): the host of the base URL, else the
/// mesh, the day, and what it happened to.
fn entry_id(site: &Site, date: Date, what: What) -> String {
    let config = &site.outcome.config.mesh;
    let host = config.base_url.as_deref().and_then(host).unwrap_or_else(|| config.id.clone());
    format!("tag:{host},{date}:{}/{}", config.id, events::key(site, what))
}

/// Returns the host of an address, without port and user, in lower case.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    (!host.is_empty() && host.chars().all(is_name)).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_of_an_address_is_a_plain_name() {
        assert_eq!(host("https://Data.acme.example:8443/sub/").as_deref(), Some("data.acme.example"));
        assert_eq!(host("https://user@data.acme.example/").as_deref(), Some("data.acme.example"));
        assert_eq!(host("https://[::1]/"), None);
        assert_eq!(host("data.acme.example"), None);
    }
}
