//! Reads HTML as the site writes it, strictly: known elements, known attributes in double quotes, links of known
//! schemes, everything closed.

const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const EMPTY: &[&str] = &["br", "hr", "img", "input"];
const ATTRIBUTES: &[&str] = &[
    "align",
    "alt",
    "aria-hidden",
    "aria-label",
    "checked",
    "class",
    "disabled",
    "href",
    "id",
    "role",
    "scope",
    "src",
    "start",
    "style",
    "tabindex",
    "title",
    "type",
];

/// Says what of a piece of HTML is not as it must be.
pub(crate) fn fault(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        if text.contains('>') {
            return Some(format!("a bare `>` in {text:?}"));
        }
        let Some(end) = tag.find('>') else { return Some(format!("a tag that does not end: {:?}", cut(tag))) };
        let inside = &tag[1..end];
        rest = &tag[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("`</{name}>` closes nothing"));
            }
            continue;
        }
        let inside = inside.strip_suffix('/').unwrap_or(inside).trim_end();
        let (name, attributes) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
        if !ELEMENTS.contains(&name) {
            return Some(format!("the element {:?}", cut(name)));
        }
        if let Some(fault) = attribute_fault(attributes) {
            return Some(format!("`{name}`: {fault}"));
        }
        if !EMPTY.contains(&name) {
            open.push(name);
        }
    }
    (!open.is_empty()).then(|| format!("not closed: {open:?}"))
}

fn attribute_fault(text: &str) -> Option<String> {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = &rest[..end];
        if !ATTRIBUTES.contains(&name) {
            return Some(format!("the attribute {:?}", cut(name)));
        }
        rest = &rest[end..];
        if let Some(value) = rest.strip_prefix('=') {
            let Some((value, after)) = value.strip_prefix('"').and_then(|value| value.split_once('"')) else {
                return Some(format!("`{name}` has no value in quotes"));
            };
            let is_link = matches!(name, "href" | "src");
            if is_link && !["http://", "https://", "mailto:", "#"].iter().any(|scheme| starts_with(value, scheme)) {
                return Some(format!("`{name}` leads to {:?}", cut(value)));
            }
            // Headings carry our prefix, footnotes a number, and a second of the same label where it stands.
            let is_number = |text: &str| text.parse::<u32>().is_ok();
            let is_ours = value.starts_with("u-")
                || value.strip_prefix("fn-").is_some_and(|rest| rest.split("-again-").all(is_number));
            if name == "id" && !is_ours {
                return Some(format!("the id {:?} has no prefix", cut(value)));
            }
            rest = after;
        }
        rest = rest.trim_start();
    }
    None
}

fn starts_with(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}
