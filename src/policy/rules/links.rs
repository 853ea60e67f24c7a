//! Links of Markdown in the registry.

use std::collections::{HashMap, HashSet};

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::graph::Near;
use crate::load::{Link, Target, target};
use crate::policy::{Context, PolicyRule};
use crate::source::{FileId, join, parent};

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &BROKEN_LINK, run: links },
    PolicyRule { meta: &BROKEN_ANCHOR, run: |_, _| {} },
    PolicyRule { meta: &UNSAFE_LINK, run: |_, _| {} },
    PolicyRule { meta: &UNREADABLE_MARKDOWN, run: unreadable_markdown },
    PolicyRule { meta: &UNFINISHED_MERGE, run: unfinished_merge },
];

declare_rule! {
    /// ## What it finds
    /// A relative link or image in Markdown whose file is not in the registry, or lies outside it.
    ///
    /// ## Why it matters
    /// The reader who needs the page most, the newcomer, lands nowhere.
    ///
    /// ## Example
    /// ```markdown
    /// [how to join](../ordres/README.md)
    /// ```
    ///
    /// ## Instead
    /// ```markdown
    /// [how to join](../orders/README.md)
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `broken-link: error`.
    pub static BROKEN_LINK = { code: "LNK001", name: "broken-link", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A link to a heading that the file does not have.
    ///
    /// ## Why it matters
    /// The page opens at its top, and the reader looks for what is not there.
    ///
    /// ## Example
    /// ```markdown
    /// [late data](#late-date)
    /// ```
    ///
    /// ## Instead
    /// ```markdown
    /// [late data](#late-data)
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `broken-anchor: error`.
    pub static BROKEN_ANCHOR = { code: "LNK002", name: "broken-anchor", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A link with a scheme other than `http`, `https` or `mailto`, one to another host without a scheme (`//host`), or one
    /// without the two slashes (`https:/host`), which a browser may take for a path of the site that it stands on.
    ///
    /// ## Why it matters
    /// Such a link can run a script in the reader's browser or open a program. On the site it is shown as text.
    ///
    /// ## Example
    /// ```markdown
    /// [press here](javascript:alert(1))
    /// ```
    ///
    /// ## Instead
    /// ```markdown
    /// [press here](https://example.com/)
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` changes the level; the site never carries the link.
    pub static UNSAFE_LINK = { code: "LNK003", name: "unsafe-link", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A Markdown file that is nested too deep to be read as Markdown: more than 100 levels of quotes and lists.
    ///
    /// ## Why it matters
    /// It is shown as plain text.
    ///
    /// ## Example
    /// ```text
    /// >>>>>>>>>>>>>>>>>>>> ... (more than a hundred)
    /// ```
    ///
    /// ## Instead
    /// Write fewer levels.
    ///
    /// ## Configuration
    /// `check.levels` takes `unreadable-markdown: info`.
    pub static UNREADABLE_MARKDOWN = { code: "LNK004", name: "unreadable-markdown", severity: Warning, since: "0.1.0" }
}

fn unreadable_markdown(context: &Context<'_>, sink: &mut Sink) {
    for (file, _) in context.mesh.docs.iter().filter(|(_, facts)| facts.is_too_deep) {
        let message = "this Markdown is nested deeper than 100 levels";
        sink.push(
            UNREADABLE_MARKDOWN
                .at(file, crate::source::Span::default(), message)
                .help("write fewer levels of quotes and lists"),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// Markdown with two versions of a part that git could not merge: lines that begin with `<<<<<<<`, `=======` and
    /// `>>>>>>>`. Code between fences is left alone.
    ///
    /// ## Why it matters
    /// Both versions would be published, with the marks of git between them, and readers would not know which one holds.
    ///
    /// ## Example
    /// ```markdown
    /// <<<<<<< HEAD
    /// Loaded every hour.
    /// =======
    /// Loaded every night.
    /// >>>>>>> nightly
    /// ```
    ///
    /// ## Instead
    /// ```markdown
    /// Loaded every hour.
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unfinished-merge: warning`. Marks that are meant to be shown belong between fences.
    pub static UNFINISHED_MERGE = { code: "LNK005", name: "unfinished-merge", severity: Error, since: "0.1.0" }
}

fn unfinished_merge(context: &Context<'_>, sink: &mut Sink) {
    for (file, span) in context.mesh.docs.iter().filter_map(|(file, facts)| Some((file, facts.conflict?))) {
        let message = "two versions of this text that git could not merge";
        let help = "keep one of the two, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`; what stands \
                    below a line with `|||||||` is what both began with, and goes too";
        sink.push(UNFINISHED_MERGE.at(file, span, message).label("they begin here").help(help));
    }
}

/// So many headings are looked through for each link; of more a table is made.
const FEW_HEADINGS: usize = 64;

fn links(context: &Context<'_>, sink: &mut Sink) {
    let mut check = Check { context, sink, near: Near::default(), anchors: HashMap::new() };
    for (file, facts) in context.mesh.docs.iter() {
        for link in &facts.links {
            match target(&link.destination) {
                Target::External(_) => {}
                Target::Unsafe => {
                    let message = format!("the link to `{}` may do more than lead somewhere", link.destination);
                    check.sink.push(
                        UNSAFE_LINK
                            .at(file, link.span, message)
                            .label("neither a page nor a file")
                            .help("link to an `https://` or `mailto:` address, or to a file of the registry"),
                    );
                }
                Target::Fragment(fragment) => check.anchor(file, file, &fragment, link),
                Target::Path { path, fragment } => check.path(file, &path, fragment.as_deref(), link),
            }
        }
    }
}

/// A walk over all links.
struct Check<'a, 's> {
    context: &'a Context<'a>,
    sink: &'s mut Sink,
    near: Near,
    /// The anchors of the files with many headings that links lead into.
    anchors: HashMap<FileId, HashSet<&'a str>>,
}

impl Check<'_, '_> {
    fn path(&mut self, file: FileId, path: &str, fragment: Option<&str>, link: &Link) {
        let sources = self.context.sources;
        let folder = if path.starts_with('/') { "" } else { parent(sources.path(file)) };
        let target = join(folder, path);
        if let Some(target) = &target {
            if let Some(found) = sources.id(target) {
                if let Some(fragment) = fragment {
                    self.anchor(file, found, fragment, link);
                }
                return;
            }
            if sources.has_folder(target) {
                return;
            }
        }
        let what = if link.is_image { "image" } else { "link" };
        let (message, help) = match target {
            None => (
                format!("the {what} leads to `{path}`, which is outside the registry"),
                "link to a file of the registry, or to an `https:` address".to_owned(),
            ),
            Some(target) => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let help = match self.near.nearest(name, sources.in_folder(parent(&target))) {
                    Some(meant) => format!("did you mean `{meant}` in that folder?"),
                    None => format!("there is no `{target}`: correct the path, or remove the {what}"),
                };
                (format!("the {what} leads to `{path}`, which is not in the registry"), help)
            }
        };
        self.sink.push(BROKEN_LINK.at(file, link.span, message).label("leads nowhere").help(help));
    }

    fn anchor(&mut self, file: FileId, target: FileId, fragment: &str, link: &Link) {
        let Some(facts) = self.context.mesh.docs.get(target) else { return };
        if fragment.is_empty() || facts.is_too_deep {
            return;
        }
        let ids = || facts.headings.ids();
        let has = if facts.headings.len() <= FEW_HEADINGS {
            ids().any(|id| id == fragment)
        } else {
            self.anchors.entry(target).or_insert_with(|| ids().collect()).contains(fragment)
        };
        if has {
            return;
        }
        let place = if file == target { String::new() } else { format!(" of `{}`", self.context.sources.path(target)) };
        let message = format!("no heading{place} has the anchor `{fragment}`");
        let help = match self.near.nearest(fragment, ids()) {
            Some(meant) => format!("did you mean `#{meant}`?"),
            None => "link to a heading that is there, or to the page without `#`".to_owned(),
        };
        self.sink.push(BROKEN_ANCHOR.at(file, link.span, message).label("leads to no heading").help(help));
    }
}
