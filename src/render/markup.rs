//! Small pieces of HTML that stand in very many rows: tags are written in this crate, every text is escaped.

use super::parts::Anchor;
use super::picture::{push_escaped, push_marked};

/// Adds a text as templates print it: with the signs of HTML escaped.
pub(super) fn push_printed(out: &mut String, text: &str) {
    let is_sign = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    // Nearly no text has one. All bytes are looked at, many at once.
    if !text.bytes().fold(false, |has_sign, byte| has_sign | is_sign(byte)) {
        out.push_str(text);
        return;
    }
    push_marked(out, text);
}

/// A growing piece of HTML.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Begins a piece that probably has so many bytes.
    pub(super) fn with_room(n_bytes: usize) -> Markup {
        Markup(String::with_capacity(n_bytes))
    }

    /// Adds tags.
    pub(super) fn tag(&mut self, tag: &'static str) -> &mut Markup {
        self.0.push_str(tag);
        self
    }

    /// Adds a text of anybody.
    pub(super) fn say(&mut self, text: &str) -> &mut Markup {
        push_escaped(&mut self.0, text);
        self
    }

    /// Adds a link, or its text where it leads nowhere.
    pub(super) fn link(&mut self, anchor: &Anchor<'_>) -> &mut Markup {
        let Some(href) = &anchor.href else { return self.say(&anchor.text) };
        self.tag("<a href=\"").say(href).tag("\">").say(&anchor.text).tag("</a>")
    }

    /// Adds a text of anybody as templates do: only the signs of HTML are escaped, and what is not seen stays.
    pub(super) fn print(&mut self, text: &str) -> &mut Markup {
        push_printed(&mut self.0, text);
        self
    }

    /// Adds a link as [`Markup::print`] does, or its text where it leads nowhere.
    pub(super) fn print_link(&mut self, anchor: &Anchor<'_>) -> &mut Markup {
        let Some(href) = &anchor.href else { return self.print(&anchor.text) };
        self.tag("<a href=\"").print(href).tag("\">").print(&anchor.text).tag("</a>")
    }

    /// Adds a link to a page as [`Markup::print_link`] does: the way to the top of the site, and the page from there.
    pub(super) fn print_page(&mut self, root: &str, page: &str, text: &str) -> &mut Markup {
        self.tag("<a href=\"").print(root).print(page).tag("\">").print(text).tag("</a>")
    }

    /// Adds links with commas between them.
    pub(super) fn links(&mut self, anchors: &[Anchor<'_>]) -> &mut Markup {
        for (position, anchor) in anchors.iter().enumerate() {
            if position > 0 {
                self.tag(", ");
            }
            self.link(anchor);
        }
        self
    }

    /// Returns what was written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Returns a name of several parts with room for a break after each, so that none is cut inside one.
pub(super) fn breaking(name: &str) -> String {
    let mut html = Markup::with_room(name.len() + 24);
    let mut parts = name.split_inclusive(['.', '/', '_', '-']).peekable();
    while let Some(part) = parts.next() {
        html.say(part);
        // Neither between two slashes nor at the end.
        if part.len() > 1 && parts.peek().is_some_and(|next| next.len() > 1) {
            html.tag("<wbr>");
        }
    }
    html.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_addresses_are_escaped() {
        let mut markup = Markup::default();
        let evil = Anchor { text: "<b>".into(), href: Some("x\"onclick=y".to_owned()) };
        markup.tag("<small>").links(&[evil, Anchor::plain("a&b")]).tag("</small>");
        let made = "<small><a href=\"x&quot;onclick=y\">&lt;b&gt;</a>, a&amp;b</small>";
        assert_eq!(markup.finish(), made);
        let mut markup = Markup::default();
        markup.print_link(&Anchor { text: "<'\u{200d}".into(), href: Some("a&\"".to_owned()) });
        assert_eq!(markup.finish(), "<a href=\"a&amp;&quot;\">&lt;&#39;\u{200d}</a>");
    }

    #[test]
    fn a_name_breaks_between_its_parts_only() {
        assert_eq!(breaking("SALES.MART.ORDERS_V2"), "SALES.<wbr>MART.<wbr>ORDERS_<wbr>V2");
        assert_eq!(breaking("s3://ql-sales/<b>/"), "s3://ql-<wbr>sales/<wbr>&lt;b&gt;/");
        assert_eq!((breaking("orders").as_str(), breaking("").as_str()), ("orders", ""));
    }

    #[test]
    fn a_text_is_printed_as_templates_print_it() {
        let text: String = (0..0x2000).filter_map(char::from_u32).collect();
        let (mut own, mut theirs) = (String::new(), Vec::new());
        push_printed(&mut own, &text);
        tera::escape_html(&text, &mut theirs).expect("a vector takes all bytes");
        assert_eq!(own.into_bytes(), theirs);
    }
}
