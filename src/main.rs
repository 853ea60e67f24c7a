//! The door: parse, run, exit code.

use std::process::ExitCode;

/// Millions of small values are made and dropped on several threads; see `benches/README.md` for
/// what this allocator saves.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    meshfolio::cli::main()
}
