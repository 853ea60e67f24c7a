//! From the mesh to files: pages, twins, exports and scaffolds, as bytes by path. Takes the mesh,
//! the findings and the theme, gives a [`FileSet`]; must not know where the bytes go.

mod file_set;

pub use file_set::{FileSet, OutPath, Page, PathError, RenderError};
