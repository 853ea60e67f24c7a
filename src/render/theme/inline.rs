//! Writes small components out where templates call them. A call makes a context and a state of its own, which costs
//! several times what `anchor` or `day` print, and a page makes hundreds; what is printed stays the same.
//!
//! Only what can be seen to be the same is written out: a component that neither loops nor assigns and names nothing but
//! its parameters, called with plain paths or texts. Every other call stays a call.

use std::collections::BTreeMap;

/// A component whose calls can be written out.
struct Component {
    /// Parameters with the text they have when a call leaves them out.
    parameters: Vec<(String, Option<String>)>,
    body: String,
}

/// How deep components may call one another.
const DEPTH: usize = 8;

/// Words of the language that stand where a name could.
const WORDS: [&str; 11] = ["if", "elif", "else", "endif", "and", "or", "not", "is", "in", "true", "false"];

/// Writes out what can be in all templates, each known by its name.
pub(super) fn inline(templates: &mut BTreeMap<String, String>) {
    let components = components(templates);
    for text in templates.values_mut() {
        for _ in 0..DEPTH {
            match written_out(text, &components) {
                Some(new) => *text = new,
                None => break,
            }
        }
    }
}

/// Collects the components that can be written out; a name that two templates define is left to the engine.
fn components(templates: &BTreeMap<String, String>) -> BTreeMap<String, Component> {
    let mut found: BTreeMap<String, Option<Component>> = BTreeMap::new();
    for mut rest in templates.values().map(String::as_str) {
        while let Some((_, after)) = rest.split_once("{%") {
            rest = after;
            let Some(head) = after.trim_start_matches('-').trim_start().strip_prefix("component ") else { continue };
            let Some((head, after)) = head.split_once("%}") else { break };
            let Some((body, _)) = after.split_once("endcomponent") else { break };
            let name = head.split('(').next().unwrap_or(head).trim().to_owned();
            let is_new = !found.contains_key(&name);
            found.insert(name, Component::read(head, body).filter(|_| is_new));
            rest = after;
        }
    }
    found.into_iter().filter_map(|(name, component)| Some((name, component?))).collect()
}

impl Component {
    /// Reads `name(a: map, b: string = "text") -` and what stands between it and the word `endcomponent`.
    fn read(head: &str, body: &str) -> Option<Component> {
        let (_, parameters) = head.split_once('(')?;
        let (parameters, trim) = parameters.rsplit_once(')')?;
        let mut known = Vec::new();
        for parameter in parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
            let (declared, text) = match parameter.split_once('=') {
                Some((declared, text)) => (declared, Some(literal(text.trim())?.to_owned())),
                None => (parameter, None),
            };
            let name = declared.split(':').next().unwrap_or(declared).trim();
            if name.is_empty() || !name.bytes().all(is_of_name) {
                return None;
            }
            known.push((name.to_owned(), text));
        }
        let (body, end) = body.rsplit_once("{%")?;
        let body = if trim.trim() == "-" { body.trim_start() } else { body };
        let body = if end.trim() == "-" { body.trim_end() } else { body };
        let component = Component { parameters: known, body: body.to_owned() };
        component.with(&|_, _| Some(String::new())).is_some().then_some(component)
    }

    /// Returns the body with another text for each parameter, which gets its name and whether an attribute is asked
    /// of it; none where the body has something else than conditions, values and calls, or `text` has no answer.
    fn with(&self, text: &dyn Fn(&str, bool) -> Option<String>) -> Option<String> {
        let mut written = String::with_capacity(self.body.len());
        let mut rest = self.body.as_str();
        while let Some(at) = rest.find('{').filter(|at| at + 1 < rest.len()) {
            let (before, tag) = rest.split_at(at);
            written.push_str(before);
            let close = match tag.as_bytes()[1] {
                b'{' => "}}",
                b'%' => "%}",
                b'#' => return None,
                _ => {
                    written.push('{');
                    rest = &tag[1..];
                    continue;
                }
            };
            let (inside, after) = tag[2..].split_once(close)?;
            let first = inside.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
            if close == "%}" && !["if", "elif", "else", "endif"].contains(&first) {
                return None;
            }
            let mut expression = String::new();
            self.push_expression(inside, text, &mut expression)?;
            match literal(expression.trim()).filter(|text| close == "}}" && !text.contains(['<', '>', '&', '\''])) {
                Some(text) => written.push_str(text.trim_matches('"')),
                None => written.extend([&tag[..2], &expression, close]),
            }
            rest = after;
        }
        written.push_str(rest);
        Some(written)
    }

    fn push_expression(
        &self,
        inside: &str,
        text: &dyn Fn(&str, bool) -> Option<String>,
        out: &mut String,
    ) -> Option<()> {
        let mut rest = inside;
        // What stands before a name says whether it is one of a value: not after a dot, a pipe or `is`, and not the name
        // in a call.
        let mut before = if inside.starts_with('<') { 'c' } else { ' ' };
        while let Some(first) = rest.chars().next() {
            if matches!(first, '"' | '\'' | '`') {
                let end = rest[1..].find(first)? + 2;
                out.push_str(&rest[..end]);
                (before, rest) = ('"', &rest[end..]);
            } else if first.is_ascii_alphabetic() || first == '_' {
                let end = rest.bytes().position(|byte| !is_of_name(byte)).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                let follows = after.trim_start();
                let is_argument = follows.starts_with('=') && !follows.starts_with("==");
                if matches!(before, '.' | '|' | 'c' | 'i') || is_argument || WORDS.contains(&name) {
                    out.push_str(name);
                } else if follows.starts_with('(') || !self.parameters.iter().any(|(own, _)| own == name) {
                    return None;
                } else {
                    out.push_str(&text(name, follows.starts_with(['.', '[']))?);
                }
                before = if name == "is" { 'i' } else { 'n' };
                rest = after;
            } else {
                out.push(first);
                if !first.is_whitespace() && before != 'c' {
                    before = first;
                }
                rest = &rest[first.len_utf8()..];
            }
        }
        Some(())
    }

    /// Writes a call out; none where an argument is more than a path or a text.
    fn call(&self, arguments: &str) -> Option<String> {
        let mut given: BTreeMap<&str, &str> = BTreeMap::new();
        let mut rest = arguments.trim();
        while let Some((name, after)) = rest.split_once('=') {
            let end = match after.as_bytes().first()? {
                b'{' => after.find('}')?,
                b'"' => after[1..].find('"')? + 1,
                _ => return None,
            };
            given.insert(name.trim(), &after[..=end]);
            rest = after[end + 1..].trim_start();
        }
        if !rest.is_empty() || given.keys().any(|name| !self.parameters.iter().any(|(own, _)| own == name)) {
            return None;
        }
        self.with(&|name, asks_attribute| {
            let default = self.parameters.iter().find(|(own, _)| own == name)?.1.as_deref();
            let value = *given.get(name).or(default.as_ref())?;
            match value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                Some(path) => is_path(path.trim()).then(|| path.trim().to_owned()),
                None => literal(value).filter(|_| !asks_attribute).map(str::to_owned),
            }
        })
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_path(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit())
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(is_of_name))
}

/// Returns a text in double quotes with nothing odd in it.
fn literal(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains(['"', '\\', '{', '}', '%'])).then_some(text)
}

/// Writes out the calls in a template; none where there is none that can be.
fn written_out(text: &str, components: &BTreeMap<String, Component>) -> Option<String> {
    let mut written: Option<String> = None;
    let mut done = 0;
    for (at, _) in text.match_indices("{{<") {
        let call = &text[at + 3..];
        let Some((inside, _)) = call.split_once("/>}}").filter(|_| at >= done) else { continue };
        let end = inside.bytes().position(|byte| !is_of_name(byte)).unwrap_or(inside.len());
        let (name, arguments) = inside.split_at(end);
        if let Some(body) = components.get(name).and_then(|component| component.call(arguments)) {
            let written = written.get_or_insert_default();
            written.push_str(&text[done..at]);
            written.push_str(&body);
            done = at + 3 + inside.len() + 4;
        }
    }
    written.map(|written| written + &text[done..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = r#"{%- component anchor(to: map) -%}
{% if to.href %}<a href="{{ to.href }}">{{ to.text }}</a>{% else %}{{ to.text }}{% endif %}
{%- endcomponent anchor -%}
{%- component unstated(word: string = "not stated") -%}
<em>{{ word }}</em>
{%- endcomponent unstated -%}
{%- component dated(of: map) -%}<p>{% if of.n <of.m and 1 < of.m %}x{% endif %}{{<anchor to={of.to} />}} {{ of.n | pluralize(singular="of", plural="ofs") }}</p>{%- endcomponent dated -%}
{%- component all(of: array) -%}{% for to in of %}{{ to }}{% endfor %}{%- endcomponent all -%}
{%- component global(of: map) -%}{{ site.name }}{{ of.x }}{%- endcomponent global -%}"#;

    fn out(page: &str) -> String {
        let pair = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let mut templates: BTreeMap<String, String> = [("parts.html", PARTS), ("page.html", page)].map(pair).into();
        inline(&mut templates);
        templates.remove("page.html").unwrap_or_default()
    }

    #[test]
    fn simple_components_are_written_out() {
        assert_eq!(
            out("<b>{{<anchor to={page.owner} />}}</b>"),
            r#"<b>{% if page.owner.href %}<a href="{{ page.owner.href }}">{{ page.owner.text }}</a>{% else %}{{ page.owner.text }}{% endif %}</b>"#
        );
        assert_eq!(
            out("{{<unstated />}}, {{<unstated word=\"no & one\" />}}"),
            "<em>not stated</em>, <em>{{ \"no & one\" }}</em>"
        );
        // Also what stands in another, and words that only look like a parameter.
        assert_eq!(
            out("{{<dated of={row} />}}"),
            r#"<p>{% if row.n <row.m and 1 < row.m %}x{% endif %}{% if row.to.href %}<a href="{{ row.to.href }}">{{ row.to.text }}</a>{% else %}{{ row.to.text }}{% endif %} {{ row.n | pluralize(singular="of", plural="ofs") }}</p>"#
        );
    }

    #[test]
    fn every_other_call_stays_one() {
        for call in [
            "{{<all of={page.names} />}}",
            "{{<global of={page} />}}",
            "{{<unknown of={page} />}}",
            "{{<anchor to={page.a ~ page.b} />}}",
            "{{<anchor to={page.list[0]} />}}",
            "{{<anchor />}}",
            "{{<anchor to=\"text\" />}}",
            "{{<anchor to={a} more={b} />}}",
            "{{<unstated word=\"a \\\" b\" />}}",
        ] {
            assert_eq!(out(call), call);
        }
        let twice = format!("{PARTS}{{{{<anchor to={{a}} />}}}}");
        assert!(out(&twice).ends_with("{{<anchor to={a} />}}"), "defined twice, so the engine decides");
    }

    #[test]
    fn both_print_the_same() {
        let page = "{{<anchor to={page.a} />}}{{<dated of={page.d} />}}{{<unstated />}}{{<anchor to={page.d.to} />}}";
        let value =
            serde_json::json!({"a": {"href": "x?a&b", "text": "<A>"}, "d": {"n": 1, "m": 2, "to": {"text": "\"B\""}}});
        let printed = |templates: BTreeMap<String, String>| {
            let mut tera = tera::Tera::new();
            tera.autoescape_on([".html"]);
            tera.add_raw_templates(templates).expect("templates of a test");
            let mut context = tera::Context::new();
            context.insert("page", &value);
            context.insert("site", &serde_json::json!({"name": "x"}));
            tera.render("page.html", &context).expect("a page")
        };
        let pair = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let mut templates: BTreeMap<String, String> = [("parts.html", PARTS), ("page.html", page)].map(pair).into();
        let called = printed(templates.clone());
        inline(&mut templates);
        assert!(!templates["page.html"].contains("{{<"));
        assert_eq!(printed(templates), called);
        assert!(called.contains("<a href=\"x?a&amp;b\">&lt;A&gt;</a>"), "{called}");
    }
}
