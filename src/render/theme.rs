//! The theme: templates and assets, embedded, each replaceable by a file of the same name in a
//! theme folder. A theme is trusted code: `check` never loads one.

mod inline;
mod stencil;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError, RwLock};

use ahash::AHashMap;
use rust_embed::Embed;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use tera::Tera;

use self::stencil::Stencils;
use super::{OutPath, RenderError, parts};
use crate::source::{Skipped, Tree, WalkOptions};
use crate::yaml;

#[derive(Embed)]
#[folder = "themes/default/"]
struct Default_;

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// The folder of the configuration does not exist.
    #[error("the theme folder `{0}` does not exist")]
    Missing(String),
    /// A file of the theme cannot be read.
    #[error("`{path}` of the theme cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// Two assets have one name where upper and lower case are one.
    #[error(
        "`{0}` of the theme and the asset `{1}` have one name on hosts that do not tell upper from lower case; give both one spelling, or one another name"
    )]
    AlikeAssets(String, String),
    /// A template cannot be compiled.
    #[error("the theme cannot be used: {0}")]
    Template(String),
}

/// Compiled templates and assets by name.
pub struct Theme {
    tera: Tera,
    stencils: Stencils,
    /// What stands on very many pages as it is, by its template and what it depends on.
    kept: RwLock<AHashMap<(&'static str, String), Arc<str>>>,
    assets: BTreeMap<String, Vec<u8>>,
    /// What of the theme's folder has no effect, in whole sentences.
    notes: Vec<String>,
    own: Own,
}

/// The templates that a theme brings, by which the engine's words about them are told.
#[derive(Default)]
struct Own {
    /// The folder of the theme.
    folder: String,
    /// The names of its templates.
    templates: BTreeSet<String>,
}

impl Own {
    /// Says what is wrong with a template in the words of the engine, once, with the path of its file.
    fn reason(&self, reason: &str) -> String {
        // A row fails inside of a page, and the engine puts one message into the other.
        let mut lines: Vec<String> = reason.trim_end().lines().map(str::to_owned).collect();
        if let Some(first) = lines.first_mut() {
            *first = first.rsplit("error: ").next().unwrap_or_default().to_owned();
        }
        for line in &mut lines {
            let Some(place) = line.trim_start().strip_prefix("--> ") else { continue };
            let name = place.split(':').next().unwrap_or_default();
            if self.templates.contains(name) {
                *line = format!(" --> {}/templates/{place}", self.folder);
            }
        }
        if lines.first().is_some_and(|first| first.starts_with("Unexpected end of input")) {
            lines.push("help: an `if`, a `for` or a `block` is not closed".to_owned());
        }
        lines.join("\n")
    }

    /// Makes the error of a template, that of the row where one failed inside of a page.
    fn error(&self, template: &str, reason: &str) -> RenderError {
        const BEGIN: &str = "the template `";
        let first = reason.lines().next().unwrap_or_default();
        let row = first.rsplit_once(BEGIN).and_then(|(_, rest)| rest.split('`').next());
        RenderError::Template { template: row.unwrap_or(template).to_owned(), reason: self.reason(reason) }
    }
}

impl Theme {
    /// Loads the default theme, or a folder of the tree over it, file by file: `templates/*.html` and
    /// `assets/*`. What is replaced stays known below `default/`, so that it can be extended.
    ///
    /// # Errors
    /// See [`ThemeError`].
    pub fn load(tree: &dyn Tree, name: &str) -> Result<Theme, ThemeError> {
        let mut templates: BTreeMap<String, String> = BTreeMap::new();
        let mut assets: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut take = |path: &str, bytes: Vec<u8>| {
            if let Some(template) = path.strip_prefix("templates/") {
                let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
                // What is replaced stays reachable; components are known by one name in all templates.
                if let Some(replaced) = templates.insert(template.to_owned(), text)
                    && !["{% component ", "{%- component "].iter().any(|begin| replaced.contains(begin))
                {
                    templates.insert(format!("default/{template}"), replaced);
                }
            } else if let Some(asset) = path.strip_prefix("assets/") {
                assets.insert(asset.to_owned(), bytes);
            }
            Ok(())
        };
        for path in Default_::iter() {
            let file = Default_::get(&path).expect("the list names embedded files");
            let data = file.data.into_owned();
            let data = match path.rsplit('.').next() {
                Some("css") => bare_sheet(data),
                Some("js") => bare_script(&data),
                _ => data,
            };
            take(&path, data).expect("templates of ours are UTF-8");
        }
        let mut own = Vec::new();
        let mut skipped = Vec::new();
        if name != "default" {
            if !tree.has_folder(name) {
                return Err(ThemeError::Missing(name.to_owned()));
            }
            let unreadable = |path: &str, reason: String| ThemeError::Unreadable { path: path.to_owned(), reason };
            let walk = WalkOptions { roots: vec![name.to_owned()], ..WalkOptions::default() };
            let listing = tree.list(&walk).map_err(|error| unreadable(name, error.to_string()))?;
            for entry in listing.files {
                let bytes = tree.read(&entry.path).map_err(|error| unreadable(&entry.path, error.to_string()))?;
                let path = entry.path.strip_prefix(name).unwrap_or(&entry.path).trim_start_matches('/');
                take(path, bytes).map_err(|reason| unreadable(&entry.path, reason))?;
                own.push(path.to_owned());
            }
            skipped = listing.skipped;
        }
        alike_assets(name, &assets)?;
        known_by_default(&own, &mut templates);
        let notes = if name == "default" { Vec::new() } else { without_effect(name, &own, &skipped, &templates) };
        let own = Own {
            folder: name.to_owned(),
            templates: own.iter().filter_map(|path| Some(path.strip_prefix("templates/")?.to_owned())).collect(),
        };
        inline::inline(&mut templates);
        let stencils = Stencils::of(templates.iter());
        let mut tera = Tera::new();
        tera.autoescape_on([".html", ".xml"]);
        tera.register_filter("number", |n: usize, _: tera::Kwargs, _: &tera::State<'_>| parts::number(n));
        tera.add_raw_templates(templates).map_err(|error| ThemeError::Template(own.reason(&error.to_string())))?;
        Ok(Theme { tera, stencils, kept: RwLock::default(), assets, notes, own })
    }

    /// Makes a value known to every template under a name.
    pub fn share(&mut self, name: &'static str, value: &impl Serialize) {
        self.tera.global_context().insert(name, value);
    }

    /// Gives rows to a page that their own template prints.
    pub(super) fn rows<R>(&self, template: &'static str, rows: Vec<R>) -> Rows<'_, R> {
        Rows { theme: self, template, all: rows }
    }

    /// Returns what of the theme's folder has no effect, in whole sentences.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the assets by name.
    #[must_use]
    pub fn assets(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.assets
    }

    /// Prints one row by itself.
    ///
    /// # Errors
    /// When its template asks for what the row does not have, or fails otherwise.
    pub(super) fn row(&self, template: &'static str, row: &impl Serialize) -> Result<String, RenderError> {
        let wrong = |reason: String| self.own.error(template, &reason);
        self.stencils.print(&self.tera, template, std::slice::from_ref(row)).map_err(wrong)
    }

    /// Prints a row that is one of few: by the first page that asks, and kept under a key for all others.
    ///
    /// # Errors
    /// See [`Theme::row`].
    pub(super) fn kept_row<R: Serialize>(
        &self,
        template: &'static str,
        key: String,
        row: impl FnOnce() -> R,
    ) -> Result<Arc<str>, RenderError> {
        let key = (template, key);
        if let Some(printed) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(printed));
        }
        let printed: Arc<str> = self.row(template, &row())?.into();
        self.kept.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&printed));
        Ok(printed)
    }

    /// Renders a template with a page struct.
    ///
    /// # Errors
    /// When the template asks for what the page does not have, or fails otherwise.
    pub fn render(&self, template: &str, page: &impl Serialize) -> Result<Vec<u8>, RenderError> {
        let wrong = |reason: String| self.own.error(template, &reason);
        let mut context = tera::Context::new();
        let page = tera::Value::try_from_serializable(page).map_err(|error| wrong(error.to_string()))?;
        context.insert_value("page", page);
        let mut bytes = Vec::with_capacity(32 * 1024);
        self.tera.render_to(template, &context, &mut bytes).map_err(|error| wrong(error.to_string()))?;
        Ok(bytes)
    }
}

/// Rows that a template of their own prints, each as its `row`: the page sees one text, not to be escaped. For lists that
/// are long or stand on many pages: such rows cost less than half of what a loop in the page costs.
#[derive(Clone)]
pub(super) struct Rows<'a, R> {
    theme: &'a Theme,
    template: &'static str,
    all: Vec<R>,
}

impl<R> Deref for Rows<'_, R> {
    type Target = Vec<R>;

    fn deref(&self) -> &Vec<R> {
        &self.all
    }
}

impl<R> DerefMut for Rows<'_, R> {
    fn deref_mut(&mut self) -> &mut Vec<R> {
        &mut self.all
    }
}

impl<R: fmt::Debug> fmt::Debug for Rows<'_, R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple(self.template).field(&self.all).finish()
    }
}

impl<R: Serialize> Serialize for Rows<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let printed = self.theme.stencils.print(&self.theme.tera, self.template, &self.all);
        serializer.serialize_str(
            &printed.map_err(|reason| S::Error::custom(format!("the template `{}`: {reason}", self.template)))?,
        )
    }
}

/// Finds assets whose names are one where case does not count: only one of them would be written.
fn alike_assets(theme: &str, assets: &BTreeMap<String, Vec<u8>>) -> Result<(), ThemeError> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for asset in assets.keys() {
        if let Some(other) = known.insert(asset.to_ascii_lowercase(), asset) {
            let is_own = |asset: &str| Default_::get(&["assets/", asset].concat()).is_none();
            let (own, other) = if is_own(asset) { (asset.as_str(), other) } else { (other, asset.as_str()) };
            return Err(ThemeError::AlikeAssets(format!("{theme}/assets/{own}"), format!("assets/{other}")));
        }
    }
    Ok(())
}

/// Makes default templates that a theme does not replace known below `default/` too, where a template of the theme says
/// so: it need not know which ones its theme replaces.
fn known_by_default(own: &[String], templates: &mut BTreeMap<String, String>) {
    let meant: BTreeSet<String> = own
        .iter()
        .filter_map(|path| templates.get(path.strip_prefix("templates/")?))
        .flat_map(|text| text.match_indices("default/").map(|(at, begin)| &text[at + begin.len()..]))
        .filter_map(|rest| Some(rest[..rest.find(['"', '\''])?].to_owned()))
        .collect();
    for name in meant {
        let by_default = format!("default/{name}");
        if Default_::get(&["templates/", &name].concat()).is_some()
            && !templates.contains_key(&by_default)
            && let Some(text) = templates.get(&name).cloned()
        {
            templates.insert(by_default, text);
        }
    }
}

/// Says of the files of a theme which of them change nothing.
fn without_effect(
    theme: &str,
    own: &[String],
    skipped: &[Skipped],
    templates: &BTreeMap<String, String>,
) -> Vec<String> {
    const FOLDERS: [&str; 2] = ["templates/", "assets/"];
    /// How many files are named; the rest is counted.
    const NAMED: usize = 5;
    let is_read = |path: &str| FOLDERS.iter().any(|folder| path.starts_with(folder));
    if !own.iter().any(|path| is_read(path)) {
        return vec![format!(
            "`{theme}` has no file in `templates/` or `assets/`: the site looks like that of the default theme"
        )];
    }
    let replaced = |name: &str| Default_::get(&["templates/", name].concat()).is_some();
    let is_named = |name: &str| {
        let quoted = [["\"", name, "\""].concat(), ["'", name, "'"].concat()];
        templates.iter().any(|(of, text)| of != name && quoted.iter().any(|quoted| text.contains(quoted)))
    };
    let is_prose = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_uppercase();
        ["README", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG"].iter().any(|word| name.starts_with(word))
    };
    let unread = |skipped: &Skipped| format!("`{}` is not used: it was not read: {}", skipped.path, skipped.reason);
    let mut notes: Vec<String> = skipped.iter().map(unread).collect();
    for path in own.iter().filter(|path| !is_prose(path)) {
        if path.starts_with("assets/") {
            if OutPath::new(path).is_err() {
                notes.push(format!(
                    "`{theme}/{path}` is not copied: names of assets are letters of ASCII, digits and `.`, `_`, `+`, `-`, and begin with neither dot nor dash"
                ));
            } else if is_font(path) {
                notes.push(format!(
                    "`{theme}/{path}` is copied, and no page may load it: the policy of the pages allows no font of a file; name fonts that readers have"
                ));
            }
            continue;
        }
        let Some(name) = path.strip_prefix("templates/") else {
            if !is_read(path) {
                notes
                    .push(format!("`{theme}/{path}` is not used: a theme has its files in `templates/` and `assets/`"));
            }
            continue;
        };
        if replaced(name) || is_named(name) {
            continue;
        }
        let known: Vec<String> =
            Default_::iter().filter_map(|path| Some(path.strip_prefix("templates/")?.to_owned())).collect();
        let meant = yaml::nearest(name, known.iter().map(String::as_str));
        let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        notes.push(format!("`{theme}/{path}` replaces no template, and none extends or includes it{meant}"));
    }
    notes.sort();
    if notes.len() > NAMED {
        let more = notes.len() - NAMED;
        notes.truncate(NAMED);
        notes.push(format!("{more} more files of `{theme}` are not used"));
    }
    notes
}

fn is_font(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(ending.as_str(), "woff" | "woff2" | "ttf" | "otf" | "eot")
}

/// Returns a script of ours without the comments that fill a line and without what lines begin with: readers of pages
/// load it. None of its texts goes over a line.
fn bare_script(code: &[u8]) -> Vec<u8> {
    let is_comment =
        |line: &[u8]| line.starts_with(b"//") || line.starts_with(b"/*") && line.trim_ascii().ends_with(b"*/");
    let lines = code.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    lines.filter(|line| !line.is_empty() && !is_comment(line)).flatten().copied().collect()
}

/// Leaves out the comments of an embedded style sheet and what its lines begin with, which every reader would load.
/// What a theme brings stays as it is.
fn bare_sheet(css: Vec<u8>) -> Vec<u8> {
    let Ok(mut rest) = std::str::from_utf8(&css) else { return css };
    let mut kept = String::with_capacity(rest.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before.trim_end_matches(' '));
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
        // A line that was all comment goes with it.
        if kept.is_empty() || kept.ends_with('\n') {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    kept.push_str(rest);
    kept.lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_sent_without_comments_of_a_line_and_without_indents() {
        let sent = String::from_utf8(bare_script(b"// a\nb(\n  \"// c\",\n\n  /* d */\n  e)\n")).expect("UTF-8");
        assert_eq!(sent, "b(\n\"// c\",\ne)\n");
        for path in Default_::iter().filter(|path| path.ends_with(".js")) {
            let own = String::from_utf8(Default_::get(&path).expect("it is there").data.into_owned()).expect("UTF-8");
            let over: Vec<&str> = own.lines().filter(|line| line.matches('`').count() % 2 == 1).collect();
            assert_eq!(over, Vec::<&str>::new(), "{path}: a text that goes over a line");
        }
    }

    #[test]
    fn style_sheets_are_sent_without_their_comments() {
        let sent = |css: &str| String::from_utf8(bare_sheet(css.as_bytes().to_vec())).expect("UTF-8");
        assert_eq!(
            sent("/* a */\n.b { c: d } /* e */\n  /* f\n g */\n\n@k {\n  .h { i: j }\n}\n"),
            ".b { c: d }\n@k {\n.h { i: j }\n}\n"
        );
        let own =
            String::from_utf8(Default_::get("assets/site.css").expect("it is there").data.into_owned()).expect("UTF-8");
        assert!(!sent(&own).contains("/*") && own.matches('{').count() == sent(&own).matches('{').count());
    }
}
