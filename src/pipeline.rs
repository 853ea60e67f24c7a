//! From a tree to a checked mesh: the one string of rooms that every command but `init` and `new`
//! calls. Files are read, parsed, validated and lowered in parallel, one at a time, so that no more
//! than one tree per thread is in memory; everything after is one pass over the typed model.

mod causes;
mod kept;
mod pair;
mod policies;
mod read;
mod readers;
mod results;
mod trend;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::check::{self, Detail, Doubts};
use crate::config;
use crate::diagnostic::RuleMeta;
use crate::diagnostic::emit::Counts;
use crate::diff;
use crate::graph::{self, Docs};
pub use crate::policy::Outcome;
use crate::policy::{self, Governance, PolicyTime, Timings};
use crate::source::{FileId, Location, ReadError, Span, Tree};
use crate::yaml::{self, Schemas};

pub use self::read::left_out;
pub use kept::{KeptBase, keep_base, run_beside};
pub use pair::{Base, Compared, run_pair};
use read::{Joined, Prepared};
pub use trend::{TrendQuestion, kept_trend, trend};

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Path of the configuration, relative to the root.
    pub config_path: String,
    /// The configuration was named on the command line, so it must be there.
    pub is_config_required: bool,
    /// The day.
    pub today: Date,
    /// How much of each descriptor is kept.
    pub detail: Detail,
    /// Folders of result files that replace `observations` of the configuration.
    pub observations: Option<Vec<String>>,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The configuration cannot be read.
    #[error("the configuration `{path}` cannot be read: {error}")]
    Config {
        /// Its path.
        path: String,
        /// Why.
        error: ReadError,
    },
    /// The configuration of the revision that policies are taken from has a mistake.
    #[error(
        "the policies and levels of `{revision}` cannot judge this: its configuration has a mistake ({place}: {reason}); \
         mend it there; a request that does so, and any other until then, can be judged by a revision from before the \
         mistake, such as `--policies-from {revision}~1`"
    )]
    Levels {
        /// The file and the line.
        place: String,
        /// The revision.
        revision: String,
        /// What is wrong.
        reason: String,
    },
    /// A root cannot be listed.
    #[error("the registry cannot be read: {0}")]
    List(ReadError),
    /// A revision names files whose content is not there.
    #[error(
        "`{path}` of the revision `{revision}` is not in this clone, which left objects out: fetch them first \
         (`git fetch --refetch --filter=blob:limit=5m`, or clone without `--filter` and `--depth`)"
    )]
    Missing {
        /// The first such file.
        path: String,
        /// The revision.
        revision: String,
    },
    /// A sparse checkout leaves files of the registry out.
    #[error(
        "{n} of the files that git has for this registry (`{first}` the first) are left out by a sparse checkout, and a \
         comparison would take them for removed: run `git sparse-checkout add` with the folders of the registry, or \
         `git sparse-checkout disable`, or compare two commits"
    )]
    LeftOut {
        /// How many there are.
        n: usize,
        /// The first of them.
        first: String,
    },
    /// Files or folders that are there and that the system does not let be read: without them the rest would
    /// be judged wrongly.
    #[error("{}: let the user who runs this read it, or leave it out with `exclude:`", unreadable_list(.0))]
    Unreadable(Vec<(String, String)>),
}

impl PipelineError {
    /// Says why a configuration cannot be read.
    fn of_config(tree: &dyn Tree, path: &str, error: ReadError) -> PipelineError {
        match error {
            ReadError::Missing => PipelineError::Missing { path: path.to_owned(), revision: tree.label() },
            error => PipelineError::Config { path: path.to_owned(), error },
        }
    }

    /// Says whether the content of a file is not in this clone.
    #[must_use]
    fn is_missing(&self) -> bool {
        matches!(self, PipelineError::Missing { .. })
    }
}

/// Names what cannot be read, each with its reason.
fn unreadable_list(failures: &[(String, String)]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> =
        failures.iter().take(SHOWN).map(|(path, reason)| format!("`{path}` ({reason})")).collect();
    if failures.len() > SHOWN {
        shown.push(format!("{} more", failures.len() - SHOWN));
    }
    format!("cannot read {}", shown.join(", "))
}

/// Returns every rule of the tool, by code.
#[must_use]
pub fn rules() -> Vec<&'static RuleMeta> {
    let mut rules: Vec<&'static RuleMeta> = Vec::new();
    rules.extend(config::rules::RULES);
    rules.extend(yaml::rules::RULES);
    rules.extend(check::rules::RULES);
    rules.extend(graph::rules::RULES);
    rules.extend(policy::rules::ALL.iter().copied().flatten().map(|rule| rule.meta));
    rules.extend(diff::rules::all());
    rules.sort_by_key(|rule| (crate::diagnostic::Family::of(rule.code), rule.code));
    rules
}

/// Which policies are run.
#[derive(Clone, Copy)]
pub enum PolicySource<'a> {
    /// Those of the tree.
    Own,
    /// None: nobody looks at findings.
    Skip,
    /// Those of another tree, such as the base of a branch, with the levels and the personal data that it configures.
    Of(&'a dyn Tree),
}

/// Checks a tree by its own policies.
///
/// # Errors
/// When the configuration or a root cannot be read at all; everything else is a finding.
pub fn run(tree: &dyn Tree, schemas: &Schemas, options: &Options) -> Result<Outcome, PipelineError> {
    run_with(tree, schemas, options, PolicySource::Own)
}

/// Checks a tree.
///
/// # Errors
/// When the configuration or a root cannot be read at all, also in the tree that policies are of;
/// everything else is a finding.
pub fn run_with(
    tree: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
    policy_source: PolicySource<'_>,
) -> Result<Outcome, PipelineError> {
    run_timed(tree, schemas, options, policy_source, &mut Timings::default())
}

/// Checks a tree and measures what takes how long.
///
/// # Errors
/// As [`run_with`].
pub fn run_timed(
    tree: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
    policy_source: PolicySource<'_>,
    timings: &mut Timings,
) -> Result<Outcome, PipelineError> {
    let mut opened = read::open(tree, schemas, options, FileId(0))?;
    if let PolicySource::Of(other) = policy_source {
        policies::judge_by(&mut opened.config, other, schemas, options)?;
    }
    let numbered = read::number(&opened, options);
    timings.room("open and list");
    let prepared = read::prepare(tree, schemas, opened, numbered);
    timings.room("result files");
    // Joined as they come and in the order of paths: one value a file, all at once, would be the peak of memory.
    let joined = prepared
        .files(tree, schemas, options.detail, None)
        .fold(Joined::default, Joined::with)
        .reduce(Joined::default, Joined::joined);
    prepared.refuse_failures(tree, &joined)?;
    timings.room("load and check");
    let mut outcome = judge((tree, schemas), prepared, joined, options, policy_source, timings)?;
    pair::harden_misplaced_in(tree, &mut outcome);
    Ok(outcome)
}

/// Resolves and governs what was read.
fn judge(
    (tree, schemas): (&dyn Tree, &Schemas),
    prepared: Prepared,
    joined: Joined,
    options: &Options,
    policy_source: PolicySource<'_>,
    timings: &mut Timings,
) -> Result<Outcome, PipelineError> {
    let Prepared { config, config_file, sources, mut sink, results, .. } = prepared;
    let known = rules();
    let Joined { sink: found, mut input, docs, doubts: noted, n_descriptors, .. } = joined;
    sink.append(found);
    let mut doubts: Vec<(FileId, Doubts)> = results.doubts;
    doubts.extend(noted);
    input.docs = Docs::new(docs);
    input.personal_classes = config.personal_data.own_classes().map(str::to_owned).collect();
    input.results = results.files;
    input.tools = results.tools;
    input.unread = results.unread;
    // A root that does not exist is told already, and is reason enough.
    if n_descriptors == 0 && config.roots.iter().any(|root| tree.has_folder(root)) {
        let places: Vec<String> = config
            .roots
            .iter()
            .map(|root| if root.is_empty() { "the root".to_owned() } else { format!("`{root}`") })
            .collect();
        let message = format!("no descriptor was found in {}", places.join(", "));
        let help = "run `meshfolio init` to begin a registry, or set `roots:` in `meshfolio.yaml`";
        sink.push(config::rules::NO_DESCRIPTORS.at(config_file, Span::default(), message).help(help));
    }

    let mesh = graph::resolve(input, &sources, options.today, &mut sink);
    timings.room("graph");
    let context =
        policy::Context { mesh: &mesh, sources: &sources, today: options.today, personal_data: &config.personal_data };
    policy::run(&context, &mut sink, timings);
    timings.room("rules");
    let lost = doubts.iter().filter_map(|(_, doubts)| doubts.lost.as_ref());
    let unread = policy::unread_kinds(&mesh, lost.map(|lost| lost.kind));
    let doubtful = causes::doubtful(&doubts, &config.check.grading, &sources);
    let realm = policy::Realm {
        mesh: &mesh,
        doubtful: &doubtful,
        grading: &config.check.grading,
        unread: &unread,
        sources: &sources,
        tree,
        schemas,
        personal_data: &config.personal_data,
        today: options.today,
        base_url: config.mesh.base_url.as_deref(),
        clock: timings.clock(),
    };
    let origin = match policy_source {
        PolicySource::Of(other) => Some(policies::of_tree(other, schemas, options)?),
        PolicySource::Own | PolicySource::Skip => None,
    };
    let mut governance = match policy_source {
        PolicySource::Skip => Governance::default(),
        PolicySource::Own | PolicySource::Of(_) => policy::govern(&realm, origin.as_ref(), &mut sink),
    };
    let scoring = policy::score(&realm, &mut sink);
    let maturity = policy::maturity(&realm, &mut sink);
    timings.room("policies");
    timings.policies = governance.policies.iter().map(PolicyTime::of).collect();
    let own = mesh.policies.iter().map(|policy| policy.header.id.value.as_str());
    let run = governance.policies.iter().map(|outcome| outcome.policy.header.id.value.as_str());
    let names: Vec<&str> = own.chain(run).collect();
    let unknown = |file, word: &str, span| config::report_unknown_rule((file, span), word, &known, &names);
    for level in &config.unknown_levels {
        if let Some(finding) = unknown(config_file, level, level.span) {
            sink.push(finding);
        }
    }
    for waiver in mesh.waivers.iter().filter(|waiver| !waiver.header.is_broken()) {
        let every = policy::is_of_every_policy(&waiver.rule);
        let every = every.then(|| config::report_every_policy((waiver.header.file, waiver.rule.span), &waiver.rule));
        if let Some(finding) = every.or_else(|| unknown(waiver.header.file, &waiver.rule, waiver.rule.span)) {
            sink.push(finding.subject(waiver.header.reference()));
        }
    }
    policy::rules::policies::report_namesakes(&mesh, &known, &mut sink);
    readers::name_subjects(&mesh, &sources, &mut sink);
    let mut folded = causes::Causes { tree, sources: &sources, grading: &config.check.grading, doubts }.fold(&mut sink);
    folded.append(&mut governance.folded);
    let policies = origin.as_ref().map_or(&mesh.policies, |origin| &origin.policies);
    let grading = &config.check.grading;
    let severity =
        |finding: &crate::diagnostic::Diagnostic| grading.severity(finding, sources.path(finding.location.file));
    let faults = policy::Faults::of(&mesh, sink.found().iter().chain(&folded), severity);
    let unheard = policy::unheard(&mesh, options.today, &faults, sink.found().iter(), severity);
    let trust =
        policy::Trust { mesh: &mesh, today: options.today, faults: &faults, known: &known, grading, sources: &sources };
    let waivers = policy::Waivers::of(&trust, policies, origin.is_some());
    causes::unfold_waived(&mut folded, &waivers.in_force, &mut sink);
    if !matches!(policy_source, PolicySource::Skip) {
        let realm = policy::rules::waivers::Realm {
            mesh: &mesh,
            today: options.today,
            known: &known,
            grading: &config.check.grading,
            sources: &sources,
            folded: &folded,
            waivers: &waivers,
            is_whole: !unread.iter().any(|kind| kind.is_none_or(policy::is_excusable)),
        };
        policy::rules::waivers::report(&realm, &mut sink);
    }
    waivers.note_void(&mut sink);
    timings.room("waivers and causes");
    let mut findings = sink.finish(&config.check.grading, &waivers.in_force, &sources);
    let mut uncounted = unheard;
    for entry in &mesh.acknowledgements {
        if let Some(why) = entry.header.why_unfinished() {
            uncounted.entry(entry.header.file).or_insert(why);
        }
    }
    let words = mesh.acknowledgements.iter().filter_map(|entry| {
        let header = &entry.header;
        let place = Location { file: header.file, span: header.id.span };
        Some((place, format!("this acknowledgement does not count: {}", uncounted.get(&header.file)?)))
    });
    pair::harden(&words.collect::<Vec<_>>(), &config.check.grading, &sources, &mut findings);
    timings.room("findings");
    let counts = Counts {
        documents: n_descriptors,
        products: mesh.products.len(),
        retired_products: (0..mesh.products.len()).filter(|idx| mesh.is_retired(*idx)).count(),
        contracts: mesh.contracts.len(),
        // Versions of a contract stand together.
        contract_ids: mesh
            .contracts
            .chunk_by(|a, b| a.descriptor.header.id.value == b.descriptor.header.id.value)
            .count(),
        domains: mesh.domains.len(),
        teams: mesh.teams.len(),
    };
    Ok(Outcome {
        config,
        sources,
        mesh,
        findings,
        waivers,
        uncounted,
        governance,
        scoring,
        maturity,
        counts,
        today: options.today,
        rules: rules(),
    })
}
