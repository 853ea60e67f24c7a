//! The parts of pages: what several page structs have in common, already worded.

mod frame;
mod pager;
mod text;

use std::borrow::Cow;

use ahash::AHashMap;
use jiff::civil::Date;
use serde::Serialize;

use super::address;
use super::site::Site;
use crate::diagnostic::{RuleMeta, Severity};
use crate::graph::Found;
use crate::model::{DataContract, Header, Kind, Support};

pub(super) use self::frame::Frame;
pub(super) use self::pager::{Pager, numbered};
pub(super) use self::text::{
    Piece, anchor_part, count, custom_word, custom_words, cut_at_word, date, day_text, end_words, first_sentence,
    grouped, level_value, month, number, push_anchor_part, sentence, shortened, spoken, unit_word, value_word, words,
};

/// A text that may be a link.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Anchor<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Where it leads; not a link without.
    pub href: Option<String>,
}

impl<'a> Anchor<'a> {
    /// Makes a text that is no link.
    pub(super) fn plain(text: impl Into<Cow<'a, str>>) -> Anchor<'a> {
        Anchor { text: text.into(), href: None }
    }
}

/// A state: shape, colour and word together.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sign<'a> {
    /// The class of the colour.
    pub tone: &'static str,
    /// The symbol's name.
    pub symbol: &'static str,
    /// The word.
    pub word: Cow<'a, str>,
}

impl<'a> Sign<'a> {
    pub(super) fn new(tone: &'static str, symbol: &'static str, word: impl Into<Cow<'a, str>>) -> Sign<'a> {
        Sign { tone, symbol, word: word.into() }
    }
}

/// A day as a page prints it, or the text of a file where a day belongs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Day {
    /// `2026-11-03`; none when the file does not say a day.
    pub iso: Option<String>,
    /// `3 Nov 2026`, or what the file says.
    pub text: String,
}

impl Day {
    /// Reads the day of a text of a file.
    pub(super) fn of(text: &str) -> Day {
        match crate::model::date_of(text) {
            Some(date) => Day::at(date),
            None => Day { iso: None, text: text.to_owned() },
        }
    }

    /// Makes the day of a date.
    pub(super) fn at(date: Date) -> Day {
        Day { iso: Some(date.to_string()), text: day_text(date) }
    }
}

/// Makes links from one page.
#[derive(Clone, Copy)]
pub(super) struct Linker<'a> {
    pub(super) site: &'a Site,
    pub(super) depth: usize,
}

impl<'a> Linker<'a> {
    pub(super) fn to(self, text: impl Into<Cow<'a, str>>, page: &str) -> Anchor<'a> {
        Anchor { text: text.into(), href: Some(address::relative(self.depth, page)) }
    }

    pub(super) fn thing(self, found: Found, header: &'a Header) -> Anchor<'a> {
        match address::page(self.site.mesh(), &self.site.homes, found) {
            Some(page) => self.to(header.title(), &page),
            None => Anchor::plain(header.title()),
        }
    }

    pub(super) fn product(self, idx: usize) -> Anchor<'a> {
        let product = &self.site.mesh().products[idx];
        self.to(product.descriptor.header.title(), &address::product(&product.slug))
    }

    /// `orders 2.1.0`, a link to that version.
    pub(super) fn contract(self, idx: usize) -> Anchor<'a> {
        let contract = &self.site.mesh().contracts[idx].descriptor;
        let text = [contract.header.id.value.as_str(), " ", contract.version_text()].concat();
        self.to(text, &address::contract_version(self.site.mesh(), &self.site.homes, idx))
    }

    /// `Orders in the warehouse 2.1.0`, a link to that version: for those who do not know it by its id.
    pub(super) fn titled_contract(self, idx: usize) -> Anchor<'a> {
        let contract = &self.site.mesh().contracts[idx].descriptor;
        Anchor { text: format!("{} {}", contract.header.title(), contract.version_text()).into(), ..self.contract(idx) }
    }

    pub(super) fn source(self, idx: usize) -> Anchor<'a> {
        self.thing(Found { kind: Kind::SourceSystem, idx }, &self.site.mesh().sources[idx].descriptor.header)
    }

    pub(super) fn term(self, idx: usize) -> Anchor<'a> {
        let mesh = self.site.mesh();
        let term = &mesh.terms[idx];
        let name = mesh.term(term).name.as_deref().unwrap_or(&term.id);
        self.to(name, &format!("glossary/{}.html", term.slug))
    }

    /// The registered domain, else the name the file writes, else nothing.
    pub(super) fn domain(self, idx: Option<usize>, written: Option<&'a str>) -> Option<Anchor<'a>> {
        let mesh = self.site.mesh();
        match (idx, written) {
            (Some(idx), _) => Some(self.thing(Found { kind: Kind::Domain, idx }, &mesh.domains[idx].descriptor.header)),
            (None, Some(written)) => Some(Anchor::plain(written)),
            (None, None) => None,
        }
    }

    /// The registered team, else the name the file writes, else nothing.
    pub(super) fn team(self, idx: Option<usize>, written: Option<&'a str>) -> Option<Anchor<'a>> {
        let mesh = self.site.mesh();
        match (idx, written) {
            (Some(idx), _) => Some(self.thing(Found { kind: Kind::Team, idx }, &mesh.teams[idx].descriptor.header)),
            (None, Some(written)) => Some(Anchor::plain(written)),
            (None, None) => None,
        }
    }

    /// The team of this name when one is registered, else the name.
    pub(super) fn team_named(self, name: &'a str) -> Anchor<'a> {
        self.team(self.site.mesh().team(name), Some(name)).unwrap_or_default()
    }

    /// Somebody by name: a member of a team with a link to the team, an address to write to, else the name.
    pub(super) fn person(self, name: Cow<'a, str>) -> Anchor<'a> {
        if let Some(idx) = self.site.authors.team_named(&name) {
            let team = &self.site.mesh().teams[idx];
            return self.to(name, &format!("teams/{}.html", team.slug));
        }
        let href = if is_mail(&name) { safe_url(&format!("mailto:{}", name.trim())) } else { None };
        Anchor { text: name, href }
    }

    /// Who approves: the team of this name when one is registered, else [`Linker::person`].
    pub(super) fn approver(self, name: &'a str) -> Anchor<'a> {
        let team = self.site.mesh().team(name);
        self.team(team, None).unwrap_or_else(|| self.person(Cow::Borrowed(name)))
    }

    /// A tag, a link to all products with it.
    pub(super) fn tag(self, tag: &'a str) -> Anchor<'a> {
        match self.site.facets.page("tag", tag) {
            Some(page) => self.to(tag, &page),
            None => Anchor::plain(tag),
        }
    }

    /// The code of a built-in rule, a link to what the site says of it.
    pub(super) fn rule(self, rule: &RuleMeta) -> Anchor<'a> {
        self.to(rule.code, &rule.page())
    }

    /// What a reference such as `product:orders` leads to, else the text.
    pub(super) fn reference(self, written: &'a str) -> Anchor<'a> {
        let mesh = self.site.mesh();
        let found = crate::model::Ref::parse(written).map(|reference| mesh.find(&reference)).unwrap_or_default();
        match found.as_slice() {
            [only] if only.kind == Kind::SemanticDefinition => self.term(only.idx),
            [only] => match address::page(mesh, &self.site.homes, *only) {
                Some(page) => self.to(mesh.header(*only).title(), &page),
                None => Anchor::plain(written),
            },
            _ => Anchor::plain(written),
        }
    }

    /// Takes a message apart as [`spoken`] does, with the names of things where it refers to them as `kind:id`.
    pub(super) fn told(self, message: &'a str) -> Vec<Piece> {
        let mesh = self.site.mesh();
        let mut pieces = Vec::new();
        for piece in spoken(message) {
            let found = match crate::model::Ref::parse(&piece.text) {
                Ok(reference) if piece.is_code && reference.kind.is_some() => mesh.find(&reference),
                _ => Vec::new(),
            };
            // A term is found by its place among all terms, which is none among files.
            let [only @ Found { kind, .. }] = found.as_slice() else {
                pieces.push(piece);
                continue;
            };
            if *kind == Kind::SemanticDefinition {
                pieces.push(piece);
                continue;
            }
            let href = address::page(mesh, &self.site.homes, *only).map(|page| address::relative(self.depth, &page));
            pieces.push(Piece { text: format!("{} ", kind.word()), is_code: false, href: None });
            pieces.push(Piece { text: mesh.header(*only).title().to_owned(), is_code: false, href });
        }
        pieces
    }

    /// The owner of a product.
    pub(super) fn product_owner(self, idx: usize) -> Option<Anchor<'a>> {
        let product = &self.site.mesh().products[idx];
        let written = product.descriptor.team.as_ref().and_then(|team| team.name.as_ref());
        self.team(product.owner_idx, written.map(|name| name.value.as_str()))
    }

    /// The domain of a product.
    pub(super) fn product_domain(self, idx: usize) -> Option<Anchor<'a>> {
        let product = &self.site.mesh().products[idx];
        self.domain(product.domain_idx, product.descriptor.domain.as_ref().map(|domain| domain.value.as_str()))
    }
}

/// Keeps the anchors of a page apart: the first of a name has it, later ones get a number.
#[derive(Default)]
pub(super) struct Anchors {
    counts: AHashMap<String, usize>,
}

impl Anchors {
    /// Returns the anchor, with a number behind it from the second time on.
    pub(super) fn next(&mut self, anchor: String) -> String {
        let count = self.counts.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{count}") }
    }
}

/// Returns the sign of a status; unknown words are shown as they are.
pub(super) fn status(status: Option<&str>) -> Sign<'static> {
    let Some(written) = status.map(str::trim).filter(|status| !status.is_empty()) else {
        return Sign::new("ns", "", "Status not stated");
    };
    let (tone, symbol) = match written.to_lowercase().as_str() {
        "active" => ("ok", "active"),
        "approved" | "enforced" => ("ok", "kept"),
        "proposed" => ("proposed", "proposed"),
        // On trial is not proposed any more, and has no shape of its own.
        "trial" => ("proposed", ""),
        "requested" => ("warn", "look"),
        "deprecated" => ("warn", "deprecated"),
        "retired" | "rejected" => ("retired", "retired"),
        _ => ("draft", "draft"),
    };
    Sign::new(tone, symbol, sentence(written))
}

/// Returns the sign of a finding that counts.
pub(super) fn severity(severity: Severity) -> Sign<'static> {
    match severity {
        Severity::Error => Sign::new("bad", "missed", "Error"),
        Severity::Warning => Sign::new("warn", "look", "Warning"),
        Severity::Info => Sign::new("", "", "Info"),
    }
}

/// Returns the sign of a header's status.
pub(super) fn status_of(header: &Header) -> Sign<'static> {
    status(header.status_text())
}

/// A way to reach those who answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Contact<'a> {
    /// What it is for, by its scope: whoever needs help should neither write into a channel that nobody reads nor wake
    /// somebody.
    pub label: &'static str,
    /// The channel, a link where it has an address that may be one.
    pub channel: Anchor<'a>,
    /// Where one asks to be let in.
    pub invitation: Option<Anchor<'a>>,
    /// What it says of itself, else its tool.
    pub note: Cow<'a, str>,
    /// Where people answer first, then where faults go, then what only tells.
    #[serde(skip)]
    rank: u8,
}

impl Contact<'_> {
    /// Says whether somebody answers there.
    pub(super) fn answers(&self) -> bool {
        self.rank < 3
    }
}

/// Words the support channels of a header, those where someone answers first.
pub(super) fn contacts(support: &[Support]) -> Vec<Contact<'_>> {
    let is_stated = |support: &&Support| !support.channel.trim().is_empty() || support.url.is_some();
    let mut contacts: Vec<Contact<'_>> = support.iter().filter(is_stated).map(contact).collect();
    contacts.sort_by_key(|contact| contact.rank);
    contacts
}

fn contact(support: &Support) -> Contact<'_> {
    let Support { channel, url, tool, scope, description, invitation } = support;
    let written = scope.as_deref().map_or("", str::trim);
    let known = [("interactive", "Ask", 0), ("issues", "Report a fault", 2), ("announcements", "News", 3)];
    let known = known.into_iter().chain([("notifications", "Alerts", 4)]);
    let found = known.into_iter().find(|(scope, ..)| scope.eq_ignore_ascii_case(written));
    let (label, rank) = found.map_or(("Help", 1), |(_, label, rank)| (label, rank));
    // A scope in words of its own is not in the label.
    let own = Some(written).filter(|written| found.is_none() && !written.is_empty());
    // An address mostly names the tool already.
    let is_named = |tool: &&str| url.as_deref().is_some_and(|url| url.to_lowercase().contains(&tool.to_lowercase()));
    let note = match (description.as_deref(), tool.as_deref(), own) {
        (Some(description), tool, own) => {
            match [tool.filter(|tool| !is_named(tool)), own].into_iter().flatten().collect::<Vec<_>>().join(", ") {
                said if said.is_empty() => Cow::Borrowed(description),
                said => Cow::Owned(format!("{description} ({said})")),
            }
        }
        (None, Some(tool), Some(scope)) => Cow::Owned(format!("{tool}, {scope}")),
        (None, tool, scope) => Cow::Borrowed(tool.or(scope).unwrap_or_default()),
    };
    let href = url.as_deref().and_then(safe_url);
    let text = Some(channel.as_str()).filter(|channel| !channel.trim().is_empty()).or(url.as_deref());
    let invitation = invitation.as_deref().filter(|url| !url.trim().is_empty()).map(|url| match safe_url(url) {
        Some(href) => Anchor { text: Cow::Borrowed("ask to join"), href: Some(href) },
        None => Anchor::plain(url),
    });
    Contact { label, channel: Anchor { text: Cow::Borrowed(text.unwrap_or_default()), href }, invitation, note, rank }
}

/// Returns whom to ask for what is not stated: the first channel where someone answers, else the owner.
pub(super) fn ask<'a>(support: &'a [Support], owner: Option<&Anchor<'a>>) -> Option<Anchor<'a>> {
    let channel = || {
        let is_open = |contact: &Contact<'a>| contact.answers() && contact.channel.href.is_some();
        let contact = contacts(support).into_iter().find(is_open)?;
        Some(contact.channel)
    };
    match owner {
        Some(owner) => {
            Some(Anchor { text: owner.text.clone(), href: channel().map_or(owner.href.clone(), |to| to.href) })
        }
        None => channel(),
    }
}

/// The promises that readers look for, and the properties that make them.
const EXPECTED: [(&str, &[&str]); 3] = [
    ("Freshness", &["freshness", "latency", "frequency", "timeliness"]),
    ("Availability", &["availability"]),
    ("Retention", &["retention"]),
];

/// Returns what none of these contracts promises although readers look for it.
pub(super) fn unstated(contracts: &[&DataContract]) -> Vec<&'static str> {
    let stated: Vec<String> = contracts
        .iter()
        .flat_map(|contract| &contract.service_levels)
        .map(|level| crate::model::level_name(&level.property))
        .collect();
    let is_stated = |names: &[&str]| names.iter().any(|name| stated.iter().any(|level| level == name));
    EXPECTED.into_iter().filter(|(_, names)| !is_stated(names)).map(|(title, _)| title).collect()
}

/// Says whether a name is an address to write to.
pub(super) fn is_mail(name: &str) -> bool {
    name.split_once('@').is_some_and(|(before, host)| !before.is_empty() && host.contains('.'))
}

/// Says whether a class, in lower case, says that data is personal and nothing more.
pub(super) fn is_plainly_personal(class: &str) -> bool {
    matches!(class, "personal" | "pii" | "personal data" | "personal-data" | "personal_data" | "personaldata")
}

/// Returns an address of a descriptor as a link may have it; `None` for schemes that may do harm.
pub(super) fn safe_url(url: &str) -> Option<String> {
    match crate::load::target(url) {
        crate::load::Target::External(url) => Some(url),
        _ => None,
    }
}

/// Returns the first links of many, and as the last how many more there are.
pub(super) fn few<'a>(anchors: impl Iterator<Item = Anchor<'a>>, n_most: usize) -> Vec<Anchor<'a>> {
    let mut anchors = anchors.fuse();
    let mut few: Vec<Anchor<'a>> = anchors.by_ref().take(n_most).collect();
    let n_more = anchors.count();
    if n_more > 0 {
        few.push(Anchor::plain(format!("{n_more} more")));
    }
    few
}

/// Keeps the first rows that a page has room for, at most so many and so many bytes of text; returns
/// how many are left out.
pub(super) fn keep_within<T>(rows: &mut Vec<T>, n_most: usize, n_bytes: usize, size: impl Fn(&T) -> usize) -> usize {
    let before = rows.len();
    let mut sum = 0;
    let has_room = |row: &&T| {
        sum += size(row);
        sum <= n_bytes
    };
    let n = rows.iter().take(n_most).take_while(has_room).count();
    rows.truncate(n);
    before - n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_shows_its_ends_and_what_is_near() {
        let steps = |n_pages, here| {
            let pager = Pager::new(n_pages, here, |at| at.to_string()).expect("several pages");
            let word = |step: &pager::PagerStep| match (step.number, step.is_here) {
                (None, _) => "..".to_owned(),
                (Some(number), true) => format!("[{number}]"),
                (Some(number), false) => number.to_string(),
            };
            pager.steps.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        assert!(Pager::new(1, 0, |_| String::new()).is_none());
        assert_eq!(steps(3, 1), "1 [2] 3");
        assert_eq!(steps(209, 0), "[1] 2 3 .. 209");
        assert_eq!(steps(209, 100), "1 .. 99 100 [101] 102 103 .. 209");
    }

    #[test]
    fn thousands_are_kept_apart() {
        assert_eq!(
            [grouped("41214380"), grouped("1234"), grouped("12345.6"), grouped("12345")],
            ["41,214,380", "1234", "12345.6", "12,345"]
        );
    }

    #[test]
    fn names_in_messages_are_code() {
        let found: Vec<(String, bool)> =
            spoken("no `team`: `a` ").into_iter().map(|piece| (piece.text, piece.is_code)).collect();
        let expected = [("no ", false), ("team", true), (": ", false), ("a", true), (" ", false)];
        assert_eq!(found, expected.map(|(text, is_code)| (text.to_owned(), is_code)));
    }

    #[test]
    fn a_channel_says_what_it_is_for() {
        let support = |channel: &str, scope: Option<&str>| Support {
            channel: channel.into(),
            url: Some(format!("https://chat.example/{channel}").as_str().into()),
            tool: Some("slack".into()),
            scope: scope.map(Into::into),
            description: None,
            invitation: None,
        };
        let all = [
            support("news", Some("announcements")),
            support("pager", Some("issues")),
            support("hall", Some("office hours")),
            support("desk", Some("Interactive")),
        ];
        let said: Vec<String> = contacts(&all)
            .iter()
            .map(|contact| format!("{}: {}, {}", contact.label, contact.channel.text, contact.note))
            .collect();
        let expected = [
            "Ask: desk, slack",
            "Help: hall, slack, office hours",
            "Report a fault: pager, slack",
            "News: news, slack",
        ];
        assert_eq!(said, expected);
        assert_eq!(ask(&all, None).and_then(|to| to.href).as_deref(), Some("https://chat.example/desk"));
        assert!(ask(&all[..1], None).is_none(), "nobody answers where only news is told");
    }

    #[test]
    fn a_day_is_a_date_or_what_the_file_says() {
        assert_eq!(Day::of("2026-11-03T08:00:00Z").text, "3 Nov 2026");
        assert_eq!(Day::of("soon").iso, None);
    }
}
