//! Markdown to HTML for pages. Raw HTML is shown as text; a link leads to a page of the site, to a
//! file of the forge, or to an address with an allowed scheme, or it is no link; ids of headings get a
//! prefix, so that no text of a user can take the place of a name of ours. What scrolls can be reached
//! by keys, headings leave no level out, and what has no text is no heading, link or head of a column.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};

use super::address::relative;
use super::file_set::text_of;
use super::site::Site;
use crate::load::{self, Ids, Target, markdown_options, target};
use crate::source::{FileId, join, parent};

/// The prefix of heading ids.
const ID_PREFIX: &str = "u-";

/// The most bytes of the HTML of a document, of a README and of a text of a descriptor: a page must not
/// have more than 250 KB.
const DOCUMENT: usize = 200_000;
const README: usize = 90_000;
const LEAN_README: usize = 30_000;
pub(super) const TEXT: usize = 8_000;

/// The deepest nesting that is rendered.
const DEPTH: usize = 100;

/// Where a Markdown file stands on its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placing {
    /// How deep the page lies below the top of the site.
    pub depth: usize,
    /// The level of the heading that it stands under.
    pub below: u8,
    /// Leave out the first heading when it is the file's title.
    pub skip_title: bool,
}

/// Reads a Markdown file and renders it; empty when it cannot be read.
pub(super) fn file(site: &Site, file: FileId, placing: Placing) -> String {
    let bytes = site.tree.read(site.outcome.sources.path(file)).unwrap_or_default();
    let mut text = text_of(bytes);
    let facts = site.mesh().docs.get(file);
    if facts.is_some_and(|facts| facts.placeholder.is_some()) {
        text = load::written(&text);
    }
    if facts.is_none_or(|facts| facts.is_too_deep) {
        return plain(&text);
    }
    let target = |destination: &str| href(site, Some(file), destination, placing.depth);
    let render = |text: &str| rendered(text, Headings::Kept(placing), &target).unwrap_or_else(|| plain(text));
    // A document has a page of its own, a README shares one.
    let most = match (placing.below, site.homes.is_lean()) {
        (1, _) => DOCUMENT,
        (_, false) => README,
        (_, true) => LEAN_README,
    };
    let (html, is_whole) = within(&text, most, &render);
    if is_whole {
        return html;
    }
    let path = super::picture::xml(site.outcome.sources.path(file));
    let (html, rest) = match site.forge_url(file, None, false).map(|url| super::picture::xml(&url)) {
        Some(url) => (lead_to(&html, &url), format!("<a href=\"{url}\"><code>{path}</code></a>")),
        None => (lead_to(&html, "#main"), format!("<code>{path}</code>")),
    };
    format!("{html}<p><em>This is its beginning. The rest stands in {rest}.</em></p>\n")
}

/// Renders a text, or so much of its beginning that the result has at most `most` bytes; says whether
/// it is whole.
fn within(text: &str, most: usize, render: &dyn Fn(&str) -> String) -> (String, bool) {
    let mut end = text.len();
    if end > most {
        end = beginning(text, most);
    }
    loop {
        let html = render(&text[..end]);
        if html.len() <= most {
            return (html, end == text.len());
        }
        // Markup may be many times as long as its text, so that half of it may still be too long.
        end = beginning(text, end / 2);
    }
}

/// Returns a place at or before `end` where a text can be cut: behind a paragraph, else a line, else a
/// character.
fn beginning(text: &str, end: usize) -> usize {
    let end = (0..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = &text[..end];
    let far = |at: &usize| *at > end / 2;
    start.rfind("\n\n").filter(far).or_else(|| start.rfind('\n').filter(far)).unwrap_or(end)
}

/// Lets links to headings that were cut off lead to where they are.
fn lead_to(html: &str, rest: &str) -> String {
    const LINK: &str = "href=\"#";
    let mut out = String::with_capacity(html.len());
    let mut pieces = html.split(LINK);
    out.push_str(pieces.next().unwrap_or_default());
    let ids: std::collections::BTreeSet<&str> =
        html.split(" id=\"").skip(1).filter_map(|piece| piece.split('"').next()).collect();
    for piece in pieces {
        let (id, after) = piece.split_once('"').unwrap_or((piece, ""));
        if ids.contains(id) {
            out.push_str(&format!("{LINK}{id}\"{after}"));
        } else {
            out.push_str(&format!("href=\"{rest}\"{after}"));
        }
    }
    out
}

/// Renders a short Markdown text of a descriptor, such as a description. It has no ids, since a page
/// holds several: its headings are bold lines, its footnotes text.
pub(super) fn text(site: &Site, text: &str, depth: usize) -> String {
    if text.len() < TEXT / 2 && is_plain(text) {
        return paragraph(text);
    }
    let target = |destination: &str| match crate::load::target(destination) {
        Target::Fragment(_) => None,
        _ => href(site, None, destination, depth),
    };
    let render = |text: &str| rendered(text, Headings::Bold, &target).unwrap_or_else(|| plain(text));
    let (html, is_whole) = within(text, TEXT, &render);
    if is_whole { html } else { html + "<p>…</p>\n" }
}

/// Renders a Markdown text that stands alone, as pages do: raw HTML is text, a link leads to an address with an
/// allowed scheme or to a heading of the text, or it is no link. What the parser gives up on is shown as it is.
#[must_use]
pub fn markdown_html(text: &str) -> String {
    let placing = Placing { depth: 0, below: 1, skip_title: false };
    let target = |destination: &str| match crate::load::target(destination) {
        Target::External(url) => Some(url),
        Target::Fragment(fragment) => Some(format!("#{ID_PREFIX}{}", encode(&fragment))),
        Target::Path { .. } | Target::Unsafe => None,
    };
    let render = |text: &str| rendered(text, Headings::Kept(placing), &target).unwrap_or_else(|| plain(text));
    within(text, DOCUMENT, &render).0
}

/// Says whether a text is one paragraph without any mark of Markdown: most descriptions are, and
/// there are very many.
fn is_plain(text: &str) -> bool {
    let text = text.trim();
    let begins_plainly = text.starts_with(|c: char| c.is_alphabetic());
    let is_mark = |byte: u8| {
        matches!(byte, b'\\' | b'`' | b'*' | b'_' | b'[' | b'<' | b'&' | b'~' | b'|' | b'#' | b'!') || byte < b' '
    };
    // All bytes are looked at, many at once.
    begins_plainly && !text.bytes().fold(false, |has_mark, byte| has_mark | is_mark(byte))
}

/// Writes a text without marks; `>` is the one character of it that HTML minds.
fn paragraph(text: &str) -> String {
    let text = text.trim();
    let text = if text.contains('>') { Cow::Owned(text.replace('>', "&gt;")) } else { Cow::Borrowed(text) };
    ["<p>", &text, "</p>\n"].concat()
}

fn plain(text: &str) -> String {
    format!("<pre>{}</pre>\n", super::picture::xml_keeping_lines(text))
}

/// What becomes of headings.
#[derive(Clone, Copy)]
enum Headings {
    /// They stay, with ids.
    Kept(Placing),
    /// They are bold lines without ids.
    Bold,
}

/// Renders a text; `None` when the parser gives up.
fn rendered(text: &str, headings: Headings, target: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let render = || {
        let mut options = markdown_options();
        if matches!(headings, Headings::Bold) {
            options.remove(Options::ENABLE_FOOTNOTES);
        }
        let mut writer = Writer::new(headings, target);
        writer.events.reserve(text.len() / 24);
        for event in Parser::new_ext(text, options) {
            writer.take(event);
            if writer.depth > DEPTH {
                return None;
            }
        }
        let mut out = String::with_capacity(text.len() * 3 / 2);
        html::push_html(&mut out, writer.events.into_iter());
        Some(out)
    };
    catch_unwind(AssertUnwindSafe(render)).ok().flatten()
}

/// Turns the events of the parser into those that may be written.
struct Writer<'t, 'a> {
    headings: Headings,
    target: &'a dyn Fn(&str) -> Option<String>,
    events: Vec<Event<'t>>,
    ids: Ids,
    /// The heading that is open: where its event stands, its text, and whether it is the title.
    heading: Option<(usize, String, bool)>,
    has_seen_heading: bool,
    /// The headings that the next one may stand under: their levels as written, and as they stand on the page.
    above: Vec<(u8, u8)>,
    /// The open links and pictures: where each begins, and whether it is written at all.
    links: Vec<(usize, CowStr<'t>, bool)>,
    /// Where the open cell of a table's head begins.
    head_cell: Option<usize>,
    is_table_head: bool,
    /// The numbers of footnotes by label, and which are defined already.
    footnotes: BTreeMap<String, (usize, bool)>,
    depth: usize,
}

impl<'t, 'a> Writer<'t, 'a> {
    fn new(headings: Headings, target: &'a dyn Fn(&str) -> Option<String>) -> Writer<'t, 'a> {
        Writer {
            headings,
            target,
            events: Vec::new(),
            ids: Ids::default(),
            heading: None,
            has_seen_heading: false,
            above: Vec::new(),
            links: Vec::new(),
            head_cell: None,
            is_table_head: false,
            footnotes: BTreeMap::new(),
            depth: 0,
        }
    }

    fn take(&mut self, event: Event<'t>) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => self.text(Event::Text(raw)),
            Event::FootnoteReference(label) => {
                let name = self.footnote(&label);
                self.events.push(Event::FootnoteReference(name));
            }
            Event::TaskListMarker(is_done) => {
                self.events.push(Event::Text(if is_done { "\u{2611} " } else { "\u{2610} " }.into()));
            }
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag);
            }
            event => self.text(event),
        }
    }

    fn text(&mut self, event: Event<'t>) {
        if let Some((_, text, _)) = &mut self.heading {
            match &event {
                Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        self.events.push(event);
    }

    fn raw(&mut self, html: &'static str) {
        self.events.push(Event::Html(html.into()));
    }

    fn start(&mut self, tag: Tag<'t>) {
        match tag {
            Tag::Heading { level, .. } => {
                let is_title = matches!(self.headings, Headings::Kept(placing) if placing.skip_title)
                    && !self.has_seen_heading
                    && level == HeadingLevel::H1;
                self.has_seen_heading = true;
                self.heading = Some((self.events.len(), String::new(), is_title));
                match self.headings {
                    Headings::Kept(placing) => {
                        // Levels never jump, so that the outline of the page has no holes, and what is written alike
                        // stands alike.
                        let written = crate::load::level_number(level);
                        while self.above.last().is_some_and(|(above, _)| *above >= written) {
                            self.above.pop();
                        }
                        let level = (self.above.last().map_or(placing.below, |(_, above)| *above) + 1).min(6);
                        if !is_title {
                            self.above.push((written, level));
                        }
                        let level = HeadingLevel::try_from(usize::from(level)).unwrap_or(HeadingLevel::H6);
                        let (classes, attrs) = (Vec::new(), Vec::new());
                        self.events.push(Event::Start(Tag::Heading { level, id: None, classes, attrs }));
                    }
                    Headings::Bold => {
                        self.events.push(Event::Start(Tag::Paragraph));
                        self.events.push(Event::Start(Tag::Strong));
                    }
                }
            }
            Tag::Link { link_type: LinkType::Email, dest_url, title, id } => {
                self.links.push((self.events.len(), dest_url.clone(), true));
                self.events.push(Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, title, id }));
            }
            Tag::Link { link_type, dest_url, title, id } => {
                let href = (self.target)(&dest_url);
                self.links.push((self.events.len(), dest_url, href.is_some()));
                if let Some(href) = href {
                    self.events.push(Event::Start(Tag::Link { link_type, dest_url: href.into(), title, id }));
                }
            }
            // Pictures are described by their alternative text, which is what stays.
            Tag::Image { dest_url, .. } => self.links.push((self.events.len(), dest_url, false)),
            // Alignment would be an inline style, which the pages' policy forbids.
            Tag::Table(columns) => {
                self.raw("<div class=\"scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">");
                self.events.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
            }
            Tag::TableHead => {
                self.is_table_head = true;
                self.events.push(Event::Start(Tag::TableHead));
            }
            Tag::TableCell => {
                self.head_cell = self.is_table_head.then_some(self.events.len());
                self.events.push(Event::Start(Tag::TableCell));
            }
            Tag::CodeBlock(kind) => {
                let is_diagram = matches!(&kind, CodeBlockKind::Fenced(info) if info.trim() == "mermaid");
                self.raw(if is_diagram {
                    "<pre role=\"group\" aria-label=\"Diagram source\" tabindex=\"0\"><code>"
                } else {
                    "<pre role=\"group\" aria-label=\"Code\" tabindex=\"0\"><code>"
                });
            }
            Tag::FootnoteDefinition(label) => {
                let name = self.footnote(&label);
                let (number, is_defined) = self.footnotes.entry(label.to_string()).or_default();
                // A second definition of a label is a paragraph: an id stands once.
                let tag = if std::mem::replace(is_defined, true) {
                    Tag::FootnoteDefinition(format!("fn-{number}-again-{}", self.events.len()).into())
                } else {
                    Tag::FootnoteDefinition(name)
                };
                self.events.push(Event::Start(tag));
            }
            Tag::HtmlBlock => self.events.push(Event::Start(Tag::Paragraph)),
            tag => self.events.push(Event::Start(tag)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Link | TagEnd::Image => {
                let Some((start, target, is_written)) = self.links.pop() else { return };
                let begin = start + usize::from(is_written);
                // A link without a text cannot be told apart by those who hear the page.
                if !self.events[begin..].iter().any(has_text) {
                    self.text(Event::Text(target));
                }
                if is_written {
                    self.events.push(Event::End(tag));
                }
            }
            TagEnd::Table => {
                self.events.push(Event::End(TagEnd::Table));
                self.raw("</div>\n");
            }
            TagEnd::TableHead => {
                self.is_table_head = false;
                self.events.push(Event::End(TagEnd::TableHead));
            }
            TagEnd::TableCell => match self.head_cell.take() {
                // A heading of a column says nothing when it is empty: then it is a plain cell.
                Some(start) if !self.events[start..].iter().any(has_text) => {
                    self.events.truncate(start);
                    self.raw("<td></td>");
                }
                _ => self.events.push(Event::End(TagEnd::TableCell)),
            },
            TagEnd::CodeBlock => self.raw("</code></pre>\n"),
            TagEnd::HtmlBlock => self.events.push(Event::End(TagEnd::Paragraph)),
            tag => self.events.push(Event::End(tag)),
        }
    }

    fn end_heading(&mut self) {
        let Some((start, text, is_title)) = self.heading.take() else { return };
        if text.trim().is_empty() {
            self.events.truncate(start);
            return;
        }
        match self.headings {
            Headings::Kept(_) => {
                let name = self.ids.next(&text);
                if is_title {
                    self.events.truncate(start);
                    return;
                }
                let Some(Event::Start(Tag::Heading { level, id, .. })) = self.events.get_mut(start) else { return };
                *id = Some(format!("{ID_PREFIX}{name}").into());
                let level = *level;
                self.events.push(Event::End(TagEnd::Heading(level)));
            }
            Headings::Bold => {
                self.events.push(Event::End(TagEnd::Strong));
                self.events.push(Event::End(TagEnd::Paragraph));
            }
        }
    }

    /// The name of a footnote, which becomes an id of the page.
    fn footnote(&mut self, label: &str) -> CowStr<'t> {
        let next = self.footnotes.len() + 1;
        let (number, _) = self.footnotes.entry(label.to_owned()).or_insert((next, false));
        format!("fn-{number}").into()
    }
}

fn has_text(event: &Event<'_>) -> bool {
    matches!(event, Event::Text(text) | Event::Code(text) if !text.trim().is_empty())
}

/// Returns where a link leads on the site; `None` when it may not be a link.
fn href(site: &Site, file: Option<FileId>, destination: &str, depth: usize) -> Option<String> {
    match target(destination) {
        Target::External(url) => Some(url),
        Target::Unsafe => None,
        Target::Fragment(fragment) => Some(format!("#{ID_PREFIX}{}", encode(&fragment))),
        Target::Path { path, fragment } => {
            let sources = &site.outcome.sources;
            let file = file?;
            let from = sources.path(file);
            let folder = if path.starts_with('/') { "" } else { parent(from) };
            let path = join(folder, &path)?;
            let readme = || sources.id(&format!("{}/README.md", path.trim_end_matches('/')));
            let found = sources.id(&path).or_else(readme)?;
            let fragment = fragment.filter(|fragment| !fragment.is_empty());
            match site.page_of_file.get(&found) {
                Some(page) => {
                    let mut href = relative(depth, page);
                    if let Some(fragment) = fragment {
                        href.push_str(&format!("#{ID_PREFIX}{}", encode(&fragment)));
                    }
                    Some(href)
                }
                None => site.forge_url(found, None, false),
            }
        }
    }
}

fn encode(fragment: &str) -> String {
    const FRAGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    percent_encoding::utf8_percent_encode(fragment, FRAGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str, headings: Headings) -> String {
        rendered(text, headings, &|to| (!to.starts_with('!')).then(|| to.to_owned())).expect("rendered")
    }

    fn page(text: &str) -> String {
        html(text, Headings::Kept(Placing { depth: 0, below: 2, skip_title: true }))
    }

    #[test]
    fn headings_leave_no_level_out_and_ids_stand_once() {
        let found = page("# Title\n\n#### Deep\n\n# Top\n\n### Next\n\n## Deep\n\n##\n");
        assert_eq!(
            found,
            "<h3 id=\"u-deep\">Deep</h3>\n<h3 id=\"u-top\">Top</h3>\n<h4 id=\"u-next\">Next</h4>\n<h4 id=\"u-deep-1\">Deep</h4>\n"
        );
        let levels = |text: &str| -> Vec<u8> {
            page(text).match_indices("<h").map(|(at, _)| page(text).as_bytes()[at + 2] - b'0').collect()
        };
        assert_eq!(levels("### A\n\n### B\n\n#### C\n\n### D\n"), [3, 3, 4, 3], "what is written alike stands alike");
        assert_eq!(levels("## A\n\n#### B\n\n#### C\n\n## D\n"), [3, 4, 4, 3]);
        assert_eq!(levels("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F\n\n# G\n"), [3, 4, 5, 6, 6, 3]);
    }

    #[test]
    fn a_description_has_no_ids() {
        let found = html("# A\n\nb[^1]\n\n[^1]: c\n", Headings::Bold);
        assert!(!found.contains("id="), "{found}");
        assert!(found.starts_with("<p><strong>A</strong></p>"), "{found}");
    }

    #[test]
    fn a_footnote_that_is_defined_twice_has_one_id() {
        let found = page("a[^x y] b[^z]\n\n[^x y]: one\n\n[^x y]: two\n\n[^z]: three\n");
        assert_eq!(found.matches("id=\"fn-1\"").count(), 1, "{found}");
        assert!(found.contains("href=\"#fn-1\"") && found.contains("id=\"fn-2\""), "{found}");
    }

    #[test]
    fn what_scrolls_is_reached_by_keys_and_what_is_empty_is_no_head() {
        let found = page("| | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nlet a = \"<b>\";\n```\n");
        assert!(found.contains("<div class=\"scroll\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>"));
        assert!(found.contains("<tr><td></td><th>b</th></tr>"), "{found}");
        assert!(found.contains("tabindex=\"0\"><code>let a = \"&lt;b&gt;\";\n</code></pre>"), "{found}");
        assert!(page("[](to.md) [](!no)").contains("<a href=\"to.md\">to.md</a> !no"));
        assert!(page("- [x] done\n").contains("<li>\u{2611} done</li>"));
    }

    #[test]
    fn a_text_without_marks_is_written_the_short_way() {
        for text in ["One order, one row.", "Umsätze > 0 \"brutto\", it's"] {
            assert!(is_plain(text), "{text}");
            assert_eq!(paragraph(text), html(text, Headings::Bold), "{text}");
        }
        for text in ["# a", "1. a", "- a", "a  \nb", "a *b*", "see <https://a.example>", "    a"] {
            assert!(!is_plain(text) || text.trim() == "a", "{text}");
        }
    }
}
