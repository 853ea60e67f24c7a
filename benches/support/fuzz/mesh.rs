//! The target `mesh`: a small part of the demo mesh, another one in every run, changed and judged as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meshfolio::diff::{self, Asked, CodeOwners, Side};
use meshfolio::model::Waiver;
use meshfolio::pipeline::{self, Base, Compared};
use meshfolio::policy::Outcome;
use meshfolio::render::export::{self, DiffFormat, DiffReport, ReviewersFormat};
use meshfolio::render::{Preview, PreviewInput, Site};
use meshfolio::source::{MemoryTree, SourceTexts, Tree};

use super::targets::{control, json_fault, options, told, xml_fault};
use super::{Random, World, mutate};

/// The files of a mesh, by what they belong to.
pub(crate) struct Parts {
    files: Vec<(String, Vec<u8>)>,
    products: Vec<Surroundings>,
    /// Files that belong to no product: policies, aliases, levels of maturity, the configuration.
    anywhere: Vec<usize>,
}

/// What a product stands in, as positions of files and of products.
struct Surroundings {
    product: usize,
    /// The other files of its folder: contracts, agreements, reviews, prose.
    inside: Vec<usize>,
    /// Its domain, teams, terms, source systems, waivers and results.
    around: Vec<usize>,
    /// Products that it reads, and that read it.
    near: Vec<usize>,
}

impl Parts {
    pub(super) fn of(outcome: &Outcome, files: Vec<(String, Vec<u8>)>) -> Parts {
        let mesh = &outcome.mesh;
        let by_path: BTreeMap<&str, usize> =
            files.iter().enumerate().map(|(at, (path, _))| (path.as_str(), at)).collect();
        let at = |file| by_path.get(outcome.sources.path(file)).copied();
        let below = |folder: &str| -> Vec<usize> {
            (0..files.len())
                .filter(|at| files[*at].0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
                .collect()
        };
        let folder = |at: usize| files[at].0.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut products = Vec::new();
        for product in &mesh.products {
            let id = product.descriptor.header.id.value.as_str();
            let own = at(product.descriptor.header.file).expect("products are in files");
            let inside: Vec<usize> = below(folder(own)).into_iter().filter(|at| *at != own).collect();
            let mut around = BTreeSet::new();
            let domain = product.domain_idx.map(|idx| &mesh.domains[idx]);
            let of_domain = domain.and_then(|domain| at(domain.descriptor.header.file));
            around.extend(of_domain.into_iter().flat_map(|domain| {
                let home = folder(domain);
                below(home).into_iter().filter(move |at| folder(*at) == home)
            }));
            let teams = product.owner_idx.into_iter().chain(domain.into_iter().flat_map(|domain| domain.teams.clone()));
            around.extend(teams.filter_map(|idx| at(mesh.teams[idx].descriptor.header.file)));
            let terms = mesh.terms.iter().filter(|term| term.domain_idx == product.domain_idx);
            around.extend(terms.filter_map(|term| at(mesh.glossaries[term.glossary_idx].header.file)));
            let sources = product.inputs.iter().filter_map(|input| input.source_idx);
            around.extend(sources.filter_map(|idx| at(mesh.sources[idx].descriptor.header.file)));
            let is_of = |waiver: &&Waiver| waiver.target.split([':', '@', '#']).nth(1) == Some(id);
            let waivers = mesh.waivers.iter().filter(is_of);
            around.extend(waivers.filter_map(|waiver| at(waiver.header.file)));
            around.extend(below(&format!("observations/{id}")));
            let read = product.inputs.iter().flat_map(|input| &input.published_by).map(|port| port.product_idx);
            let near: BTreeSet<usize> = read.chain(product.consumers.iter().copied()).collect();
            let around = around.into_iter().filter(|at| !inside.contains(at) && *at != own).collect();
            products.push(Surroundings { product: own, inside, around, near: near.into_iter().collect() });
        }
        let mut taken = BTreeSet::new();
        for product in &products {
            taken.extend(product.inside.iter().chain(&product.around).chain([&product.product]).copied());
        }
        let anywhere: Vec<usize> = (0..files.len()).filter(|at| !taken.contains(at)).collect();
        let has = |path: &str| anywhere.iter().any(|at| files[*at].0.contains(path));
        assert!(
            has("/policies/") && has("/maturity/") && has("aliases") && has("meshfolio.yaml"),
            "the demo has moved"
        );
        assert!(products.len() >= 60 && taken.len() >= 300, "the demo has moved");
        Parts { files, products, anywhere }
    }

    /// Draws a product with some of what it stands in, of some products near to it, and of the rest.
    fn draw(&self, random: &mut Random) -> Vec<(String, Vec<u8>)> {
        let centre = random.pick(&self.products);
        let mut drawn = BTreeSet::from([centre.product]);
        drawn.extend(some(random, &centre.inside, 5));
        drawn.extend(some(random, &centre.around, 4));
        for near in some(random, &centre.near, 3) {
            let near = &self.products[near];
            drawn.insert(near.product);
            drawn.extend(some(random, &near.inside, 3));
        }
        drawn.extend(some(random, &self.anywhere, 4));
        drawn.into_iter().map(|at| self.files[at].clone()).collect()
    }
}

/// Draws fewer than `n` of a list.
fn some(random: &mut Random, from: &[usize], n: usize) -> Vec<usize> {
    let n = if from.is_empty() { 0 } else { random.below(n) };
    (0..n).map(|_| *random.pick(from)).collect()
}

/// The names that files of strangers get.
const NAMES: [&str; 8] = [
    "registry/domains/commerce/new.yaml",
    "registry/new.odps.yaml",
    "registry/domains/new.odcs.yaml",
    "registry/new/new.oaas.yml",
    "registry/glossary/new.osds.yaml",
    "registry/aliases.yaml",
    "observations/new/2026-11-20.yaml",
    "meshfolio.yaml",
];

/// Changes one file, adds, takes away or moves one.
fn change(random: &mut Random, files: &mut Vec<(String, Vec<u8>)>, bytes: &[u8]) {
    let at = random.below(files.len());
    match random.below(12) {
        0 if files.len() > 2 => {
            files.remove(at);
        }
        1 => {
            let (path, _) = &mut files[at];
            *path = match random.below(3) {
                0 => path.replacen("registry/", "registry/moved/", 1),
                1 => path.replacen("domains/", "", 1),
                _ => path.replace(".yaml", ".yml"),
            };
        }
        2 => bytes.clone_into(&mut files[at].1),
        3 | 4 => {
            files.push(((*random.pick(&NAMES)).to_owned(), bytes.to_vec()));
        }
        kind => {
            let others = [files[random.below(files.len())].1.clone(), bytes.to_vec()];
            let change = if kind < 8 { mutate::changed } else { mutate::touched };
            files[at].1 = change(random, &files[at].1, &others);
        }
    }
}

pub(super) fn run(world: &World, random: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let mut before = world.mesh.draw(random);
    let mut after = before.clone();
    for _ in 0..=random.below(3) {
        change(random, &mut after, bytes);
    }
    // Who mends a broken base is judged, too.
    if random.below(8) == 0 {
        std::mem::swap(&mut before, &mut after);
    }
    let changed = changed_names(&before, &after);
    let (base, head) = (MemoryTree::new(before), MemoryTree::new(after));
    let mut options = options();
    if random.below(8) == 0 {
        options.today =
            options.today.saturating_add(jiff::Span::new().days(i64::try_from(random.below(900)).unwrap_or(0)));
    }
    let failed = |error: pipeline::PipelineError| error.to_string();
    if random.below(16) == 0 {
        let outcome = pipeline::run(&head, &world.schemas, &options).map_err(failed)?;
        return told(random, (&head, None), &outcome);
    }
    let owners = CodeOwners::read_in(&base).unwrap_or_default();
    let pair = Base {
        tree: &base,
        owners,
        is_transitive: random.below(4) == 0,
        prefix: if random.below(8) == 0 { "below/".to_owned() } else { String::new() },
        policies: (random.below(8) == 0).then_some(&base as &dyn Tree),
    };
    let compared = match pipeline::run_pair(&head, &pair, &world.schemas, &options) {
        Ok(compared) => compared,
        // Nothing is judged by levels that nobody can read.
        Err(pipeline::PipelineError::Levels { .. }) if pair.policies.is_some() => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    told(random, (&head, Some(&base)), &compared.head)?;
    let is_shown = random.below(25) == 0;
    if is_shown || random.below(4) == 0 {
        told_change(random, &pair, &head, &compared)?;
    }
    if !is_shown {
        return Ok(());
    }
    let preview = (random.below(2) == 0).then(|| preview(&pair, &head, &compared));
    site(random, compared.head, head, preview, &changed)
}

fn sides<'a>(base: &'a Base<'_>, head: &'a MemoryTree, compared: &'a Compared) -> [Side<'a>; 2] {
    [
        Side { mesh: &compared.base.mesh, sources: &compared.base.sources, tree: base.tree },
        Side { mesh: &compared.head.mesh, sources: &compared.head.sources, tree: head },
    ]
}

fn asked(base: &Base<'_>, head: &MemoryTree, compared: &Compared) -> Asked {
    let [before, after] = sides(base, head, compared);
    diff::asked(before, after, (&base.owners, &base.prefix), &compared.changes)
}

/// The texts that changes and findings point into.
fn texts(base: &Base<'_>, head: &MemoryTree, compared: &Compared) -> SourceTexts {
    let changes = compared.changes.changes.iter();
    let places = changes.flat_map(|change| [change.base, change.head]).flatten().map(|place| place.file);
    let files: Vec<_> = places.chain(compared.head.findings.files()).collect();
    compared.head.sources.texts_of(head, Some(base.tree), files)
}

/// No commit.
const COMMIT: &str = "0123456789012345678901234567890123456789";

/// Tells the change in one format, and who has to look in another.
fn told_change(random: &mut Random, base: &Base<'_>, head: &MemoryTree, compared: &Compared) -> Result<(), String> {
    let asked = asked(base, head, compared);
    let new_findings = compared.new_findings();
    let report = DiffReport {
        site: None,
        changes: &compared.changes,
        asked: (random.below(2) == 0).then_some(&asked),
        base: &compared.base.mesh,
        head: &compared.head.mesh,
        sources: &compared.head.sources,
        prefix: "",
        texts: &texts(base, head, compared),
        base_commit: COMMIT,
        head_commit: None,
        new_findings: new_findings.summary(),
        errors: &export::other_errors(&new_findings, compared.head.config.check.deny),
    };
    let format = *random.pick(&[DiffFormat::Full { color: false }, DiffFormat::Json, DiffFormat::Markdown]);
    let text = export::diff(&report, format);
    let fault = if format == DiffFormat::Json { json_fault(&text) } else { control(&text) };
    if let Some(fault) = fault {
        return Err(format!("{format:?}: {fault}"));
    }
    let formats = [ReviewersFormat::Text, ReviewersFormat::Json, ReviewersFormat::Csv, ReviewersFormat::Handles];
    let format = *random.pick(&formats);
    let text = export::reviewers(&asked, (COMMIT, None), format);
    let fault = match format {
        ReviewersFormat::Json => json_fault(&text),
        ReviewersFormat::Csv => None,
        ReviewersFormat::Text | ReviewersFormat::Handles => control(&text),
    };
    fault.map_or(Ok(()), |fault| Err(format!("reviewers {format:?}: {fault}")))
}

fn preview(base: &Base<'_>, head: &MemoryTree, compared: &Compared) -> Preview {
    let [before, after] = sides(base, head, compared);
    let things = diff::things(before, after, &compared.changes.contracts);
    let input = PreviewInput {
        revision: "main",
        base_commit: COMMIT,
        head_commit: None,
        base: before.mesh,
        head: after.mesh,
        sources: after.sources,
        texts: &texts(base, head, compared),
        new_findings: &compared.new_findings(),
        deny: compared.head.config.check.deny,
        asked: asked(base, head, compared),
    };
    Preview::new(input, compared.changes.clone(), things)
}

/// What the pages of files that differ may be called: the stems of their names, and the names of their folders.
fn changed_names(before: &[(String, Vec<u8>)], after: &[(String, Vec<u8>)]) -> BTreeSet<String> {
    let names = |(path, _): &(String, Vec<u8>)| {
        let mut steps = path.rsplit('/');
        let stem = steps.next().and_then(|name| name.split('.').next());
        stem.into_iter().chain(steps.next()).map(str::to_owned).collect::<Vec<_>>()
    };
    after.iter().filter(|file| !before.contains(file)).flat_map(names).collect()
}

/// Makes files of the site: those of things that changed and a dozen others, or, once in a while, all.
fn site(
    random: &mut Random,
    outcome: Outcome,
    tree: MemoryTree,
    preview: Option<Preview>,
    changed: &BTreeSet<String>,
) -> Result<(), String> {
    let site = Site::new(outcome, Arc::new(tree), None).map_err(|error| error.to_string())?;
    let files = Arc::new(site.with_preview(preview)).files();
    let is_whole = random.below(4) == 0;
    let others: BTreeSet<usize> = (0..12).map(|_| random.below(files.len())).collect();
    for position in 0..files.len() {
        let path = files.path(position).as_str();
        let is_of_changed = || path.split(['/', '.']).any(|step| changed.contains(step));
        if !is_whole && !others.contains(&position) && !is_of_changed() {
            continue;
        }
        let bytes = files.bytes(position).map_err(|error| format!("{path}: {error}"))?;
        if let Some(fault) = file_fault(path, &bytes) {
            return Err(format!("{path}: {fault}"));
        }
    }
    Ok(())
}

/// Says what of a file of the site is not as it must be.
fn file_fault(path: &str, bytes: &[u8]) -> Option<String> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    if path.ends_with(".odcs.yaml") {
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("not UTF-8".to_owned()) };
    match ending {
        "html" => ["<script>alert", "<img src=x", "href=\"javascript:"]
            .into_iter()
            .find(|live| text.contains(live))
            .map(|live| format!("{live:?} is live")),
        "json" => json_fault(text),
        "svg" | "atom" | "xml" => xml_fault(text),
        _ => None,
    }
}
