//! The canvas of a product: what fits one sheet of paper.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::node;
use crate::graph::EvidenceSummary;
use crate::model::{DataContract, Kind, Property};
use crate::render::answers::Promise;
use crate::render::parts;
use crate::render::site::Site;

/// The cells of the sheet; what is empty says so in the template.
#[derive(Serialize)]
pub(super) struct Canvas<'a> {
    purpose: Option<String>,
    owner: Option<String>,
    help: Option<Cow<'a, str>>,
    /// Who approves access, in the order in which they are asked.
    approvers: String,
    cells: [Cell<'a>; 5],
    n_personal: usize,
    /// What other words the classes of these columns have: "2 of them sensitive".
    of_them: String,
    classes: Vec<String>,
    /// Of the page that the sheet is printed from.
    address: String,
}

/// A heading and the lines below it.
#[derive(Serialize)]
struct Cell<'a> {
    head: &'static str,
    lines: Vec<Cow<'a, str>>,
    /// What stands there instead of no lines.
    none: &'static str,
}

impl<'a> Cell<'a> {
    /// A cell of what descriptors state.
    fn new(head: &'static str, lines: Vec<Cow<'a, str>>) -> Cell<'a> {
        Cell { head, lines, none: "not stated" }
    }
}

/// Lines of a cell: so many that a full canvas fills its sheet.
const LINES: usize = 9;

pub(super) fn canvas<'a>(
    site: &'a Site,
    idx: usize,
    evidence: &EvidenceSummary<'a>,
    (promised, n_others, n_rules): (&[Promise<'a>], usize, usize),
    (approvers, address): (String, String),
) -> Canvas<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let owner = product.owner_idx.map(|idx| mesh.teams[idx].descriptor.header.title().to_owned());
    let owner = owner.or_else(|| mesh.product_owner(product));
    let domain = mesh.domain_title(product.domain_idx);
    let Classes { n_personal, of_them, others: classes } = classes(site, idx);
    Canvas {
        purpose: header.description.purpose.as_deref().map(parts::first_sentence),
        owner: owner.map(|owner| domain.map_or(owner.clone(), |domain| format!("{owner}, {domain}"))),
        help: parts::contacts(&header.support)
            .into_iter()
            .find(parts::Contact::answers)
            .map(|contact| contact.channel.text),
        approvers,
        cells: [
            Cell::new("Takes from", takes(site, idx)),
            Cell::new("Output ports", owned(ports(site, idx))),
            // No product states its readers: they state what they read.
            Cell { none: "none known", ..Cell::new("Consumers", owned(gives(site, idx))) },
            Cell::new("Use cases", owned(uses(site, idx))),
            Cell::new("Promises", owned(promises(promised, n_others, n_rules, evidence.quality().1))),
        ],
        n_personal,
        of_them,
        classes,
        address,
    }
}

fn owned<'a>(lines: Vec<String>) -> Vec<Cow<'a, str>> {
    lines.into_iter().map(Cow::Owned).collect()
}

/// Cuts a list to the lines of a cell and says how many are left out.
fn cut<T: From<String>>(lines: Vec<T>) -> Vec<T> {
    cut_to(LINES, lines)
}

fn cut_to<T: From<String>>(n: usize, mut lines: Vec<T>) -> Vec<T> {
    if lines.len() > n {
        let more = lines.len() - (n - 1);
        lines.truncate(n - 1);
        lines.push(T::from(format!("{more} more")));
    }
    lines
}

fn takes(site: &Site, idx: usize) -> Vec<Cow<'_, str>> {
    let mesh = site.mesh();
    let providers: BTreeSet<_> = mesh.lineage.upstream(node(idx)).into_iter().map(|(node, _)| node).collect();
    let title = |node: crate::graph::LineageNode| match node.kind {
        Kind::SourceSystem => {
            Cow::Owned(format!("{}, source system", mesh.sources[node.idx].descriptor.header.title()))
        }
        _ => Cow::Borrowed(mesh.products[node.idx].descriptor.header.title()),
    };
    // What no product of the registry publishes is read all the same.
    let product = &mesh.products[idx];
    let unpublished = product.descriptor.input_ports.iter().zip(&product.inputs).filter_map(|(port, bound)| {
        if bound.source_idx.is_some() || !bound.published_by.is_empty() {
            return None;
        }
        let named = port.contract_id.as_ref().or(port.source_system.as_ref()).map_or(&*port.name, |id| &*id.value);
        Some(match bound.contract_idx {
            Some(idx) => Cow::Borrowed(mesh.contracts[idx].descriptor.header.title()),
            None => Cow::Owned(format!("{named}, not in this registry")),
        })
    });
    cut(providers.into_iter().map(title).chain(unpublished).collect())
}

fn ports(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let port = |(port, contract): (&crate::model::OutputPort, &Option<usize>)| {
        let status = contract.map(|idx| mesh.contracts[idx].descriptor.header.status_word());
        if status == Some("retired") {
            return None;
        }
        let written = port.contract_id.as_ref().zip(port.version.as_ref());
        let contract = written.map(|(id, version)| format!(", {} {}", id.value, version.value)).unwrap_or_default();
        let status = if port.is_deprecated { Some("deprecated") } else { status };
        let note = status.filter(|status| *status != "active").map(|status| format!(", {status}")).unwrap_or_default();
        Some(format!("{}{contract}{note}", port.name))
    };
    cut(product.descriptor.output_ports.iter().zip(&product.outputs).filter_map(port).collect())
}

/// Readers by domain, those with the most first.
fn gives(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let mut domains: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for reader in &mesh.products[idx].consumers {
        *domains.entry(mesh.products[*reader].domain_idx).or_default() += 1;
    }
    let mut domains: Vec<(Option<usize>, usize)> = domains.into_iter().collect();
    domains.sort_by_key(|(domain, n)| (std::cmp::Reverse(*n), *domain));
    let name = |domain: Option<usize>| mesh.domain_title(domain).unwrap_or("Domain not stated");
    cut(domains.into_iter().map(|(domain, n)| format!("{} {n}", name(domain))).collect())
}

/// What agreements in force and reviews say it is used for, each once.
fn uses(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let agreements = product.agreements.iter().map(|idx| &mesh.agreements[*idx]);
    let purposes = agreements
        .filter(|agreement| agreement.is_in_force(site.outcome.today))
        .filter_map(|agreement| agreement.header.description.purpose.as_deref());
    let reviews = product.reviews.iter().filter_map(|idx| mesh.reviews[*idx].used_for.as_deref());
    let mut seen = BTreeSet::new();
    let mut uses = Vec::new();
    for text in purposes.chain(reviews).take(64) {
        let text = parts::sentence(parts::first_sentence(text).trim_end_matches('.'));
        if seen.insert(text.to_lowercase()) {
            uses.push(text);
        }
    }
    cut(uses)
}

/// What is promised and what a result says of it, as the panel has it, the missed first; then the levels that have no
/// row there, and the rules.
fn promises(promised: &[Promise<'_>], n_others: usize, n_rules: usize, n_rules_missed: usize) -> Vec<String> {
    let line = |row: &Promise<'_>| {
        let observed = row.level.seen.as_ref().map(|seen| {
            let missed = if seen.is_kept { "" } else { "missed: " };
            let ago = seen.ago.as_ref().map(|ago| format!(", {ago}")).unwrap_or_default();
            format!("; {missed}{} observed {}{ago}", seen.value, seen.day.text)
        });
        format!("{} {} promised{}", row.level.name, row.level.value, observed.unwrap_or_default())
    };
    let is_missed = |row: &&Promise<'_>| row.level.seen.as_ref().is_some_and(|seen| !seen.is_kept);
    let (missed, others): (Vec<&Promise<'_>>, Vec<&Promise<'_>>) = promised.iter().partition(is_missed);
    let mut lines = cut_to(LINES - 2, missed.into_iter().chain(others).map(line).collect());
    if n_others > 0 {
        lines.push(parts::count(n_others, "other promise"));
    }
    match (n_rules, n_rules_missed) {
        (0, _) => {}
        (n, 0) => lines.push(parts::count(n, "quality rule")),
        (n, n_missed) => lines.push(format!("{}, {n_missed} missed", parts::count(n, "quality rule"))),
    }
    lines
}

/// How many columns of the ports on the sheet have which class, each column once.
struct Classes {
    n_personal: usize,
    /// The personal ones whose class has another word for it.
    of_them: String,
    others: Vec<String>,
}

/// Counts the columns of the ports on the sheet that are personal, and the classes of the others. Of the versions of a contract
/// that are not retired one is counted: the one that is in use, else the newest.
fn classes(site: &Site, idx: usize) -> Classes {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mesh = site.mesh();
    let rank = |idx: usize| match mesh.contracts[idx].descriptor.header.status_word() {
        "active" => 2,
        "deprecated" => 1,
        _ => 0,
    };
    let outputs = mesh.products[idx].outputs.iter().flatten().copied();
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for idx in outputs.filter(|idx| !mesh.contracts[*idx].descriptor.header.has_status("retired")) {
        let one = counted.entry(&mesh.contracts[idx].descriptor.header.id.value).or_insert(idx);
        if (rank(idx), idx) > (rank(*one), *one) {
            *one = idx;
        }
    }
    for contract in counted.values().map(|idx| &mesh.contracts[*idx].descriptor) {
        for object in &contract.objects {
            count_classes(&object.properties, &mut classes);
        }
    }
    let mut n_personal = 0;
    let (mut others, mut of_them): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for (class, n) in classes {
        let word = class.trim().to_lowercase();
        if !mesh.is_personal(class) {
            *others.entry(parts::sentence(class)).or_default() += n;
            continue;
        }
        n_personal += n;
        // Other words for it say more.
        if !parts::is_plainly_personal(&word) {
            *of_them.entry(word).or_default() += n;
        }
    }
    let word = |(word, n): (String, usize)| match n {
        n if n == n_personal => format!("all of them {word}"),
        n => format!("{n} of them {word}"),
    };
    let of_them: Vec<String> = of_them.into_iter().map(word).collect();
    // What an older version still gives out is personal data all the same.
    let older = mesh.products[idx].outputs.iter().flatten().map(|idx| &mesh.contracts[*idx].descriptor);
    let is_live = |contract: &&DataContract| !contract.header.has_status("retired");
    let is_personal = |contract: &&DataContract| mesh.has_personal_data(contract);
    if n_personal == 0
        && let Some(contract) = older.map(|contract| &**contract).filter(is_live).find(is_personal)
    {
        let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
        contract.objects.iter().for_each(|object| count_classes(&object.properties, &mut classes));
        n_personal = classes.into_iter().filter(|(class, _)| mesh.is_personal(class)).map(|(_, n)| n).sum();
    }
    let others = others.into_iter().map(|(class, n)| format!("{class}, {}", parts::count(n, "column")));
    Classes { n_personal, of_them: of_them.join(", "), others: cut(others.collect()) }
}

/// Counts columns and what they hold by their class.
fn count_classes<'m>(columns: &'m [Property], classes: &mut BTreeMap<&'m str, usize>) {
    for column in columns {
        *classes.entry(column.classification().unwrap_or("not classified")).or_default() += 1;
        count_classes(column.children(), classes);
    }
}
