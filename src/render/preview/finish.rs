//! The last step of a page of a site with a base: links to what changed are marked, and the note of the page
//! stands above it. This is done on the finished page, in one place, so that no page and no picture has to
//! know of it, and so that pages of a theme of one's own have it too.

use serde::Serialize;

use super::notes::level_sign;
use super::{CHANGE_PAGE, Note, NoteLine, STYLE};
use crate::diff::ThingChange;
use crate::render::parts::{self, Anchor, Linker, Piece, Sign};
use crate::render::site::Site;
use crate::render::{OutPath, RenderError};
use crate::source::{join, parent};

/// Sentences of a note, and things that are gone, on one page.
const LINES: usize = 12;
const GONE: usize = 40;

/// What the template of the note sees.
#[derive(Serialize)]
struct NotePage<'a> {
    revision: &'a str,
    commit: &'a str,
    summary: String,
    /// The page that says all of it; none on that page itself.
    href: Option<String>,
    sign: Option<Sign<'static>>,
    lines: Vec<Line>,
    n_more_lines: usize,
    gone: Vec<GoneRow<'a>>,
    n_more_gone: usize,
}

#[derive(Serialize)]
struct Line {
    sign: Option<Sign<'static>>,
    text: Vec<Piece>,
}

/// Something that is gone, and where it stood.
#[derive(Serialize)]
pub(crate) struct GoneRow<'a> {
    pub title: &'a str,
    pub reference: &'a str,
    pub kind: &'static str,
    pub file: &'a str,
    pub domain: Option<Anchor<'a>>,
    pub owner: Option<Anchor<'a>>,
    /// What it stood with: who published a contract, what a review was about.
    pub of: Vec<Anchor<'a>>,
}

impl<'a> GoneRow<'a> {
    pub(crate) fn of(linker: Linker<'a>, thing: &'a ThingChange) -> GoneRow<'a> {
        let preview = linker.site.preview().map(|shown| &shown.preview);
        let named = |kind: &str, id: &'a str| {
            let mesh = linker.site.mesh();
            let anchor = match kind {
                "domain" => linker.domain(mesh.domain(id), Some(id)),
                _ => linker.team(mesh.team(id), Some(id)),
            };
            let anchor = anchor.unwrap_or_default();
            let name = preview.and_then(|preview| preview.name_in_base(&format!("{kind}:{id}")));
            match name.filter(|_| anchor.href.is_none()) {
                Some(name) => Anchor::plain(name),
                None => anchor,
            }
        };
        GoneRow {
            title: &thing.title,
            reference: &thing.reference,
            kind: thing.kind.word(),
            file: &thing.file,
            domain: thing.domain.as_deref().map(|id| named("domain", id)),
            owner: thing.owner.as_deref().map(|id| named("team", id)),
            of: thing.of.iter().map(|reference| linker.reference(reference)).collect(),
        }
    }
}

/// Finishes a file; what is no page stays as it is.
pub(crate) fn finish(site: &Site, path: &OutPath, bytes: Vec<u8>) -> Result<Vec<u8>, RenderError> {
    let Some(shown) = site.preview() else { return Ok(bytes) };
    let path = path.as_str();
    // The page of what is not found is shown at any depth.
    if !is_page(path) || path == "404.html" {
        return Ok(bytes);
    }
    let Ok(html) = String::from_utf8(bytes) else { return Ok(Vec::new()) };
    let note = note(site, path)?;
    let mark = |page: &str| shown.notes.mark_of(page).filter(|_| page != path);
    let (head, rest) = html.split_at(html.find("</head>").unwrap_or(0));
    let main = rest.find("<main").unwrap_or(rest.len());
    let (masthead, main) = rest.split_at(main);
    let root = "../".repeat(path.matches('/').count());
    let mut out = String::with_capacity(html.len() + note.len() + 2_048);
    out.push_str(head);
    if !head.is_empty() {
        if !head.contains("name=\"robots\"") {
            out.push_str("<meta name=\"robots\" content=\"noindex\">\n");
        }
        out.push_str(&format!("<link rel=\"stylesheet\" href=\"{root}assets/{STYLE}\">\n"));
    }
    out.push_str(masthead);
    if !main.is_empty() {
        out.push_str(&note);
        mark_links(main, path, mark, &mut out);
    }
    Ok(out.into_bytes())
}

fn is_page(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "html")))
}

/// Writes the note of a page.
fn note(site: &Site, path: &str) -> Result<String, RenderError> {
    let Some(shown) = site.preview() else { return Ok(String::new()) };
    let preview = &shown.preview;
    let linker = Linker { site, depth: path.matches('/').count() };
    let nothing = Note::default();
    // The page that says everything has nothing to add about itself.
    let note = shown.notes.get(path).filter(|_| path != CHANGE_PAGE).unwrap_or(&nothing);
    let line =
        |line: &NoteLine| Line { sign: line.level.map(level_sign), text: parts::spoken(&parts::sentence(&line.text)) };
    let word = match (note.mark, note.is_affected) {
        (Some(mark), _) => Some(mark.words()),
        (None, true) => Some(super::notes::Mark::Affected.words()),
        (None, false) => None,
    };
    let tone = match (note.mark, note.is_affected) {
        (Some(super::notes::Mark::New), _) => "ok",
        (Some(_), false) => "link",
        _ => "warn",
    };
    let also = if note.is_affected && note.mark.is_some_and(|mark| mark != super::notes::Mark::Affected) {
        " and affected by this change"
    } else {
        " by this change"
    };
    let says = |(word, symbol): (&str, &'static str)| {
        let text =
            if word == "new" { "New with this change".to_owned() } else { format!("{}{also}", parts::sentence(word)) };
        Sign::new(tone, symbol, text)
    };
    let gone = note.gone.iter().map(|position| GoneRow::of(linker, &preview.things[*position]));
    let page = NotePage {
        revision: &preview.revision,
        commit: preview.commit.get(..7).unwrap_or_default(),
        summary: preview.summary(),
        href: (path != CHANGE_PAGE).then(|| linker.to("", CHANGE_PAGE).href.unwrap_or_default()),
        sign: word.map(says),
        lines: note.lines.iter().take(LINES).map(line).collect(),
        n_more_lines: note.lines.len().saturating_sub(LINES),
        gone: gone.take(GONE).collect(),
        n_more_gone: note.gone.len().saturating_sub(GONE),
    };
    let bytes = site.theme.render("change-note.html", &page)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Copies a part of a page with a mark behind each link to a page that `mark` knows. Links in pictures, in
/// ways around the site and to places within pages stay as they are, and so do buttons.
fn mark_links(html: &str, path: &str, mark: impl Fn(&str) -> Option<super::notes::Mark>, out: &mut String) {
    const OUTSIDE: [(&str, &str); 4] =
        [("<nav", "</nav>"), ("<svg", "</svg>"), ("<pre", "</pre>"), ("<script", "</script>")];
    let mut rest = html;
    let mut pending = None;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        if let Some((_, end)) = OUTSIDE.iter().find(|(start, _)| tag.starts_with(start)) {
            let length = tag.find(end).map_or(tag.len(), |at| at + end.len());
            out.push_str(&tag[..length]);
            rest = &tag[length..];
            continue;
        }
        // Values of attributes are escaped, so that the next angle ends the tag.
        let length = tag.find('>').map_or(tag.len(), |at| at + 1);
        let (tag, after) = tag.split_at(length);
        out.push_str(tag);
        rest = after;
        if let Some(attributes) = tag.strip_prefix("<a ") {
            pending = target(attributes, path).and_then(|page| mark(&page));
        } else if tag == "</a>"
            && let Some(mark) = pending.take()
        {
            let (word, symbol) = mark.words();
            out.push_str(&format!(" <span class=\"pm pm-{word}\"><i class=\"i i-{symbol}\"></i>{word}</span>"));
        }
    }
    out.push_str(rest);
}

/// Returns the page that a link leads to, from the top of the site; none for links that are not marked.
fn target(attributes: &str, path: &str) -> Option<String> {
    if attributes.contains("class=\"") {
        return None;
    }
    let (_, href) = attributes.split_once("href=\"")?;
    let (href, _) = href.split_once('"')?;
    if href.contains(['#', '?', ':']) || !is_page(href) {
        return None;
    }
    join(parent(path), href)
}

#[cfg(test)]
mod tests {
    use super::super::notes::Mark;
    use super::*;

    #[test]
    fn only_plain_links_to_what_changed_are_marked() {
        let mark = |page: &str| (page == "products/a.html").then_some(Mark::New);
        let marked = |html: &str| {
            let mut out = String::new();
            mark_links(html, "domains/d.html", mark, &mut out);
            out
        };
        let new = " <span class=\"pm pm-new\"><i class=\"i i-new\"></i>new</span>";
        let link = "<a href=\"../products/a.html\">A &lt;b&gt;</a>";
        assert_eq!(marked(&format!("<p>{link}, x</p>")), format!("<p>{link}{new}, x</p>"));
        for same in [
            "<a href=\"../products/b.html\">B</a>",
            "<a href=\"../products/a.html#access\">A</a>",
            "<a class=\"btn\" href=\"../products/a.html\">A</a>",
            "<a href=\"https://a.example/products/a.html\">A</a>",
            "<a href=\"../../products/a.html\">A</a>",
            "<nav><a href=\"../products/a.html\">A</a></nav>",
            "<svg><a href=\"../products/a.html\"><text>A</text></a></svg>",
            "<a href=\"../products/a.html",
            "a < b",
        ] {
            assert_eq!(marked(same), same);
        }
    }
}
