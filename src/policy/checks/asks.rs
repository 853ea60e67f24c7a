//! What each check asks. A question about contracts is asked of every contract the product stands for;
//! the first that lacks something is named.

use super::CheckResult;
use crate::graph::{Contract, Evidence, EvidenceSummary, Mesh, Product, Verdict, n_promises, slug_of};
use crate::model::{ColumnSummary, Header, Property, PropertyFlags, Role, SchemaObject};
use crate::source::{Location, SourceMap, Span};

/// A product with what checks ask about it.
pub(super) struct Subject<'a> {
    mesh: &'a Mesh,
    sources: &'a SourceMap,
    product: &'a Product,
    /// The contracts it stands for.
    contracts: Vec<(usize, &'a Contract)>,
    evidence: EvidenceSummary<'a>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(mesh: &'a Mesh, sources: &'a SourceMap, product_idx: usize) -> Subject<'a> {
        let standing = mesh.standing_contracts(product_idx);
        Subject {
            mesh,
            sources,
            product: &mesh.products[product_idx],
            contracts: standing.into_iter().map(|idx| (idx, &mesh.contracts[idx])).collect(),
            evidence: mesh.product_evidence(product_idx),
        }
    }

    fn header(&self) -> &'a Header {
        &self.product.descriptor.header
    }

    /// Fails at the product's id.
    fn lacks(&self, why: &str) -> CheckResult {
        failed(self.header(), self.header().id.span, why.to_owned())
    }

    /// Asks every contract; a product without one lacks what contracts say.
    fn each_contract(&self, ask: impl Fn(usize, &'a Contract) -> Option<(Span, String)>) -> CheckResult {
        if self.contracts.is_empty() {
            return self.lacks("no contract");
        }
        let lacking = self.contracts.iter().find_map(|(idx, contract)| Some((contract, ask(*idx, contract)?)));
        match lacking {
            Some((contract, (span, why))) => {
                let header = &contract.descriptor.header;
                let of = if self.contracts.len() > 1 { format!(" in `{}`", header.id.value) } else { String::new() };
                failed(header, span, format!("{why}{of}"))
            }
            None => CheckResult::Passed,
        }
    }

    /// Asks every contract with columns; without any, there is nothing to ask.
    fn each_with_columns(&self, ask: impl Fn(usize, &'a Contract) -> Option<(Span, String)>) -> CheckResult {
        let has_columns =
            |contract: &Contract| contract.descriptor.objects.iter().any(|object| !object.properties.is_empty());
        if !self.contracts.iter().any(|(_, contract)| has_columns(contract)) {
            return CheckResult::NotApplicable { why: "no contract has columns".to_owned() };
        }
        self.each_contract(|idx, contract| if has_columns(contract) { ask(idx, contract) } else { None })
    }

    /// Asks every column for something: `n_lacking` counts those that lack it, and `has` finds the first of them.
    fn each_column(
        &self,
        what: &str,
        n_lacking: fn(&ColumnSummary) -> u32,
        has: impl Fn(&[&Property]) -> bool,
    ) -> CheckResult {
        self.each_with_columns(|_, contract| {
            let objects = &contract.descriptor.objects;
            let n: usize = objects.iter().map(|object| n_lacking(&object.summary) as usize).sum();
            if n == 0 {
                return None;
            }
            let (object, path) = contract.descriptor.columns().find(|(_, path)| !has(path))?;
            let column = path.last()?;
            let names: Vec<&str> = path.iter().map(|column| column.name.as_str()).collect();
            let first = format!("`{}.{}`", object.name.value, names.join("."));
            let why = match n {
                1 => format!("the column {first} has no {what}"),
                n => {
                    // The unnamed parts of lists and maps are asked for nothing where they never lack it.
                    let is_named = |part: &&Property| !part.name.starts_with(['[', '{']);
                    let all = contract.descriptor.columns().map(|(_, path)| path);
                    let asked = all.filter(|path| path.last().is_some_and(is_named) || !has(path)).count();
                    format!("{n} of {asked} columns have no {what}, {first} first")
                }
            };
            Some((column.span(), why))
        })
    }
}

fn failed(header: &Header, span: Span, why: String) -> CheckResult {
    CheckResult::Failed { why, place: Location { file: header.file, span } }
}

fn is_stated(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

pub(super) fn described(subject: &Subject<'_>) -> CheckResult {
    if is_stated(subject.header().description.purpose.as_deref()) {
        return CheckResult::Passed;
    }
    subject.lacks("no `description.purpose`")
}

pub(super) fn tagged(subject: &Subject<'_>) -> CheckResult {
    if subject.header().tags.iter().any(|tag| !tag.trim().is_empty()) {
        return CheckResult::Passed;
    }
    subject.lacks("no `tags`")
}

pub(super) fn owned(subject: &Subject<'_>) -> CheckResult {
    if subject.product.owner_idx.is_some() {
        return CheckResult::Passed;
    }
    match subject.product.descriptor.team.as_ref().and_then(|team| team.name.as_ref()) {
        Some(name) => failed(subject.header(), name.span, format!("the team `{}` is not registered", name.value)),
        None => subject.lacks("no `team.name`"),
    }
}

pub(super) fn has_output_port(subject: &Subject<'_>) -> CheckResult {
    if subject.product.descriptor.output_ports.is_empty() {
        return subject.lacks("no `outputPorts`");
    }
    CheckResult::Passed
}

pub(super) fn has_server(subject: &Subject<'_>) -> CheckResult {
    subject.each_contract(|_, contract| {
        let span = contract.descriptor.header.id.span;
        contract.descriptor.servers.is_empty().then(|| (span, "no `servers`".to_owned()))
    })
}

pub(super) fn stable_address(subject: &Subject<'_>) -> CheckResult {
    let header = subject.header();
    let slug = slug_of(header);
    if slug == header.id.value.as_str() || header.custom("slug").is_some_and(|custom| custom.value == slug) {
        return CheckResult::Passed;
    }
    match header.custom("slug") {
        Some(custom) => failed(header, custom.span, format!("`{}` cannot be an address", custom.value)),
        None => subject.lacks("the `id` cannot be an address, so the name makes it, and a new name a new address"),
    }
}

pub(super) fn has_promises(subject: &Subject<'_>) -> CheckResult {
    subject.each_contract(|_, contract| {
        let span = contract.descriptor.header.id.span;
        (n_promises(&contract.descriptor) == 0)
            .then(|| (span, "neither a service level nor a `quality` rule".to_owned()))
    })
}

pub(super) fn has_results(subject: &Subject<'_>) -> CheckResult {
    if !subject.evidence.results.is_empty() {
        return CheckResult::Passed;
    }
    match subject.evidence.state {
        Evidence::NotStated => subject.lacks("no promise that a result could be about"),
        _ => subject.lacks("no result file is about a promise of it"),
    }
}

pub(super) fn results_kept(subject: &Subject<'_>) -> CheckResult {
    let missed: Vec<_> = subject.evidence.results.iter().filter(|result| result.verdict == Verdict::Missed).collect();
    let failed = &subject.evidence.schema_misses;
    let Some(first) = missed.first() else {
        if let Some(first) = failed.first() {
            let why = match failed.len() {
                1 => format!("the data of `{}` is not as the schema states, on {}", first.path, first.observed.date()),
                n => format!("{n} tests of the schema failed, of `{}` first", first.path),
            };
            return CheckResult::Failed { why, place: first.observed.location };
        }
        return if subject.evidence.results.is_empty() {
            // That there is none is what `has-results` says; nothing is kept and nothing missed.
            CheckResult::NotApplicable { why: "no result to judge by".to_owned() }
        } else {
            CheckResult::Passed
        };
    };
    let why = match missed.len() {
        1 => format!("`{}` was missed on {}", first.promise.name, first.observed.date()),
        n => format!(
            "{n} of {} promises with results were missed, `{}` first",
            subject.evidence.results.len(),
            first.promise.name
        ),
    };
    CheckResult::Failed { why, place: first.observed.location }
}

pub(super) fn columns_described(subject: &Subject<'_>) -> CheckResult {
    let n_lacking = |summary: &ColumnSummary| summary.n_undescribed;
    subject.each_column("description", n_lacking, |path| path.last().is_some_and(|column| column.is_described()))
}

pub(super) fn has_examples(subject: &Subject<'_>) -> CheckResult {
    subject.each_with_columns(|_, contract| {
        let span = contract.descriptor.header.id.span;
        (!contract.descriptor.has_examples).then(|| (span, "no column has `examples`".to_owned()))
    })
}

pub(super) fn has_readme(subject: &Subject<'_>) -> CheckResult {
    let docs = &subject.mesh.docs;
    let Some(file) = docs.readme_of(subject.header().file, subject.sources) else {
        return subject.lacks("no `README.md` beside the product");
    };
    let Some(facts) = docs.get(file) else { return CheckResult::Passed };
    if let Some(span) = facts.placeholder.filter(|_| facts.is_unwritten) {
        let why = "its `README.md` holds only the text of its template".to_owned();
        return CheckResult::Failed { why, place: Location { file, span } };
    }
    if facts.n_words == 0 && !facts.is_too_deep {
        let why = "its `README.md` has no words beside headings and code".to_owned();
        return CheckResult::Failed { why, place: Location { file, span: Span::default() } };
    }
    CheckResult::Passed
}

pub(super) fn terms_bound(subject: &Subject<'_>) -> CheckResult {
    if subject.mesh.terms.is_empty() {
        return CheckResult::NotApplicable { why: "the registry has no glossary".to_owned() };
    }
    subject.each_with_columns(|idx, contract| {
        let span = contract.descriptor.header.id.span;
        (!subject.mesh.is_bound(idx, subject.sources)).then(|| (span, "nothing is bound to a term".to_owned()))
    })
}

pub(super) fn keys_declared(subject: &Subject<'_>) -> CheckResult {
    let has_key =
        |object: &SchemaObject| object.properties.iter().any(|column| column.flags.has(PropertyFlags::PRIMARY_KEY));
    subject.each_with_columns(|_, contract| {
        let mut objects = contract.descriptor.objects.iter().filter(|object| !object.properties.is_empty());
        let object = objects.find(|object| !has_key(object))?;
        Some((object.name.span, format!("`{}` has no `primaryKey`", object.name.value)))
    })
}

pub(super) fn classified(subject: &Subject<'_>) -> CheckResult {
    // What a column holds, its parts hold too: one class on the whole is enough.
    let n_lacking = |summary: &ColumnSummary| summary.n_unclassified;
    subject.each_column("classification", n_lacking, |path| {
        let is_leaf = path.last().is_some_and(|column| column.children().is_empty());
        !is_leaf || path.iter().any(|column| column.is_classified())
    })
}

pub(super) fn approver_named(subject: &Subject<'_>) -> CheckResult {
    let is_open = |contract: &Contract| {
        let mut columns = contract
            .descriptor
            .columns()
            .filter(|(_, path)| path.last().is_some_and(|c| c.children().is_empty()))
            .peekable();
        let is_public = |column: &&Property| {
            column.classification().is_some_and(|class| class.trim().eq_ignore_ascii_case("public"))
        };
        columns.peek().is_some() && columns.all(|(_, path)| path.iter().any(is_public))
    };
    if !subject.contracts.is_empty() && subject.contracts.iter().all(|(_, contract)| is_open(contract)) {
        return CheckResult::NotApplicable { why: "every column is public, so nobody has to approve".to_owned() };
    }
    let names = |role: &Role| {
        is_stated(role.first_level_approvers.as_deref()) || is_stated(role.second_level_approvers.as_deref())
    };
    subject.each_contract(|_, contract| {
        let span = contract.descriptor.header.id.span;
        let has_approver = is_open(contract) || contract.descriptor.all_roles().any(|(role, _)| names(role));
        (!has_approver).then(|| (span, "no role names an approver".to_owned()))
    })
}
