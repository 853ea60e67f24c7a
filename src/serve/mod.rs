//! Out of the tool: files on disk, the preview server and the watcher. Takes a
//! [`FileSet`](crate::render::FileSet); must not know what the files mean. Nothing else writes.
//!
//! - Before anything is changed, everything that can be refused is refused.
//! - A file is never written in place and never through a link: it is made in a staging folder
//!   beside the output and moved. So a failed build leaves the old site, and a hard link or a
//!   reader of the old file never sees half of the new one.
//! - Only regular files that an earlier build listed in its manifest are ever removed.
//! - Outside the output folder only its dot-named siblings are touched (lock, staging, old site).
//! - The preview answers from the file set alone; no URL ever becomes a path of the disk.
//! - Events of the watcher are hints: they say that something changed, the next run says what.

mod cache;
mod error;
pub mod http;
mod rewrite;
mod scaffold;
pub mod watch;
mod write;

pub use cache::write_cached;
pub use error::WriteError;
pub use rewrite::{Rewrite, rewrite_files};
pub use scaffold::write_new_files;
pub use write::{Protected, Written, check_place, write_site};
