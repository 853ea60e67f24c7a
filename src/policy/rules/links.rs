//! Links of Markdown in the registry.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::load::{Link, Target, target};
use crate::policy::{Context, PolicyRule};
use crate::source::{FileId, join, parent};
use crate::yaml::nearest;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &BROKEN_LINK, run: links },
    PolicyRule { meta: &BROKEN_ANCHOR, run: |_, _| {} },
    PolicyRule { meta: &UNSAFE_LINK, run: |_, _| {} },
    PolicyRule { meta: &UNREADABLE_MARKDOWN, run: unreadable_markdown },
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
    /// A link with a scheme other than `http`, `https` or `mailto`, or one to another host without a scheme (`//host`).
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
    /// None.
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

fn links(context: &Context<'_>, sink: &mut Sink) {
    for (file, facts) in context.mesh.docs.iter() {
        for link in &facts.links {
            match target(&link.destination) {
                Target::External(_) => {}
                Target::Unsafe => {
                    let message = format!("the link to `{}` may do more than lead somewhere", link.destination);
                    sink.push(
                        UNSAFE_LINK
                            .at(file, link.span, message)
                            .help("link to an `https:` or `mailto:` address, or to a file of the registry"),
                    );
                }
                Target::Fragment(fragment) => check_anchor(context, file, file, &fragment, link, sink),
                Target::Path { path, fragment } => check_path(context, file, &path, fragment.as_deref(), link, sink),
            }
        }
    }
}

fn check_path(context: &Context<'_>, file: FileId, path: &str, fragment: Option<&str>, link: &Link, sink: &mut Sink) {
    let folder = if path.starts_with('/') { "" } else { parent(context.sources.path(file)) };
    let found = join(folder, path).and_then(|path| {
        context.sources.id(&path).map(Some).or_else(|| context.sources.has_folder(&path).then_some(None))
    });
    match found {
        Some(Some(target)) => {
            if let Some(fragment) = fragment {
                check_anchor(context, file, target, fragment, link, sink);
            }
        }
        Some(None) => {}
        None => {
            let what = if link.is_image { "image" } else { "link" };
            let Some(target) = join(folder, path) else {
                let message = format!("the {what} leads to `{path}`, which is outside the registry");
                let help = "link to a file of the registry, or to an `https:` address";
                sink.push(BROKEN_LINK.at(file, link.span, message).help(help));
                return;
            };
            let message = format!("the {what} leads to `{path}`, which is not in the registry");
            let name = path.rsplit('/').next().unwrap_or(path);
            let help = match nearest(name, context.sources.in_folder(parent(&target))) {
                Some(meant) => format!("did you mean `{meant}` in that folder?"),
                None => format!("there is no `{target}`: correct the path, or remove the {what}"),
            };
            sink.push(BROKEN_LINK.at(file, link.span, message).help(help));
        }
    }
}

fn check_anchor(context: &Context<'_>, file: FileId, target: FileId, fragment: &str, link: &Link, sink: &mut Sink) {
    let Some(facts) = context.mesh.docs.get(target) else { return };
    if fragment.is_empty() || facts.is_too_deep || facts.headings.iter().any(|heading| heading.id == fragment) {
        return;
    }
    let place = if file == target { String::new() } else { format!(" of `{}`", context.sources.path(target)) };
    let message = format!("no heading{place} has the anchor `{fragment}`");
    let mut finding = BROKEN_ANCHOR.at(file, link.span, message);
    if let Some(meant) = nearest(fragment, facts.headings.iter().map(|heading| heading.id.as_str())) {
        finding = finding.help(format!("did you mean `#{meant}`?"));
    }
    sink.push(finding);
}
