//! The columns of a contract as rows of a tree. There are very many of these rows: what is not stated
//! costs nothing in them.

mod folded;
mod known;
mod readers;
mod rules;

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::versions;
use crate::graph::ColumnPlace;
use crate::model::{ColumnFact, Property, PropertyFlags, SchemaObject, Text};
use crate::render::keys::{Among, ForeignKeys};
use crate::render::markup::{self, Markup};
use crate::render::parts::{self, Anchor, Anchors, Linker, anchor_part};
use crate::render::theme::Rows;
use crate::render::{address, markdown, sheets};

/// An object of the schema with its columns.
#[derive(Serialize)]
pub(super) struct ObjectPart<'a> {
    anchor: String,
    name: &'a str,
    physical: Option<&'a str>,
    /// What it is where the data lies: a table, a view.
    kind: Option<&'a str>,
    granularity: Option<&'a str>,
    description_html: Option<String>,
    terms: Vec<Anchor<'a>>,
    known: Option<String>,
    is_deprecated: bool,
    n_columns: usize,
    columns: Rows<'a, ColumnRow<'a>>,
    /// Which of its columns these are, when they are not all.
    range: Option<String>,
    /// The contract, on a page with others.
    contract: Option<String>,
}

/// A column, or a part of one. Its template sees [`Cells`].
pub(crate) struct ColumnRow<'a> {
    pub anchor: String,
    pub name: Cow<'a, str>,
    /// What it is called where the data lies, where that is another name, and the anchor of that.
    pub called: Option<Cow<'a, str>>,
    pub called_anchor: Option<String>,
    /// What its encrypted form is called.
    pub encrypted: Option<Cow<'a, str>>,
    /// The classes that draw its branch of the tree, and say what is below it.
    pub branch: Cow<'static, str>,
    pub kind: Cow<'a, str>,
    /// The logical type, where that is its physical one and of another kind.
    pub logical: Option<Cow<'a, str>>,
    /// Keys as small boxes.
    pub keys: Vec<Cow<'static, str>>,
    /// What holds for its values, in words.
    pub rules: String,
    /// The regular expression that they match.
    pub pattern: Option<Cow<'a, str>>,
    pub classification: Option<&'a str>,
    pub is_personal: bool,
    pub is_deprecated: bool,
    /// The newest test of it failed: of the schema, or of a rule on it.
    pub is_missed: bool,
    pub meaning: Option<Cow<'a, str>>,
    pub known: Option<String>,
    pub examples: &'a [Text],
    pub terms: Vec<Anchor<'a>>,
    pub joins: Vec<Anchor<'a>>,
    /// The columns that are its foreign key together with it.
    pub together: Option<String>,
    pub from: Vec<Anchor<'a>>,
    /// How it is made from there, in words and as code.
    pub made: Option<Cow<'a, str>>,
    pub logic: Option<Cow<'a, str>>,
    /// What the values that it may have mean, the first of them.
    pub values: Vec<(&'a str, Cow<'a, str>)>,
    /// The version that no longer has it, and what to read in its place.
    pub ends: Option<Cow<'a, str>>,
    pub instead: Option<Anchor<'a>>,
    /// Products that say they read it, the first by name and the rest as a number.
    pub readers: Vec<Anchor<'a>>,
    level: usize,
}

/// A column as its template sees it. There are very many, so that what stands in a cell is written here.
#[derive(Serialize)]
struct Cells<'r> {
    anchor: &'r str,
    name: &'r str,
    called_html: String,
    branch: &'r str,
    kind: &'r str,
    logical: Option<&'r str>,
    /// Keys, rules and class.
    rules_html: String,
    /// Meaning, examples, terms, foreign keys, and what it comes from.
    meaning_html: String,
}

impl Serialize for ColumnRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = Cells {
            anchor: &self.anchor,
            name: &self.name,
            called_html: self.called_html(),
            branch: &self.branch,
            kind: &self.kind,
            logical: self.logical.as_deref(),
            rules_html: self.rules_html(),
            meaning_html: self.meaning_html(),
        };
        cells.serialize(serializer)
    }
}

/// A column on the page of a product.
#[derive(Serialize)]
pub(crate) struct ShortRow<'a> {
    /// Where the page of the contract has it.
    href: String,
    name: Cow<'a, str>,
    /// The same as HTML, which may break between its parts where it is long.
    name_html: String,
    kind: Cow<'a, str>,
    logical: Option<Cow<'a, str>>,
    rules_html: String,
    meaning: Option<Cow<'a, str>>,
    /// The columns that its foreign key leads to, as links.
    joins_html: String,
}

impl<'a> ColumnRow<'a> {
    /// Says the same shortly, with a link to the page that says it at length.
    pub(crate) fn in_short(mut self, page: &str) -> ShortRow<'a> {
        // Where to go from there is said there.
        self.instead = self.instead.map(|instead| Anchor::plain(instead.text));
        let rules_html = self.rules_html();
        let href = [page, "#", &self.anchor].concat();
        // A key to another object of the same contract leads to a place on its page, which this is not.
        for href in self.joins.iter_mut().filter_map(|join| join.href.as_mut()).filter(|href| href.starts_with('#')) {
            href.insert_str(0, page);
        }
        let mut joins = Markup::default();
        joins.links(&self.joins);
        if let Some(together) = self.together.as_deref().filter(|_| !self.joins.is_empty()) {
            joins.tag(" together with ").say(together);
        }
        ShortRow {
            joins_html: joins.finish(),
            href,
            rules_html,
            name_html: if self.name.len() > WIDE {
                markup::breaking(&self.name)
            } else {
                let mut name = Markup::with_room(self.name.len());
                name.print(&self.name);
                name.finish()
            },
            name: self.name,
            kind: self.kind,
            logical: self.logical,
            meaning: self.meaning,
        }
    }
}

/// Bytes of a name that fit into its cell of a short row.
const WIDE: usize = 24;

/// What all columns of a contract have in common.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub linker: Linker<'a>,
    pub contract_idx: usize,
    /// The file of the contract.
    pub path: &'a str,
}

/// Says in words what holds for a column, as its row does.
pub(crate) fn rule_words(column: &Property, among: Among<'_, '_>, path: &str) -> String {
    let rare = column.detail.as_deref().and_then(|detail| detail.rare.as_deref());
    let mut words: Vec<String> = among.words(column, path).into_iter().map(Cow::into_owned).collect();
    words.push(rules::rules(column, rare, among));
    words.extend(rare.and_then(|rare| rules::option(rare, "pattern")).map(str::to_owned));
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

impl<'a> Place<'a> {
    pub(crate) fn of(linker: Linker<'a>, contract_idx: usize) -> Place<'a> {
        let header = &linker.site.mesh().contracts[contract_idx].descriptor.header;
        Place { linker, contract_idx, path: linker.site.outcome.sources.path(header.file) }
    }

    /// Finds the columns that the foreign keys of an object begin at.
    pub(crate) fn foreign_keys(self, object: &'a SchemaObject) -> ForeignKeys<'a> {
        let outcome = &self.linker.site.outcome;
        ForeignKeys::of((&outcome.mesh, &outcome.sources), (self.contract_idx, self.path), object)
    }

    /// Words a piece of an object, with texts cut where a page could not hold them.
    pub(super) fn piece(self, object: &'a SchemaObject, range: std::ops::Range<usize>, is_cut: bool) -> ObjectPart<'a> {
        let mut part = self.object(object);
        let columns = &mut part.columns;
        let n = columns.len();
        if range.len() < n {
            part.range = Some(format!("{} to {} of {n}", range.start + 1, range.end));
        }
        columns.truncate(range.end);
        columns.drain(..range.start);
        if range.start > 0 {
            part.description_html = None;
        }
        for row in columns.iter_mut().filter(|_| is_cut) {
            row.cut();
        }
        part.n_columns = columns.len();
        part
    }

    /// Words an object with all its columns.
    pub(super) fn object(self, object: &'a SchemaObject) -> ObjectPart<'a> {
        let mut columns = Vec::new();
        let mut above = object.name.value.to_string();
        let foreign = self.foreign_keys(object);
        self.rows((object, &object.properties), &foreign, &mut above, 0, &mut columns);
        for failed in self.linker.site.mesh().missed_paths(self.contract_idx) {
            let anchor = ["c-", &anchor_part(failed)].concat();
            for row in columns.iter_mut().filter(|row| row.anchor == anchor) {
                row.is_missed = true;
            }
        }
        let (version, ending) = versions::ending(self.linker.site, self.contract_idx);
        for path in ending {
            let anchor = ["c-", &anchor_part(path)].concat();
            for row in columns.iter_mut().filter(|row| row.anchor == anchor && row.ends.is_none()) {
                row.ends = Some(format!("{version}, as proposed").into());
            }
        }
        let mut anchors = Anchors::default();
        for row in &mut columns {
            row.anchor = anchors.next(std::mem::take(&mut row.anchor));
        }
        for (position, path) in sheets::other_paths(object) {
            if let Some(row) = columns.get_mut(position) {
                row.called_anchor = Some(address::column_anchor(&object.name, &path));
            }
        }
        branches(&mut columns);
        let site = self.linker.site;
        let terms = object.definitions.iter().filter_map(|term| site.mesh().term_at(self.path, &term.url));
        ObjectPart {
            anchor: format!("o-{}", anchor_part(&object.name)),
            name: &object.name,
            physical: object.physical_name.as_deref().filter(|name| *name != object.name.value.as_str()),
            kind: object.physical_type.as_deref().map(str::trim).filter(|kind| !kind.is_empty()),
            granularity: object.granularity.as_deref().map(|text| text.trim().trim_end_matches('.')),
            description_html: object.description.as_deref().map(|text| markdown::text(site, text, self.linker.depth)),
            terms: terms.map(|idx| self.linker.term(idx)).collect(),
            known: known::of_object(object),
            is_deprecated: object.is_deprecated,
            range: None,
            contract: None,
            n_columns: columns.len(),
            columns: site.theme.rows("column-row.html", columns),
        }
    }

    fn rows(
        self,
        (object, columns): (&'a SchemaObject, &'a [Property]),
        foreign: &ForeignKeys<'a>,
        above: &mut String,
        level: usize,
        rows: &mut Vec<ColumnRow<'a>>,
    ) {
        let among = Among::of(columns, foreign);
        let length = above.len();
        for column in columns {
            above.push('.');
            above.push_str(&column.name);
            rows.push(self.row(object, column, among, above, level));
            self.rows((object, column.children()), foreign, above, level + 1, rows);
            above.truncate(length);
        }
    }

    /// Words one column.
    pub(crate) fn row(
        self,
        object: &'a SchemaObject,
        column: &'a Property,
        among: Among<'_, 'a>,
        path: &str,
        level: usize,
    ) -> ColumnRow<'a> {
        let mesh = self.linker.site.mesh();
        let detail = column.detail.as_deref();
        let rare = detail.and_then(|detail| detail.rare.as_deref());
        let has_sources = detail.is_some_and(|detail| !detail.transform_sources.is_empty());
        let from = if has_sources { mesh.column_sources(self.contract_idx, column) } else { Vec::new() };
        let from = from.into_iter().map(|source| match source.place {
            Some(place) => self.column(&place),
            None => Anchor::plain(source.written),
        });
        let definitions = detail.map_or(&[][..], |detail| &detail.definitions);
        let terms = definitions.iter().filter_map(|term| mesh.term_at(self.path, &term.url));
        let targets = among.targets(column, path);
        let sources = &self.linker.site.outcome.sources;
        let mut together: Vec<&str> = targets.iter().flat_map(|target| target.others()).collect();
        together.sort_unstable();
        together.dedup();
        let joins = targets.iter().map(|target| target.to);
        let joins = joins.map(|to| match mesh.key_target(self.contract_idx, self.path, sources, to) {
            Some(place) => self.column(&place),
            None => Anchor::plain(to.value.as_str()),
        });
        let fact = |fact| rare.and_then(|rare| rare.text(fact)).map(Text::as_str);
        let instead = fact(ColumnFact::ReplacedBy).map(|name| self.sibling(object, path, name));
        let mut anchor = String::with_capacity(2 + path.len());
        anchor.push_str("c-");
        parts::push_anchor_part(&mut anchor, path);
        ColumnRow {
            anchor,
            name: name_in_tree(column, path, level),
            called: column.other_name().map(Cow::Borrowed),
            called_anchor: None,
            encrypted: fact(ColumnFact::EncryptedName).map(Cow::Borrowed),
            branch: "".into(),
            kind: detail.and_then(rules::kind).unwrap_or_default().into(),
            logical: detail.and_then(rules::logical).map(Cow::Borrowed),
            keys: among.words(column, path),
            rules: rules::rules(column, rare, among),
            pattern: rare.and_then(|rare| rules::option(rare, "pattern")).map(Cow::Borrowed),
            classification: column.classification(),
            is_personal: column.classification().is_some_and(|class| mesh.is_personal(class)),
            is_deprecated: column.flags.has(PropertyFlags::DEPRECATED),
            is_missed: false,
            meaning: detail
                .and_then(|detail| detail.description.as_deref())
                .filter(|text| !text.trim().is_empty())
                .map(Cow::Borrowed),
            known: rare.and_then(|rare| known::of_column(rare, &column.name)),
            examples: detail.map_or(&[], |detail| &detail.examples[..detail.examples.len().min(3)]),
            terms: terms.map(|idx| self.linker.term(idx)).collect(),
            joins: joins.collect(),
            together: (!together.is_empty()).then(|| together.join(", ")),
            from: from.collect(),
            made: fact(ColumnFact::TransformDescription).map(Cow::Borrowed),
            logic: fact(ColumnFact::TransformLogic).map(Cow::Borrowed),
            values: rare.map(rules::meanings).unwrap_or_default(),
            ends: fact(ColumnFact::EndsWith).map(Cow::Borrowed),
            instead,
            readers: Vec::new(),
            level,
        }
    }

    /// A link to a column beside another, or to one of the object, by its name; the name where there is none.
    fn sibling(self, object: &'a SchemaObject, path: &str, name: &'a str) -> Anchor<'a> {
        let mesh = self.linker.site.mesh();
        match mesh.replacement(self.contract_idx, &object.name, path, name) {
            Some(place) => Anchor { text: name.into(), ..self.column(&place) },
            None => Anchor::plain(name),
        }
    }

    /// A link to a column of any contract: `orders.order_id`, with the object where there are several.
    fn column(self, place: &ColumnPlace) -> Anchor<'a> {
        let mesh = self.linker.site.mesh();
        let contract = &mesh.contracts[place.contract_idx].descriptor;
        let id = &contract.header.id.value;
        let full = format!("{}.{}", place.object, place.column);
        let (text, hash) = match (place.column.is_empty(), contract.objects.len()) {
            (true, _) => (format!("{id} {}", place.object), format!("#o-{}", anchor_part(&place.object))),
            (false, 1) => (format!("{id}.{}", place.column), format!("#c-{}", anchor_part(&full))),
            (false, _) => (format!("{id} {full}"), format!("#c-{}", anchor_part(&full))),
        };
        let is_on_one_page = !self.linker.site.sheets.contains_key(&place.contract_idx);
        if place.contract_idx == self.contract_idx && is_on_one_page && !self.linker.site.homes.is_lean() {
            return Anchor { text: full.trim_end_matches('.').to_owned().into(), href: Some(hash) };
        }
        let page = self.linker.site.schema_page(place.contract_idx, hash.trim_start_matches('#'));
        Anchor { text: text.into(), href: Some(address::relative(self.linker.depth, &page)) }
    }
}

impl ColumnRow<'_> {
    fn called_html(&self) -> String {
        let mut cell = Markup::default();
        if let Some(called) = &self.called {
            cell = Markup::with_room(called.len() + 40);
            cell.tag("<small");
            if let Some(anchor) = &self.called_anchor {
                cell.tag(" id=\"").say(anchor).tag("\"");
            }
            cell.tag(">stored as <code>").say(called).tag("</code></small>");
        }
        if let Some(encrypted) = &self.encrypted {
            cell.tag("<small>encrypted as <code>").say(encrypted).tag("</code></small>");
        }
        cell.finish()
    }

    fn rules_html(&self) -> String {
        let mut cell = Markup::with_room(96);
        for key in &self.keys {
            cell.tag("<b>").say(key).tag("</b> ");
        }
        cell.say(&self.rules);
        if let Some(pattern) = &self.pattern {
            cell.tag(if self.rules.is_empty() { "matches <code>" } else { ", matches <code>" });
            cell.say(pattern).tag("</code>");
        }
        if self.is_missed {
            cell.tag(" <span class=\"sign bad\"><i class=\"i i-missed\"></i>Missed</span>");
        }
        if self.is_deprecated {
            cell.tag(" <span class=\"sign warn\"><i class=\"i i-deprecated\"></i>Deprecated</span>");
        }
        if let Some(version) = &self.ends {
            cell.tag(" <span class=\"sign warn\"><i class=\"i i-deprecated\"></i>Ends with ")
                .say(version)
                .tag("</span>");
        }
        if let Some(instead) = &self.instead {
            cell.tag(" <small>use ").link(instead).tag("</small>");
        }
        match self.classification {
            Some(class) if self.is_personal => {
                cell.tag(" <span class=\"sign pii\"><i class=\"i i-pii\"></i>").say(&parts::sentence(class));
                cell.tag("</span>");
            }
            Some(class) => _ = cell.tag(" <small>").say(&parts::sentence(class)).tag("</small>"),
            None => {}
        }
        cell.finish()
    }

    fn meaning_html(&self) -> String {
        let room = 72 * usize::from(!self.examples.is_empty()) + self.meaning.as_ref().map_or(32, |text| text.len());
        let mut cell = Markup::with_room(room);
        match &self.meaning {
            Some(meaning) => cell.say(meaning),
            None => cell.tag("<em class=\"st ns\">not stated</em>"),
        };
        if let Some(known) = &self.known {
            cell.tag("<small>").say(known).tag("</small>");
        }
        for (position, example) in self.examples.iter().enumerate() {
            cell.tag(if position == 0 { "<small>Example <code>" } else { ", <code>" }).say(example).tag("</code>");
        }
        if !self.examples.is_empty() {
            cell.tag("</small>");
        }
        for (position, (value, meaning)) in self.values.iter().enumerate() {
            cell.tag(if position == 0 { "<small><code>" } else { "; <code>" });
            cell.say(&parts::value_word(value)).tag("</code> ").say(meaning);
        }
        if !self.values.is_empty() {
            cell.tag("</small>");
        }
        let together = self.together.as_deref();
        for (before, links, together) in [
            ("<small>Means ", &self.terms, None),
            ("<small>Joins ", &self.joins, together),
            ("<small>Read by ", &self.readers, None),
        ] {
            if !links.is_empty() {
                cell.tag(before).links(links);
                if let Some(together) = together {
                    cell.tag(" together with ").say(together);
                }
                cell.tag("</small>");
            }
        }
        // In a column of their own the names of sources took the room of what the column means.
        if !self.from.is_empty() {
            cell.tag("<small>From ").links(&self.from);
        }
        let is_made = self.made.is_some() || self.logic.is_some();
        if is_made {
            cell.tag(if self.from.is_empty() { "<small>Made: " } else { ": " });
        }
        if let Some(made) = &self.made {
            cell.say(made);
        }
        if let Some(logic) = &self.logic {
            cell.tag(if self.made.is_some() { " <code>" } else { "<code>" }).say(logic).tag("</code>");
        }
        if is_made || !self.from.is_empty() {
            cell.tag("</small>");
        }
        cell.finish()
    }

    /// Cuts long texts, since many of them would not fit a page; the machine form has them whole.
    fn cut(&mut self) {
        const TEXT: usize = 240;
        const LINKS: usize = 3;
        let n_made = if self.logic.is_some() && self.made.is_some() { TEXT / 2 } else { TEXT };
        for (text, most) in [(&mut self.meaning, TEXT), (&mut self.made, n_made), (&mut self.logic, n_made)] {
            *text = text.take().map(|text| parts::shortened(&text, most).into_owned().into());
        }
        for text in [&mut self.pattern, &mut self.called, &mut self.encrypted, &mut self.logical] {
            *text = text.take().map(|text| parts::shortened(&text, TEXT / 4).into_owned().into());
        }
        self.kind = parts::shortened(&self.kind, TEXT / 4).into_owned().into();
        if self.values.iter().map(|(value, meaning)| value.len() + meaning.len()).sum::<usize>() > TEXT / 2 {
            self.values = Vec::new();
        }
        self.rules = parts::shortened(&self.rules, TEXT / 2).into_owned();
        if self.examples.iter().any(|example| example.len() > TEXT / 4) {
            self.examples = &[];
        }
        for links in [&mut self.terms, &mut self.joins, &mut self.from] {
            links.truncate(LINKS);
        }
    }
}

/// Returns how a column is called in the tree. It has room for two levels: of what is deeper the name says what it is in.
fn name_in_tree<'a>(column: &'a Property, path: &str, level: usize) -> Cow<'a, str> {
    const DRAWN: usize = 2;
    let spoken = |name: &'a str| if name == "[]" { "each entry" } else { name };
    let own = spoken(&column.name);
    let above = path.strip_suffix(column.name.as_str()).and_then(|above| above.strip_suffix('.'));
    match above.and_then(|above| above.rsplit('.').next()).filter(|_| level > DRAWN) {
        Some("[]") => Cow::Owned(["each entry: ", own].concat()),
        Some(above) => Cow::Owned([above, ".", own].concat()),
        None => Cow::Borrowed(own),
    }
}

/// Gives each row of a tree the class that draws its branch: how deep it lies, whether it is the last
/// below its parent, and whether its parent is the last too. Other classes say what is below it, so that what is left when
/// only keys or personal data are shown keeps the way to it.
fn branches(rows: &mut [ColumnRow<'_>]) {
    // From the end: by level, whether a later row is a sibling, and what those below hold.
    let mut has_later: Vec<bool> = Vec::new();
    let mut below: Vec<Held> = Vec::new();
    for row in rows.iter_mut().rev() {
        let level = row.level;
        has_later.truncate(level + 1);
        has_later.resize(level + 1, false);
        let is_last = level > 0 && !has_later[level];
        let is_last_above = level > 1 && !has_later[level - 1];
        let branch = match (level, is_last, is_last_above) {
            (0, ..) => "",
            (1, false, _) => "l1",
            (1, true, _) => "l1 end",
            (_, false, false) => "l2",
            (_, true, false) => "l2 end",
            (_, false, true) => "l2 fin",
            (_, true, true) => "l2 end fin",
        };
        has_later[level] = true;
        below.resize(level + 2, Held::default());
        let held = below.pop().unwrap_or_default();
        row.branch = match (held.has_key, held.has_personal) {
            (false, false) => branch.into(),
            (true, false) => format!("{branch} of-key").trim_start().to_owned().into(),
            (false, true) => format!("{branch} of-pii").trim_start().to_owned().into(),
            (true, true) => format!("{branch} of-key of-pii").trim_start().to_owned().into(),
        };
        let own = &mut below[level];
        own.has_key |= held.has_key || !row.keys.is_empty();
        own.has_personal |= held.has_personal || row.is_personal;
    }
}

/// What columns hold.
#[derive(Clone, Copy, Default)]
struct Held {
    has_key: bool,
    has_personal: bool,
}
