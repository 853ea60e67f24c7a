//! Out of the tool: files on disk, the preview server and the watcher. Takes a
//! [`FileSet`](crate::render::FileSet); must not know what the files mean. Nothing else writes.
