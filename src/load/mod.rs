//! From bytes to documents: which file is what, YAML trees and Markdown bodies. Takes a
//! [`Tree`](crate::source::Tree), gives documents one file at a time, so that a caller can drop each
//! tree before the next; must not know what a descriptor means, nor whether the tree is a work
//! tree or a revision.

mod classify;
mod decode;
mod markdown;

pub use classify::{Class, FileKind, classify, ending_of, file_kind, kind_of};
pub use decode::decode;
pub use markdown::{
    Headings, Ids, Link, MAX_LINKS, MarkdownFacts, PLACEHOLDERS, Target, level_number, options as markdown_options,
    read as read_markdown, slug, target, written,
};
