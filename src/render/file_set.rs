//! The files of a site, each made when it is asked for: a build renders and writes them one by
//! one and in parallel, the preview renders only what is looked at.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::{memmem, memrchr2};
use rayon::prelude::*;

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
pub struct OutPath(Arc<str>);

impl OutPath {
    /// Checks a path.
    ///
    /// # Errors
    /// When a part is empty, begins with a dot or a dash, or holds another character.
    pub fn new(path: impl AsRef<str>) -> Result<OutPath, PathError> {
        let path = path.as_ref();
        if is_safe(path) { Ok(OutPath(path.into())) } else { Err(PathError(path.to_owned())) }
    }

    /// Returns the path with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says whether every part of a path is safe.
fn is_safe(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'/');
    let is_safe = |part: &[u8]| match part {
        [] | [b'.' | b'-', ..] | [.., b'.'] => false,
        part => part.len() <= 200,
    };
    // All bytes are looked at, many at once.
    path.bytes().fold(true, |are_plain, byte| are_plain & is_plain(byte))
        && path.as_bytes().split(|byte| *byte == b'/').all(is_safe)
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
    /// The page whose text this one shows from another folder: the bytes are made once for both.
    pub like: Option<OutPath>,
}

impl<C> Page<C> {
    /// Says that this page shows the text of another, whose render function and index it has; only how
    /// far the links climb differs.
    #[must_use]
    pub fn like(mut self, path: &str) -> Page<C> {
        self.like = OutPath::new(path).ok();
        self
    }
}

/// All files of a site, no two with the same path: sorted, then those that are listed late, sorted too.
#[derive(Clone)]
pub struct FileSet {
    source: Arc<dyn PageSource>,
}

trait PageSource: Send + Sync {
    fn len(&self) -> usize;
    fn path(&self, position: usize) -> &OutPath;
    fn position(&self, path: &str) -> Option<usize>;
    fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError>;
    /// The position of the page that shows the same text from another folder.
    fn copy_of(&self, position: usize) -> Option<usize>;
    fn is_copy(&self, position: usize) -> bool;
    /// The positions of the files that are listed late.
    fn late(&self) -> Range<usize>;
    /// Frees the memory that the late files were made in.
    fn forget_late(&self);
}

/// Files of another set, each finished at last.
struct Finished<C> {
    set: FileSet,
    context: Arc<C>,
    finish: Finish<C>,
}

/// The last step of a file: from the context, its path and its bytes.
type Finish<C> = fn(&C, &OutPath, Vec<u8>) -> Result<Vec<u8>, RenderError>;

impl<C: Send + Sync> PageSource for Finished<C> {
    fn len(&self) -> usize {
        self.set.len()
    }

    fn path(&self, position: usize) -> &OutPath {
        self.set.path(position)
    }

    fn position(&self, path: &str) -> Option<usize> {
        self.set.position(path)
    }

    fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError> {
        (self.finish)(&self.context, self.path(position), self.set.bytes(position)?)
    }

    fn late(&self) -> Range<usize> {
        self.set.source.late()
    }

    fn forget_late(&self) {
        self.set.source.forget_late();
    }

    // Two pages with the same text may end differently.
    fn copy_of(&self, _position: usize) -> Option<usize> {
        None
    }

    fn is_copy(&self, _position: usize) -> bool {
        false
    }
}

struct Pages<C> {
    context: Arc<C>,
    listed: Vec<Page<C>>,
    /// By position of a page, the position of its copy.
    copies: BTreeMap<usize, usize>,
    /// The positions of all copies.
    copied: BTreeSet<usize>,
    late: Option<Late<C>>,
}

/// Files whose names are known only when they are made. They are all in a few folders, and listed when one of them, or the
/// number of all files, is asked for: who previews one page does not wait for them.
pub struct Late<C> {
    folders: &'static [&'static str],
    list: fn(&C) -> Vec<Page<C>>,
    forget: fn(&C),
    pages: OnceLock<Vec<Page<C>>>,
}

impl<C> Late<C> {
    /// Names the folders (each with a slash at its end), what lists their files, and what frees the memory that they were
    /// made in; files that are asked for after that are made again.
    #[must_use]
    pub fn new(folders: &'static [&'static str], list: fn(&C) -> Vec<Page<C>>, forget: fn(&C)) -> Late<C> {
        Late { folders, list, forget, pages: OnceLock::new() }
    }

    /// Says whether a file is one of these.
    fn has(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
    }
}

impl<C> Pages<C> {
    fn late_pages(&self) -> &[Page<C>] {
        let Some(late) = &self.late else { return &[] };
        late.pages.get_or_init(|| {
            let mut pages = (late.list)(&self.context);
            pages.retain(|page| late.has(page.path.as_str()));
            tidy(&mut pages);
            pages
        })
    }

    fn page(&self, position: usize) -> &Page<C> {
        match self.listed.get(position) {
            Some(page) => page,
            None => &self.late_pages()[position - self.listed.len()],
        }
    }
}

/// Sorts pages; of those with the same path the first stays.
fn tidy<C>(pages: &mut Vec<Page<C>>) {
    pages.par_sort_by(|a, b| a.path.cmp(&b.path));
    pages.dedup_by(|later, first| later.path == first.path);
}

impl<C: Send + Sync> PageSource for Pages<C> {
    fn len(&self) -> usize {
        self.listed.len() + self.late_pages().len()
    }

    fn path(&self, position: usize) -> &OutPath {
        &self.page(position).path
    }

    fn position(&self, path: &str) -> Option<usize> {
        let find = |pages: &[Page<C>]| pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok();
        if self.late.as_ref().is_some_and(|late| late.has(path)) {
            return find(self.late_pages()).map(|position| position + self.listed.len());
        }
        find(&self.listed)
    }

    fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError> {
        let page = self.page(position);
        let bytes = (page.render)(&self.context, page.index)?;
        Ok(match &page.like {
            Some(like) => seen_from(&bytes, like, &page.path),
            None => bytes,
        })
    }

    fn copy_of(&self, position: usize) -> Option<usize> {
        self.copies.get(&position).copied()
    }

    fn is_copy(&self, position: usize) -> bool {
        self.copied.contains(&position)
    }

    fn late(&self) -> Range<usize> {
        self.listed.len()..self.len()
    }

    fn forget_late(&self) {
        if let Some(late) = &self.late {
            (late.forget)(&self.context);
        }
    }
}

/// Rewrites the links of a page for another folder. A value of an attribute that climbs to the top of
/// the site climbs as far as the other folder needs. Nothing outside of tags is touched: text has no
/// `<`, since it is escaped, so that it can say `="../` without harm. In the data block a text that
/// begins with `../` is an address.
fn seen_from(html: &[u8], from: &OutPath, to: &OutPath) -> Vec<u8> {
    let depth = |path: &OutPath| path.as_str().matches('/').count();
    climbing(html, depth(from), depth(to))
}

/// Rewrites the links of a part of a page, made for a page so deep below the top, for one of another depth.
pub(super) fn moved(html: &str, from: usize, to: usize) -> Cow<'_, str> {
    if from == to {
        return Cow::Borrowed(html);
    }
    Cow::Owned(text_of(climbing(html.as_bytes(), from, to)))
}

/// Returns bytes as text; what is no UTF-8 becomes replacement characters.
pub(super) fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn climbing(html: &[u8], from: usize, to: usize) -> Vec<u8> {
    let climb = |depth: usize| format!("\"{}", "../".repeat(depth));
    let (old, new) = (climb(from), climb(to));
    let mut out = Vec::with_capacity(html.len());
    let mut copied = 0;
    for at in memmem::find_iter(html, &old) {
        // The last angle before it says whether this is inside of a tag, or in the data block of the page.
        let is_link = memrchr2(b'<', b'>', &html[..at])
            .is_some_and(|angle| html[angle] == b'<' || html[..=angle].ends_with(super::linked::OPEN.as_bytes()));
        if is_link {
            out.extend_from_slice(&html[copied..at]);
            out.extend_from_slice(new.as_bytes());
            copied = at + old.len();
        }
    }
    out.extend_from_slice(&html[copied..]);
    out
}

impl FileSet {
    /// Makes a set of pages over one context. Of pages with the same path the first stays.
    #[must_use]
    pub fn new<C: Send + Sync + 'static>(context: Arc<C>, mut pages: Vec<Page<C>>) -> FileSet {
        tidy(&mut pages);
        FileSet::of(context, pages, None)
    }

    /// Makes a set as [`FileSet::new`], with the files of a folder listed when they are asked for; only they may lie
    /// in it, and none of them is like another.
    #[must_use]
    pub fn with_late<C: Send + Sync + 'static>(context: Arc<C>, mut pages: Vec<Page<C>>, late: Late<C>) -> FileSet {
        pages.retain(|page| !late.has(page.path.as_str()));
        tidy(&mut pages);
        FileSet::of(context, pages, Some(late))
    }

    fn of<C: Send + Sync + 'static>(context: Arc<C>, listed: Vec<Page<C>>, late: Option<Late<C>>) -> FileSet {
        let position = |path: &OutPath| listed.binary_search_by(|page| page.path.cmp(path)).ok();
        let copies: BTreeMap<usize, usize> =
            listed.iter().enumerate().filter_map(|(at, page)| Some((position(page.like.as_ref()?)?, at))).collect();
        let copied = copies.values().copied().collect();
        FileSet { source: Arc::new(Pages { context, listed, copies, copied, late }) }
    }

    /// Makes a set of the same files, each finished when it is made.
    #[must_use]
    pub fn finished<C: Send + Sync + 'static>(self, context: Arc<C>, finish: Finish<C>) -> FileSet {
        FileSet { source: Arc::new(Finished { set: self, context, finish }) }
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
            pages.push(Page { path: OutPath::new(path)?, index, render, like: None });
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

    /// Returns the path of the file at a position, from 0.
    #[must_use]
    pub fn path(&self, position: usize) -> &OutPath {
        self.source.path(position)
    }

    /// Returns the position of a path.
    #[must_use]
    pub fn position(&self, path: &str) -> Option<usize> {
        self.source.position(path)
    }

    /// Returns the positions of the files that are listed late, the last ones. Who makes all files makes these first,
    /// and then [forgets](FileSet::forget_late) them.
    #[must_use]
    pub fn late(&self) -> Range<usize> {
        self.source.late()
    }

    /// Frees the memory that the late files were made in; they can be made again.
    pub fn forget_late(&self) {
        self.source.forget_late();
    }

    /// Makes the bytes of the file at a position.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn bytes(&self, position: usize) -> Result<Vec<u8>, RenderError> {
        self.source.bytes(position)
    }
}

impl FileSet {
    /// Makes the file at a position, and with it the one that shows the same text from another folder:
    /// one, two, or no file, so that over all positions each is made once.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn made_at(&self, position: usize) -> Result<Vec<(usize, Vec<u8>)>, RenderError> {
        if self.source.is_copy(position) {
            return Ok(Vec::new());
        }
        let bytes = self.bytes(position)?;
        match self.source.copy_of(position) {
            Some(copy) => {
                let seen = seen_from(&bytes, self.path(position), self.path(copy));
                Ok(vec![(position, bytes), (copy, seen)])
            }
            None => Ok(vec![(position, bytes)]),
        }
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

    #[test]
    fn a_page_that_two_folders_show_is_made_once() {
        let html = br#"<script type="application/ld+json">{"a":"../../b"}</script><a href="../../index.html">="../../x"</a><a href="https://a.example">../../</a>"#;
        let render = |bytes: &Vec<u8>, _| Ok(bytes.clone());
        let page = |path: &str| Page { path: OutPath::new(path).expect("safe"), index: 0, render, like: None };
        let pages = vec![page("c/o.html").like("c/o/1.html"), page("c/o/1.html"), page("index.html")];
        let set = FileSet::new(Arc::new(html.to_vec()), pages);
        let seen = br#"<script type="application/ld+json">{"a":"../b"}</script><a href="../index.html">="../../x"</a><a href="https://a.example">../../</a>"#;
        assert_eq!(set.bytes(0).expect("made"), seen.to_vec());
        assert!(set.made_at(0).expect("made").is_empty());
        assert_eq!(set.made_at(1).expect("made"), vec![(1, html.to_vec()), (0, seen.to_vec())]);
        assert_eq!(set.made_at(2).expect("made").len(), 1);
    }

    #[test]
    fn late_files_are_listed_when_asked_for() {
        fn page<C>(path: &str, render: fn(&C, u32) -> Result<Vec<u8>, RenderError>) -> Page<C> {
            Page { path: OutPath::new(path).expect("safe"), index: 0, render, like: None }
        }
        type Count = std::sync::atomic::AtomicUsize;
        let list = |count: &Count| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            vec![
                page::<Count>("late/b", |_, _| Ok(vec![2])),
                page("late/a", |_, _| Ok(vec![1])),
                page("stray", |_, _| Ok(vec![])),
            ]
        };
        let count = Arc::new(Count::new(0));
        let listed = || count.load(std::sync::atomic::Ordering::Relaxed);
        let pages = vec![
            page::<Count>("z", |_, _| Ok(vec![0])),
            page("m", |_, _| Ok(vec![9])),
            page("late/x", |_, _| Ok(vec![])),
        ];
        let set = FileSet::with_late(
            Arc::clone(&count),
            pages,
            Late::new(&["other/", "late/"], list, |count| {
                count.fetch_add(10, std::sync::atomic::Ordering::Relaxed);
            }),
        );
        assert_eq!((set.position("z"), set.position("n"), listed()), (Some(1), None, 0));
        assert_eq!((set.position("late/b"), set.position("late/x"), listed()), (Some(3), None, 1));
        assert_eq!((set.len(), set.path(2).as_str(), set.bytes(3).expect("made"), listed()), (4, "late/a", vec![2], 1));
        assert_eq!(set.bytes(1).expect("made"), vec![0]);
        assert_eq!((set.late(), listed()), (2..4, 1));
        set.forget_late();
        assert_eq!((set.bytes(3).expect("made"), listed()), (vec![2], 11), "listed once, and made again");
    }
}
