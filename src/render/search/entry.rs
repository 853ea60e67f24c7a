//! What can be found: one entry for each thing that has a place on the site, in the order of their strength.
//! Columns are no entries but a field of their schema object, with a link of their own.

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::own;
use super::rank::{self, Standing};
use crate::graph::{Mesh, n_promises, slug_of};
use crate::model::{DataContract, Header, Property, SchemaObject};
use crate::render::health::Health;
use crate::render::sheets::{self, PART_COLUMNS};
use crate::render::{Homes, address};

/// What kind of thing an entry is. The number is that of the index in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntryKind {
    /// A data product.
    Product,
    /// A data contract, with its current version.
    Contract,
    /// A schema object of a contract: a table, a topic, a file.
    Object,
    /// A word of the glossary.
    Term,
    /// A domain.
    Domain,
    /// A team.
    Team,
    /// A policy.
    Policy,
    /// A source system.
    Source,
    /// A page of the site itself.
    Page,
}

impl EntryKind {
    /// All kinds, by their number.
    pub(super) const ALL: [EntryKind; 9] = [
        EntryKind::Product,
        EntryKind::Contract,
        EntryKind::Object,
        EntryKind::Term,
        EntryKind::Domain,
        EntryKind::Team,
        EntryKind::Policy,
        EntryKind::Source,
        EntryKind::Page,
    ];

    /// Returns the word of `kind:`, of JSON and of the shell.
    pub(super) fn word(self) -> &'static str {
        match self {
            EntryKind::Product => "product",
            EntryKind::Contract => "contract",
            EntryKind::Object => "object",
            EntryKind::Term => "term",
            EntryKind::Domain => "domain",
            EntryKind::Team => "team",
            EntryKind::Policy => "policy",
            EntryKind::Source => "source",
            EntryKind::Page => "page",
        }
    }

    /// Returns what people call it.
    pub(super) fn title(self) -> &'static str {
        match self {
            EntryKind::Product => "Data product",
            EntryKind::Contract => "Contract",
            EntryKind::Object => "Table or topic",
            EntryKind::Term => "Glossary term",
            EntryKind::Domain => "Domain",
            EntryKind::Team => "Team",
            EntryKind::Policy => "Policy",
            EntryKind::Source => "Source system",
            EntryKind::Page => "Page",
        }
    }

    /// Returns the strokes of its sign beside a result, on 40 by 40; a product has a mark of its own.
    pub(super) fn glyph(self) -> &'static str {
        match self {
            EntryKind::Product => "",
            EntryKind::Contract => "M11 7h12l6 6v20H11zM23 7v6h6M15 20h10M15 25h10",
            EntryKind::Object => "M8 10h24v20H8zM8 16.5h24M8 23h24M16.5 16.5V30",
            EntryKind::Term => "M20 11v20.5M20 11c-3-2.5-7-3-12-3v20.5c5 0 9 .5 12 3c3-2.5 7-3 12-3V8c-5 0-9 .5-12 3z",
            EntryKind::Domain => {
                "M14.8 8.5l5.2 3v6l-5.2 3l-5.2-3v-6zM25.2 8.5l5.2 3v6l-5.2 3l-5.2-3v-6zM20 17.5l5.2 3v6l-5.2 3l-5.2-3v-6z"
            }
            EntryKind::Team => {
                "M15.5 18.5a4.5 4.5 0 1 0 0-9a4.5 4.5 0 0 0 0 9zM7 31v-1a8.5 8.5 0 0 1 17 0v1M25 18.5a4 4 0 1 0-2-7.5M27 22a7 7 0 0 1 6 7v2"
            }
            EntryKind::Policy => "M20 7l11 4v8c0 7-5 11-11 14c-6-3-11-7-11-14v-8zM15 17h10M15 22h10",
            EntryKind::Source => "M9 10h22v20H9zM9 16h22M13 13h2",
            EntryKind::Page => "M10 8h20v24H10zM15 14h10M15 20h10M15 26h6",
        }
    }

    /// Returns the folder of its pages.
    pub(super) fn folder(self) -> &'static str {
        match self {
            EntryKind::Product => "products",
            EntryKind::Contract | EntryKind::Object => "contracts",
            EntryKind::Term => "glossary",
            EntryKind::Domain => "domains",
            EntryKind::Team => "teams",
            EntryKind::Policy => "policies",
            EntryKind::Source => "sources",
            EntryKind::Page => "",
        }
    }
}

/// Where a thing stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lifecycle {
    /// Not to be found above anything that lives.
    Retired,
    /// Still there, on its way out.
    Deprecated,
    /// Being written; also every status that is no word of the standards.
    Draft,
    /// Meant, not there yet.
    Proposed,
    /// In use; also what has no status.
    Active,
}

impl Lifecycle {
    fn of(status: &str) -> Lifecycle {
        match status {
            "" | "active" | "approved" | "enforced" => Lifecycle::Active,
            "proposed" | "requested" | "trial" => Lifecycle::Proposed,
            "deprecated" => Lifecycle::Deprecated,
            "retired" | "rejected" => Lifecycle::Retired,
            _ => Lifecycle::Draft,
        }
    }

    /// Returns its factor in the strength of an entry, in tenths.
    pub(super) fn tenths(self) -> u64 {
        match self {
            Lifecycle::Active => 10,
            Lifecycle::Proposed => 5,
            Lifecycle::Draft => 4,
            Lifecycle::Deprecated => 2,
            Lifecycle::Retired => 0,
        }
    }
}

/// One thing that can be found. Its position in the list of entries is its id in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its position in the list of its kind; for an object that of its contract.
    pub idx: usize,
    /// The position of the object in its contract.
    pub object: usize,
    /// Which part of an object with many columns: [`PART_COLUMNS`] each.
    pub part: usize,
    /// The page of the contract's columns that has this part, from 0.
    pub sheet: usize,
    /// How strong it is by itself, see [`rank::level`].
    pub level: u8,
    /// It is retired: it comes after everything that is not.
    pub is_retired: bool,
}

/// Lists all entries, the strongest first; of the same strength those of a domain and product together, so that
/// what is found together lies together. `health` has the checks of each product.
pub(super) fn entries(mesh: &Mesh, health: &[Health]) -> Vec<Entry> {
    let mut listed: Vec<(Entry, Place<'_>)> = Vec::new();
    let entry = |kind, idx, standing: Standing| {
        let is_retired = standing.lifecycle == Lifecycle::Retired;
        Entry { kind, idx, object: 0, part: 0, sheet: 0, level: rank::level(standing), is_retired }
    };
    for (idx, product) in mesh.products.iter().enumerate() {
        let place = Place { domain: product.domain_idx, group: &product.slug, slug: &product.slug };
        listed.push((entry(EntryKind::Product, idx, product_standing(mesh, health, idx)), place));
    }
    let of_contract = |idx: usize| {
        let contract = &mesh.contracts[idx];
        let header = &contract.descriptor.header;
        let producer = contract.published_by.first().map(|by| by.product_idx);
        // A contract is as strong as the product that publishes it, as long as it lives as well.
        let standing = match producer {
            Some(product) => product_standing(mesh, health, product),
            None => standing(header, contract.owner_idx, contract.consumers.len()),
        };
        let standing = Standing { lifecycle: Lifecycle::of(header.status_word()), ..standing };
        let group = producer.map_or(&contract.slug, |product| &mesh.products[product].slug);
        let place = Place { domain: contract.domain_idx, group, slug: &contract.slug };
        let mut listed = vec![(entry(EntryKind::Contract, idx, standing), place)];
        let sheets = sheets::of(&contract.descriptor);
        let sheet = |object, part| sheets.as_ref().map_or(0, |sheets| sheets.page_of_part(object, part));
        for (position, object) in contract.descriptor.objects.iter().enumerate() {
            let ended = if object.is_deprecated { Lifecycle::Deprecated } else { Lifecycle::Active };
            let entry =
                entry(EntryKind::Object, idx, Standing { lifecycle: standing.lifecycle.min(ended), ..standing });
            let n_parts = n_columns(object).div_ceil(PART_COLUMNS).max(1);
            let part = |part| Entry { object: position, part, sheet: sheet(position, part), ..entry };
            listed.extend((0..n_parts).map(|at| (part(at), place)));
        }
        listed
    };
    listed.par_extend(mesh.current_contracts().into_par_iter().flat_map_iter(of_contract));
    for (idx, term) in mesh.terms.iter().enumerate() {
        let header = &mesh.glossaries[term.glossary_idx].header;
        let n_stated = usize::from(mesh.term(term).description.is_some()) + usize::from(term.domain_idx.is_some());
        let standing = Standing { stated: (n_stated, 2), ..standing(header, None, term.bindings.len()) };
        let place = Place { domain: term.domain_idx, group: &term.slug, slug: &term.slug };
        listed.push((entry(EntryKind::Term, idx, standing), place));
    }
    for (idx, domain) in mesh.domains.iter().enumerate() {
        let standing = standing(&domain.descriptor.header, domain.owner_idx, domain.products.len());
        let place = Place { domain: Some(idx), group: &domain.slug, slug: &domain.slug };
        listed.push((entry(EntryKind::Domain, idx, standing), place));
    }
    for (idx, team) in mesh.teams.iter().enumerate() {
        let standing = standing(&team.descriptor.header, team.domain_idx, team.products.len());
        let place = Place { domain: team.domain_idx, group: &team.slug, slug: &team.slug };
        listed.push((entry(EntryKind::Team, idx, standing), place));
    }
    for (idx, source) in mesh.sources.iter().enumerate() {
        let standing = standing(&source.descriptor.header, source.owner_idx, source.products.len());
        let place = Place { domain: source.domain_idx, group: &source.slug, slug: &source.slug };
        listed.push((entry(EntryKind::Source, idx, standing), place));
    }
    for (idx, policy) in mesh.policies.iter().enumerate() {
        let owner = policy.owner.as_ref().and_then(|owner| mesh.team(owner));
        let stage = policy.stage.as_deref().unwrap_or_default().trim().to_lowercase();
        let standing = Standing { lifecycle: Lifecycle::of(&stage), ..standing(&policy.header, owner, 0) };
        let place = Place { domain: None, group: "", slug: &policy.header.id.value };
        listed.push((entry(EntryKind::Policy, idx, standing), place));
    }
    for (idx, page) in own::PAGES.iter().enumerate() {
        // Weaker than most things: who means one of these pages types its name.
        let standing = Standing { lifecycle: Lifecycle::Proposed, n_users: 0, stated: (0, 1), checks: None };
        let place = Place { domain: None, group: "", slug: page.path };
        listed.push((entry(EntryKind::Page, idx, standing), place));
    }
    listed.sort_by(|(a, a_place), (b, b_place)| {
        let key = |entry: &Entry, place: &Place<'_>| {
            (entry.is_retired, u8::MAX - entry.level, place.domain.unwrap_or(usize::MAX))
        };
        key(a, a_place)
            .cmp(&key(b, b_place))
            .then_with(|| a_place.group.cmp(b_place.group))
            .then_with(|| a.kind.cmp(&b.kind).then_with(|| a_place.slug.cmp(b_place.slug)))
            .then_with(|| (a.idx, a.object, a.part).cmp(&(b.idx, b.object, b.part)))
    });
    listed.into_iter().map(|(entry, _)| entry).collect()
}

/// Where an entry stands among those of the same strength.
#[derive(Clone, Copy)]
struct Place<'m> {
    domain: Option<usize>,
    group: &'m str,
    slug: &'m str,
}

fn product_standing(mesh: &Mesh, health: &[Health], idx: usize) -> Standing {
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let contracts = || product.outputs.iter().flatten().map(|idx| &mesh.contracts[*idx].descriptor);
    let stated = [
        header.description.purpose.is_some(),
        product.owner_idx.is_some(),
        product.domain_idx.is_some(),
        !header.tags.is_empty(),
        contracts().next().is_some(),
        contracts().any(|contract| n_promises(contract) > 0),
    ];
    Standing {
        lifecycle: Lifecycle::of(header.status_word()),
        n_users: product.consumers.len(),
        stated: (stated.iter().filter(|is| **is).count(), stated.len()),
        checks: health.get(idx).map(ranked_checks),
    }
}

/// Returns how a descriptor stands that has no checks: it states its purpose, and that which it should have.
fn standing(header: &Header, has: Option<usize>, n_users: usize) -> Standing {
    let n_stated = usize::from(header.description.purpose.is_some()) + usize::from(has.is_some());
    Standing { lifecycle: Lifecycle::of(header.status_word()), n_users, stated: (n_stated, 2), checks: None }
}

/// Returns the number of columns of an object, those in others too: so many rows its table has.
pub(super) fn n_columns(object: &SchemaObject) -> usize {
    fn count(columns: &[Property]) -> usize {
        columns.iter().map(|column| 1 + count(column.children())).sum()
    }
    count(&object.properties)
}

/// Visits the columns of one part of an object, depth first, each with its path in the object; not the items of lists, which
/// have no name.
pub(super) fn each_part_column<'m>(object: &'m SchemaObject, part: usize, visit: &mut dyn FnMut(&'m Property, &str)) {
    let start = part * PART_COLUMNS;
    let mut walk = Walk { path: String::new(), at: 0, range: start..start + PART_COLUMNS, visit };
    walk.columns(&object.properties, false);
}

/// Visits the names by which the columns of [`each_part_column`] are found, each with its path in the object: their own, and
/// behind it that which they have where the data lies, unless another of them has it.
pub(super) fn each_part_name(object: &SchemaObject, part: usize, visit: &mut dyn FnMut(&str, &str)) {
    // Most objects state no such names.
    if object.summary.n_facts == 0 {
        return each_part_column(object, part, &mut |column, path| visit(&column.name, path));
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    each_part_column(object, part, &mut |_, path| _ = known.insert(path.to_owned()));
    each_part_column(object, part, &mut |column, path| {
        visit(&column.name, path);
        if let Some((name, other)) = sheets::other_path(column, path)
            && known.insert(other.clone())
        {
            visit(name, &other);
        }
    });
}

/// A walk over a part of the columns of an object.
struct Walk<'w, 'm> {
    path: String,
    /// The number of the next column.
    at: usize,
    range: Range<usize>,
    visit: &'w mut dyn FnMut(&'m Property, &str),
}

impl<'m> Walk<'_, 'm> {
    fn columns(&mut self, columns: &'m [Property], is_below: bool) {
        let length = self.path.len();
        for column in columns {
            if self.at >= self.range.end {
                return;
            }
            if is_below {
                self.path.push('.');
            }
            self.path.push_str(&column.name);
            if self.at >= self.range.start && column.name != "[]" {
                (self.visit)(column, &self.path);
            }
            self.at += 1;
            self.columns(column.children(), true);
            self.path.truncate(length);
        }
    }
}

impl Entry {
    /// Returns the object of an object's entry.
    pub(super) fn object<'m>(&self, mesh: &'m Mesh) -> Option<&'m SchemaObject> {
        (self.kind == EntryKind::Object).then(|| &mesh.contracts[self.idx].descriptor.objects[self.object])
    }

    /// Returns the contract of a contract's or an object's entry.
    pub(super) fn contract<'m>(&self, mesh: &'m Mesh) -> Option<&'m DataContract> {
        matches!(self.kind, EntryKind::Contract | EntryKind::Object).then(|| &*mesh.contracts[self.idx].descriptor)
    }

    /// Returns the page of a page's entry.
    pub(super) fn own_page(&self) -> Option<&'static own::OwnPage> {
        own::PAGES.get(self.idx).filter(|_| self.kind == EntryKind::Page)
    }

    /// Returns the header of the descriptor; a page of the site has none.
    pub(super) fn header<'m>(&self, mesh: &'m Mesh) -> Option<&'m Header> {
        Some(match self.kind {
            EntryKind::Product => &mesh.products[self.idx].descriptor.header,
            EntryKind::Contract | EntryKind::Object => &mesh.contracts[self.idx].descriptor.header,
            EntryKind::Term => &mesh.glossaries[mesh.terms[self.idx].glossary_idx].header,
            EntryKind::Domain => &mesh.domains[self.idx].descriptor.header,
            EntryKind::Team => &mesh.teams[self.idx].descriptor.header,
            EntryKind::Policy => &mesh.policies[self.idx].header,
            EntryKind::Source => &mesh.sources[self.idx].descriptor.header,
            EntryKind::Page => return None,
        })
    }

    /// Returns the id as references write it, for an object `<contract>#<object>`.
    pub(super) fn id(&self, mesh: &Mesh) -> String {
        let id = self.header(mesh).map(|header| header.id.value.as_str()).unwrap_or_default();
        match (self.own_page(), self.object(mesh)) {
            (Some(page), _) => page.path.to_owned(),
            (_, Some(object)) => format!("{id}#{}", object.name.value),
            _ if self.kind == EntryKind::Term => mesh.terms[self.idx].id.clone(),
            _ => id.to_owned(),
        }
    }

    /// Returns what it is called.
    pub(super) fn title<'m>(&self, mesh: &'m Mesh) -> &'m str {
        match (self.kind, self.object(mesh)) {
            (_, Some(object)) => &object.name,
            (EntryKind::Term, _) => {
                let term = mesh.term(&mesh.terms[self.idx]);
                term.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&term.id)
            }
            _ => match self.own_page() {
                Some(page) => page.title,
                None => self.header(mesh).map_or("", Header::title),
            },
        }
    }

    /// Returns its slug where that is none of its names. An object has none, and its contract is another entry.
    pub(super) fn own_slug(&self, mesh: &Mesh) -> Option<String> {
        let slug = match self.kind {
            EntryKind::Object | EntryKind::Page => return None,
            EntryKind::Product => mesh.products[self.idx].slug.clone(),
            EntryKind::Contract => mesh.contracts[self.idx].slug.clone(),
            EntryKind::Term => mesh.terms[self.idx].slug.clone(),
            EntryKind::Domain => mesh.domains[self.idx].slug.clone(),
            EntryKind::Team => mesh.teams[self.idx].slug.clone(),
            EntryKind::Policy => slug_of(&mesh.policies[self.idx].header),
            EntryKind::Source => mesh.sources[self.idx].slug.clone(),
        };
        Some(slug).filter(|slug| *slug != self.id(mesh))
    }

    /// Returns the stem of its page: [`EntryKind::folder`] and `.html` go around it. Pages of the site, and on a lean site
    /// contracts and objects have the whole address behind a slash, with what stands before anchors behind a `#`.
    pub(super) fn stem(&self, mesh: &Mesh, homes: &Homes) -> String {
        match self.kind {
            EntryKind::Product => mesh.products[self.idx].slug.clone(),
            EntryKind::Contract if homes.is_lean() => format!("/{}", address::contract(mesh, homes, self.idx)),
            EntryKind::Contract => mesh.contracts[self.idx].slug.clone(),
            EntryKind::Object => self.object_stem(mesh, homes),
            EntryKind::Term => mesh.terms[self.idx].slug.clone(),
            EntryKind::Domain => mesh.domains[self.idx].slug.clone(),
            EntryKind::Team => mesh.teams[self.idx].slug.clone(),
            EntryKind::Policy => slug_of(&mesh.policies[self.idx].header),
            EntryKind::Source => mesh.sources[self.idx].slug.clone(),
            EntryKind::Page => self.own_page().map(|page| format!("/{}", page.path)).unwrap_or_default(),
        }
    }

    /// Objects with very many columns go on over several pages, which are those of the version.
    fn object_stem(&self, mesh: &Mesh, homes: &Homes) -> String {
        if let Some((product_idx, names)) = homes.fold_of(mesh, self.idx) {
            return format!("/{}#{}", address::product(&mesh.products[product_idx].slug), names.before_objects);
        }
        if self.sheet == 0 && !homes.is_lean() {
            return mesh.contracts[self.idx].slug.clone();
        }
        let page = address::schema(mesh, homes, self.idx, self.sheet);
        if homes.is_lean() {
            return format!("/{page}");
        }
        page.trim_start_matches("contracts/").trim_end_matches(".html").to_owned()
    }

    /// Returns its page, relative to the top of the site, with the anchor of an object or of one of its columns.
    pub(super) fn page(&self, mesh: &Mesh, homes: &Homes, column: Option<&str>) -> String {
        let stem = self.stem(mesh, homes);
        let page = match stem.strip_prefix('/') {
            Some(page) => page.to_owned(),
            None => format!("{}/{stem}.html", self.kind.folder()),
        };
        let Some(object) = self.object(mesh) else { return page };
        let (page, before) = page.split_once('#').unwrap_or((&page, ""));
        let anchor = match column {
            None => address::object_anchor(&object.name),
            Some(column) => address::column_anchor(&object.name, column),
        };
        format!("{page}#{before}{anchor}")
    }
}

/// Returns how many checks pass, and of how many. What nobody observed leaves the tally of a product, but must not come
/// before what is kept.
fn ranked_checks(health: &Health) -> (usize, usize) {
    let tally = health.tally();
    (tally.n_passed, tally.n_total + usize::from(health.results == (0, 0)))
}
