//! What a Markdown file says about itself: title, first sentence, headings and links, with places.
//! The bodies are not kept; pages read them again when they are made.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use ecow::EcoString;
use memchr::memmem;
use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use crate::source::{FileId, Span};

/// The deepest nesting of lists and quotes that is read; deeper Markdown is an attack or a mistake.
const MAX_NESTING: usize = 100;

/// The most links, and the most headings, that are kept of a file: each link may have to be compared
/// with each heading.
pub const MAX_LINKS: usize = 5_000;

/// What is known of a Markdown file.
#[derive(Clone, Debug, Default)]
pub struct MarkdownFacts {
    /// The file.
    pub file: Option<FileId>,
    /// The first heading.
    pub title: Option<String>,
    /// Headings in order.
    pub headings: Headings,
    /// Links and images in order, those to other sites left out.
    pub links: Vec<Link>,
    /// Links and images that lead to other sites.
    pub n_external: usize,
    /// Words of running text, code and headings left out.
    pub n_words: usize,
    /// The first line that is still the text of a scaffold.
    pub placeholder: Option<Span>,
    /// Nobody has written anything but such lines and headings.
    pub is_unwritten: bool,
    /// Where two versions begin that git could not merge.
    pub conflict: Option<Span>,
    /// Nested deeper than is read: shown as plain text.
    pub is_too_deep: bool,
    /// It has more than [`MAX_LINKS`] links or headings; those after them are not known.
    pub is_cut: bool,
}

/// The ids of headings, each unique in the file, as a link on a forge names it. They stand in one text:
/// there are very many files, and an id never holds a line feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headings {
    ids: EcoString,
    count: u32,
}

impl Headings {
    fn push(&mut self, id: &str) {
        self.ids.push_str(id);
        self.ids.push('\n');
        self.count += 1;
    }

    /// Returns the ids in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.lines()
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Says whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// A link or image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The destination as the parser gives it, entities decoded.
    pub destination: EcoString,
    /// The bytes of the whole link.
    pub span: Span,
    /// An image rather than a link.
    pub is_image: bool,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To another site or a mail address: `http`, `https` or `mailto`.
    External(String),
    /// To a heading of the same file.
    Fragment(String),
    /// To a file by path, relative to the folder of the linking file or, with a leading `/`, to the root.
    Path {
        /// The path, percent-decoded.
        path: String,
        /// The heading there.
        fragment: Option<String>,
    },
    /// Somewhere no link of a registry may lead: another scheme, another host without a scheme.
    Unsafe,
}

/// The extensions of Markdown that are read.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Reads the facts of a text. A panic of the parser counts as too deep: the file is shown as text.
#[must_use]
pub fn read(file: FileId, text: &str) -> MarkdownFacts {
    let facts = catch_unwind(AssertUnwindSafe(|| read_inner(text)));
    let facts = facts.unwrap_or_else(|_| MarkdownFacts { is_too_deep: true, ..MarkdownFacts::default() });
    let mut facts = MarkdownFacts { file: Some(file), conflict: first_conflict(text), ..facts };
    if let Some(span) = first_placeholder(text) {
        facts.placeholder = Some(span);
        let rest = written(text);
        facts.is_unwritten = catch_unwind(AssertUnwindSafe(|| read_inner(&rest).n_words == 0)).unwrap_or(false);
    }
    // There are very many files, and most have few links.
    facts.links.shrink_to_fit();
    facts
}

impl MarkdownFacts {
    /// Notes a link that leads somewhere this tool can check.
    fn link(&mut self, destination: &str, range: std::ops::Range<usize>, is_image: bool) {
        if matches!(target(destination), Target::External(_)) {
            self.n_external += 1;
        } else if self.links.len() == MAX_LINKS {
            self.is_cut = true;
        } else {
            let span = Span::new(range.start, range.end);
            self.links.push(Link { destination: destination.into(), span, is_image });
        }
    }
}

fn read_inner(text: &str) -> MarkdownFacts {
    let mut facts = MarkdownFacts::default();
    let mut ids = Ids::default();
    let mut heading: Option<String> = None;
    let (mut depth, mut code_depth) = (0_usize, 0_usize);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > MAX_NESTING {
                    return MarkdownFacts { is_too_deep: true, ..MarkdownFacts::default() };
                }
                match tag {
                    Tag::Heading { .. } => heading = Some(String::new()),
                    Tag::CodeBlock(_) => code_depth += 1,
                    // The parser gives the address of `<a@b.example>` without its scheme.
                    Tag::Link { link_type: LinkType::Email, .. } => facts.n_external += 1,
                    Tag::Link { dest_url, .. } => facts.link(&dest_url, range, false),
                    Tag::Image { dest_url, .. } => facts.link(&dest_url, range, true),
                    _ => {}
                }
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match tag {
                    TagEnd::Heading(_) => {
                        if let Some(text) = heading.take() {
                            let id = ids.next(&text);
                            if facts.title.is_none() {
                                facts.title = Some(text.trim().to_owned());
                            }
                            if facts.headings.len() == MAX_LINKS {
                                facts.is_cut = true;
                            } else {
                                facts.headings.push(&id);
                            }
                        }
                    }
                    TagEnd::CodeBlock => code_depth = code_depth.saturating_sub(1),
                    _ => {}
                }
            }
            Event::Text(piece) | Event::Code(piece) => match &mut heading {
                Some(text) => text.push_str(&piece),
                None if code_depth == 0 => facts.n_words += n_words(&piece),
                None => {}
            },
            Event::SoftBreak | Event::HardBreak => {
                if let Some(text) = &mut heading {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    facts
}

/// Counts the words of a text.
fn n_words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    // A word begins where white space is left behind.
    let (mut n, mut was_space) = (0, true);
    for byte in text.bytes() {
        let is_space = matches!(byte, b'\t'..=b'\r' | b' ');
        n += usize::from(was_space && !is_space);
        was_space = is_space;
    }
    n
}

/// What the scaffolds of `new` write where a person is to write something: lines of Markdown, without their bullet.
pub const PLACEHOLDERS: [&str; 9] = [
    "Say in two sentences what it holds and who needs it.",
    "Show the first query that a new reader should run, and what comes back.",
    "What surprises people in their first week.",
    "What looks alike and is not the same.",
    "Say what this part of the business does, and which data begins here.",
    "Name the two or three that newcomers get wrong, and define them in the glossary with `meshfolio new term`.",
    "What went wrong without this rule, or what a law asks for.",
    "The rule in two sentences, with who is exempt.",
    "What it costs the teams, what readers gain, and who helps.",
];

fn is_placeholder(line: &str) -> bool {
    let bare = line.trim();
    PLACEHOLDERS.contains(&bare.strip_prefix("- ").unwrap_or(bare))
}

/// Follows the lines of a text and says of each whether it is code: such lines show what others write.
#[derive(Default)]
struct Fences {
    /// The character of the open fence, and how many of it there are.
    open: Option<(u8, usize)>,
}

impl Fences {
    fn is_code(&mut self, line: &str) -> bool {
        let bare = line.trim_start_matches(' ');
        let indent = line.len() - bare.len();
        let first = bare.bytes().next().unwrap_or_default();
        let n = bare.bytes().take_while(|byte| *byte == first).count();
        let is_fence = indent < 4 && n >= 3 && matches!(first, b'`' | b'~');
        match self.open {
            Some((byte, length)) => {
                if is_fence && byte == first && n >= length && bare[n..].trim().is_empty() {
                    self.open = None;
                }
                true
            }
            // What stands behind backticks of a fence holds none: that is code in a line.
            None if is_fence && !(first == b'`' && bare[n..].contains('`')) => {
                self.open = Some((first, n));
                true
            }
            None => indent >= 4,
        }
    }
}

fn first_placeholder(text: &str) -> Option<Span> {
    // Hardly any file has one.
    static FINDERS: LazyLock<[memmem::Finder<'static>; PLACEHOLDERS.len()]> =
        LazyLock::new(|| PLACEHOLDERS.map(memmem::Finder::new));
    if FINDERS.iter().all(|line| line.find(text.as_bytes()).is_none()) {
        return None;
    }
    let mut start = 0;
    let mut fences = Fences::default();
    for line in text.split_inclusive('\n') {
        if !fences.is_code(line) && is_placeholder(line) {
            let begin = start + line.len() - line.trim_start().len();
            return Some(Span::new(begin, begin + line.trim().len()));
        }
        start += line.len();
    }
    None
}

/// Returns the line that begins two versions which git could not merge. All three of its marks must be there: one alone is
/// the line below a heading, or a quote inside of quotes.
fn first_conflict(text: &str) -> Option<Span> {
    const BEGIN: &str = "<<<<<<< ";
    // Hardly any file has one.
    memmem::find(text.as_bytes(), BEGIN.as_bytes())?;
    let mut start = 0;
    let mut fences = Fences::default();
    let mut begun: Option<(Span, bool)> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is_code = fences.is_code(line);
        match &mut begun {
            // One that goes on to no other version was none; an example of one is none either.
            Some((_, false)) | None if line.starts_with(BEGIN) => {
                begun = (!is_code).then(|| (Span::new(start, start + bare.len()), false));
            }
            // What git wrote may tear a fence apart, so that inside of it all counts.
            Some((span, true)) if line.starts_with(">>>>>>> ") => return Some(*span),
            Some((_, is_split)) => *is_split |= bare == "=======",
            None => {}
        }
        start += line.len();
    }
    None
}

/// Returns a text without the lines of a scaffold that nobody has replaced, and without the headings of parts that
/// hold nothing else.
#[must_use]
pub fn written(text: &str) -> String {
    let level = |line: &str| {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        Some(level).filter(|level| (1..=6).contains(level) && line.as_bytes().get(*level) == Some(&b' '))
    };
    let mut kept: Vec<&str> = Vec::new();
    // The heading that stands last, and whether a line below it was left out.
    let mut part: Option<(usize, bool)> = None;
    let close = |kept: &mut Vec<&str>, part: Option<(usize, bool)>| {
        if let Some((at, true)) = part
            && level(kept[at]).is_some_and(|level| level > 1)
            && kept[at + 1..].iter().all(|line| line.trim().is_empty())
        {
            kept.truncate(at);
        }
    };
    let mut fences = Fences::default();
    for line in text.split_inclusive('\n') {
        if fences.is_code(line) {
            kept.push(line);
            continue;
        }
        if is_placeholder(line) {
            if let Some((_, is_cut)) = &mut part {
                *is_cut = true;
            }
            continue;
        }
        if level(line).is_some() {
            close(&mut kept, part);
            part = Some((kept.len(), false));
        }
        kept.push(line);
    }
    close(&mut kept, part);
    kept.concat()
}

/// Returns 1 to 6.
#[must_use]
pub fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Gives headings their ids: the slug, with `-1`, `-2` after the first of its kind.
#[derive(Debug, Default)]
pub struct Ids {
    /// Every id that is given, with the number of the next heading with this slug; 0 where no heading has it yet.
    taken: BTreeMap<String, usize>,
}

impl Ids {
    /// Returns the id of the next heading.
    pub fn next(&mut self, text: &str) -> String {
        let base = slug(text);
        let Some(next) = self.taken.get(&base) else {
            self.taken.insert(base.clone(), 1);
            return base;
        };
        let mut number = (*next).max(1);
        loop {
            let id = format!("{base}-{number}");
            number += 1;
            if !self.taken.contains_key(&id) {
                self.taken.insert(id.clone(), 0);
                self.taken.insert(base, number);
                return id;
            }
        }
    }
}

/// Returns the anchor of a heading as the forges make it: lower case, spaces as dashes, other
/// punctuation dropped.
#[must_use]
pub fn slug(text: &str) -> String {
    let text = text.trim();
    let mut slug = String::with_capacity(text.len());
    // Lower case depends on what stands around a character only outside of ASCII.
    let lower = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() };
    for character in lower.chars() {
        match character {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(character),
            character if character.is_alphanumeric() => slug.push(character),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// Says where a destination leads. The scheme is looked for after percent-decoding and after
/// white space and control characters are taken out, as a browser would read it.
#[must_use]
pub fn target(destination: &str) -> Target {
    // Most destinations are read as they are written.
    let is_read_so = |byte: u8| matches!(byte, b'!'..=b'~') && !matches!(byte, b'%' | b'\\');
    if destination.bytes().fold(true, |are_read_so, byte| are_read_so & is_read_so(byte)) {
        return plain_target(destination);
    }
    let decoded = percent_decode_str(destination).decode_utf8_lossy();
    let plain: String = decoded.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let slashes = plain.replace('\\', "/");
    if slashes.starts_with("//") {
        return Target::Unsafe;
    }
    if let Some(end) = plain.find(':')
        && !plain[..end].contains(['/', '?', '#'])
    {
        let scheme = plain[..end].to_ascii_lowercase();
        let is_clean = destination.chars().all(|c| !c.is_control() && !c.is_whitespace());
        // The scheme must stand in the destination as it is, not only after decoding.
        let is_literal = destination.get(..end).is_some_and(|head| head.eq_ignore_ascii_case(&scheme));
        // With one slash or none a browser may take it for a path of this site.
        let has_host = || {
            let host = destination.get(end + 1..).and_then(|rest| rest.strip_prefix("//"));
            host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '\\']))
        };
        let is_known = match scheme.as_str() {
            "http" | "https" => has_host(),
            scheme => scheme == "mailto",
        };
        let is_allowed = is_known && is_clean && is_literal;
        return if is_allowed { Target::External(destination.to_owned()) } else { Target::Unsafe };
    }
    if plain.contains('\\') || plain.contains('\0') {
        return Target::Unsafe;
    }
    let (path, fragment) = match destination.split_once('#') {
        Some((path, fragment)) => (path, Some(percent_decode_str(fragment).decode_utf8_lossy().into_owned())),
        None => (destination, None),
    };
    let path = path.split('?').next().unwrap_or("");
    if path.is_empty() {
        return Target::Fragment(fragment.unwrap_or_default());
    }
    Target::Path { path: percent_decode_str(path).decode_utf8_lossy().into_owned(), fragment }
}

/// Says where a destination leads as [`target`] does, of which a browser reads every character as it is.
fn plain_target(destination: &str) -> Target {
    if destination.starts_with("//") {
        return Target::Unsafe;
    }
    let special = destination.find([':', '/', '?', '#']);
    if let Some((scheme, rest)) =
        special.and_then(|at| Some((&destination[..at], destination[at..].strip_prefix(':')?)))
    {
        let has_host = || rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with('/'));
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let is_allowed = if is_web { has_host() } else { scheme.eq_ignore_ascii_case("mailto") };
        return if is_allowed { Target::External(destination.to_owned()) } else { Target::Unsafe };
    }
    let (path, fragment) = match destination.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment.to_owned())),
        None => (destination, None),
    };
    match path.split('?').next() {
        None | Some("") => Target::Fragment(fragment.unwrap_or_default()),
        Some(path) => Target::Path { path: path.to_owned(), fragment },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_links_are_found() {
        let text =
            "# Orders\n\nOne row *each*.\n\n## How to join\n\n[a](../x/README.md#y) ![i](p.png)\n\n## How to join\n";
        let facts = read(FileId(3), text);
        assert_eq!(facts.title.as_deref(), Some("Orders"));
        let ids: Vec<&str> = facts.headings.ids().collect();
        assert_eq!(ids, ["orders", "how-to-join", "how-to-join-1"]);
        assert_eq!(facts.links.len(), 2);
        assert_eq!(&text[facts.links[0].span.range()], "[a](../x/README.md#y)");
    }

    #[test]
    fn only_known_schemes_are_links() {
        let hostile = [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "javascript%3Aalert(1)",
            "%6Aavascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "file:///etc/passwd",
            "C:\\x",
            "https:/a.example",
            "https:a.example/x",
            "http:///x",
            "https://",
        ];
        for destination in hostile {
            assert_eq!(target(destination), Target::Unsafe, "{destination}");
        }
        assert_eq!(target("https://a.example/x?y#z"), Target::External("https://a.example/x?y#z".into()));
        assert_eq!(target("#how"), Target::Fragment("how".into()));
        assert_eq!(target("../a%20b.md#x"), Target::Path { path: "../a b.md".into(), fragment: Some("x".into()) });
    }

    #[test]
    fn very_many_links_are_cut_and_told() {
        let text = |number: usize| "[a](b.md)\n# a\n".repeat(number);
        let (whole, cut) = (read(FileId(0), &text(MAX_LINKS)), read(FileId(0), &text(MAX_LINKS + 1)));
        assert_eq!((whole.links.len(), whole.headings.len(), whole.is_cut), (MAX_LINKS, MAX_LINKS, false));
        assert_eq!((cut.links.len(), cut.headings.len(), cut.is_cut), (MAX_LINKS, MAX_LINKS, true));
    }

    #[test]
    fn lines_of_a_scaffold_are_not_written_by_anybody() {
        let text = "# Orders\n\nSay in two sentences what it holds and who needs it.\n\n## How to begin\n\n- What looks alike and is not the same.\n";
        let facts = read(FileId(0), text);
        assert!(facts.is_unwritten);
        assert_eq!(facts.placeholder.map(|span| &text[span.start as usize..span.end as usize]), Some(PLACEHOLDERS[0]));
        assert_eq!(written(text), "# Orders\n\n\n");
        let begun = "# Orders\n\nAll of them.\n\n## Good to know\n\n- What looks alike and is not the same.\n- Returns count.\n";
        let facts = read(FileId(0), begun);
        assert!(facts.placeholder.is_some() && !facts.is_unwritten);
        // Code shows what others write.
        for (open, close) in [("```text\n", "```\n"), ("~~~~\n```\n", "~~~~\n"), ("    ", "")] {
            let text = format!("# Orders\n\nWhat `new` writes:\n\n{open}{}\n{close}", PLACEHOLDERS[0]);
            assert_eq!(read(FileId(0), &text).placeholder, None, "{text}");
            assert_eq!(written(&text), text);
        }
        let text = format!("```sql\nselect 1\n```\n{}\n", PLACEHOLDERS[0]);
        assert!(read(FileId(0), &text).placeholder.is_some(), "the fence is closed");
        assert_eq!(written(begun), "# Orders\n\nAll of them.\n\n## Good to know\n\n- Returns count.\n");
        let own = read(FileId(0), "# A\n\nSay in two sentences what it holds.\n\n## Empty\n");
        assert!(own.placeholder.is_none() && !own.is_unwritten);
    }

    #[test]
    fn what_git_could_not_merge_is_told_from_headings_quotes_and_code() {
        let conflict = |text: &str| read(FileId(0), text).conflict.map(|span| text[span.range()].to_owned());
        let marks = "<<<<<<< HEAD\r\nOne.\r\n=======\r\nTwo.\r\n>>>>>>> other\r\n";
        assert_eq!(conflict(&format!("# Orders\n\n{marks}")).as_deref(), Some("<<<<<<< HEAD"));
        let torn = "<<<<<<< HEAD\n```sql\nselect 1\n=======\n```sql\nselect 2\n>>>>>>> other\n```\n";
        assert_eq!(conflict(torn).as_deref(), Some("<<<<<<< HEAD"));
        for text in [
            format!("```text\n{marks}```\n"),
            marks.replace("<<<<<<< ", "    <<<<<<< "),
            marks.replace("=======", "======"),
            marks.replace(">>>>>>>", "> >"),
            "Orders\n=======\n\n>>>>>>> deep\n".to_owned(),
        ] {
            assert_eq!(conflict(&text), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        assert!(read(FileId(0), &">".repeat(10_000)).is_too_deep);
    }
}
