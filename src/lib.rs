//! Meshfolio: the portfolio of a data mesh. Turns a git repository of open-standard YAML descriptors
//! and Markdown into a checked registry and a static catalog.
//!
//! The rooms stand in a row, and each hands on one type that the next can trust; `ARCHITECTURE.md`
//! has the table. `tests/suite/architecture.rs` keeps the direction.

pub mod source;

pub mod diagnostic;

pub mod model;

pub mod yaml;

pub mod config;

pub mod load;

pub mod check;

pub mod graph;

pub mod policy;

pub mod diff;

pub mod render;

pub mod serve;

pub mod pipeline;

pub mod cli;
