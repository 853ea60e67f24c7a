//! What a page says of its thing to machines that read pages: JSON-LD in the words of schema.org, in a
//! data block, which no browser runs. It names other pages instead of repeating them, since every page
//! pays for it.

use super::parts::Anchor;
use super::search::push_string;

/// How the data block begins in every template that shows it.
pub(super) const OPEN: &str = "<script type=\"application/ld+json\">";

/// The data block of a page: its thing, and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Linked {
    /// What addresses begin with: the base URL, else the way to the top of the site.
    top: String,
    /// That is the base URL.
    is_whole: bool,
    /// The way to the top of the site, with which links on the page begin.
    root: String,
    title: String,
    thing: Option<Fields>,
    /// The steps of the way here, already JSON, and how many they are.
    steps: String,
    n_steps: usize,
}

impl Linked {
    pub(super) fn new(base: Option<&str>, root: &str, title: &str) -> Linked {
        let (root, title) = (root.to_owned(), title.to_owned());
        Linked {
            top: base.map_or_else(|| root.clone(), ToOwned::to_owned),
            is_whole: base.is_some(),
            root,
            title,
            thing: None,
            steps: String::with_capacity(240),
            n_steps: 0,
        }
    }

    /// Begins a thing of a type of schema.org that is at an address, relative to the top.
    pub(super) fn thing(&self, kind: &'static str, page: &str) -> Fields {
        self.named(kind).url("@id", page)
    }

    /// Begins a dataset that is at an address, relative to the top; where addresses are whole, that is where people read of
    /// it, too.
    pub(super) fn dataset(&self, page: &str) -> Fields {
        let thing = self.thing("Dataset", page);
        if self.is_whole { thing.url("url", page) } else { thing }
    }

    /// Begins a thing of a type that has no page of its own.
    pub(super) fn named(&self, kind: &'static str) -> Fields {
        Fields { top: self.top.clone(), json: String::new() }.text("@type", kind)
    }

    /// Says what the page is about.
    pub(super) fn set(&mut self, thing: Fields) {
        self.thing = Some(thing);
    }

    /// Adds a step to the way here.
    pub(super) fn step(&mut self, anchor: &Anchor<'_>) {
        self.n_steps += 1;
        push_step(&mut self.steps, self.n_steps, &anchor.text);
        if let Some(page) = anchor.href.as_deref().and_then(|href| href.strip_prefix(self.root.as_str())) {
            self.steps.push_str(",\"item\":");
            push_string(&mut self.steps, &[&self.top, page].concat());
        }
        self.steps.push('}');
    }

    /// Returns the text of the block, which templates see, or nothing.
    pub(super) fn to_json(&self) -> Option<String> {
        let mut json = String::with_capacity(self.thing.as_ref().map_or(0, |thing| thing.json.len()) + 320);
        json.push_str("{\"@context\":\"https://schema.org\",");
        match &self.thing {
            None if self.n_steps == 0 => return None,
            None => self.push_trail(&mut json),
            Some(thing) if self.n_steps == 0 => json.push_str(&thing.json),
            Some(thing) => {
                json.push_str("\"@graph\":[{");
                json.push_str(&thing.json);
                json.push_str("},{");
                self.push_trail(&mut json);
                json.push_str("}]");
            }
        }
        json.push('}');
        Some(json)
    }

    /// Adds the fields of the way here, which ends with the page itself.
    fn push_trail(&self, json: &mut String) {
        json.push_str("\"@type\":\"BreadcrumbList\",\"itemListElement\":[");
        json.push_str(&self.steps);
        push_step(json, self.n_steps + 1, &self.title);
        json.push_str("}]");
    }
}

/// The fields of an object, already JSON. Every text goes through [`push_string`], so that none can end
/// the block; a text never begins with `../`, so that what does is an address.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    top: String,
    json: String,
}

impl Fields {
    /// Adds a key, a word of schema.org.
    fn key(&mut self, key: &'static str) {
        if !self.json.is_empty() {
            self.json.push(',');
        }
        self.json.push('"');
        self.json.push_str(key);
        self.json.push_str("\":");
    }

    /// Adds a text; an empty one is left out.
    pub(super) fn text(mut self, key: &'static str, text: &str) -> Fields {
        if !text.is_empty() {
            self.key(key);
            push_text(&mut self.json, text);
        }
        self
    }

    /// Adds a list of texts; an empty one is left out.
    pub(super) fn texts<'a>(mut self, key: &'static str, texts: impl Iterator<Item = &'a str>) -> Fields {
        let mut texts = texts.peekable();
        if texts.peek().is_some() {
            self.key(key);
            for (at, text) in texts.enumerate() {
                self.json.push(if at == 0 { '[' } else { ',' });
                push_text(&mut self.json, text);
            }
            self.json.push(']');
        }
        self
    }

    /// Adds the address of a page, given relative to the top.
    pub(super) fn url(mut self, key: &'static str, page: &str) -> Fields {
        self.key(key);
        push_string(&mut self.json, &[&self.top, page].concat());
        self
    }

    /// Adds a thing that is described on its own page.
    pub(super) fn at(mut self, key: &'static str, page: &str) -> Fields {
        let thing = Fields { top: self.top.clone(), json: String::new() }.url("@id", page);
        self.object(key, &thing);
        self
    }

    /// Adds a thing.
    pub(super) fn with(mut self, key: &'static str, thing: &Fields) -> Fields {
        self.object(key, thing);
        self
    }

    fn object(&mut self, key: &'static str, thing: &Fields) {
        self.key(key);
        self.json.push('{');
        self.json.push_str(&thing.json);
        self.json.push('}');
    }

    /// Adds a list of things; an empty one is left out.
    pub(super) fn list(mut self, key: &'static str, things: impl Iterator<Item = Fields>) -> Fields {
        let mut things = things.peekable();
        if things.peek().is_some() {
            self.key(key);
            for (at, thing) in things.enumerate() {
                self.json.push_str(if at == 0 { "[{" } else { ",{" });
                self.json.push_str(&thing.json);
                self.json.push('}');
            }
            self.json.push(']');
        }
        self
    }
}

/// Adds a step of a way to those before it; its end is left open.
fn push_step(json: &mut String, position: usize, name: &str) {
    json.push_str(if position == 1 { "{" } else { ",{" });
    json.push_str("\"@type\":\"ListItem\",\"position\":");
    json.push_str(&position.to_string());
    if !name.is_empty() {
        json.push_str(",\"name\":");
        push_text(json, name);
    }
}

fn push_text(json: &mut String, text: &str) {
    let start = json.len() + 1;
    push_string(json, text);
    if text.starts_with("../") {
        json.replace_range(start..=start, "\\u002e");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "../</script><script>alert(1)</script><!-- & \u{2028}\u{2029}\u{1}\"\\";

    fn value(linked: &Linked) -> serde_json::Value {
        let json = linked.to_json().expect("a block");
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{1}']), "{json}");
        serde_json::from_str(&json).expect("JSON")
    }

    #[test]
    fn no_text_ends_the_block_or_is_taken_for_an_address() {
        let mut linked = Linked::new(None, "../", HOSTILE);
        linked.set(
            linked.thing("Dataset", "products/a.html").text("name", HOSTILE).texts("keywords", [HOSTILE].into_iter()),
        );
        linked.step(&Anchor { text: HOSTILE.into(), href: Some("../products/index.html".to_owned()) });
        let found = value(&linked);
        assert_eq!(found["@graph"][0]["@id"], "../products/a.html");
        assert_eq!(found["@graph"][0]["keywords"][0], HOSTILE);
        let steps = &found["@graph"][1]["itemListElement"];
        assert_eq!((&steps[0]["name"], &steps[0]["item"]), (&HOSTILE.into(), &"../products/index.html".into()));
        assert_eq!((&steps[1]["position"], &steps[1]["item"]), (&2.into(), &serde_json::Value::Null));
        assert_eq!(linked.to_json().expect("a block").matches("\"../").count(), 2);
    }

    #[test]
    fn addresses_are_whole_with_a_base_url_and_nothing_is_said_of_nothing() {
        let mut linked = Linked::new(Some("https://data.example/sub/"), "../", "Orders");
        assert_eq!(linked.to_json(), None);
        linked.step(&Anchor { text: "Products".into(), href: Some("../products/index.html".to_owned()) });
        linked.step(&Anchor::plain("Not registered"));
        let found = value(&linked);
        assert_eq!(found["itemListElement"][0]["item"], "https://data.example/sub/products/index.html");
        assert_eq!(found["itemListElement"][1].get("item"), None);
        assert_eq!(
            found["itemListElement"][2],
            serde_json::json!({"@type": "ListItem", "position": 3, "name": "Orders"})
        );
        linked.set(linked.dataset("products/a.html"));
        let page = "https://data.example/sub/products/a.html";
        assert_eq!(
            (&value(&linked)["@graph"][0]["url"], &value(&linked)["@graph"][0]["@id"]),
            (&page.into(), &page.into())
        );
        assert_eq!(Linked::new(None, "../", "Orders").dataset("products/a.html").json.matches("url").count(), 0);
    }
}
