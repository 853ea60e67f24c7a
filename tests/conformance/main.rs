//! Conformance: what the tool reads and judges, against the suites and schemas of others. Where a
//! corpus lives outside the repository (`../shared`, or `MESHFOLIO_SHARED`) and is not there, its
//! tests say so and pass.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read corpora from disk and say what they skipped and counted"
)]

mod agreement;
mod changes;
mod corpora;
mod documents;
mod hostile;
mod json_schema;
mod markdown;
mod random;
mod yaml_block;
mod yaml_spans;
mod yaml_suite;
