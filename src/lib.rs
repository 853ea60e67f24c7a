#![doc = "work in progress"]
pub mod check;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod graph;
pub mod load;
pub mod model;
pub mod pipeline;
pub mod policy;
pub mod render;
pub mod serve;
pub mod source;
pub mod yaml;
