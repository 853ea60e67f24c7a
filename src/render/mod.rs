//! From the mesh to files: pages, twins, exports and scaffolds, as bytes by path. Takes the mesh,
//! the findings and the theme, gives a [`FileSet`]; must not know where the bytes go.

pub mod address;
pub mod export;
mod file_set;
pub mod picture;
pub mod scaffold;
pub mod twins;

pub use file_set::{FileSet, OutPath, Page, PathError, RenderError};
