//! The parts of pages: what several page structs have in common, already worded.

use serde::Serialize;

use super::address;
use super::site::Site;
use crate::graph::Found;
use crate::model::{Header, Kind, ServiceLevel, Support};
use crate::source::FileId;

/// A text that may be a link.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Anchor {
    /// The text.
    pub text: String,
    /// Where it leads; not a link without.
    pub href: Option<String>,
}

/// A state: shape, colour and word together.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sign {
    /// The class of the colour.
    pub tone: &'static str,
    /// The symbol's name.
    pub symbol: &'static str,
    /// The word.
    pub word: String,
}

/// The frame of a page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Frame {
    /// The title of the tab, without the name of the mesh.
    pub title: String,
    /// One sentence for search engines.
    pub description: String,
    /// The way to the top of the site: `../` once a level.
    pub root: String,
    /// The page's own address, relative to the top.
    pub path: String,
    /// The address with the base URL.
    pub canonical: Option<String>,
    /// The JSON form, relative to the top.
    pub json: Option<String>,
    /// Which part of the site it is in: `products`, `domains`, ...
    pub part: &'static str,
    /// The way here.
    pub crumbs: Vec<Anchor>,
    /// The descriptor in the forge.
    pub source: Option<String>,
    /// The descriptor in the editor of the forge.
    pub edit: Option<String>,
    /// The name of the thing outside the mesh.
    pub urn: Option<String>,
    /// The name of the thing inside the mesh.
    pub reference: Option<String>,
    /// The descriptor, relative to the root.
    pub file: Option<String>,
}

impl Frame {
    /// Begins the frame of the page at an address.
    pub(super) fn new(site: &Site, path: &str, part: &'static str, title: &str) -> Frame {
        let base = site.outcome.config.mesh.base_url.as_ref();
        Frame {
            title: title.to_owned(),
            description: String::new(),
            root: "../".repeat(depth(path)),
            path: path.to_owned(),
            canonical: base.map(|base| format!("{base}{path}")),
            json: None,
            part,
            crumbs: Vec::new(),
            source: None,
            edit: None,
            urn: None,
            reference: None,
            file: None,
        }
    }

    /// Says which descriptor the page shows.
    pub(super) fn of_file(mut self, site: &Site, file: FileId) -> Frame {
        self.source = site.forge_url(file, None, false);
        self.edit = site.forge_url(file, None, true);
        self.file = Some(site.outcome.sources.path(file).to_owned());
        self
    }

    /// Adds a step to the way here.
    pub(super) fn crumb(mut self, anchor: Anchor) -> Frame {
        self.crumbs.push(anchor);
        self
    }

    /// Returns how deep the page lies below the top.
    pub(super) fn depth(&self) -> usize {
        depth(&self.path)
    }
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// Makes links from one page.
#[derive(Clone, Copy)]
pub(super) struct Linker<'a> {
    pub(super) site: &'a Site,
    pub(super) depth: usize,
}

impl Linker<'_> {
    pub(super) fn to(self, text: &str, page: &str) -> Anchor {
        Anchor { text: text.to_owned(), href: Some(address::relative(self.depth, page)) }
    }

    pub(super) fn thing(self, found: Found, header: &Header) -> Anchor {
        match address::page(self.site.mesh(), found) {
            Some(page) => self.to(header.title(), &page),
            None => Anchor { text: header.title().to_owned(), href: None },
        }
    }

    pub(super) fn product(self, idx: usize) -> Anchor {
        self.thing(Found { kind: Kind::DataProduct, idx }, &self.site.mesh().products[idx].descriptor.header)
    }

    /// `orders 2.1.0`, a link to that version.
    pub(super) fn contract(self, idx: usize) -> Anchor {
        let contract = &self.site.mesh().contracts[idx].descriptor;
        let text = format!("{} {}", contract.header.id.value, contract.version_text());
        self.to(&text, &address::contract_version(self.site.mesh(), idx))
    }

    pub(super) fn source(self, idx: usize) -> Anchor {
        self.thing(Found { kind: Kind::SourceSystem, idx }, &self.site.mesh().sources[idx].descriptor.header)
    }

    pub(super) fn term(self, idx: usize) -> Anchor {
        let mesh = self.site.mesh();
        let term = &mesh.terms[idx];
        let name = mesh.term(term).name.as_deref().unwrap_or(&term.id);
        self.to(name, &format!("glossary/{}.html", term.slug))
    }

    /// The registered domain, else the name the file writes, else nothing.
    pub(super) fn domain(self, idx: Option<usize>, written: Option<&str>) -> Option<Anchor> {
        let mesh = self.site.mesh();
        match (idx, written) {
            (Some(idx), _) => Some(self.thing(Found { kind: Kind::Domain, idx }, &mesh.domains[idx].descriptor.header)),
            (None, Some(written)) => Some(Anchor { text: written.to_owned(), href: None }),
            (None, None) => None,
        }
    }

    /// The registered team, else the name the file writes, else nothing.
    pub(super) fn team(self, idx: Option<usize>, written: Option<&str>) -> Option<Anchor> {
        let mesh = self.site.mesh();
        match (idx, written) {
            (Some(idx), _) => Some(self.thing(Found { kind: Kind::Team, idx }, &mesh.teams[idx].descriptor.header)),
            (None, Some(written)) => Some(Anchor { text: written.to_owned(), href: None }),
            (None, None) => None,
        }
    }

    /// The owner of a product.
    pub(super) fn product_owner(self, idx: usize) -> Option<Anchor> {
        let product = &self.site.mesh().products[idx];
        let written = product.descriptor.team.as_ref().and_then(|team| team.name.as_ref());
        self.team(product.owner_idx, written.map(|name| name.value.as_str()))
    }

    /// The domain of a product.
    pub(super) fn product_domain(self, idx: usize) -> Option<Anchor> {
        let product = &self.site.mesh().products[idx];
        self.domain(product.domain_idx, product.descriptor.domain.as_ref().map(|domain| domain.value.as_str()))
    }
}

/// Keeps the anchors of a page apart: the first of a name has it, later ones get a number.
#[derive(Default)]
pub(super) struct Anchors {
    counts: std::collections::BTreeMap<String, usize>,
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
pub(super) fn status(status: Option<&str>) -> Sign {
    let Some(written) = status.map(str::trim).filter(|status| !status.is_empty()) else {
        return Sign { tone: "draft", symbol: "draft", word: "Status not stated".to_owned() };
    };
    let (tone, symbol) = match written.to_lowercase().as_str() {
        "active" | "approved" | "enforced" => ("ok", "active"),
        "proposed" | "requested" | "trial" => ("proposed", "proposed"),
        "deprecated" => ("warn", "deprecated"),
        "retired" | "rejected" => ("retired", "retired"),
        _ => ("draft", "draft"),
    };
    Sign { tone, symbol, word: sentence(written) }
}

/// Returns the sign of a header's status.
pub(super) fn status_of(header: &Header) -> Sign {
    status(header.status.as_ref().map(|status| status.value.as_str()))
}

/// Returns a text with its first letter in upper case.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Turns a word of a standard into words: `sourceAligned` into "source-aligned", `endOfSupport` into
/// "end of support".
pub(super) fn words(word: &str) -> String {
    match word {
        "sourceAligned" => return "source-aligned".to_owned(),
        "consumerAligned" => return "consumer-aligned".to_owned(),
        "streamAligned" => return "stream-aligned".to_owned(),
        _ => {}
    }
    let mut words = String::new();
    for character in word.chars() {
        if character.is_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if matches!(character, '_' | '-') {
            words.push(' ');
        } else {
            words.extend(character.to_lowercase());
        }
    }
    words
}

/// A date as people read it: "3 Nov 2026"; a text that is no date stays.
pub(super) fn date(text: &str) -> String {
    match crate::graph::date_of(text) {
        Some(date) => {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
            format!("{} {month} {}", date.day(), date.year())
        }
        None => text.to_owned(),
    }
}

/// A promise's value with its unit: "15 min", "99.5 %", "31 Jan 2027".
pub(super) fn level_value(level: &ServiceLevel) -> String {
    let value = date(&level.value);
    let ext = level
        .detail
        .as_ref()
        .and_then(|detail| detail.value_ext.as_deref())
        .map(|ext| format!(" to {ext}"))
        .unwrap_or_default();
    let unit = level.unit.as_deref().map(|unit| format!(" {}", unit_word(unit, &level.value))).unwrap_or_default();
    format!("{value}{ext}{unit}")
}

/// The units of ODCS in words.
fn unit_word(unit: &str, value: &str) -> String {
    let is_one = value == "1";
    let plural = |one: &str| if is_one { one.to_owned() } else { format!("{one}s") };
    match unit.to_lowercase().as_str() {
        "d" | "day" | "days" => plural("day"),
        "y" | "yr" | "year" | "years" => plural("year"),
        "month" | "months" | "mo" => plural("month"),
        "week" | "weeks" | "w" => plural("week"),
        "h" | "hr" | "hour" | "hours" => "h".to_owned(),
        "m" | "min" | "minute" | "minutes" => "min".to_owned(),
        "s" | "sec" | "second" | "seconds" => "s".to_owned(),
        "ms" | "millisecond" | "milliseconds" => "ms".to_owned(),
        "percent" | "%" => "%".to_owned(),
        _ => unit.to_owned(),
    }
}

/// A way to reach those who answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Contact {
    /// The channel, a link where it has an address that may be one.
    pub channel: Anchor,
    /// Tool and scope in words.
    pub note: String,
}

/// Words the support channels of a header.
pub(super) fn contacts(support: &[Support]) -> Vec<Contact> {
    let contact = |support: &Support| {
        let parts = [support.tool.as_deref(), support.scope.as_deref()];
        let note: Vec<&str> = parts.into_iter().flatten().collect();
        Contact {
            channel: Anchor { text: support.channel.to_string(), href: support.url.as_deref().and_then(safe_url) },
            note: support.description.as_ref().map_or_else(|| note.join(", "), ToString::to_string),
        }
    };
    support.iter().map(contact).collect()
}

/// Returns an address of a descriptor as a link may have it; `None` for schemes that may do harm.
pub(super) fn safe_url(url: &str) -> Option<String> {
    match crate::load::target(url) {
        crate::load::Target::External(url) => Some(url),
        _ => None,
    }
}

/// Returns "1 product" or "3 products".
pub(super) fn count(number: usize, one: &str) -> String {
    let plural = match one.strip_suffix('y') {
        Some(stem) if !one.ends_with("ay") => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    if number == 1 { format!("1 {one}") } else { format!("{number} {plural}") }
}

/// Returns the first sentence or line of a text, at most 200 characters.
pub(super) fn first_sentence(text: &str) -> String {
    let line = text.split("\n\n").next().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.len(), |end| end + 1);
    let sentence = &line[..end];
    if sentence.chars().count() <= 200 {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(199).collect();
    format!("{}…", cut.trim_end())
}
