//! `personalData`: what counts as personal data, and what it is called here.

use super::{Reader, rules};
use crate::source::Spanned;
use crate::yaml::NodeRef;

/// `personalData`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalDataConfig {
    /// `classification`: the class that is suggested, and that `check --fix` writes; the first of `classes` where it is
    /// not stated, else `personal`.
    pub classification: String,
    /// `classes`: the classes of personal data; without any, every class settles the question.
    pub classes: Vec<String>,
    /// `off`: the names of detectors that are not used.
    pub off: Vec<String>,
    /// `patterns`: what is personal data here and no detector knows.
    pub patterns: Vec<PersonalPattern>,
    /// `ignore`: words of names that are none.
    pub ignore: Vec<String>,
}

/// One of `personalData.patterns`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalPattern {
    /// `name`: what it is.
    pub name: String,
    /// `columns`: words that follow each other in the names of such columns.
    pub columns: Vec<String>,
    /// `classification`: its class, where that is another one.
    pub classification: Option<String>,
}

impl Default for PersonalDataConfig {
    fn default() -> PersonalDataConfig {
        PersonalDataConfig {
            classification: "personal".to_owned(),
            classes: Vec::new(),
            off: Vec::new(),
            patterns: Vec::new(),
            ignore: Vec::new(),
        }
    }
}

impl PersonalDataConfig {
    /// Returns the classes of personal data, as policies ask for them: the class that is written, with the others that
    /// are stated. Where none are stated, data of a kind that needs more care is `sensitive`.
    #[must_use]
    pub fn personal_classes(&self) -> Vec<String> {
        let sensitive = ["sensitive".to_owned()];
        let others = if self.classes.is_empty() { &sensitive[..] } else { &self.classes };
        let mut classes = vec![self.classification.clone()];
        classes.extend(others.iter().filter(|class| **class != self.classification).cloned());
        classes
    }

    /// Returns the classes of personal data that it names: `classification` and `classes`.
    pub fn own_classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().chain([&self.classification]).map(String::as_str)
    }
}

impl Reader<'_> {
    pub(super) fn read_personal_data(&mut self, node: NodeRef<'_>) -> PersonalDataConfig {
        let config = personal_data_of(node, &mut |word| {
            let message = format!("`{}` is no word of the name of a column", word.value);
            let help = "write words as they follow each other in names, such as `loyalty number`; `loyal*` is any word that begins so";
            self.sink.push(rules::INVALID_CONFIGURATION.at(self.file, word.span, message).help(help));
        });
        let class = &config.classification;
        let is_listed = config.classes.iter().any(|known| known.eq_ignore_ascii_case(class.trim()));
        if let Some(first) = config.classes.first().filter(|_| !is_listed) {
            let span = node.get("classification").map_or(node.span(), NodeRef::span);
            let message = format!("`{class}` in `personalData.classification` is none of `personalData.classes`");
            let help = format!("write one of them, such as `{first}`, or add `{class}` to `classes`");
            let finding = rules::INVALID_CONFIGURATION.at(self.file, span, message);
            self.sink.push(finding.label("written by `check --fix`").help(help));
        }
        config
    }
}

/// Reads `personalData`. A word of names without a letter or digit would never be found: it is handed back.
pub(crate) fn personal_data_of(node: NodeRef<'_>, refuse: &mut dyn FnMut(Spanned<String>)) -> PersonalDataConfig {
    let mut words = |node: NodeRef<'_>, key: &str| -> Vec<String> {
        let (words, others): (Vec<_>, Vec<_>) =
            texts(node, key).into_iter().partition(|word| word.value.contains(char::is_alphanumeric));
        others.into_iter().for_each(&mut *refuse);
        words.into_iter().map(|word| word.value).collect()
    };
    let classes: Vec<String> = texts(node, "classes").into_iter().map(|class| class.value).collect();
    let mut config = PersonalDataConfig::default();
    // Where none is named, what is written is one of the classes that were agreed on.
    if let Some(class) = class(node).or_else(|| classes.first().cloned()) {
        config.classification = class;
    }
    config.classes = classes;
    config.off = texts(node, "off").into_iter().map(|name| name.value).collect();
    for entry in node.list("patterns") {
        let Some(name) = super::text(entry, "name") else { continue };
        let classification = class(entry);
        config.patterns.push(PersonalPattern { name, columns: words(entry, "columns"), classification });
    }
    config.ignore = words(node, "ignore");
    config
}

/// Reads `classification`, which is written into files as it stands: a word of one line.
fn class(node: NodeRef<'_>) -> Option<String> {
    super::text(node, "classification").filter(|class| !class.contains(char::is_control))
}

fn texts(node: NodeRef<'_>, key: &str) -> Vec<Spanned<String>> {
    node.list(key).filter_map(|item| Some(Spanned::new(item.as_str()?.trim().to_owned(), item.span()))).collect()
}
