//! From the mesh to files: pages, twins, exports and scaffolds, as bytes by path. Takes the mesh,
//! the findings and the theme, gives a [`FileSet`]; must not know where the bytes go.

pub mod address;
mod agreed;
mod approvers;
mod atom;
mod census;
pub mod codeowners;
mod events;
pub mod export;
mod facets;
mod file_set;
mod forge;
mod health;
mod history;
mod homes;
mod letters;
mod linked;
mod markdown;
mod markup;
mod mend;
mod note;
mod orders;
mod pages;
mod parts;
pub mod picture;
mod preview;
pub mod rename;
pub mod scaffold;
mod search;
mod servers;
mod sheets;
mod site;
mod theme;
mod trend;
pub mod twins;
mod unified;

pub use approvers::{Approver, ApproverOrigin, FileOwners, approvers};
pub use file_set::{FileSet, Late, OutPath, Page, PathError, RenderError};
pub use homes::Homes;
pub use markdown::markdown_html;
pub use mend::{Mended, mend};
pub use preview::{CHANGE_PAGE, Preview, PreviewInput};
pub use search::{SearchAnswer, SearchFormat, SearchIndex};
pub use site::{Commit, Site};
pub use theme::{Theme, ThemeError};
pub use unified::unified;
