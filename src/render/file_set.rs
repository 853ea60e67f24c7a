//! The files of a site, each made when it is asked for: a build renders and writes them one by
//! one and in parallel, the preview renders only what is looked at.

use std::fmt;
use std::sync::Arc;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template of the theme is wrong.
    #[error("the template `{template}` cannot be rendered: {reason}")]
    Template {
        /// Its name.
        template: String,
        /// What the template engine says.
        reason: String,
    },
    /// A file that the page copies is gone or changed.
    #[error("`{path}` cannot be read: {reason}")]
    Source {
        /// Its relative path.
        path: String,
        /// Why.
        reason: String,
    },
}

/// Why a text is no path of the output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a safe path of the output")]
pub struct PathError(pub String);

/// A relative path below the output folder. It can only be made of parts that are safe on every
/// system: ASCII letters, digits and `._+-`, none of them `.` or `..`, none beginning with a dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(String);

impl OutPath {
    /// Checks a path.
    ///
    /// # Errors
    /// When a part is empty, begins with a dot or a dash, or holds another character.
    pub fn new(path: impl Into<String>) -> Result<OutPath, PathError> {
        let path = path.into();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
        let is_safe = |part: &str| {
            !part.is_empty()
                && part.len() <= 200
                && !part.starts_with(['.', '-'])
                && !part.ends_with('.')
                && part.bytes().all(is_plain)
        };
        if path.split('/').all(is_safe) { Ok(OutPath(path)) } else { Err(PathError(path)) }
    }

    /// Returns the path with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One file of the site: where it goes, and the function that makes it from the context `C`.
#[derive(Debug)]
pub struct Page<C> {
    /// Where it goes.
    pub path: OutPath,
    /// Which of its type it is: a position in a list of the context.
    pub index: u32,
    /// Makes its bytes.
    pub render: fn(&C, u32) -> Result<Vec<u8>, RenderError>,
}

/// All files of a site, sorted by path, no two with the same path.
#[derive(Clone)]
pub struct FileSet {
    source: Arc<dyn PageSource>,
}

trait PageSource: Send + Sync {
    fn len(&self) -> usize;
    fn path(&self, position: usize) -> &OutPath;
    fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError>;
}

struct Pages<C> {
    context: Arc<C>,
    pages: Vec<Page<C>>,
}

impl<C: Send + Sync> PageSource for Pages<C> {
    fn len(&self) -> usize {
        self.pages.len()
    }

    fn path(&self, position: usize) -> &OutPath {
        &self.pages[position].path
    }

    fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError> {
        let page = &self.pages[position];
        (page.render)(&self.context, page.index)
    }
}

impl FileSet {
    /// Makes a set of pages over one context. Of pages with the same path the first stays.
    #[must_use]
    pub fn new<C: Send + Sync + 'static>(context: Arc<C>, mut pages: Vec<Page<C>>) -> FileSet {
        pages.sort_by(|a, b| a.path.cmp(&b.path));
        pages.dedup_by(|later, first| later.path == first.path);
        FileSet { source: Arc::new(Pages { context, pages }) }
    }

    /// Makes a set of ready files.
    ///
    /// # Errors
    /// With the first path that is not safe.
    pub fn from_bytes(files: Vec<(String, Vec<u8>)>) -> Result<FileSet, PathError> {
        let mut pages = Vec::new();
        let mut contents = Vec::new();
        for (position, (path, bytes)) in files.into_iter().enumerate() {
            let index = u32::try_from(position).unwrap_or(u32::MAX);
            let render = |contents: &Vec<Vec<u8>>, index: u32| Ok(contents[index as usize].clone());
            pages.push(Page { path: OutPath::new(path)?, index, render });
            contents.push(bytes);
        }
        Ok(FileSet::new(Arc::new(contents), pages))
    }

    /// Returns the number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Says whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the path of the file at a position, from 0, in the order of paths.
    #[must_use]
    pub fn path(&self, position: usize) -> &OutPath {
        self.source.path(position)
    }

    /// Returns the position of a path.
    #[must_use]
    pub fn position(&self, path: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.path(middle).as_str().cmp(path) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Makes the bytes of the file at a position.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError> {
        self.source.bytes(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_and_hostile_ones_refused() {
        for bad in ["", "../x", "a/../b", "/etc", "a//b", ".git/x", "a\\b", "C:x", "a/b.", "ü", "a b", "-rf"] {
            assert!(OutPath::new(bad).is_err(), "{bad}");
        }
        let files =
            ["products/orders.html", "index.html", "a.json"].map(|path| (path.to_owned(), path.as_bytes().to_vec()));
        let set = FileSet::from_bytes(files.into()).expect("safe");
        assert_eq!(set.path(0).as_str(), "a.json");
        let position = set.position("products/orders.html").expect("found");
        assert_eq!(set.bytes(position).expect("made"), b"products/orders.html");
        assert_eq!(set.position("products/none.html"), None);
    }
}
