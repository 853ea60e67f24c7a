//! References as text, `kind:id`, in reviews, waivers, acknowledgements and aliases.

use super::mesh::Mesh;
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{Header, Kind, Ref, SpannedText};
use crate::yaml::nearest;

/// Resolves all of them, and attaches reviews to what they review.
pub(super) fn resolve(mesh: &mut Mesh, sink: &mut Sink) {
    let mut reviewed = Vec::new();
    for (idx, review) in mesh.reviews.iter().enumerate() {
        let header = &review.header;
        if header.is_broken {
            continue;
        }
        report(mesh, header, &review.subject, sink);
        if let Some(reviewer) = &review.reviewer
            && mesh.team(reviewer).is_none()
            && mesh.product(reviewer).is_none()
        {
            report(mesh, header, reviewer, sink);
        }
        if let Ok(reference) = Ref::parse(&review.subject)
            && reference.kind.is_none_or(|kind| kind == Kind::DataProduct)
            && let Some(product) = mesh.product(&reference.id)
        {
            reviewed.push((product, idx));
        }
    }
    for waiver in mesh.waivers.iter().filter(|waiver| !waiver.header.is_broken) {
        report(mesh, &waiver.header, &waiver.target, sink);
    }
    for acknowledgement in mesh.acknowledgements.iter().filter(|entry| !entry.header.is_broken) {
        report(mesh, &acknowledgement.header, &acknowledgement.subject, sink);
        if let Some(consumer) = &acknowledgement.consumer {
            report(mesh, &acknowledgement.header, consumer, sink);
        }
    }
    for policy in mesh.policies.iter().filter(|policy| !policy.header.is_broken) {
        for waiver in &policy.waivers {
            report(mesh, &policy.header, &waiver.target, sink);
        }
    }
    report_aliases(mesh, sink);
    for (product, review) in reviewed {
        mesh.products[product].reviews.push(review);
    }
}

fn report(mesh: &Mesh, header: &Header, written: &SpannedText, sink: &mut Sink) {
    if written.is_empty() {
        return;
    }
    let message = match Ref::parse(written) {
        Ok(reference) if !mesh.find(&reference).is_empty() => return,
        Ok(_) => format!("`{}` leads to nothing in this registry", written.value),
        Err(error) => error.to_string(),
    };
    sink.push(
        rules::UNKNOWN_SUBJECT
            .at(header.file, written.span, message)
            .help(offer(mesh, written))
            .subject(header.reference()),
    );
}

fn offer(mesh: &Mesh, written: &str) -> String {
    let reference = Ref::parse(written).ok();
    let kinds = match reference.as_ref().and_then(|reference| reference.kind) {
        Some(kind) => vec![kind],
        None => vec![Kind::DataProduct, Kind::DataContract, Kind::Team],
    };
    let id = reference.as_ref().map_or(written, |reference| reference.id.as_str());
    let known: Vec<(Kind, String)> = kinds
        .into_iter()
        .flat_map(|kind| mesh.headers(kind).into_iter().map(move |header| (kind, header.id.value.to_string())))
        .collect();
    match nearest(id, known.iter().map(|(_, id)| id.as_str())) {
        Some(meant) => {
            let kind = known.iter().find(|(_, id)| id == meant).map_or(Kind::DataProduct, |(kind, _)| *kind);
            format!("did you mean `{}:{meant}`?", kind.word())
        }
        None => match reference.and_then(|reference| reference.kind) {
            Some(kind) => format!("`meshfolio list {}` shows what there is", kind.plural()),
            None => "write `kind:id`, such as `product:orders`".to_owned(),
        },
    }
}

/// An alias must lead to something, and from something that is gone.
fn report_aliases(mesh: &Mesh, sink: &mut Sink) {
    for alias in &mesh.aliases {
        let leads =
            |written: &SpannedText| Ref::parse(written).is_ok_and(|reference| !mesh.find(&reference).is_empty());
        if !leads(&alias.to) {
            let message = format!("the alias leads to `{}`, which is not in this registry", alias.to.value);
            sink.push(rules::DANGLING_ALIAS.at(alias.file, alias.to.span, message).help(offer(mesh, &alias.to)));
        }
        if leads(&alias.from) {
            let message = format!("`{}` has an alias and still exists", alias.from.value);
            sink.push(
                rules::DANGLING_ALIAS
                    .at(alias.file, alias.from.span, message)
                    .help("remove the alias, or retire the thing that has the old name"),
            );
        }
    }
}
