//! A few random runs of every target of `benches/fuzz.rs`, always the same ones; long runs are made with it.

#[path = "../../benches/support/fuzz/mod.rs"]
mod harness;

use std::path::Path;

use harness::{Fuzzer, TARGETS, Texts, World};

/// Runs of a target.
const RUNS: u64 = 400;

#[test]
fn text_of_strangers_breaks_nothing() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = project.join("../shared/corpora");
    let (texts, world) = (Texts::read(project, corpora.is_dir().then_some(corpora.as_path())), World::read(project));
    // Nothing of a run happens on another thread, where its panics would not be seen.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut faults = Vec::new();
    for target in TARGETS {
        let fuzzer = Fuzzer::new(target, &world, &texts, 7);
        let runs = if target.name == "mesh" { RUNS / 10 } else { RUNS };
        let made = pool.install(|| (0..runs).map(|run| (run, fuzzer.run(run))).collect::<Vec<_>>());
        faults.extend(
            made.into_iter().filter_map(|(run, answer)| {
                Some(format!("{} {run}: {} ({})", target.name, answer.err()?, target.about))
            }),
        );
    }
    assert_eq!(faults, Vec::<String>::new());
}
