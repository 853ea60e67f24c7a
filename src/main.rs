//! The door: parse, run, exit code.

use std::process::ExitCode;

/// Millions of small values are made and dropped on several threads. `--no-default-features` builds
/// with the allocator of the system, to compare the two.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    meshfolio::cli::main()
}
