#![doc = "work in progress"]
pub mod source;
pub mod diagnostic;
pub mod model;
pub mod yaml;
pub mod render;
pub mod serve;
