//! What the page of a product shows of its main contract: some columns and some quality rules.

use std::borrow::Cow;

use serde::Serialize;

use crate::graph::{EvidenceSummary, PromiseKind, PromiseResult, Verdict};
use crate::model::{Property, PropertyFlags, SchemaObject};
use crate::render::answers::Published;
use crate::render::keys::Among;
use crate::render::pages::contract::columns::{Place, ShortRow};
use crate::render::pages::contract::quality::{self, QualityRow};
use crate::render::parts::{Anchor, Linker};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::{address, health};

/// Columns of the schema on the page; all stand with the contract.
const COLUMNS: usize = 7;
/// Quality rules on the page.
const RULES: usize = 5;
/// Missed rules that the panel names.
pub(super) const NAMED: usize = 3;

/// Some columns of the contract that most read.
#[derive(Serialize)]
pub(super) struct SchemaPart<'a> {
    contract: Anchor<'a>,
    /// All its columns.
    href: String,
    n_columns: usize,
    n_shown: usize,
    columns: Rows<'a, ShortRow<'a>>,
}

#[derive(Serialize)]
pub(super) struct QualityPart<'a> {
    href: String,
    n_rules: usize,
    n_shown: usize,
    /// How many of the rows are missed rules of any of its contracts; they come first.
    n_missed: usize,
    rules: Rows<'a, RuleRow<'a>>,
}

/// A quality rule as a row.
#[derive(Serialize)]
pub(super) struct RuleRow<'a> {
    /// Where the page of the contract has it.
    href: String,
    name: Cow<'a, str>,
    says: Cow<'a, str>,
    severity: Option<String>,
    seen: Option<health::Seen<'a>>,
}

/// The columns to show of the contract that most read: keys first, then personal data, then what is
/// always there; in the order of the schema.
pub(super) fn schema<'a>(site: &'a Site, published: &Published, linker: Linker<'a>) -> Option<SchemaPart<'a>> {
    let mesh = site.mesh();
    let has_objects = |idx: &usize| !mesh.contracts[*idx].descriptor.objects.is_empty();
    let idx = published.promising.iter().copied().find(has_objects).filter(|idx| site.homes.has_page(*idx))?;
    let contract = &mesh.contracts[idx].descriptor;
    let object: &SchemaObject = contract.objects.iter().find(|object| !object.properties.is_empty())?;
    // The columns of the first page: its address goes before all their anchors.
    let sheets = site.sheets.get(&idx);
    let is_first = |at: &usize| {
        let anchor = || address::column_anchor(&object.name, &object.properties[*at].name);
        sheets.is_none_or(|sheets| sheets.page_of(&anchor()) == 0)
    };
    let mut chosen: Vec<usize> = (0..object.properties.len()).filter(is_first).collect();
    let place = Place::of(linker, idx);
    let foreign = place.foreign_keys(object);
    let among = Among::of(&object.properties, &foreign);
    let path_of = |column: &Property| format!("{}.{}", object.name.value, column.name);
    chosen.sort_by_cached_key(|at| {
        let column = &object.properties[*at];
        let joins = among.is_foreign(column, &path_of(column));
        let rank = match column.flags {
            flags if flags.has(PropertyFlags::PRIMARY_KEY) => 0,
            _ if joins => 1,
            _ if column.classification().is_some_and(|class| mesh.is_personal(class)) => 2,
            flags if flags.has(PropertyFlags::CRITICAL) => 3,
            flags if flags.has(PropertyFlags::REQUIRED) => 4,
            _ => 5,
        };
        (rank, *at)
    });
    chosen.truncate(COLUMNS);
    chosen.sort_unstable();
    let page = address::relative(1, &address::contract_version(mesh, &site.homes, idx));
    let row = |at: usize| {
        let column = &object.properties[at];
        place.row(object, column, among, &path_of(column), 0).in_short(&page)
    };
    Some(SchemaPart {
        contract: linker.contract(idx),
        href: format!("{page}#columns"),
        n_columns: contract.n_columns(),
        n_shown: chosen.len(),
        columns: site.theme.rows("schema-row.html", chosen.into_iter().map(row).collect()),
    })
}

/// The rules that a result misses, of all contracts that count.
pub(super) fn missed_rules<'a>(
    site: &'a Site,
    published: &Published,
    evidence: &EvidenceSummary<'a>,
) -> Vec<RuleRow<'a>> {
    let is_missed =
        |result: &&&PromiseResult| result.promise.kind == PromiseKind::QualityRule && result.verdict == Verdict::Missed;
    let of: Vec<usize> = evidence.results.iter().filter(is_missed).map(|result| result.contract_idx).collect();
    let mut rows = Vec::new();
    for idx in published.live.iter().filter(|idx| of.contains(idx) && site.homes.has_page(**idx)) {
        let page = address::relative(1, &address::contract_version(site.mesh(), &site.homes, *idx));
        let rules = quality::shown(evidence, *idx, &site.mesh().contracts[*idx].descriptor, quality::SHOWN);
        rows.extend(rules.into_iter().filter(is_missed_row).map(|rule| RuleRow::of(rule, &page)));
    }
    rows
}

fn is_missed_row(rule: &QualityRow<'_>) -> bool {
    rule.seen.as_ref().is_some_and(|seen| !seen.is_kept)
}

impl<'a> RuleRow<'a> {
    fn of(rule: QualityRow<'a>, page: &str) -> RuleRow<'a> {
        RuleRow {
            href: [page, "#", &rule.anchor].concat(),
            name: rule.name,
            says: rule.says,
            severity: rule.severity,
            seen: rule.seen,
        }
    }

    /// Its name, a link to where the page of the contract has it.
    pub(super) fn anchor(&self) -> Anchor<'a> {
        Anchor { text: self.name.clone(), href: Some(self.href.clone()) }
    }
}

/// Missed rules, then rules of the contract that most read.
pub(super) fn quality_part<'a>(
    site: &'a Site,
    published: &Published,
    evidence: &EvidenceSummary<'a>,
    mut rows: Vec<RuleRow<'a>>,
) -> Option<QualityPart<'a>> {
    let mesh = site.mesh();
    let has_rules = |idx: &usize| mesh.contracts[*idx].descriptor.n_quality_rules > 0;
    let idx = published.promising.iter().copied().find(has_rules).filter(|idx| site.homes.has_page(*idx))?;
    let page = address::relative(1, &address::contract_version(mesh, &site.homes, idx));
    let n_rules = mesh.contracts[idx].descriptor.n_quality_rules as usize;
    // The anchors of these rows are those of the page of the contract.
    let wanted = if rows.is_empty() { RULES } else { quality::SHOWN };
    let rules = quality::shown(evidence, idx, &mesh.contracts[idx].descriptor, wanted).into_iter();
    rows.truncate(RULES);
    let n_missed = rows.len();
    rows.extend(rules.filter(|rule| !is_missed_row(rule)).take(RULES - n_missed).map(|rule| RuleRow::of(rule, &page)));
    let n_shown = rows.len();
    let rules = site.theme.rows("rule-row.html", rows);
    Some(QualityPart { href: format!("{page}#quality"), n_rules, n_shown, n_missed, rules })
}
