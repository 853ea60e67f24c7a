//! Prints the rows of long lists. A row has a template of its own, which is run only for each form that its rows have:
//! with marks in the place of texts. What comes out is a stencil, and the texts of every other row of that form are put
//! into it, escaped where the template escapes them. A page has hundreds of rows of a few forms.
//!
//! The form of a row is all of it but its texts: which of them are there and not empty, switches, whether numbers are none,
//! one or several, how long lists are. So only a template that does nothing with a text but print it, or ask whether it is
//! there, gives a stencil; every other one is run for each row. What is printed is the same.

mod form;

use std::sync::{Arc, PoisonError, RwLock};

use ahash::{AHashMap, AHashSet};
use serde::Serialize;
use tera::Tera;

use self::form::{Form, MARK, MARK_END, NUMBER_DIGITS, NUMBER_MARK, marked};
use crate::render::markup::push_printed;

/// How many forms of one template are kept; rows of other forms are printed without a stencil.
const FORMS: usize = 512;

/// The templates that give stencils, and the stencils made so far. What is kept here changes no byte of what is printed.
pub(super) struct Stencils {
    simple: AHashSet<String>,
    /// By template and the type of its rows.
    made: RwLock<AHashMap<(&'static str, &'static str), ByForm>>,
}

/// None is a form whose template does more with a text than it seemed.
type ByForm = AHashMap<Vec<u8>, Option<Arc<Stencil>>>;

/// A printed row without its texts.
#[derive(PartialEq, Eq)]
struct Stencil {
    slots: Vec<Slot>,
    /// What follows the last text.
    end: String,
    /// The bytes of all but the texts.
    n_bytes: usize,
}

#[derive(PartialEq, Eq)]
struct Slot {
    before: String,
    /// Which of the texts of the row stands here.
    text: usize,
    is_escaped: bool,
}

impl Stencils {
    /// Looks which templates only print.
    pub(super) fn of<'t>(templates: impl Iterator<Item = (&'t String, &'t String)>) -> Stencils {
        let simple = templates.filter(|(_, text)| only_prints(text)).map(|(name, _)| name.clone()).collect();
        Stencils { simple, made: RwLock::default() }
    }

    /// Prints rows one after the other with a template that sees each as `row`.
    ///
    /// # Errors
    /// What the template engine says.
    pub(super) fn print<R: Serialize>(
        &self,
        tera: &Tera,
        template: &'static str,
        rows: &[R],
    ) -> Result<String, String> {
        let is_simple = self.simple.contains(template);
        let mut form = Form::with_room();
        let mut printed = String::new();
        // Rows often have the form of the one before.
        let mut shape = Vec::new();
        let mut stencil = None;
        for (at, row) in rows.iter().enumerate() {
            if is_simple {
                form.read(row).map_err(|error| error.to_string())?;
                if at == 0 || shape != form.shape() {
                    stencil = self.stencil(tera, template, row, &form)?;
                    shape.clear();
                    shape.extend_from_slice(form.shape());
                }
            }
            match &stencil {
                Some(stencil) => {
                    // Rows of one list are about as long as one another.
                    let length = stencil.n_bytes + form.n_bytes();
                    if printed.capacity() - printed.len() < length {
                        printed.reserve(length * (rows.len() - at));
                    }
                    stencil.fill(&form, &mut printed);
                }
                None => printed.push_str(&run(tera, template, row)?),
            }
        }
        Ok(printed)
    }

    /// Returns the stencil of a form, made now if it is the first row of it.
    fn stencil<R: Serialize>(
        &self,
        tera: &Tera,
        template: &'static str,
        row: &R,
        form: &Form,
    ) -> Result<Option<Arc<Stencil>>, String> {
        let key = (template, std::any::type_name::<R>());
        {
            let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
            let by_form = made.get(&key);
            if let Some(stencil) = by_form.and_then(|by_form| by_form.get(form.shape())) {
                return Ok(stencil.clone());
            }
            if by_form.is_some_and(|by_form| by_form.len() >= FORMS) {
                return Ok(None);
            }
        }
        // A template that looks into a text prints something else where the text is longer.
        let [short, long] = [1, 40].map(|room| {
            let marked = marked(row, room).map_err(|error| error.to_string())?;
            Ok::<_, String>(Stencil::cut(&run(tera, template, &marked)?, form.n_texts()))
        });
        let (short, long) = (short?, long?);
        let stencil = short.filter(|short| long.as_ref() == Some(short)).map(Arc::new);
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        made.entry(key).or_default().insert(form.shape().to_vec(), stencil.clone());
        Ok(stencil)
    }
}

fn run(tera: &Tera, template: &str, row: &impl Serialize) -> Result<String, String> {
    let mut context = tera::Context::new();
    context.insert_value("row", tera::Value::try_from_serializable(row).map_err(|error| error.to_string())?);
    tera.render(template, &context).map_err(|error| error.to_string())
}

impl Stencil {
    /// Finds the marks in what a template printed; none where one of them is not there as it was given, or escaped.
    fn cut(printed: &str, n_texts: usize) -> Option<Stencil> {
        let mut slots = Vec::new();
        let mut rest = printed;
        let has_number = printed.contains(NUMBER_MARK);
        loop {
            let until_text = rest.find(MARK).unwrap_or(rest.len());
            let is_number = has_number && rest[..until_text].contains(NUMBER_MARK);
            if !is_number && until_text == rest.len() {
                break;
            }
            let (before, number, is_escaped, after) = if is_number {
                let (before, after) = rest.split_once(NUMBER_MARK)?;
                let (number, after) = after.split_at_checked(NUMBER_DIGITS)?;
                (before, number, false, after)
            } else {
                let (before, after) = rest.split_once(MARK)?;
                let (mark, after) = after.split_once(MARK_END)?;
                match mark.strip_prefix("<\"\\") {
                    Some(number) => (before, number, false, after),
                    None => (before, mark.strip_prefix("&lt;&quot;\\")?, true, after),
                }
            };
            let text = number.parse().ok().filter(|text| *text < n_texts)?;
            slots.push(Slot { before: before.to_owned(), text, is_escaped });
            rest = after;
        }
        let n_bytes = rest.len() + slots.iter().map(|slot| slot.before.len()).sum::<usize>();
        (!rest.contains(MARK_END)).then(|| Stencil { slots, end: rest.to_owned(), n_bytes })
    }

    fn fill(&self, form: &Form, out: &mut String) {
        for slot in &self.slots {
            out.push_str(&slot.before);
            let text = form.text(slot.text);
            if slot.is_escaped { push_printed(out, text) } else { out.push_str(text) }
        }
        out.push_str(&self.end);
    }
}

/// Says whether a template does nothing but print values, ask whether they are there, and go through lists.
fn only_prints(template: &str) -> bool {
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let tag = &rest[at..];
        let (close, is_simple): (&str, fn(&str) -> bool) = match tag.as_bytes().get(1) {
            Some(b'{') => ("}}", is_print),
            Some(b'%') => ("%}", is_step),
            Some(b'#') => return false,
            _ => {
                rest = &tag[1..];
                continue;
            }
        };
        let Some((inside, after)) = tag[2..].split_once(close) else { return false };
        if !is_simple(inside.trim_start_matches('-').trim_end_matches('-').trim()) {
            return false;
        }
        rest = after;
    }
    !template.contains([MARK, MARK_END]) && !template.contains(NUMBER_MARK)
}

/// A value, one that is not escaped, how many a list has, and words for one or several; or a text in quotes.
fn is_print(inside: &str) -> bool {
    let mut parts = inside.split('|').map(str::trim);
    let is_first = parts.next().is_some_and(|first| is_value(first) || is_quoted(first));
    is_first && parts.all(|filter| matches!(filter, "safe" | "length") || is_words_for(filter))
}

/// Says whether a filter is `pluralize` with two texts.
fn is_words_for(filter: &str) -> bool {
    let inside = filter.strip_prefix("pluralize(").and_then(|inside| inside.strip_suffix(')'));
    inside.is_some_and(|inside| {
        inside.split(',').all(|word| word.split_once('=').is_some_and(|(_, word)| is_quoted(word)))
    })
}

fn is_quoted(text: &str) -> bool {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.is_some_and(|inside| !inside.contains(['"', '\\', '|', ',']))
}

fn is_step(inside: &str) -> bool {
    let mut words = inside.split_whitespace();
    match words.next() {
        Some("if" | "elif") => words.all(is_value),
        Some("for") => {
            let rest: Vec<&str> = words.collect();
            matches!(rest[..], [name, "in", list] if is_value(name) && is_value(list))
        }
        Some("else" | "endif" | "endfor") => words.next().is_none(),
        _ => false,
    }
}

/// A name, names with dots, or a word of a condition. None of them looks into a text.
fn is_value(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text != "in" && text != "is" && text.split('.').all(|part| !part.is_empty() && part.bytes().all(is_of_name))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn printed(template: &str, rows: &[Value]) -> (String, String, bool) {
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        tera.global_context().insert("site", &json!({"name": "<Shop>"}));
        tera.add_raw_template("row.html", template).expect("a template of a test");
        let text = template.to_owned();
        let stencils = Stencils::of([(&"row.html".to_owned(), &text)].into_iter());
        let plain = Stencils { simple: AHashSet::new(), made: RwLock::default() };
        let made = stencils.print(&tera, "row.html", rows).expect("rows");
        let each = plain.print(&tera, "row.html", rows).expect("rows");
        let is_kept = stencils.made.read().expect("no panic").values().flatten().any(|(_, stencil)| stencil.is_some());
        (made, each, is_kept)
    }

    const ROW: &str = r#"<tr id="{{ row.id }}"{% if row.class %} class="{{ row.class }}"{% endif %}>{% for link in row.links %}{% if link.href %}<a href="{{ link.href }}">{{ link.text }}</a>{% else %}{{ link.text }}{% endif %}{% if not loop.last %}, {% endif %}{% endfor %}{{ row.n }}{% if row.n and not row.html %}!{% elif row.html %}{{ row.html | safe }}{% endif %}{{ site.name }}{{ row.id }}</tr>
"#;

    fn row(id: &str, class: &str, html: Option<&str>, n: i64, links: &[(&str, Option<&str>)]) -> Value {
        let link = |(text, href): &(&str, Option<&str>)| json!({"text": text, "href": href});
        json!({"id": id, "class": class, "html": html, "n": n, "links": links.iter().map(link).collect::<Vec<_>>()})
    }

    #[test]
    fn a_stencil_prints_what_the_template_prints() {
        let rows = [
            row("a", "", None, 1, &[]),
            row("<b>&\"'", "", None, 1, &[]),
            row("a", "x", Some("<b>bold</b>"), 0, &[("one", Some("?a&b"))]),
            row("c", "y\"z", Some("<i>&amp;</i>"), 0, &[("<two>", Some("x"))]),
            row("d", "y", Some(""), -7, &[("one", None), ("two", Some("")), ("three", Some("t"))]),
            row("\u{e000}<\"\\0\u{e001}", "{{ row.id }}", Some("\u{e000}"), 0, &[("\u{e001}", None)]),
            row("", "", None, i64::MAX, &[("", None), ("", None)]),
            row("7340918265000000", "", None, 7_340_918_265_000_001, &[("7340918265000002", None)]),
        ];
        let (made, each, is_kept) = printed(ROW, &rows);
        assert_eq!(made, each);
        assert!(is_kept);
        assert!(made.contains("<a href=\"?a&amp;b\">one</a>0<b>bold</b>&lt;Shop&gt;a</tr>"), "{made}");
        // Rows of a form that was seen before are not run again, and are still their own.
        let twice: Vec<Value> = rows.iter().chain(&rows).cloned().collect();
        let (made_twice, each_twice, _) = printed(ROW, &twice);
        assert_eq!(made_twice, each_twice);
        assert_eq!(made_twice, made.repeat(2));
    }

    #[test]
    fn a_template_that_looks_into_texts_gives_no_stencil() {
        let rows = [row("ab", "x", Some("h"), 2, &[]), row("cd", "x", Some("h"), 2, &[])];
        for template in [
            "{{ row.id | upper }}",
            "{{ row.id ~ row.class }}",
            "{% if row.id == \"ab\" %}a{% endif %}",
            "{% if row.id is string %}a{% endif %}",
            "{% if \"a\" in row.id %}a{% endif %}",
            "{% set a = row.id %}{{ a }}",
            "{{ row.id }}{# a comment #}",
            "{% if row.n > 1 %}several{% endif %}",
            "{{ row[\"id\"] }}",
            "{% for k, v in row %}.{% endfor %}",
            "\u{e000}{{ row.id }}",
        ] {
            let (made, each, is_kept) = printed(template, &rows);
            assert_eq!(made, each, "{template}");
            assert!(!is_kept, "{template}");
        }
        // The length of a list is no text; that of a text is one.
        let (made, each, is_kept) =
            printed("{{ row.links | length }}{{ row.n | pluralize(singular=\"x\", plural=\"y\") }}", &rows);
        assert_eq!((made, is_kept), (each, true));
        let (made, each, is_kept) = printed("{{ row.id | length }}", &rows);
        assert_eq!((made, is_kept), (each, false));
        // A list printed as it is quotes its texts.
        let lists = [json!({"id": ["a\"b"]}), json!({"id": ["<c>"]})];
        let (made, each, is_kept) = printed("{{ row.id }}", &lists);
        assert_eq!((made, is_kept), (each, false));
    }

    #[test]
    fn what_a_row_does_not_have_is_an_error_with_and_without_a_stencil() {
        let tera = {
            let mut tera = Tera::new();
            tera.autoescape_on([".html"]);
            tera.add_raw_template("row.html", "{{ row.gone }}").expect("a template of a test");
            tera
        };
        let text = "{{ row.gone }}".to_owned();
        let stencils = Stencils::of([(&"row.html".to_owned(), &text)].into_iter());
        assert!(stencils.print(&tera, "row.html", &[json!({"id": "a"})]).is_err());
        let plain = Stencils { simple: AHashSet::new(), made: RwLock::default() };
        assert!(plain.print(&tera, "row.html", &[json!({"id": "a"})]).is_err());
    }
}
