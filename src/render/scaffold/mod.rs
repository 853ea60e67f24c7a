//! The new files of `init` and `new`: examples and golden-path descriptors, as bytes by path. Takes
//! what the command line knows, gives `(path, bytes)` with paths relative to the registry's folder;
//! must not know whether anything is there already.
//!
//! - The templates are embedded; those of the organisation replace them by file name.
//! - A value never leaves the scalar it is put into, whatever it holds: see `template.rs`.

mod editor;
mod init;
mod new;
mod template;

pub use editor::{EDITOR_FOLDER, EDITOR_SETTINGS, EditorFiles};
pub use init::{InitOptions, ROOT, init, is_beside, new_config, pipeline_words, to_add};
pub use new::{Answers, Place, TEMPLATES_FOLDER, entry_of_term, id_of, new, output_port, template_names, title_of};

/// A new file: its path relative to the registry's folder, with `/`, and its bytes.
pub type NewFile = (String, Vec<u8>);

/// Why a file cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScaffoldError {
    /// A template of the organisation is wrong.
    #[error("the template `{template}` cannot be used: {reason}")]
    Template {
        /// Its name.
        template: String,
        /// What the template engine says.
        reason: String,
    },
}
