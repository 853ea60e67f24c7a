//! Agreements on access: whether who reads has one, whether who has one reads, and what an agreement says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::graph::Mesh;
use crate::model::{AccessAgreement, DataContract, Header, date_of};
use crate::policy::purpose::says_nothing;
use crate::policy::{Context, PolicyRule, SOON_DAYS};
use crate::source::Span;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &AGREEMENT_WITHOUT_CONSUMPTION, run: agreement_without_consumption },
    PolicyRule { meta: &ENDING_AGREEMENT, run: ends },
    PolicyRule { meta: &ENDLESS_AGREEMENT, run: endless },
    PolicyRule { meta: &VAGUE_PURPOSE, run: vague_purpose },
    PolicyRule { meta: &AGREEMENT_CLASS_GAP, run: class_gap },
    PolicyRule { meta: &UNKNOWN_ROLE, run: unknown_role },
    PolicyRule { meta: &OVERDUE_REASSESSMENT, run: overdue_reassessment },
    PolicyRule { meta: &UNKNOWN_DATA_CLASS, run: unknown_class },
];

declare_rule! {
    /// ## What it finds
    /// An agreement in force for a product that declares to read nothing it is about: no input port of the
    /// consumer binds the contract or a contract of the port. Agreements with a team or a person alone are
    /// exempt, for nothing says what they read.
    ///
    /// ## Why it matters
    /// Access that nobody uses is a door left open; or the data is read and the lineage does not show it.
    ///
    /// ## Example
    /// ```yaml
    /// kind: AccessAgreement
    /// provider: {teamId: order-platform, dataProductId: orders, outputPortId: warehouse}
    /// consumer: {teamId: growth, dataProductId: basket-margin}   # which has no input port onto orders
    /// ```
    ///
    /// ## Instead
    /// Add the input port to the consumer, or end the agreement.
    ///
    /// ## Configuration
    /// `check.levels` takes `agreement-without-consumption: warning`.
    pub static AGREEMENT_WITHOUT_CONSUMPTION = {
        code: "GOV041", name: "agreement-without-consumption", severity: Info, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// An approved agreement whose `endTimestamp` is at most 30 days away. It holds through that day.
    ///
    /// ## Why it matters
    /// Who reads must ask again in time, or stop.
    ///
    /// ## Example
    /// ```yaml
    /// endTimestamp: "2026-12-05T23:59:59Z"   # today is 2026-11-21
    /// ```
    ///
    /// ## Instead
    /// Agree on a later end, or remove the input port and let the agreement end.
    ///
    /// ## Configuration
    /// `check.levels` takes `ending-agreement: warning`.
    pub static ENDING_AGREEMENT = { code: "GOV042", name: "ending-agreement", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An agreement that is approved or asked for and states no `endTimestamp`.
    ///
    /// ## Why it matters
    /// Access that never ends is never looked at again, and outlives its purpose.
    ///
    /// ## Example
    /// ```yaml
    /// kind: AccessAgreement
    /// status: approved
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: AccessAgreement
    /// status: approved
    /// endTimestamp: "2027-11-20T23:59:59Z"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `endless-agreement: warning`.
    pub static ENDLESS_AGREEMENT = { code: "GOV043", name: "endless-agreement", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An open agreement whose `description.purpose` says nothing: it is empty, one word, made of words that are true of
    /// every use (`We need the data`, `for analytics`), or a phrase that only holds the place (`to be defined later`,
    /// `What you need it for.`). English, German, French and Spanish are understood.
    ///
    /// ## Why it matters
    /// Access is given for a purpose. Without one nobody can tell whether a use is still the one that was agreed.
    ///
    /// ## Example
    /// ```yaml
    /// description: {purpose: analytics}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// description: {purpose: Weekly churn features of household customers.}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `vague-purpose: info`.
    pub static VAGUE_PURPOSE = { code: "GOV044", name: "vague-purpose", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An agreement in force whose consumer states that columns of its own come from a column with a
    /// `classification` that the `dataClasses` of the agreement leave out. `public` need not be listed, and an
    /// agreement that states no `dataClasses` is about all of them.
    ///
    /// ## Why it matters
    /// The consumer was given internal data and reads personal data. The class may have come later, with a
    /// new column or a new classification: then somebody must decide again.
    ///
    /// ## Example
    /// ```yaml
    /// # the consumer has `transformSourceObjects: [orders.email]`, which is `classification: personal`
    /// customProperties:
    ///   - {property: dataClasses, value: [internal]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// customProperties:
    ///   - {property: dataClasses, value: [internal, personal]}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `agreement-class-gap: error`.
    pub static AGREEMENT_CLASS_GAP = { code: "GOV049", name: "agreement-class-gap", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An open agreement with a role that its contract does not define under `roles`. A contract without roles is
    /// exempt.
    ///
    /// ## Why it matters
    /// Nobody can grant a role that is not there, and nobody is named who approves it.
    ///
    /// ## Example
    /// ```yaml
    /// roles: [{role: SALES_RAED}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// roles: [{role: SALES_READ}]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-role: error`.
    pub static UNKNOWN_ROLE = { code: "GOV050", name: "unknown-role", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An agreement in force whose `nextReassessmentTimestamp` lies in the past.
    ///
    /// ## Why it matters
    /// Both sides promised to look at it again by that day, and did not, or did not write it down.
    ///
    /// ## Example
    /// ```yaml
    /// nextReassessmentTimestamp: "2026-06-15T09:00:00Z"   # today is 2026-11-21
    /// ```
    ///
    /// ## Instead
    /// Look at it again, and state the next day.
    ///
    /// ## Configuration
    /// `check.levels` takes `overdue-reassessment: warning`.
    pub static OVERDUE_REASSESSMENT = { code: "GOV051", name: "overdue-reassessment", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An open agreement whose `dataClasses` name a class that no column of its contract has. `public` is always
    /// known, and a contract without any `classification` is exempt.
    ///
    /// ## Why it matters
    /// The word is misspelt or the columns are gone. Whoever reads the agreement believes that it allows more, or
    /// less, than it does.
    ///
    /// ## Example
    /// ```yaml
    /// customProperties:
    ///   - {property: dataClasses, value: [persnal]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// customProperties:
    ///   - {property: dataClasses, value: [personal]}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-data-class: error`.
    pub static UNKNOWN_DATA_CLASS = { code: "GOV052", name: "unknown-data-class", severity: Info, since: "0.1.0" }
}

fn agreement_without_consumption(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    for agreement in standing(context, |agreement| agreement.is_in_force(context.today)) {
        let (provider, consumer) = (&agreement.provider, &agreement.consumer);
        let Some(written) = &consumer.product else { continue };
        let (Some(reader_idx), Some(provider_idx)) =
            (mesh.product(written), provider.product.as_ref().and_then(|id| mesh.product(id)))
        else {
            continue;
        };
        let reader = &mesh.products[reader_idx];
        // A port that leads nowhere may be the one, and has a finding of its own.
        let is_open = reader.inputs.iter().any(|input| input.contract_idx.is_none() && input.source_idx.is_none());
        if is_open || reader.descriptor.header.may_hold_more() {
            continue;
        }
        let reads = |binding: &crate::graph::Binding| {
            let is_of_provider = binding.published_by.iter().any(|by| by.product_idx == provider_idx);
            let contract_idx = binding.contract_idx.filter(|_| is_of_provider);
            contract_idx.is_some_and(|idx| mesh.agreement_covers(agreement, reader_idx, idx))
        };
        if reader.inputs.iter().any(reads) {
            continue;
        }
        let header = &agreement.header;
        let (id, of) = (&reader.descriptor.header.id.value, &mesh.products[provider_idx].descriptor.header.id.value);
        let what = match (&provider.port, &provider.contract) {
            (Some(port), _) => format!("the port `{}` of `{of}`", port.value),
            (None, Some(contract)) => format!("the contract `{}` of `{of}`", contract.value),
            (None, None) => format!("`{of}`"),
        };
        sink.push(
            AGREEMENT_WITHOUT_CONSUMPTION
                .at(header.file, written.span, format!("`{id}` has access to {what} and declares not to read it"))
                .help(format!("add an input port to `{id}`, or end the agreement"))
                .related(
                    reader.descriptor.header.file,
                    reader.descriptor.header.id.span,
                    "no input port of it binds that",
                )
                .subject(header.reference()),
        );
    }
}

/// The agreements that rules look at: whole files that fulfil a condition.
fn standing<'a>(
    context: &Context<'a>,
    is_meant: impl Fn(&AccessAgreement) -> bool + 'a,
) -> impl Iterator<Item = &'a AccessAgreement> {
    let whole = |agreement: &&AccessAgreement| !agreement.header.is_broken();
    context.mesh.agreements.iter().filter(whole).filter(move |agreement| is_meant(agreement))
}

fn ends(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, |agreement| agreement.header.has_status("approved")) {
        let header = &agreement.header;
        let Some((end, last)) = agreement.end.as_ref().and_then(|end| Some((end, date_of(end)?))) else { continue };
        let left = context.today.until(last).map_or(i32::MAX, |span| span.get_days());
        if !(0..=SOON_DAYS).contains(&left) {
            continue;
        }
        let id = &header.id.value;
        let message = match left {
            0 => format!("the agreement `{id}` ends today"),
            1 => format!("the agreement `{id}` ends tomorrow, on {last}"),
            left => format!("the agreement `{id}` ends in {left} days, on {last}"),
        };
        sink.push(
            ENDING_AGREEMENT
                .at(header.file, end.span, message)
                .label("its last day")
                .help("agree on a new `endTimestamp`, or remove the input port that relies on it before that day")
                .subject(header.reference()),
        );
    }
}

fn endless(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, |agreement| agreement.is_open() && agreement.end.is_none()) {
        let header = &agreement.header;
        if header.may_hold_more() {
            continue;
        }
        let message = format!("the agreement `{}` has no end", header.id.value);
        sink.push(
            ENDLESS_AGREEMENT
                .at(header.file, header.id.span, message)
                .label("no `endTimestamp`")
                .help("add an `endTimestamp`, a year from now for example, so that somebody looks at it again")
                .subject(header.reference()),
        );
    }
}

fn vague_purpose(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, AccessAgreement::is_open) {
        let header = &agreement.header;
        // Where there is none at all, the schema has told it.
        let Some(purpose) = &agreement.purpose else { continue };
        if agreement.has_ended(context.today) || !says_nothing(&purpose.value) {
            continue;
        }
        let said = purpose.value.trim();
        let message = format!("the purpose of the agreement `{}` says nothing: `{said}`", header.id.value);
        sink.push(
            VAGUE_PURPOSE
                .at(header.file, purpose.span, message)
                .help("say in a sentence under `description: {purpose: ...}` what the consumer does with the data")
                .subject(header.reference()),
        );
    }
}

fn class_gap(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    for agreement in standing(context, |agreement| agreement.is_agreed(context.today)) {
        let header = &agreement.header;
        let Some(stated) = header.custom("dataClasses") else { continue };
        let listed: BTreeSet<String> = agreement.data_classes().iter().map(|class| class.to_lowercase()).collect();
        let Some(contract) = contract_of(mesh, agreement) else { continue };
        let Some(reader_idx) = agreement.consumer.product.as_ref().and_then(|id| mesh.product(id)) else { continue };
        let classes = classes_by_path(contract);
        // Of each class the first column that is read.
        let mut missing: BTreeMap<&str, (String, &Header, Span)> = BTreeMap::new();
        let outputs: BTreeSet<usize> = mesh.products[reader_idx].outputs.iter().flatten().copied().collect();
        for output in outputs {
            let own = &mesh.contracts[output].descriptor;
            for column in own.columns().filter_map(|(_, path)| path.last().copied()) {
                let places = mesh.column_sources(output, column).into_iter().filter_map(|source| source.place);
                for place in places {
                    let is_it =
                        mesh.contracts[place.contract_idx].descriptor.header.id.value == contract.header.id.value;
                    let path = place.path();
                    let Some(class) = classes.get(&path).filter(|_| is_it) else { continue };
                    if class != "public" && !listed.contains(class) {
                        missing.entry(class).or_insert((path, &own.header, column.span()));
                    }
                }
            }
        }
        for (class, (path, own, span)) in missing {
            let id = &mesh.products[reader_idx].descriptor.header.id.value;
            let message =
                format!("`{id}` reads `{path}`, which is `{class}`; the agreement `{}` is not", header.id.value);
            sink.push(
                AGREEMENT_CLASS_GAP
                    .at(header.file, stated.span, message)
                    .label(format!("`{class}` is not agreed on"))
                    .help(format!("agree on `{class}` too and add it, or stop reading the column"))
                    .related(own.file, span, "comes from that column")
                    .subject(header.reference()),
            );
        }
    }
}

/// Returns the classes of the columns of a contract by their paths, in lower case.
fn classes_by_path(contract: &DataContract) -> BTreeMap<String, String> {
    let mut classes = BTreeMap::new();
    for (object, path) in contract.columns() {
        let Some(class) = path.last().and_then(|column| column.classification()) else { continue };
        let names = path.iter().map(|column| column.name.as_str());
        let names: Vec<&str> = std::iter::once(object.name.value.as_str()).chain(names).collect();
        classes.insert(names.join("."), class.trim().to_lowercase());
    }
    classes.retain(|_, class| !class.is_empty());
    classes
}

fn unknown_class(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, AccessAgreement::is_open) {
        let header = &agreement.header;
        let Some(stated) = header.custom("dataClasses") else { continue };
        let Some(contract) = contract_of(context.mesh, agreement) else { continue };
        let known: BTreeSet<String> = classes_by_path(contract).into_values().collect();
        // A contract that classifies nothing says nothing against any word.
        if agreement.has_ended(context.today) || known.is_empty() || contract.header.may_hold_more() {
            continue;
        }
        for class in agreement.data_classes() {
            let lower = class.to_lowercase();
            if lower == "public" || known.contains(&lower) {
                continue;
            }
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = crate::yaml::did_you_mean(&lower, names.iter().copied(), || {
                let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("its columns are {}", quoted.join(", "))
            });
            let message = format!("no column of the contract `{}` has the class `{class}`", contract.header.id.value);
            let label = format!("`{class}` stands here");
            let finding = UNKNOWN_DATA_CLASS.at(header.file, stated.span, message).label(label);
            sink.push(finding.help(hint).subject(header.reference()));
        }
    }
}

/// Returns the contract that an agreement is about: the newest of the major that it pins, else what its port
/// carries.
fn contract_of<'a>(mesh: &'a Mesh, agreement: &AccessAgreement) -> Option<&'a DataContract> {
    let idx = mesh.agreement_contract(agreement)?;
    let contract = &*mesh.contracts[idx].descriptor;
    (!contract.header.is_broken()).then_some(contract)
}

fn unknown_role(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, AccessAgreement::is_open) {
        let header = &agreement.header;
        let Some(contract) = contract_of(context.mesh, agreement) else { continue };
        if agreement.has_ended(context.today)
            || contract.all_roles().next().is_none()
            || contract.header.may_hold_more()
        {
            continue;
        }
        for role in &agreement.roles {
            if contract.all_roles().any(|(known, _)| known.role == role.value) {
                continue;
            }
            let names = contract.role_names();
            let hint = crate::yaml::did_you_mean(&role.value, names.iter().copied(), || {
                let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("its roles are {}", quoted.join(", "))
            });
            let message = format!("the contract `{}` has no role `{}`", contract.header.id.value, role.value);
            sink.push(UNKNOWN_ROLE.at(header.file, role.span, message).help(hint).subject(header.reference()));
        }
    }
}

fn overdue_reassessment(context: &Context<'_>, sink: &mut Sink) {
    for agreement in standing(context, |agreement| agreement.is_agreed(context.today)) {
        let header = &agreement.header;
        let due: Option<(_, Date)> = agreement.reassessment.as_ref().and_then(|due| Some((due, date_of(due)?)));
        let Some((written, due)) = due.filter(|(_, due)| *due < context.today) else { continue };
        let message = format!("the agreement `{}` was to be looked at again by {due}", header.id.value);
        sink.push(
            OVERDUE_REASSESSMENT
                .at(header.file, written.span, message)
                .label("that day is over")
                .help("look at it again with the other side, and state the next day")
                .subject(header.reference()),
        );
    }
}
