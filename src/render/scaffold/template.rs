//! Templates, and the filters through which values go into them: `yaml` for a scalar, `md` for a
//! line of Markdown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::Embed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use super::ScaffoldError;

#[derive(Embed)]
#[folder = "src/render/scaffold/templates/"]
struct BuiltIn;

/// Renders the built-in template `folder/name`, or the organisation's own with this name.
///
/// # Errors
/// When an own template cannot be read or names something that is not known.
pub(super) fn render(
    folder: &str,
    name: &str,
    own: &BTreeMap<String, String>,
    values: &impl Serialize,
) -> Result<Vec<u8>, ScaffoldError> {
    let source = match own.get(name) {
        Some(text) => Cow::Borrowed(text.as_str()),
        None => built_in(&format!("{folder}/{name}")),
    };
    let fail = |error: &tera::Error| ScaffoldError::Template { template: name.to_owned(), reason: error.to_string() };
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    tera.register_filter("yaml", |value: &str, _: Kwargs, _: &State<'_>| scalar(value));
    tera.register_filter("md", |value: &str, _: Kwargs, _: &State<'_>| markdown_line(value));
    tera.add_raw_template(name, &source).map_err(|error| fail(&error))?;
    let context = Context::from_serialize(values).map_err(|error| fail(&error))?;
    tera.render(name, &context).map(String::into_bytes).map_err(|error| fail(&error))
}

fn built_in(path: &str) -> Cow<'static, str> {
    let file = BuiltIn::get(path).expect("the tables of this room name embedded files, as a test proves");
    let text = String::from_utf8(file.data.into_owned()).expect("embedded templates are UTF-8");
    Cow::Owned(text.replace("\r\n", "\n"))
}

/// Writes a text as one YAML scalar on one line that is the same text in every place: behind a key,
/// in a list, in braces.
pub(super) fn scalar(value: &str) -> String {
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    let plain = plain.strip_suffix('\n').unwrap_or(&plain);
    // The writer chooses a style for a place of its own: a block for several lines, and no quotes
    // around what only means something in braces or to readers of YAML 1.1.
    let is_safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '/' | '@' | '+' | '(' | ')');
    let is_simple = plain == value && plain.chars().all(is_safe) && plain.starts_with(char::is_alphabetic);
    if is_simple && plain.trim() == plain { plain.to_owned() } else { quoted(value) }
}

/// Writes a text in double quotes, with everything escaped that is not printable (YAML 1.2.2, 5.7).
fn quoted(value: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // Line and paragraph separators end a line for some readers; the mark is not printable.
            character if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                write!(text, "\\u{:04x}", u32::from(character)).expect("a string takes all text");
            }
            character if matches!(u32::from(character), 0xfffe | 0xffff) => {
                write!(text, "\\u{:04x}", u32::from(character)).expect("a string takes all text");
            }
            character => text.push(character),
        }
    }
    text.push('"');
    text
}

/// Writes a text as words of one line of Markdown: no markup, no HTML, no second line.
pub(super) fn markdown_line(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for word in value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        for character in word.chars() {
            if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
                text.push('\\');
            }
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&str; 30] = [
        "",
        " ",
        "\"; rm -rf /",
        "{{ x }}",
        "{% raw %}",
        "a\nb: c",
        "a\r\nkind: Team",
        "a: b",
        "a #b",
        "#",
        "- a",
        "'",
        "it's",
        "\\",
        "*x",
        "&x",
        "!!str x",
        "%TAG",
        "a, b]",
        "[a}",
        "| x",
        "> x",
        "? x",
        "---",
        "true",
        "No",
        "1.0",
        "~",
        "\u{0}\u{1b}[31m\u{85}\u{2028}\u{feff}",
        "Ünïcode 数据 🛒",
    ];

    #[test]
    fn every_text_stays_one_scalar_wherever_it_stands() {
        for value in HOSTILE {
            let text = scalar(value);
            assert!(!text.contains(['\n', '\r']), "{value:?}");
            for place in
                [format!("a: {text}\nb: end\n"), format!("a: [{text}]\nb: end\n"), format!("{{a: {text}, b: end}}\n")]
            {
                let read: serde_yaml::Value =
                    serde_yaml::from_str(&place).unwrap_or_else(|error| panic!("{place}{error}"));
                let found = read["a"].as_str().or_else(|| read["a"][0].as_str());
                assert_eq!((found, read["b"].as_str()), (Some(value), Some("end")), "{place}");
            }
        }
        assert_eq!(scalar("Order platform"), "Order platform");
        assert_eq!(scalar("1.0.0"), "\"1.0.0\"");
    }

    #[test]
    fn a_line_of_markdown_is_only_words() {
        assert_eq!(markdown_line("Orders"), "Orders");
        assert_eq!(markdown_line("a\n# b <script>"), "a \\# b \\<script\\>");
    }

    #[test]
    fn values_are_not_templates() {
        #[derive(Serialize)]
        struct Values {
            name: &'static str,
        }
        let own = BTreeMap::from([("x.yaml".to_owned(), "name: {{ name | yaml }}\n".to_owned())]);
        let text = render("new", "x.yaml", &own, &Values { name: "{{ name }}" }).expect("rendered");
        assert_eq!(String::from_utf8(text).expect("text"), "name: \"{{ name }}\"\n");
        let own = BTreeMap::from([("x.yaml".to_owned(), "name: {{ nam | yaml }}\n".to_owned())]);
        assert!(matches!(render("new", "x.yaml", &own, &Values { name: "" }), Err(ScaffoldError::Template { .. })));
    }
}
