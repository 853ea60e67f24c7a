#![doc = "work in progress"]
pub mod config;
pub mod diagnostic;
pub mod load;
pub mod model;
pub mod render;
pub mod serve;
pub mod source;
pub mod yaml;
