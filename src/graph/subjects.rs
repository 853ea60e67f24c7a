//! References as text, `kind:id`, in reviews, waivers, acknowledgements and aliases.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::model::{Header, Kind, Ref, SpannedText, Version, date_of, major};

/// Resolves all of them, and attaches reviews to what they review.
pub(super) fn resolve(mesh: &mut Mesh, today: Date, sink: &mut Report<'_>) {
    let mut reviewed = Vec::new();
    for (idx, review) in mesh.reviews.iter().enumerate() {
        let header = &review.header;
        if header.is_broken() {
            continue;
        }
        report(mesh, header, &review.subject, sink);
        report_future(header, "review", review.date.as_ref(), today, sink);
        if let Some(version) = &review.contract_version {
            report_version(header, version, never_reviewed(mesh, &review.subject, version), sink);
        }
        if let Some(reviewer) = &review.reviewer
            && mesh.team(reviewer).is_none()
            && mesh.product(reviewer).is_none()
        {
            report_reviewer(mesh, header, reviewer, sink);
        }
        if let Ok(reference) = Ref::parse(&review.subject)
            && reference.kind.is_none_or(|kind| kind == Kind::DataProduct)
            && let Some(product) = mesh.product(&reference.id)
        {
            reviewed.push((product, idx));
        }
    }
    for waiver in mesh.waivers.iter().filter(|waiver| !waiver.header.is_broken()) {
        report(mesh, &waiver.header, &waiver.target, sink);
    }
    for acknowledgement in mesh.acknowledgements.iter().filter(|entry| !entry.header.is_broken()) {
        report(mesh, &acknowledgement.header, &acknowledgement.subject, sink);
        report_future(&acknowledgement.header, "acknowledgement", acknowledgement.date.as_ref(), today, sink);
        if let Some(consumer) = &acknowledgement.consumer {
            report(mesh, &acknowledgement.header, consumer, sink);
        }
        if let Some(version) = &acknowledgement.to_version {
            let why = never_agreed(mesh, &acknowledgement.subject, version);
            report_version(&acknowledgement.header, version, why, sink);
        }
    }
    for policy in mesh.policies.iter().filter(|policy| !policy.header.is_broken()) {
        for waiver in &policy.waivers {
            report(mesh, &policy.header, &waiver.target, sink);
        }
    }
    report_aliases(mesh, sink);
    for (product, review) in reviewed {
        mesh.products[product].reviews.push(review);
    }
}

/// Nobody has written down what comes tomorrow.
fn report_future(header: &Header, word: &str, written: Option<&SpannedText>, today: Date, sink: &mut Report<'_>) {
    let Some(written) = written else { return };
    let Some(date) = date_of(written).filter(|date| *date > today) else { return };
    let message = format!("the {word} `{}` is of {date}, and today is {today} (UTC)", header.id.value);
    let finding = rules::IMPOSSIBLE_DATE
        .at(header.file, written.span, message)
        .label("this day has not come")
        .help("correct `date`");
    sink.push(finding.subject(header.reference()));
}

/// Says of a version why nobody can have reviewed it, and what there is: one newer than all that are there. An older one
/// may be history.
#[must_use]
pub fn never_reviewed(mesh: &Mesh, subject: &str, version: &str) -> Option<(String, String)> {
    let reference = Ref::parse(subject).ok()?;
    let mut contracts: Vec<usize> = match mesh.find(&reference).as_slice() {
        [found] if found.kind == Kind::DataProduct => {
            let ids =
                mesh.products[found.idx].descriptor.output_ports.iter().filter_map(|port| port.contract_id.as_ref());
            ids.flat_map(|id| mesh.versions(id).iter().copied()).collect()
        }
        [found] if found.kind == Kind::DataContract => mesh.versions(&reference.id).to_vec(),
        _ => return None,
    };
    let written = Version::parse(version);
    let known = |idx: &usize| &mesh.contracts[*idx].descriptor;
    let may_be = |idx: &usize| known(idx).lacks_version() || Version::parse(known(idx).version_text()) >= written;
    if contracts.is_empty() || contracts.iter().any(may_be) {
        return None;
    }
    contracts.sort_by_key(|idx| Version::parse(known(idx).version_text()));
    contracts.dedup_by_key(|idx| known(idx).version_text());
    let message = format!("no contract of `{subject}` has the version `{version}`");
    Some((message, format!("it has {}", version_list(mesh, &contracts))))
}

/// The highest major version that was come to step by step.
const STEPS: u64 = 1_000;

/// Says of a version why nobody can have agreed to it, and what there is. Who agrees may do so before the version is
/// there: the next major may still lie in the branch of its producer. One beyond that is nothing that anybody could have
/// read.
#[must_use]
pub fn never_agreed(mesh: &Mesh, subject: &str, version: &str) -> Option<(String, String)> {
    let reference = Ref::parse(subject).ok().filter(|reference| leads(mesh, reference))?;
    let number = |version: &str| major(version).trim_start_matches('v').parse::<u64>().ok();
    let known = |idx: &usize| &mesh.contracts[*idx].descriptor;
    let contracts = mesh.versions(&reference.id);
    let majors = contracts.iter().map(|idx| number(known(idx).version_text())).collect::<Option<Vec<u64>>>()?;
    let (newest, written) = (majors.into_iter().max()?, number(version)?);
    // Numbers that are days or years are no steps.
    if newest > STEPS || written <= newest + 1 || contracts.iter().any(|idx| known(idx).lacks_version()) {
        return None;
    }
    let message = format!("`{version}` is beyond the next major version of `{subject}`");
    Some((message, format!("it has {}; the next major is {}", version_list(mesh, contracts), newest + 1)))
}

fn report_version(header: &Header, version: &SpannedText, why: Option<(String, String)>, sink: &mut Report<'_>) {
    let Some((message, help)) = why else { return };
    sink.push(
        rules::UNKNOWN_SUBJECT
            .at(header.file, version.span, message)
            .label("newer than all that are there")
            .help(help)
            .subject(header.reference()),
    );
}

fn report(mesh: &Mesh, header: &Header, written: &SpannedText, sink: &mut Report<'_>) {
    if written.is_empty() {
        return;
    }
    let message = match Ref::parse(written) {
        Ok(reference) if leads(mesh, &reference) => return,
        Ok(_) => format!("`{}` leads to nothing in this registry", written.value),
        Err(error) => error.to_string(),
    };
    let help = offer(mesh, written, sink);
    sink.push(rules::UNKNOWN_SUBJECT.at(header.file, written.span, message).help(help).subject(header.reference()));
}

/// Reports who reviews and is no team and no product: a bare id is one of either.
fn report_reviewer(mesh: &Mesh, header: &Header, written: &SpannedText, sink: &mut Report<'_>) {
    let is_bare = Ref::parse(written).is_ok_and(|reference| reference.kind.is_none()) && !written.trim().is_empty();
    if !is_bare {
        report(mesh, header, written, sink);
        return;
    }
    if Ref::parse(written).is_ok_and(|reference| leads(mesh, &reference)) {
        return;
    }
    let message = format!("no team and no product of this registry is `{}`", written.value);
    let near = [Kind::Team, Kind::DataProduct].into_iter().find_map(|kind| {
        let known = || mesh.headers(kind).into_iter().map(|header| header.id.value.as_str()).collect::<Vec<_>>();
        sink.nearest_in(kind.plural(), written, known)
    });
    let help = match near {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`meshfolio list teams` and `meshfolio list products` show what there is".to_owned(),
    };
    sink.push(rules::UNKNOWN_SUBJECT.at(header.file, written.span, message).help(help).subject(header.reference()));
}

/// Says whether a reference leads to something, or may lead into a file that breaks in the middle.
fn leads(mesh: &Mesh, reference: &Ref) -> bool {
    let may_be_lost = match reference.kind {
        Some(Kind::SemanticDefinition) => mesh.glossaries.iter().any(|glossary| glossary.header.may_hold_more()),
        Some(Kind::DataContract) => {
            mesh.versions(&reference.id).iter().any(|idx| mesh.contracts[*idx].descriptor.header.may_hold_more())
        }
        _ => false,
    };
    may_be_lost || !mesh.find(reference).is_empty()
}

fn offer(mesh: &Mesh, written: &str, sink: &mut Report<'_>) -> String {
    let Ok(reference) = Ref::parse(written) else { return "write `kind:id`, such as `product:orders`".to_owned() };
    let versions = mesh.versions(&reference.id);
    if reference.version.is_some() && !versions.is_empty() {
        return format!("the contract `{}` has {}", reference.id, version_list(mesh, versions));
    }
    let kinds = match reference.kind {
        Some(kind) => vec![kind],
        None => vec![Kind::DataProduct, Kind::DataContract, Kind::Team],
    };
    for kind in kinds {
        let known: Vec<&str> = match kind {
            Kind::SemanticDefinition => mesh.terms.iter().map(|term| term.id.as_str()).collect(),
            kind => mesh.headers(kind).into_iter().map(|header| header.id.value.as_str()).collect(),
        };
        if let Some(meant) = sink.nearest_in(kind.plural(), &reference.id, || known) {
            return format!("did you mean `{}:{meant}`?", kind.word());
        }
    }
    match reference.kind {
        Some(kind) => format!("`meshfolio list {}` shows what there is", kind.plural()),
        None => "write `kind:id`, such as `product:orders`".to_owned(),
    }
}

/// Lists versions of a contract, the newest of many.
fn version_list(mesh: &Mesh, versions: &[usize]) -> String {
    let known: Vec<&str> = versions.iter().map(|idx| mesh.contracts[*idx].descriptor.version_text()).collect();
    super::ports::list_versions(&known)
}

/// An alias must lead to something, and from something that is gone.
fn report_aliases(mesh: &Mesh, sink: &mut Report<'_>) {
    let circles = circles_of_aliases(mesh);
    for (position, alias) in mesh.aliases.iter().enumerate() {
        if let Some(circle) = circles.iter().find(|circle| circle.contains(&position)) {
            // Told once, at the alias that stands first.
            if circle.iter().min() == Some(&position) {
                let names: Vec<&str> = circle.iter().map(|idx| mesh.aliases[*idx].from.value.trim()).collect();
                let message = format!("the aliases `{}` lead in a circle", names.join("` and `"));
                let help = "let each lead to the name that the thing has today";
                let mut finding = rules::DANGLING_ALIAS
                    .at(alias.file, alias.to.span, message)
                    .label("back to where it began")
                    .help(help);
                for other in circle.iter().filter(|idx| **idx != position).map(|idx| &mesh.aliases[*idx]) {
                    finding = finding.related(other.file, other.to.span, "and on from here");
                }
                sink.push(finding);
            }
            continue;
        }
        if !Ref::parse(&alias.to).is_ok_and(|reference| leads(mesh, &reference)) {
            let message = format!("the alias leads to `{}`, which is not in this registry", alias.to.value);
            let help = offer(mesh, &alias.to, sink);
            sink.push(rules::DANGLING_ALIAS.at(alias.file, alias.to.span, message).help(help));
        }
        // A domain or team may have its old id as its name: then both lead to the same.
        let found = |written: &str| Ref::parse(written).map(|reference| mesh.find(&reference)).unwrap_or_default();
        let from = found(&alias.from);
        if !from.is_empty() && from != found(&alias.to) {
            let message = format!("`{}` has an alias and still exists", alias.from.value);
            sink.push(
                rules::DANGLING_ALIAS
                    .at(alias.file, alias.from.span, message)
                    .help("remove the alias, or retire the thing that has the old name"),
            );
        }
    }
}

/// Returns the circles that aliases lead in, each as positions in the order in which they lead on.
fn circles_of_aliases(mesh: &Mesh) -> Vec<Vec<usize>> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (position, alias) in mesh.aliases.iter().enumerate() {
        by_name.entry(alias.from.value.trim()).or_insert(position);
    }
    // A thing whose page has moved under the same name leads from it to itself.
    let is_self = |alias: &crate::model::Alias| {
        alias.from.value.trim() == alias.to.value.trim()
            && Ref::parse(&alias.to).is_ok_and(|reference| leads(mesh, &reference))
    };
    let next = |position: usize| {
        let alias = &mesh.aliases[position];
        if is_self(alias) { None } else { by_name.get(alias.to.value.trim()).copied() }
    };
    let mut is_seen = vec![false; mesh.aliases.len()];
    let mut circles = Vec::new();
    for start in 0..mesh.aliases.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(position) = at.filter(|position| !is_seen[*position]) {
            is_seen[position] = true;
            path.push(position);
            at = next(position);
        }
        // Only a way that comes back to one of its own steps is a circle.
        if let Some(begin) = at.and_then(|again| path.iter().position(|position| *position == again)) {
            circles.push(path.split_off(begin));
        }
    }
    circles
}
