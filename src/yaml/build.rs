//! From parser events to the spanned tree, under the budgets of the tool.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, StructureStyle, Tag};

use super::node::{Children, Node, Value, YamlTree, name_bit};
use super::trouble::{NO_TAG, negation};
use super::{MAX_ALIAS_NODES, MAX_DEPTH, block, rules, scalar, trouble};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Span};

/// What could be read of a text.
#[derive(Debug)]
pub struct Parsed<'s> {
    /// The tree; `None` when the text holds no document. When `complete` is false it holds what
    /// was read before the first error.
    pub tree: Option<YamlTree<'s>>,
    /// Whether the text was read to its end without an error.
    pub complete: bool,
}

/// Parses one document; a second one is a finding. All findings go to `sink`.
pub fn parse<'s>(file: FileId, source: &'s str, sink: &mut Sink) -> Parsed<'s> {
    match block::parse_block(source) {
        Some(tree) => Parsed { tree: Some(tree), complete: true },
        None => parse_events(file, source, sink),
    }
}

/// Parses one document from parser events alone: what [`parse`] does with every text that is not in
/// plain block style, and what its quick reader is measured and tested against.
pub fn parse_events<'s>(file: FileId, source: &'s str, sink: &mut Sink) -> Parsed<'s> {
    let mut builder = Builder::new(file, source, sink);
    let mut parser = Parser::new_from_str_with_options(builder.text(), options());
    let mut tree = None;
    let mut complete = true;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let diagnostic = trouble::explain(file, source, builder.base, &error);
                builder.sink.push(diagnostic);
                complete = false;
                break;
            }
        };
        match event {
            Event::DocumentStart(..) if tree.is_some() => {
                let span = builder.span(&span);
                let message = "a second YAML document in one file";
                let help = "put each descriptor into a file of its own";
                builder
                    .sink
                    .push(rules::MULTIPLE_DOCUMENTS.at(file, span, message).label("the second begins here").help(help));
                complete = false;
                break;
            }
            Event::DocumentEnd => tree = builder.take(),
            event => {
                if let Err(diagnostic) = builder.event(event, &span) {
                    builder.sink.push(*diagnostic);
                    complete = false;
                    break;
                }
            }
        }
    }
    if !complete && tree.is_none() {
        tree = builder.close_open();
    }
    complete &= !builder.refused;
    Parsed { tree, complete }
}

/// Parses every document of a stream; for tests of conformance.
///
/// # Errors
/// With the first finding.
pub fn parse_all(source: &str) -> Result<Vec<YamlTree<'_>>, Box<Diagnostic>> {
    let mut sink = Sink::default();
    let file = FileId(0);
    let mut builder = Builder::new(file, source, &mut sink);
    let mut parser = Parser::new_from_str_with_options(builder.text(), options());
    let mut trees = Vec::new();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Box::new(trouble::explain(file, source, builder.base, &error)))?;
        if matches!(event, Event::DocumentEnd) {
            trees.extend(builder.take());
        } else {
            builder.event(event, &span)?;
        }
    }
    let found = sink.finish(&crate::diagnostic::Grading::default(), &[], &crate::source::SourceMap::default());
    match found.diagnostics.into_iter().next() {
        Some(diagnostic) => Err(Box::new(diagnostic)),
        None => Ok(trees),
    }
}

/// Returns how the parser is set.
pub(super) fn options() -> granit_parser::Options {
    let mut options = granit_parser::options! {
        // Our own, exact limit comes first; these keep the parser's own stacks small.
        flow_nesting_limit: MAX_DEPTH + 2,
        block_nesting_limit: MAX_DEPTH + 2,
    };
    options.set_emit_comments(false);
    options
}

struct Anchor {
    node: u32,
    /// What it holds, aliases expanded; `None` while it is open.
    extent: Option<Extent>,
}

/// How much a node is, aliases expanded.
#[derive(Clone, Copy)]
struct Extent {
    /// Nodes below and including it.
    size: usize,
    /// Levels of maps and lists, itself included; of a scalar none.
    levels: usize,
}

impl Extent {
    const SCALAR: Extent = Extent { size: 1, levels: 0 };
}

struct Open {
    node: u32,
    anchor: usize,
    is_mapping: bool,
    style: StructureStyle,
    /// The line at which it begins, and the column that what is in it must pass.
    line: usize,
    column: usize,
    /// Where this container's children begin on the stack of pending children.
    mark: usize,
    /// What it holds so far.
    extent: Extent,
}

struct Builder<'s, 'k> {
    file: FileId,
    source: &'s str,
    /// Length of a byte order mark at the start, which the parser does not see.
    base: usize,
    sink: &'k mut Sink,
    nodes: Vec<Node<'s>>,
    children: Vec<u32>,
    pending: Vec<u32>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    root: Option<u32>,
    alias_nodes: usize,
    /// A finding was made that leaves the tree whole but not to be trusted (a duplicate key).
    refused: bool,
}

impl<'s, 'k> Builder<'s, 'k> {
    fn new(file: FileId, source: &'s str, sink: &'k mut Sink) -> Builder<'s, 'k> {
        let base = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // Descriptors have a node for every 16 bytes or so; a guess that is a little too large costs less
        // than moving the whole tree.
        let guess = source.len() / 14;
        Builder {
            file,
            source,
            base,
            sink,
            nodes: Vec::with_capacity(guess),
            children: Vec::with_capacity(guess),
            pending: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            alias_nodes: 0,
            refused: false,
        }
    }

    fn text(&self) -> &'s str {
        &self.source[self.base..]
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0) + self.base;
        let end = span.end.byte_offset().unwrap_or(start) + self.base;
        Span::new(start, end)
    }

    fn event(&mut self, event: Event<'s>, place: &granit_parser::Span) -> Result<(), Box<Diagnostic>> {
        let span = self.span(place);
        if matches!(event, Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(..)) {
            self.check_margin(&place.start, span)?;
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_key = self.expects_key();
                let value = self.scalar(text, style, tag.as_deref(), span, is_key)?;
                let node = self.push(span, value);
                self.anchor(anchor, node, Some(Extent::SCALAR));
                self.place(node, Extent::SCALAR)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(anchor, tag.as_deref(), place, style, false)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.start(anchor, tag.as_deref(), place, style, true)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(id) => self.alias(id, span)?,
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, span: Span, value: Value<'s>) -> u32 {
        let index = u32::try_from(self.nodes.len()).expect("a file of 5 MiB has fewer than 2^32 nodes");
        self.nodes.push(Node { span, value });
        index
    }

    fn anchor(&mut self, anchor: usize, node: u32, extent: Option<Extent>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, extent });
        }
    }

    /// Says whether the next node is a key of the innermost map.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_mapping && (self.pending.len() - open.mark).is_multiple_of(2))
    }

    /// Hands a finished node to the container that is open.
    fn place(&mut self, node: u32, extent: Extent) -> Result<(), Box<Diagnostic>> {
        if self.expects_key() && !matches!(self.nodes[node as usize].value, Value::String(_)) {
            let span = self.nodes[node as usize].span;
            let message = "a key that is a map, a list or empty";
            return Err(Box::new(
                rules::UNSUPPORTED_YAML
                    .at(self.file, span, message)
                    .label("keys must be text")
                    .help("write the key as plain text"),
            ));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.extent.size += extent.size;
                open.extent.levels = open.extent.levels.max(extent.levels + 1);
                self.pending.push(node);
            }
            None => self.root = Some(node),
        }
        Ok(())
    }

    /// Refuses an item of a `[]` or `{}` that begins a line left of what YAML allows (section 7.4
    /// through the rule `s-flow-line-prefix`). The parser could do it, but its strict mode also
    /// refuses the closing bracket below the key, and folded quotes as `PyYAML` writes them; the
    /// registries of the world are full of both.
    fn check_margin(&self, start: &Marker, span: Span) -> Result<(), Box<Diagnostic>> {
        let is_flow = |open: &&Open| matches!(open.style, StructureStyle::Flow);
        if !self.open.last().as_ref().is_some_and(is_flow) {
            return Ok(());
        }
        let n_flow = self.open.iter().rev().take_while(is_flow).count();
        let (blocks, flows) = self.open.split_at(self.open.len() - n_flow);
        match (blocks.last(), flows.first()) {
            (Some(block), Some(flow)) if start.line() > flow.line && start.col() <= block.column => {
                let message = "an item that stands left of the list or map it belongs to";
                let help = "indent it deeper than the key above it";
                Err(Box::new(rules::INVALID_YAML.at(self.file, span, message).label("too far left").help(help)))
            }
            _ => Ok(()),
        }
    }

    fn start(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
        style: StructureStyle,
        is_mapping: bool,
    ) -> Result<(), Box<Diagnostic>> {
        let span = self.span(place);
        let wanted = if is_mapping { "map" } else { "seq" };
        if let Some(tag) = tag
            && !is_non_specific(tag)
            && tag.core_suffix() != Some(wanted)
        {
            return Err(self.bad_tag(tag, span));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            let help = format!("a descriptor never needs more than {MAX_DEPTH} levels of maps and lists");
            return Err(Box::new(rules::OVER_LIMIT.at(self.file, span, message).label("too deep").help(help)));
        }
        if self.expects_key() {
            let message = "a key that is a map or a list";
            return Err(Box::new(
                rules::UNSUPPORTED_YAML
                    .at(self.file, span, message)
                    .label("keys must be text")
                    .help("write the key as plain text"),
            ));
        }
        let empty = Children::NONE;
        let node = self.push(span, if is_mapping { Value::Mapping(empty) } else { Value::Sequence(empty) });
        self.anchor(anchor, node, None);
        // A list that begins in the column of its key (`a:` over `- b`) is placed at its first item.
        let column = match self.open.last() {
            Some(parent) if !is_mapping && parent.is_mapping => parent.column,
            _ => place.start.col(),
        };
        self.open.push(Open {
            node,
            anchor,
            is_mapping,
            style,
            line: place.start.line(),
            column,
            mark: self.pending.len(),
            extent: Extent { size: 1, levels: 1 },
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        // The parser balances starts and ends; if it did not, the file could not be relied on.
        let Some(open) = self.open.pop() else {
            let message = "the end of a map or list that does not begin";
            return Err(Box::new(rules::INVALID_YAML.at(self.file, span, message).label("nothing is open here")));
        };
        let start = u32::try_from(self.children.len()).expect("a file of 5 MiB has fewer than 2^32 nodes");
        let taken = &self.pending[open.mark..];
        if open.is_mapping {
            self.refused |= report_duplicates(self.file, &self.nodes, taken, self.sink);
        }
        // The end event of a block stands where the next token begins; the true end is that of
        // the last child.
        let last_end = taken.last().map(|last| self.nodes[*last as usize].span.end);
        let len = u32::try_from(taken.len()).expect("fewer than 2^32 nodes");
        let children = if open.is_mapping {
            Children::of_map(&self.nodes, start, len, taken)
        } else {
            Children { start, len, names: 0 }
        };
        self.children.extend_from_slice(taken);
        self.pending.truncate(open.mark);
        let node = &mut self.nodes[open.node as usize];
        node.value = if open.is_mapping { Value::Mapping(children) } else { Value::Sequence(children) };
        let is_flow = matches!(open.style, StructureStyle::Flow);
        node.span.end = if is_flow { span.end } else { last_end.unwrap_or(node.span.end) }.max(node.span.start);
        if open.anchor != 0 {
            self.anchors.insert(open.anchor, Anchor { node: open.node, extent: Some(open.extent) });
        }
        self.place(open.node, open.extent)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        let Some(anchor) = self.anchors.get(&id) else { return Ok(()) };
        let Some(extent) = anchor.extent else {
            let message = "an alias inside the value that it repeats";
            return Err(Box::new(
                rules::BAD_ALIAS.at(self.file, span, message).label("inside itself").help("write the value out"),
            ));
        };
        let target = anchor.node;
        if self.open.len() + extent.levels > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels, with what the alias repeats written out");
            let help = format!("a descriptor never needs more than {MAX_DEPTH} levels of maps and lists");
            return Err(Box::new(rules::OVER_LIMIT.at(self.file, span, message).label("too deep").help(help)));
        }
        self.alias_nodes = self.alias_nodes.saturating_add(extent.size);
        if self.alias_nodes > MAX_ALIAS_NODES {
            let message = format!("the aliases of this file repeat more than {MAX_ALIAS_NODES} nodes");
            return Err(Box::new(
                rules::OVER_LIMIT
                    .at(self.file, span, message)
                    .label("one too many")
                    .help("write fewer or smaller aliases"),
            ));
        }
        let value = match &self.nodes[target as usize].value {
            // A key that is an alias is compared as text; small values are simply repeated.
            Value::String(text) if self.expects_key() => Value::String(text.clone()),
            Value::Alias(inner) => Value::Alias(*inner),
            _ => Value::Alias(target),
        };
        let node = self.push(span, value);
        self.place(node, extent)
    }

    fn scalar(
        &self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
        is_key: bool,
    ) -> Result<Value<'s>, Box<Diagnostic>> {
        if is_key {
            let known = tag.is_none_or(|tag| is_non_specific(tag) || tag.core_suffix().is_some());
            return match tag {
                Some(tag) if !known => Err(self.bad_tag(tag, span)),
                // The parser gives a key that is left out as `~`.
                None if is_null_key(&text) && matches!(style, ScalarStyle::Plain) => Ok(Value::Null),
                _ => Ok(Value::String(text)),
            };
        }
        let Some(tag) = tag else {
            return Ok(if matches!(style, ScalarStyle::Plain) { scalar::resolve(text) } else { Value::String(text) });
        };
        if is_non_specific(tag) {
            return Ok(Value::String(text));
        }
        let value = match tag.core_suffix() {
            Some("str") => Some(Value::String(text)),
            Some("null" | "bool" | "int" | "float") => match (tag.core_suffix(), scalar::resolve(text)) {
                (Some("null"), Value::Null) => Some(Value::Null),
                (Some("bool"), Value::Bool(value)) => Some(Value::Bool(value)),
                (Some("int"), value @ (Value::Int(_) | Value::UInt(_) | Value::BigInt)) => Some(value),
                (Some("float"), value @ (Value::Int(_) | Value::UInt(_) | Value::BigInt | Value::Float(_))) => {
                    Some(value)
                }
                _ => None,
            },
            _ => None,
        };
        value.ok_or_else(|| self.bad_tag(tag, span))
    }

    fn bad_tag(&self, tag: &Tag, span: Span) -> Box<Diagnostic> {
        let written = tag.original();
        let message = format!("the tag `{written}` has no meaning here");
        let help = "remove the tag; put quotes around a value that must be text";
        // The parser places a value behind its tag; what stands between is at most an anchor.
        let before = self.source.get(..span.range().start).unwrap_or_default();
        let is_near = |start: &usize| {
            let between = before[start + written.len()..].trim();
            between.is_empty() || (between.starts_with('&') && !between.contains(char::is_whitespace))
        };
        let start = before.rfind(written.as_str()).filter(is_near);
        let span = start.map_or(span, |start| Span::new(start, start + written.len()));
        if let Some(start) = start {
            let line = before[..start].rfind('\n').map_or(0, |end| end + 1);
            let text = self.source[line..].lines().next().unwrap_or_default();
            if let Some((at, help)) = negation(text).filter(|(at, _)| line + at == start) {
                let message = "an expression that begins with `!` and has no quotes";
                let span = Span::new(line + at, line + at + 1);
                return Box::new(rules::UNSUPPORTED_YAML.at(self.file, span, message).label(NO_TAG).help(help));
            }
        }
        Box::new(rules::UNSUPPORTED_YAML.at(self.file, span, message).help(help))
    }

    /// Takes the finished document.
    fn take(&mut self) -> Option<YamlTree<'s>> {
        let root = self.root.take()?;
        self.anchors.clear();
        let (nodes, children) = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.children));
        Some(YamlTree { source: self.source, nodes, children, root })
    }

    /// Closes what is open after an error and takes what was read so far.
    fn close_open(&mut self) -> Option<YamlTree<'s>> {
        while let Some(open) = self.open.last() {
            if open.is_mapping && !(self.pending.len() - open.mark).is_multiple_of(2) {
                self.pending.pop();
            }
            let end = self.nodes.last().map_or(Span::default(), |node| node.span);
            self.end(end).ok()?;
        }
        self.take()
    }
}

fn is_non_specific(tag: &Tag) -> bool {
    tag.original() == "!"
}

/// Reports every key that a map has twice; numbers are compared by value (`1` and `0x1`).
fn report_duplicates(file: FileId, nodes: &[Node<'_>], taken: &[u32], sink: &mut Sink) -> bool {
    let mut found = false;
    each_duplicate(nodes, taken, |first, second| {
        found = true;
        let (first, second, text) = (nodes[first as usize].span, nodes[second as usize].span, key(nodes, second));
        let message = format!("the key `{text}` stands twice in one map");
        sink.push(
            rules::DUPLICATE_KEY
                .at(file, second, message)
                .label("second time")
                .help("keep one of the two: readers differ on which one counts")
                .related(file, first, "first time"),
        );
    });
    found
}

/// Returns the [`name_bit`]s of the keys of a map; `None` where one stands twice.
pub(super) fn names_apart(nodes: &[Node<'_>], taken: &[u32]) -> Option<u64> {
    /// Keys of a map that are compared with each other; more are looked up.
    const FEW: usize = 64;
    let mut names = 0;
    let mut has_number = false;
    let n_keys = taken.len() / 2;
    for (n_before, pair) in taken.chunks_exact(2).enumerate() {
        let name = key(nodes, pair[0]);
        let bit = name_bit(name);
        // A key with a bit of its own differs from those before it.
        if n_keys <= FEW
            && names & bit != 0
            && taken[..n_before * 2].chunks_exact(2).any(|before| key(nodes, before[0]) == name)
        {
            return None;
        }
        names |= bit;
        has_number |= may_be_number(name);
    }
    let mut found = false;
    if has_number || n_keys > FEW {
        // Numbers may be written otherwise and be the same.
        each_duplicate(nodes, taken, |_, _| found = true);
    }
    (!found).then_some(names)
}

fn key<'n>(nodes: &'n [Node<'_>], index: u32) -> &'n str {
    match &nodes[index as usize].value {
        Value::String(text) => text.as_ref(),
        _ => "",
    }
}

/// Calls `found` with the first and each further place of a key.
fn each_duplicate(nodes: &[Node<'_>], taken: &[u32], mut found: impl FnMut(u32, u32)) {
    let n_keys = taken.len() / 2;
    if n_keys <= 16 {
        for later in 1..n_keys {
            let name = key(nodes, taken[later * 2]);
            let first = (0..later).find(|earlier| same_key(key(nodes, taken[earlier * 2]), name));
            if let Some(earlier) = first {
                found(taken[earlier * 2], taken[later * 2]);
            }
        }
    } else {
        let mut seen: HashMap<Cow<'_, str>, u32> = HashMap::with_capacity(n_keys);
        for pair in taken.chunks_exact(2) {
            match seen.entry(canonical(key(nodes, pair[0]))) {
                std::collections::hash_map::Entry::Occupied(first) => found(*first.get(), pair[0]),
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(pair[0]);
                }
            }
        }
    }
}

/// Says whether the parser takes an unquoted key for one that was left out.
pub(super) fn is_null_key(text: &str) -> bool {
    matches!(text, "" | "~")
}

fn same_key(a: &str, b: &str) -> bool {
    a == b || (may_be_number(a) && may_be_number(b) && canonical(a) == canonical(b))
}

fn may_be_number(key: &str) -> bool {
    key.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'))
}

fn canonical(key: &str) -> Cow<'_, str> {
    match scalar::number(key) {
        Some(Value::Int(value)) => Cow::Owned(value.to_string()),
        Some(Value::Float(value)) => Cow::Owned(value.to_string()),
        _ => Cow::Borrowed(key),
    }
}

/// Makes a tree of one text, as the validator needs it for the names of properties.
pub(super) fn text_tree(text: String) -> YamlTree<'static> {
    let node = Node { span: Span::default(), value: Value::String(Cow::Owned(text)) };
    YamlTree { source: "", nodes: vec![node], children: Vec::new(), root: 0 }
}
