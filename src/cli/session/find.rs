//! Finds the thing that a person names on the command line.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::cli::terminal::{Terminal, count};
use crate::diagnostic::{Diagnostic, Family, Severity, visible};
use crate::graph::{ColumnPlace, Found, Mesh, Near};
use crate::model::{Kind, Ref, Urn};
use crate::pipeline;
use crate::render::export::Root;
use crate::yaml::{did_you_mean, nearest};

/// What is said where nothing can be listed or found: whoever stands in the wrong folder sees that.
const NO_DESCRIPTOR: &str =
    "no descriptor is here; `meshfolio init` begins a registry, and `-C DIR` names the folder of another";

/// Says whether a mesh has nothing at all.
fn is_empty_mesh(mesh: &Mesh) -> bool {
    Kind::ALL.into_iter().all(|kind| mesh.headers(kind).is_empty())
}

/// Says beside an empty list that there is nothing to list from.
pub(crate) fn note_empty(mesh: &Mesh, terminal: &Terminal) {
    if is_empty_mesh(mesh) {
        terminal.note(&format!("note: {NO_DESCRIPTOR}"));
    }
}

/// Says beside an answer which files could not be read: what they describe is missing in it.
pub(crate) fn note_unread(outcome: &pipeline::Outcome, terminal: &Terminal) {
    let is_unread = |finding: &&Diagnostic| {
        Family::of(finding.rule.code) == Some(Family::Syn) && finding.severity == Severity::Error
    };
    let found = outcome.findings.diagnostics.iter().filter(is_unread);
    let files: BTreeSet<&str> = found.map(|finding| outcome.sources.path(finding.location.file)).collect();
    let Some(first) = files.first() else { return };
    let (what, them) = match files.len() {
        1 => (format!("`{}`", visible(first)), "it describes"),
        n => (format!("`{}` and {}", visible(first), count(n - 1, "other file", "other files")), "they describe"),
    };
    terminal.note(&format!(
        "note: {what} cannot be read to the end, so that what {them} may be missing here; `meshfolio check` says why"
    ));
}

/// Reads a reference, `kind:id` or a URN of this mesh.
pub(crate) fn read_ref(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Ref> {
    let Some(urn) = Urn::parse(text)? else {
        return match object_ref(&outcome.mesh, text) {
            Some(reference) => Ok(reference),
            None => Ok(Ref::parse(text)?),
        };
    };
    let own = &outcome.config.mesh.id;
    if urn.mesh != *own {
        bail!("`{}` belongs to the mesh `{}`; this is `{own}`", text.trim(), urn.mesh);
    }
    Ok(urn.reference)
}

/// Reads an object or column of a contract in the form in which `search` prints it, `orders#orders`, alone or behind
/// `object:` or `contract:`.
fn object_ref(mesh: &Mesh, text: &str) -> Option<Ref> {
    let text = text.trim();
    let behind = ["object:", "contract:"].into_iter().find_map(|word| text.strip_prefix(word));
    // An id may hold the sign.
    let is_bare = || !text.contains(':') && Ref::parse(text).is_ok_and(|whole| mesh.find(&whole).is_empty());
    let written = behind.or_else(|| is_bare().then_some(text)).filter(|written| written.contains('#'))?;
    Ref::parse(&format!("column:{written}")).ok()
}

/// Finds what a question about lineage starts from: one thing, all versions of a contract that is
/// named without one, or a column of them.
pub(crate) fn find_root(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Root> {
    let mesh = &outcome.mesh;
    let reference = read_ref(outcome, text)?;
    let thing = find(mesh, &Ref { column: None, ..reference.clone() }, text)?;
    let mut things = vec![thing];
    let mut written = mesh.reference(thing);
    if thing.kind == Kind::DataContract {
        let id = &mesh.contracts[thing.idx].descriptor.header.id.value;
        if reference.version.is_some() {
            written = format!("contract:{}", mesh.contract_version(thing.idx));
        } else {
            things = mesh.versions(id).iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx }).collect();
        }
    }
    let Some(path) = column_path(&reference, text)? else {
        return Ok(Root { reference: written, things, columns: Vec::new() });
    };
    let columns: Vec<ColumnPlace> = things.iter().filter_map(|found| mesh.column_place(found.idx, path)).collect();
    let Some(first) = columns.first() else { return Err(no_column(mesh, thing.idx, path)) };
    let contract = written.strip_prefix("contract:").unwrap_or(&written);
    let reference = format!("column:{contract}#{}", first.path());
    Ok(Root { reference, things, columns })
}

/// Returns the column that a reference names; a `column:` without one is an error.
fn column_path<'a>(reference: &'a Ref, text: &str) -> anyhow::Result<Option<&'a str>> {
    let is_column = text.trim().starts_with("column:");
    match reference.column.as_deref() {
        Some(path) if !path.trim().is_empty() => Ok(Some(path.trim())),
        _ if is_column => bail!("`{text}` names no column: write `column:orders@2.1.0#orders.amount`"),
        _ => Ok(None),
    }
}

/// Finds the one thing that a person means, and the column of it where one is named.
pub(crate) fn find_thing(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<(Found, Option<ColumnPlace>)> {
    let mesh = &outcome.mesh;
    let reference = read_ref(outcome, text)?;
    let found = find(mesh, &Ref { column: None, ..reference.clone() }, text)?;
    let Some(path) = column_path(&reference, text)? else { return Ok((found, None)) };
    let place = mesh.column_place(found.idx, path).ok_or_else(|| no_column(mesh, found.idx, path))?;
    Ok((found, Some(place)))
}

/// Finds the product or team that reads. Nothing else is offered in place of a name that nothing has, and a bare name is
/// none of a domain that is called the same.
pub(crate) fn find_reader(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Found> {
    let mesh = &outcome.mesh;
    let is_bare = |reference: &Ref| reference.kind.is_none() && reference.id == text.trim();
    if let Some(bare) = Ref::parse(text).ok().filter(is_bare) {
        let product = mesh.product(&bare.id).map(|idx| Found { kind: Kind::DataProduct, idx });
        let team = || mesh.team(&bare.id).map(|idx| Found { kind: Kind::Team, idx });
        if let Some(found) = product.or_else(team) {
            return Ok(found);
        }
        if !is_empty_mesh(mesh) && mesh.find(&bare).is_empty() && heir(mesh, &bare).is_none() {
            let known = [Kind::DataProduct, Kind::Team].into_iter().flat_map(|kind| mesh.headers(kind));
            let hint = did_you_mean(&bare.id, known.map(|header| header.id.value.as_str()), || {
                "`meshfolio list products` and `meshfolio list teams` show what there is".to_owned()
            });
            bail!("no product and no team of this registry is `{}`; {hint}", bare.id);
        }
    }
    let (found, _) = find_thing(outcome, text)?;
    if !matches!(found.kind, Kind::DataProduct | Kind::Team) {
        bail!("`{text}` is a {}; a product or a team reads", found.kind.title());
    }
    Ok(found)
}

/// Says that a contract has no such column, and which are near.
fn no_column(mesh: &Mesh, contract_idx: usize, path: &str) -> anyhow::Error {
    const SHOWN: usize = 8;
    let known: Vec<String> = mesh.column_paths(contract_idx).collect();
    let name = path.rsplit('.').next().unwrap_or(path).to_lowercase();
    let is_namesake = |known: &&String| known.rsplit('.').next().is_some_and(|last| last.to_lowercase() == name);
    let mut near: Vec<&str> = known.iter().filter(is_namesake).map(String::as_str).collect();
    near.extend(nearest(path, known.iter().map(String::as_str)));
    // A bare name with a slip in it.
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    if near.is_empty() {
        near.extend(known.iter().map(String::as_str).filter(|known| nearest(&name, [last(known).as_str()]).is_some()));
    }
    near.sort_unstable();
    near.dedup();
    let quoted =
        |names: &[&str]| names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let all: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = if !near.is_empty() {
        format!("did you mean {}?", quoted(&near))
    } else if known.is_empty() {
        "it states no columns".to_owned()
    } else if known.len() > SHOWN {
        format!("its columns begin with {} ({} in all)", quoted(&all), known.len())
    } else {
        format!("its columns are {}", quoted(&all))
    };
    anyhow::anyhow!("the contract `{}` has no column `{path}`; {hint}", mesh.contract_version(contract_idx))
}

/// Finds the one thing that a person means; several or none is an error that names candidates.
pub(crate) fn find(mesh: &Mesh, reference: &Ref, text: &str) -> anyhow::Result<Found> {
    let found = mesh.find(reference);
    match found.as_slice() {
        [only] => Ok(*only),
        [] if is_empty_mesh(mesh) => bail!("`{}` is not in this registry: {NO_DESCRIPTOR}", text.trim()),
        [] => match heir(mesh, reference) {
            Some(found) => Ok(found),
            None => bail!("`{}` is not in this registry; {}", text.trim(), offer(mesh, reference)),
        },
        many => {
            let names: Vec<String> =
                many.iter().map(|found| format!("`{}:{}`", found.kind.word(), reference.id)).collect();
            bail!("`{text}` can mean {}; write one of them", names.join(" or "))
        }
    }
}

/// Returns the thing that the aliases of the registry lead on to from an old name.
fn heir(mesh: &Mesh, reference: &Ref) -> Option<Found> {
    let id = mesh.renamed((reference.kind, &reference.id))?;
    let next = Ref { kind: id.kind.or(reference.kind), id: id.id, ..reference.clone() };
    match mesh.find(&next).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Says what may have been meant by a reference that leads nowhere.
fn offer(mesh: &Mesh, reference: &Ref) -> String {
    let versions = mesh.versions(&reference.id);
    if reference.version.is_some() && !versions.is_empty() {
        let known = versions.iter().map(|idx| mesh.contracts[*idx].descriptor.version_text());
        let known: Vec<String> = known.map(|version| format!("`{version}`")).collect();
        return format!("the contract has version {}", known.join(", "));
    }
    let kinds = reference.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    let mut near = Near::default();
    let meant = kinds.into_iter().find_map(|kind| {
        let known: Vec<&str> = match kind {
            Kind::SemanticDefinition => mesh.terms.iter().map(|term| term.id.as_str()).collect(),
            kind => mesh.headers(kind).into_iter().map(|header| header.id.value.as_str()).collect(),
        };
        near.nearest(&reference.id, known).map(|meant| format!("{}:{meant}", kind.word()))
    });
    let plural = reference.kind.map_or("products", Kind::plural);
    match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("`meshfolio list {plural}` shows what there is"),
    }
}
