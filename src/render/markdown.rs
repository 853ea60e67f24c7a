//! Markdown to HTML for pages. Raw HTML is shown as text; a link leads to a page of the site, to a
//! file of the forge, or to an address with an allowed scheme, or it is no link; ids of headings get a
//! prefix, so that no text of a user can take the place of a name of ours.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd, html};

use super::address::relative;
use super::site::Site;
use crate::load::{Ids, Target, markdown_options, target};
use crate::source::{FileId, join, parent};

/// The prefix of heading ids.
const ID_PREFIX: &str = "u-";

/// What a page does with a Markdown file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placing {
    /// How deep the page lies below the top of the site.
    pub depth: usize,
    /// Levels to add to headings, so that the page has one `h1`.
    pub heading_shift: u8,
    /// Leave out the first heading when it is the file's title.
    pub skip_title: bool,
}

/// Reads a Markdown file and renders it; empty when it cannot be read.
pub(super) fn file(site: &Site, file: FileId, placing: Placing) -> String {
    let bytes = site.tree.read(site.outcome.sources.path(file)).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let is_too_deep = site.mesh().docs.get(file).is_none_or(|facts| facts.is_too_deep);
    if is_too_deep {
        return plain(&text);
    }
    let rendered = catch_unwind(AssertUnwindSafe(|| render(site, Some(file), &text, placing)));
    rendered.unwrap_or_else(|_| plain(&text))
}

/// Renders a short Markdown text of a descriptor, such as a description.
pub(super) fn text(site: &Site, text: &str, depth: usize) -> String {
    let placing = Placing { depth, heading_shift: 3, skip_title: false };
    let rendered = catch_unwind(AssertUnwindSafe(|| render(site, None, text, placing)));
    rendered.unwrap_or_else(|_| plain(text))
}

fn plain(text: &str) -> String {
    format!("<pre>{}</pre>\n", super::picture::xml_keeping_lines(text))
}

fn render(site: &Site, file: Option<FileId>, text: &str, placing: Placing) -> String {
    let events = safe_events(site, file, text, placing);
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events.into_iter());
    out
}

fn safe_events<'t>(site: &Site, file: Option<FileId>, text: &'t str, placing: Placing) -> Vec<Event<'t>> {
    let mut events: Vec<Event<'t>> = Vec::new();
    let mut ids = Ids::default();
    let mut heading: Option<(usize, String)> = None;
    let mut is_title_open = false;
    let mut has_seen_heading = false;
    // How many links are open that are not written, because they may not lead anywhere.
    let mut dropped: Vec<bool> = Vec::new();
    let mut depth = 0_usize;
    for event in Parser::new_ext(text, markdown_options()) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => events.push(Event::Text(raw)),
            Event::FootnoteReference(label) => events.push(Event::FootnoteReference(footnote(&label))),
            Event::Start(tag) => {
                depth += 1;
                // The facts of the file were read under the same limit; descriptions were not.
                if depth > 100 {
                    return vec![Event::Text(CowStr::from(text.to_owned()))];
                }
                match tag {
                    Tag::Heading { level, .. } => {
                        if placing.skip_title && !has_seen_heading && level == HeadingLevel::H1 {
                            is_title_open = true;
                        }
                        has_seen_heading = true;
                        heading = Some((events.len(), String::new()));
                        let level = shift(level, placing.heading_shift);
                        events.push(Event::Start(Tag::Heading {
                            level,
                            id: None,
                            classes: Vec::new(),
                            attrs: Vec::new(),
                        }));
                    }
                    Tag::Link { link_type: LinkType::Email, dest_url, title, id } => {
                        dropped.push(false);
                        events.push(Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, title, id }));
                    }
                    // Alignment would be an inline style, which the pages' policy forbids.
                    Tag::Table(columns) => {
                        events.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
                    }
                    Tag::FootnoteDefinition(label) => {
                        events.push(Event::Start(Tag::FootnoteDefinition(footnote(&label))));
                    }
                    Tag::Link { link_type, dest_url, title, id } => {
                        let href = href(site, file, &dest_url, placing.depth);
                        dropped.push(href.is_none());
                        if let Some(href) = href {
                            events.push(Event::Start(Tag::Link { link_type, dest_url: href.into(), title, id }));
                        }
                    }
                    // Pictures are described by their alternative text, which is what stays.
                    Tag::Image { .. } => dropped.push(true),
                    Tag::HtmlBlock => events.push(Event::Start(Tag::Paragraph)),
                    Tag::CodeBlock(kind) => events.push(Event::Start(Tag::CodeBlock(kind))),
                    tag => events.push(Event::Start(tag)),
                }
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match tag {
                    TagEnd::Heading(level) => {
                        if let Some((position, text)) = heading.take() {
                            let name = ids.next(&text);
                            if is_title_open {
                                events.truncate(position);
                                is_title_open = false;
                                continue;
                            }
                            if let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(position) {
                                *id = Some(format!("{ID_PREFIX}{name}").into());
                            }
                        }
                        events.push(Event::End(TagEnd::Heading(shift(level, placing.heading_shift))));
                    }
                    TagEnd::Link | TagEnd::Image => {
                        if !dropped.pop().unwrap_or(true) {
                            events.push(Event::End(tag));
                        }
                    }
                    TagEnd::HtmlBlock => events.push(Event::End(TagEnd::Paragraph)),
                    tag => events.push(Event::End(tag)),
                }
            }
            event => {
                if let Some((_, text)) = &mut heading {
                    match &event {
                        Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
                        Event::SoftBreak | Event::HardBreak => text.push(' '),
                        _ => {}
                    }
                }
                events.push(event);
            }
        }
    }
    events
}

/// The name of a footnote, which becomes an id of the page.
fn footnote(label: &str) -> CowStr<'static> {
    CowStr::from(format!("{ID_PREFIX}fn-{label}"))
}

fn shift(level: HeadingLevel, by: u8) -> HeadingLevel {
    let number = crate::load::level_number(level).saturating_add(by).min(6);
    HeadingLevel::try_from(usize::from(number)).unwrap_or(HeadingLevel::H6)
}

/// Returns where a link leads on the site; `None` when it may not be a link.
fn href(site: &Site, file: Option<FileId>, destination: &str, depth: usize) -> Option<String> {
    match target(destination) {
        Target::External(url) => Some(url),
        Target::Unsafe => None,
        Target::Fragment(fragment) => Some(format!("#{ID_PREFIX}{}", encode(&fragment))),
        Target::Path { path, fragment } => {
            let sources = &site.outcome.sources;
            let from = sources.path(file?);
            let folder = if path.starts_with('/') { "" } else { parent(from) };
            let path = join(folder, &path)?;
            let readme = format!("{}/README.md", path.trim_end_matches('/'));
            let found = sources.id(&path).or_else(|| sources.id(&readme))?;
            let fragment = fragment.filter(|fragment| !fragment.is_empty());
            match site.page_of_file.get(&found) {
                Some(page) => {
                    let anchor =
                        fragment.map(|fragment| format!("#{ID_PREFIX}{}", encode(&fragment))).unwrap_or_default();
                    Some(format!("{}{anchor}", relative(depth, page)))
                }
                None => site.forge_url(found, None, false),
            }
        }
    }
}

fn encode(fragment: &str) -> String {
    percent_encoding::utf8_percent_encode(fragment, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
        .replace("%5F", "_")
}
