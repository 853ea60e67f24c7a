//! The way between the pages of a long list, and what their files are called.

use serde::Serialize;

/// The way between the pages of a long list.
#[derive(Clone, Debug, Serialize)]
pub(in crate::render) struct Pager {
    /// First and last page, and those around this one; a gap has no link and stands for what is left out.
    pub steps: Vec<PagerStep>,
}

/// One step of a pager.
#[derive(Clone, Debug, Serialize)]
pub(in crate::render) struct PagerStep {
    /// The number of the page; none for a gap.
    pub number: Option<usize>,
    /// Where it leads.
    pub href: String,
    /// This page.
    pub is_here: bool,
}

impl Pager {
    /// Makes the pager of a list of which the page `here`, from 0, is shown; none for one page.
    pub(in crate::render) fn new(n_pages: usize, here: usize, href: impl Fn(usize) -> String) -> Option<Pager> {
        if n_pages < 2 {
            return None;
        }
        let mut steps = Vec::new();
        for at in (0..n_pages).filter(|at| *at == 0 || at + 1 == n_pages || at.abs_diff(here) <= 2) {
            if steps.last().is_some_and(|last: &PagerStep| last.number.is_some_and(|number| number < at)) {
                steps.push(PagerStep { number: None, href: String::new(), is_here: false });
            }
            steps.push(PagerStep { number: Some(at + 1), href: href(at), is_here: at == here });
        }
        Some(Pager { steps })
    }
}

/// Returns the file of a page of a list: the first is the stem's own, others are numbered.
pub(in crate::render) fn numbered(first: &str, folder: &str, page: usize) -> String {
    if page == 0 { first.to_owned() } else { format!("{folder}/page-{}.html", page + 1) }
}
