//! Consumption without an agreement: who reads what is not for all, with nobody having said for what.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Sink};
use crate::graph::{Binding, Mesh, Product, Standing};
use crate::model::{AccessAgreement, DataContract, InputPort, SchemaObject, date_of};
use crate::policy::{Context, PolicyRule};
use crate::source::Span;

pub(super) const RULES: &[PolicyRule] =
    &[PolicyRule { meta: &CONSUMPTION_WITHOUT_AGREEMENT, run: consumption_without_agreement }];

declare_rule! {
    /// ## What it finds
    /// A product with an input port onto a contract of another team that has columns of a class other than `public`
    /// and `internal`, and no agreement in force that covers it. An agreement covers a reader by its product or,
    /// without one, by its team, and a contract by the port that is named or by id and major version. Agreements
    /// that ran out have a finding of their own (REF016). In a registry that keeps no agreement at all one finding
    /// speaks for all of them.
    ///
    /// ## Why it matters
    /// Somebody reads data that is not for all, and nobody has said for what, or until when.
    ///
    /// ## Example
    /// ```yaml
    /// # churn-features, with nothing in the folder `access/` of orders
    /// inputPorts:
    ///   - {name: orders, contractId: orders, version: 2.1.0}
    /// ```
    ///
    /// ## Instead
    /// `meshfolio access request orders --consumer churn-features --purpose "..."` writes the agreement; its provider
    /// approves it by merging.
    ///
    /// ## Configuration
    /// `check.levels` takes `consumption-without-agreement: warning` where every such reader must have one. A policy
    /// over `contract.consumers` and `product.agreements` can ask for more.
    pub static CONSUMPTION_WITHOUT_AGREEMENT = {
        code: "GOV040", name: "consumption-without-agreement", severity: Info, since: "0.1.0"
    }
}

/// What a product reads that is not for all, without an agreement in force or one that has ended.
struct Unagreed<'m> {
    reader: &'m Product,
    provider: &'m Product,
    contract_idx: usize,
    span: Span,
    /// The agreement that is nearest to give access, and how it stands.
    not_yet: Option<(Standing, &'m AccessAgreement)>,
}

/// Reports each, once a registry keeps agreements; where it keeps none the first speaks for all: what is missing
/// then is the practice, not a thousand files.
fn consumption_without_agreement(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    let mut found = mesh.products.iter().enumerate().flat_map(|(idx, reader)| unagreed(context, idx, reader));
    if !mesh.agreements.is_empty() {
        return found.for_each(|one| sink.push(unagreed_finding(mesh, &one, 0)));
    }
    if let Some(first) = found.next() {
        sink.push(unagreed_finding(mesh, &first, found.count()));
    }
}

fn unagreed<'m>(context: &Context<'m>, reader_idx: usize, reader: &'m Product) -> Vec<Unagreed<'m>> {
    let mesh = context.mesh;
    let header = &reader.descriptor.header;
    if header.is_broken() || header.is_unfinished() {
        return Vec::new();
    }
    let ports = reader.descriptor.input_ports.iter().zip(&reader.inputs);
    let of_port = |(port, binding): (&'m InputPort, &Binding)| {
        let contract_idx = binding.contract_idx?;
        let providers: BTreeSet<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
        // Which of several is read is not known, and a finding of its own.
        let [provider_idx] = providers.into_iter().collect::<Vec<_>>()[..] else { return None };
        let provider = &mesh.products[provider_idx];
        let is_own = reader.owner_idx.is_some() && reader.owner_idx == provider.owner_idx;
        if is_own || provider_idx == reader_idx || !is_protected(&mesh.contracts[contract_idx].descriptor) {
            return None;
        }
        let about: Vec<&AccessAgreement> = provider
            .agreements
            .iter()
            .map(|idx| &mesh.agreements[*idx])
            .filter(|agreement| mesh.agreement_covers(agreement, reader_idx, contract_idx))
            .collect();
        let today = context.today;
        let mut not_yet: Option<(Standing, &AccessAgreement)> = None;
        for agreement in about {
            match agreement.standing(today) {
                // That an agreement has ended is a finding of its own.
                Standing::InForce | Standing::Ending { .. } | Standing::Ended => return None,
                Standing::Unknown => {}
                standing if not_yet.is_none_or(|(before, _)| standing < before) => {
                    not_yet = Some((standing, agreement));
                }
                _ => {}
            }
        }
        let span = port.contract_id.as_ref().map_or(port.span, |id| id.span);
        Some(Unagreed { reader, provider, contract_idx, span, not_yet })
    };
    ports.filter_map(of_port).collect()
}

/// Classes that a finding names.
const CLASSES: usize = 4;

/// Words one, and that `n_others` are like it.
fn unagreed_finding(mesh: &Mesh, one: &Unagreed<'_>, n_others: usize) -> Diagnostic {
    let (header, other) = (&one.reader.descriptor.header, &one.provider.descriptor.header);
    let (id, provider) = (&header.id.value, &other.id.value);
    // Products and their contracts often have one id; their names tell them apart.
    let contract = mesh.contracts[one.contract_idx].descriptor.header.title();
    // What makes an agreement needed: the classes that are not for all.
    let classes = mesh.contracts[one.contract_idx].descriptor.objects.iter().flat_map(SchemaObject::classifications);
    let protected: BTreeSet<&str> = classes.map(str::trim).filter(|class| is_protected_class(class)).collect();
    let named: Vec<String> = protected.iter().take(CLASSES).map(|class| format!("`{class}`")).collect();
    let holds = match named.as_slice() {
        [] => String::new(),
        [only] => format!(" with {only} columns"),
        [first @ .., last] => format!(" with {} and {last} columns", first.join(", ")),
    };
    let reads = format!("`{}` reads the contract `{contract}`{holds} of `{}`", header.title(), other.title());
    let standing = one.not_yet.map(|(standing, _)| standing);
    let begins = one.not_yet.and_then(|(_, agreement)| date_of(agreement.start.as_ref()?));
    let message = match (standing, n_others) {
        (Some(Standing::Upcoming), _) => {
            let on = begins.map(|day| format!(" on {day}")).unwrap_or_default();
            format!("{reads} before its agreement begins{on}")
        }
        (Some(Standing::Rejected), _) => format!("{reads} although access was refused"),
        (Some(_), _) => format!("{reads} while access is only asked for"),
        (None, 0) => format!("{reads} without an agreement"),
        (None, 1) => format!("{reads} without an agreement, as 1 more input port of this registry does"),
        (None, n) => format!("{reads} without an agreement, as {n} more input ports of this registry do"),
    };
    let help = if let Some(standing) = standing {
        match standing {
            Standing::Upcoming => "wait with the input port until that day, or let the agreement begin earlier",
            Standing::Rejected => "remove the input port, or ask again and say what has changed",
            _ => "wait with the input port until the provider has approved, or approve",
        }
        .to_owned()
    } else {
        let ports = one.provider.descriptor.output_ports.iter().zip(&one.provider.outputs);
        let mut through = ports.filter(|(_, read)| **read == Some(one.contract_idx)).map(|(port, _)| &port.name);
        // With one port there is nothing to choose.
        let port = through.next().filter(|_| one.provider.outputs.len() > 1);
        let port = port.map(|name| format!(" --port {name}")).unwrap_or_default();
        let then =
            if n_others == 0 { "" } else { "; with the first agreement each of the others gets a finding of its own" };
        format!(
            "`meshfolio access request {provider}{port} --consumer {id} --purpose \"WHAT FOR\"` writes one and says who approves it{then}"
        )
    };
    let mut finding = CONSUMPTION_WITHOUT_AGREEMENT.at(header.file, one.span, message).help(help);
    if let Some((standing, agreement)) = one.not_yet {
        let label = match standing {
            Standing::Upcoming => "agreed here",
            Standing::Rejected => "refused here",
            _ => "asked for here",
        };
        finding = finding.related(agreement.header.file, agreement.header.id.span, label);
    }
    finding.subject(header.reference())
}

/// Says whether a contract holds what is not for all.
fn is_protected(contract: &DataContract) -> bool {
    contract.objects.iter().flat_map(SchemaObject::classifications).any(is_protected_class)
}

fn is_protected_class(class: &str) -> bool {
    !matches!(class.trim().to_lowercase().as_str(), "" | "public" | "internal")
}
