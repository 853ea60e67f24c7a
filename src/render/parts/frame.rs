//! What every page has: its title and addresses, what stands over and below it, and the way here.

use std::sync::Arc;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::Anchor;
use crate::model::Header;
use crate::render::forge::Reported;
use crate::render::history::Changed;
use crate::render::linked::Linked;
use crate::render::markup::Markup;
use crate::render::site::Site;
use crate::render::theme::Theme;
use crate::render::{RenderError, pages};
use crate::source::FileId;

/// The frame of a page. Its templates see [`FrameSeen`].
pub(in crate::render) struct Frame<'a> {
    /// The title of the tab, without the name of the mesh.
    pub title: String,
    /// One sentence for search engines.
    pub description: String,
    /// The way to the top of the site: `../` once a level.
    pub root: String,
    /// The page's own address, relative to the top.
    pub path: String,
    /// The address with the base URL.
    pub canonical: Option<String>,
    /// The JSON form, relative to the top.
    pub json: Option<String>,
    /// The Markdown form, relative to the top.
    pub note: Option<String>,
    /// Its picture and its badge, relative to the top.
    pub picture: Option<String>,
    pub badge: Option<String>,
    /// The feed of what happened to it, relative to the top.
    pub feed: Option<String>,
    /// Which part of the site it is in: `products`, `domains`, ...
    pub part: &'static str,
    /// A newer version stands elsewhere: search engines should not show this one.
    pub is_old: bool,
    /// The way here.
    pub crumbs: Vec<Anchor<'a>>,
    /// The descriptor in the forge.
    pub source: Option<String>,
    /// The descriptor in the editor of the forge.
    pub edit: Option<String>,
    /// The head of the page leads there already.
    pub is_edited_above: bool,
    /// A new issue on the forge about this page.
    pub problem: Option<String>,
    /// The name of the thing outside the mesh.
    pub urn: Option<String>,
    /// The name of the thing inside the mesh.
    pub reference: Option<String>,
    /// The descriptor, relative to the root.
    pub file: Option<String>,
    /// The last commit that changed it.
    pub changed: Option<Changed<'a>>,
    /// Why that is not known, where the site knows its history.
    pub unchanged: Option<&'static str>,
    /// What the page says to machines that read pages.
    pub linked: Linked,
    /// What prints the head and the end of the page; nothing where the frame is of a part of a page, which has neither.
    theme: Option<&'a Theme>,
}

/// A frame as templates see it: what the head of the page says and the way here are printed already, since every page has
/// them and they are of few forms.
#[derive(Serialize)]
struct FrameSeen<'r, 'a> {
    title: &'r str,
    description: &'r str,
    root: &'r str,
    path: &'r str,
    canonical: Option<&'r str>,
    json: Option<&'r str>,
    note: Option<&'r str>,
    feed: Option<&'r str>,
    part: &'static str,
    is_old: bool,
    crumbs: &'r [Anchor<'a>],
    source: Option<&'r str>,
    edit: Option<&'r str>,
    problem: Option<&'r str>,
    urn: Option<&'r str>,
    reference: Option<&'r str>,
    file: Option<&'r str>,
    changed: Option<&'r Changed<'a>>,
    unchanged: Option<&'static str>,
    linked: Option<&'r str>,
    mast: Option<&'r str>,
    foot: Option<&'r str>,
    head: Option<&'r str>,
    trail: Option<&'r str>,
    identity: Option<&'r str>,
}

/// What of a page its own templates print.
struct Printed {
    mast: Arc<str>,
    foot: String,
    head: String,
    trail: String,
    /// Only where the page has a name of its own.
    identity: Option<String>,
}

/// What the head of a page says, which its own template prints.
#[derive(Serialize)]
struct Head<'r> {
    description: &'r str,
    root: &'r str,
    is_old: bool,
    canonical: Option<&'r str>,
    json: Option<&'r str>,
    note: Option<&'r str>,
    feed: Option<&'r str>,
    linked: Option<&'r str>,
}

/// What the thing of a page is called and where its file is, which its own template prints.
#[derive(Serialize)]
struct Identity<'r, 'a> {
    root: &'r str,
    reference: Option<&'r str>,
    urn: Option<&'r str>,
    file: Option<&'r str>,
    /// These two with places where a narrow column may break them.
    urn_html: Option<String>,
    file_html: Option<String>,
    source: Option<&'r str>,
    changed: Option<&'r Changed<'a>>,
    unchanged: Option<&'static str>,
    json: Option<&'r str>,
    note: Option<&'r str>,
    picture: Option<&'r str>,
    badge: Option<&'r str>,
    feed: Option<&'r str>,
}

/// The way to a page, which its own template prints.
#[derive(Serialize)]
struct Trail<'r, 'a> {
    crumbs: &'r [Anchor<'a>],
}

impl Serialize for Frame<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let linked = self.theme.and_then(|_| self.linked.to_json());
        let printed = self.theme.map(|theme| self.printed(theme, linked.as_deref())).transpose();
        let printed = printed.map_err(S::Error::custom)?;
        let seen = FrameSeen {
            title: &self.title,
            description: &self.description,
            root: &self.root,
            path: &self.path,
            canonical: self.canonical.as_deref(),
            json: self.json.as_deref(),
            note: self.note.as_deref(),
            feed: self.feed.as_deref(),
            part: self.part,
            is_old: self.is_old,
            crumbs: &self.crumbs,
            source: self.source.as_deref(),
            edit: self.edit.as_deref(),
            problem: self.problem.as_deref(),
            urn: self.urn.as_deref(),
            reference: self.reference.as_deref(),
            file: self.file.as_deref(),
            changed: self.changed.as_ref(),
            unchanged: self.unchanged,
            linked: linked.as_deref(),
            mast: printed.as_ref().map(|printed| &*printed.mast),
            foot: printed.as_ref().map(|printed| &*printed.foot),
            head: printed.as_ref().map(|printed| &*printed.head),
            trail: printed.as_ref().map(|printed| &*printed.trail),
            identity: printed.as_ref().and_then(|printed| printed.identity.as_deref()),
        };
        seen.serialize(serializer)
    }
}

/// What stands over every page, which its own template prints.
#[derive(Serialize)]
struct Mast<'r> {
    /// The way to the top of the site.
    root: &'r str,
    links: [MastLink; 7],
    /// Home and search have a field of their own.
    has_search: bool,
}

/// A part of the site.
#[derive(Serialize)]
struct MastLink {
    page: &'static str,
    text: &'static str,
    is_here: bool,
}

impl<'r> Mast<'r> {
    fn of(root: &'r str, part: &str) -> Mast<'r> {
        let link =
            |(page, text, own): (&'static str, &'static str, &str)| MastLink { page, text, is_here: own == part };
        let links = [
            ("products/index.html", "Products", "products"),
            ("domains/index.html", "Domains", "domains"),
            ("map.html", "Map", "map"),
            ("glossary/index.html", "Glossary", "glossary"),
            ("policies/index.html", "Policies", "policies"),
            ("scorecard.html", "Scorecard", "scorecard"),
            ("changes.html", "Changes", "changes"),
        ];
        Mast { root, links: links.map(link), has_search: !matches!(part, "search" | "home") }
    }
}

/// The end of every page, which its own template prints.
#[derive(Serialize)]
struct Foot<'r> {
    /// The way to the top of the site.
    root: &'r str,
    source: Option<&'r str>,
    edit: Option<&'r str>,
    problem: Option<&'r str>,
}

impl<'a> Frame<'a> {
    /// Begins the frame of the page at an address.
    pub(in crate::render) fn new(site: &'a Site, path: &str, part: &'static str, title: &str) -> Frame<'a> {
        let base = site.outcome.config.mesh.base_url.as_deref();
        let root = "../".repeat(depth(path));
        let problem = site.problem_url(path, Reported::default());
        Frame {
            theme: Some(&site.theme),
            linked: Linked::new(base, &root, title),
            title: title.to_owned(),
            description: String::new(),
            root,
            path: path.to_owned(),
            canonical: base.map(|base| format!("{base}{path}")),
            json: None,
            note: pages::twin_of(path).filter(|_| site.has_twins),
            picture: None,
            badge: None,
            feed: None,
            part,
            is_old: false,
            crumbs: Vec::new(),
            source: None,
            edit: None,
            is_edited_above: false,
            problem,
            urn: None,
            reference: None,
            file: None,
            changed: None,
            unchanged: None,
        }
    }

    /// Says which descriptor the page shows.
    pub(in crate::render) fn of_file(self, site: &'a Site, file: FileId) -> Frame<'a> {
        self.of_line(site, file, None)
    }

    /// Says of which thing the page is, and who owns that.
    pub(in crate::render) fn of_thing(self, site: &'a Site, header: &Header, owner_idx: Option<usize>) -> Frame<'a> {
        self.of_file(site, header.file).reported(site, header, owner_idx)
    }

    /// Says the same of a page that shows a part of what there is about a thing: it names no commit.
    pub(in crate::render) fn of_part_of(self, site: &'a Site, header: &Header, owner_idx: Option<usize>) -> Frame<'a> {
        let mut frame = self.of_file(site, header.file);
        if let Some(mail) = site.mail_about(header, owner_idx) {
            frame.problem = site.problem_url(&frame.path, Reported { mail: Some(&mail), ..Reported::default() });
        }
        frame
    }

    /// Says of a problem with the page which version and commit it shows.
    pub(in crate::render) fn reported(
        mut self,
        site: &'a Site,
        header: &Header,
        owner_idx: Option<usize>,
    ) -> Frame<'a> {
        let mail = site.mail_about(header, owner_idx);
        let of = Reported {
            version: header.version.as_ref().map(|version| version.value.as_str()),
            commit: self.changed.as_ref().map(|changed| &*changed.commit.text),
            mail: mail.as_deref(),
        };
        self.problem = site.problem_url(&self.path, of);
        self
    }

    /// Says which descriptor the page shows, and in which line of its file that begins, where others stand there, too.
    pub(in crate::render) fn of_line(mut self, site: &'a Site, file: FileId, line: Option<u32>) -> Frame<'a> {
        self.source = site.forge_url(file, line, false);
        self.edit = site.forge_url(file, line, true);
        self.file = Some(site.outcome.sources.path(file).to_owned());
        self.changed = site.changed(file, self.depth());
        self.unchanged = site.unchanged_note(file);
        self
    }

    /// Says that the page can stand anywhere, so that its links begin at the top of the site.
    pub(in crate::render) fn rooted_at(mut self, top: &str) -> Frame<'a> {
        top.clone_into(&mut self.root);
        self
    }

    /// Says that what it frames stands on the page of something else: the head and the end of that page say the rest.
    pub(in crate::render) fn of_part(&mut self) {
        self.theme = None;
    }

    /// Adds a step to the way here.
    pub(in crate::render) fn crumb(mut self, anchor: Anchor<'a>) -> Frame<'a> {
        self.linked.step(&anchor);
        self.crumbs.push(anchor);
        self
    }

    fn printed(&self, theme: &Theme, linked: Option<&str>) -> Result<Printed, RenderError> {
        let head = Head {
            description: &self.description,
            root: &self.root,
            is_old: self.is_old,
            canonical: self.canonical.as_deref(),
            json: self.json.as_deref(),
            note: self.note.as_deref(),
            feed: self.feed.as_deref(),
            linked,
        };
        let foot = Foot {
            root: &self.root,
            source: self.source.as_deref().filter(|_| !self.is_edited_above),
            edit: self.edit.as_deref().filter(|_| !self.is_edited_above),
            problem: self.problem.as_deref(),
        };
        let identity = Identity {
            root: &self.root,
            reference: self.reference.as_deref(),
            urn: self.urn.as_deref(),
            file: self.file.as_deref(),
            urn_html: self.urn.as_deref().map(parted_html),
            file_html: self.file.as_deref().map(parted_html),
            source: self.source.as_deref(),
            changed: self.changed.as_ref(),
            unchanged: self.unchanged,
            json: self.json.as_deref(),
            note: self.note.as_deref(),
            picture: self.picture.as_deref(),
            badge: self.badge.as_deref(),
            feed: self.feed.as_deref(),
        };
        // Few parts and depths: of all pages few have another.
        let key = [self.part, " ", &self.root].concat();
        Ok(Printed {
            mast: theme.kept_row("mast.html", key, || Mast::of(&self.root, self.part))?,
            foot: theme.row("foot.html", &foot)?,
            head: theme.row("head.html", &head)?,
            trail: theme.row("trail.html", &Trail { crumbs: &self.crumbs })?,
            identity: self.reference.as_ref().map(|_| theme.row("identity-rows.html", &identity)).transpose()?,
        })
    }

    /// Returns how deep the page lies below the top.
    pub(in crate::render) fn depth(&self) -> usize {
        depth(&self.path)
    }
}

/// Writes a path or a reference that may break after each of its parts, so that no word of it does.
fn parted_html(text: &str) -> String {
    /// Bytes of a line that is worth a break.
    const LINE: usize = 10;
    let mut html = Markup::with_room(text.len() + 24);
    let mut n_since = 0;
    for part in text.split_inclusive(['/', ':', '@']) {
        if n_since >= LINE {
            html.tag("<wbr>");
            n_since = 0;
        }
        html.print(part);
        n_since += part.len();
    }
    html.finish()
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}
