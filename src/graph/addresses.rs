//! Addresses of pages: slugs that are none, and things whose pages would be the same file.

use std::collections::BTreeMap;

use super::mesh::{Contract, Mesh, TermNode};
use super::near::Report;
use super::{rules, slug};
use crate::model::{Header, Kind};
use crate::source::SourceMap;

/// Reports `customProperties` `slug` that cannot be one, and things that share an address. Of those the
/// first by path keeps it, and each other gets one with a hash, so that no page takes another's place.
pub(super) fn settle(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    report_invalid_slugs(mesh, sink);
    report_version_collisions(mesh, sources, sink);
    report_term_collisions(mesh, sink);

    let products = mesh.products.iter_mut().map(|node| (&node.descriptor.header, &mut node.slug));
    part(products.collect(), sources, sink);
    part_contracts(mesh, sources, sink);
    let domains = mesh.domains.iter_mut().map(|node| (&node.descriptor.header, &mut node.slug));
    part(domains.collect(), sources, sink);
    let teams = mesh.teams.iter_mut().map(|node| (&node.descriptor.header, &mut node.slug));
    part(teams.collect(), sources, sink);
    let systems = mesh.sources.iter_mut().map(|node| (&node.descriptor.header, &mut node.slug));
    part(systems.collect(), sources, sink);
    // Policies keep no slug in the mesh; the page of the first stays.
    let mut slugs: Vec<String> = mesh.policies.iter().map(|policy| slug::slug_of(&policy.header)).collect();
    part(mesh.policies.iter().map(|policy| &policy.header).zip(&mut slugs).collect(), sources, sink);
}

/// A slug of one's own that no page can have: the address would silently be another one.
fn report_invalid_slugs(mesh: &Mesh, sink: &mut Report<'_>) {
    // Terms are addressed by their domain and id, and the other kinds have no pages.
    let kinds = Kind::ALL.into_iter().filter(|kind| !kind.folder().is_empty() && *kind != Kind::SemanticDefinition);
    for header in kinds.flat_map(|kind| mesh.headers(kind)) {
        let Some(custom) = header.custom("slug").filter(|custom| !slug::is_slug(&custom.value)) else { continue };
        let written = custom.value.trim();
        let why = if slug::is_reserved(&written.to_lowercase()) {
            "this name is kept for pages and devices"
        } else if written.len() > slug::MAX_LENGTH {
            "more than 80 characters"
        } else {
            "lower-case letters, digits and hyphens only"
        };
        let actual = slug::slug_of(header);
        let message = match written {
            "" => "an empty slug cannot be the address of a page".to_owned(),
            _ => format!("`{}` cannot be the address of a page", custom.value),
        };
        sink.push(
            rules::INVALID_SLUG
                .at(header.file, custom.span, message)
                .label(why)
                .help(match slug::slugified(written) {
                    Some(meant) => format!("write `{meant}`, or remove it: the address is `{actual}` now"),
                    None => {
                        format!("write 1 to 80 of `a-z`, `0-9` and `-`, or remove it: the address is `{actual}` now")
                    }
                })
                .subject(header.reference()),
        );
    }
}

/// Contracts by id: the versions of one share their slug on purpose.
fn part_contracts(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    let same = |a: &Contract, b: &Contract| a.descriptor.header.id.value == b.descriptor.header.id.value;
    let mut slugs: Vec<String> = mesh.contracts.chunk_by(same).map(|versions| versions[0].slug.clone()).collect();
    let headers = mesh.contracts.chunk_by(same).map(|versions| &versions[0].descriptor.header);
    part(headers.zip(&mut slugs).collect(), sources, sink);
    for (versions, slug) in mesh.contracts.chunk_by_mut(same).zip(slugs) {
        if versions[0].slug != slug {
            for contract in versions {
                contract.slug.clone_from(&slug);
            }
        }
    }
}

/// Reports things of one kind that share a slug, and gives all but the first by path another one.
fn part(things: Vec<(&Header, &mut String)>, sources: &SourceMap, sink: &mut Report<'_>) {
    let mut slugs: Vec<&str> = things.iter().map(|(_, slug)| slug.as_str()).collect();
    slugs.sort_unstable();
    if slugs.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let mut by_slug: BTreeMap<String, Vec<(&Header, &mut String)>> = BTreeMap::new();
    for (header, slug) in things {
        by_slug.entry(slug.clone()).or_default().push((header, slug));
    }
    for (shared, mut things) in by_slug.into_iter().filter(|(_, things)| things.len() > 1) {
        things.sort_by(|(a, _), (b, _)| sources.path(a.file).cmp(sources.path(b.file)));
        let first = things[0].0;
        for (header, slug) in things.into_iter().skip(1) {
            *slug = slug::hashed(&shared, &header.id.value);
            let message = format!(
                "the {} `{}` has the address of `{}`: `{}/{shared}`",
                header.kind.title(),
                header.id.value,
                first.id.value,
                header.kind.folder(),
            );
            sink.push(
                rules::SLUG_COLLISION
                    .at(header.file, header.id.span, message)
                    .label(format!("`{}` keeps the address", sources.path(first.file)))
                    .help("change one `id`, or set `customProperties` `slug`")
                    .related(first.file, first.id.span, "has the same address")
                    .subject(header.reference()),
            );
        }
    }
}

/// Versions of one contract whose files would have one name on a disk that ignores case.
fn report_version_collisions(mesh: &Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    let same = |a: &Contract, b: &Contract| a.descriptor.header.id.value == b.descriptor.header.id.value;
    for versions in mesh.contracts.chunk_by(same).filter(|versions| versions.len() > 1) {
        let mut by_file: BTreeMap<String, Vec<&Header>> = BTreeMap::new();
        for contract in versions {
            let file = slug::version_slug(contract.descriptor.version_text()).to_lowercase();
            by_file.entry(file).or_default().push(&contract.descriptor.header);
        }
        for (file, headers) in by_file.into_iter().filter(|(_, headers)| headers.len() > 1) {
            let first = headers[0];
            let version = |header: &Header| header.version.as_ref().map_or(String::new(), |v| v.value.to_string());
            let span = |header: &Header| header.version.as_ref().map_or(header.id.span, |version| version.span);
            for header in &headers[1..] {
                let message = format!(
                    "version `{}` of the contract `{}` has the address of version `{}`: `contracts/{}/{file}`",
                    version(header),
                    header.id.value,
                    version(first),
                    versions[0].slug,
                );
                sink.push(
                    rules::SLUG_COLLISION
                        .at(header.file, span(header), message)
                        .label(format!("only `{}` gets the page", sources.path(first.file)))
                        .help(
                            "write versions that differ in more than case, or in a character that a file name can hold",
                        )
                        .related(first.file, span(first), "has the same address")
                        .subject(header.reference()),
                );
            }
        }
    }
}

fn report_term_collisions(mesh: &Mesh, sink: &mut Report<'_>) {
    let mut terms: BTreeMap<&str, &TermNode> = BTreeMap::new();
    for term in &mesh.terms {
        if let Some(first) = terms.insert(&term.slug, term) {
            let (file, span) = (mesh.glossaries[term.glossary_idx].header.file, mesh.term(term).id.span);
            let other = (mesh.glossaries[first.glossary_idx].header.file, mesh.term(first).id.span);
            let message = format!("the term `{}` has the address of the term `{}`", term.id, first.id);
            sink.push(rules::SLUG_COLLISION.at(file, span, message).help("change one of the two ids").related(
                other.0,
                other.1,
                "has the same address",
            ));
        }
    }
}
