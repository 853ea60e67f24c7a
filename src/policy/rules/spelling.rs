//! Words that the standards leave open and that are nearly, but not quite, one that everybody knows.

use crate::config::PersonalDataConfig;
use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::graph::{Mesh, misspelt_level};
use crate::model::{
    Class, ColumnSummary, DataContract, DataProduct, Policy, Property, Text, misspelt_status, misspelt_unit,
};
use crate::policy::scope::{LIFE, subjects};
use crate::policy::{Context, PolicyRule, Stage};
use crate::source::Span;
use crate::yaml;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULES: &[PolicyRule] = &[PolicyRule { meta: &MISSPELT_WORD, run: misspelt_word }];

declare_rule! {
    /// ## What it finds
    /// The type of a product, the property or unit of a service level, or the classification of a column, that is nearly
    /// one of the words that the standards, their users or this registry's `personalData` know. Words of your own are left
    /// alone, and so is a class that more columns have than the word it resembles. Told as well is a status, tag or type of product
    /// in the scope of a policy that nothing has and that is nearly one that things have.
    ///
    /// ## Why it matters
    /// Any text may stand here, so nothing else tells. A promise of `availabilty` is compared with no result,
    /// and a class of `confidental` protects nothing.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: availabilty, value: 99.5, unit: percent}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: availability, value: 99.5, unit: percent}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `misspelt-word: error`, or `off` where such a word is meant. `personalData.classes` names the
    /// classes of your own that are meant.
    pub static MISSPELT_WORD = { code: "GOV061", name: "misspelt-word", severity: Info, since: "0.1.0" }
}

/// Words for classes in other languages and in other forms, which are near an English one and no slip.
const NO_SLIPS: [&str; 11] = [
    "confidentiel",
    "confidencial",
    "confidenziale",
    "publico",
    "publique",
    "interno",
    "interna",
    "interne",
    "intern",
    "personnel",
    "secreto",
];

fn misspelt_word(context: &Context<'_>, sink: &mut Sink) {
    for product in &context.mesh.products {
        product_type(&product.descriptor, sink);
    }
    for contract in &context.mesh.contracts {
        levels(&contract.descriptor, sink);
    }
    classes(context, sink);
    scopes(context.mesh, sink);
}

/// Reports words of scopes that nothing has and that are nearly one that things have: a scope with a misspelt word beside a
/// right one binds less than it says.
fn scopes(mesh: &Mesh, sink: &mut Sink) {
    let is_run = |policy: &&Policy| !policy.header.is_broken() && Stage::of(policy) != Stage::Retired;
    let asks = |policy: &&Policy| {
        let scope = &policy.scope;
        is_run(policy) && !(scope.tags.is_empty() && scope.status.is_empty() && scope.product_types.is_empty())
    };
    let policies: Vec<&Policy> = mesh.policies.iter().filter(asks).collect();
    if policies.is_empty() {
        return;
    }
    let things = subjects(mesh);
    let tags: BTreeSet<&str> = things.iter().flat_map(|traits| traits.tags).map(Text::as_str).collect();
    let status: BTreeSet<&str> = things.iter().map(|traits| traits.status.as_str()).collect();
    let types: BTreeSet<&str> = things.iter().filter_map(|traits| traits.product_type).collect();
    let of_life = |written: &str| {
        let word = written.trim().to_lowercase();
        let meant = misspelt_status(&word);
        meant.filter(|_| !status.contains(word.as_str()) && !LIFE.contains(&word.as_str()))
    };
    let of_tags = |written: &str| {
        let near = || yaml::nearest(written, tags.iter().copied()).filter(|tag| yaml::is_sure_slip(written, tag));
        if tags.contains(written) { None } else { near() }
    };
    let of_types = |written: &str| misspelt_product_type(written).filter(|_| !types.contains(written));
    for policy in policies {
        let header = &policy.header;
        let (scope, places) = (&policy.scope, &policy.scope.places);
        let mut tell = |what: &str, words: &[Text], places: &[Span], meant: &dyn Fn(&str) -> Option<String>| {
            for (word, place) in words.iter().zip(places) {
                let Some(meant) = meant(word) else { continue };
                let message = format!("nothing has the {what} `{word}` that the scope of `{}` names", header.id.value);
                let help = format!("did you mean `{meant}`?");
                sink.push(MISSPELT_WORD.at(header.file, *place, message).help(help).subject(header.reference()));
            }
        };
        tell("status", &scope.status, &places.status, &|word| of_life(word).map(str::to_owned));
        tell("tag", &scope.tags, &places.tags, &|word| of_tags(word).map(str::to_owned));
        tell("type of product", &scope.product_types, &places.product_types, &|word| of_types(word).map(str::to_owned));
    }
}

/// The types of products that the standard names.
const PRODUCT_TYPES: [&str; 3] = ["sourceAligned", "aggregate", "consumerAligned"];

fn product_type(product: &DataProduct, sink: &mut Sink) {
    let Some(written) = &product.product_type else { return };
    let Some(meant) = misspelt_product_type(written) else { return };
    let header = &product.header;
    let message = format!("the type `{}` of `{}` is none that readers know", written.value, header.id.value);
    let help = format!("did you mean `{meant}`? policies and lists ask for that word");
    sink.push(MISSPELT_WORD.at(header.file, written.span, message).help(help).subject(header.reference()));
}

/// Returns the type that a word nearly is; `None` for one of one's own.
fn misspelt_product_type(written: &str) -> Option<&'static str> {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    if PRODUCT_TYPES.contains(&written.trim()) {
        return None;
    }
    let word = letters(written);
    PRODUCT_TYPES.into_iter().find(|known| {
        let known = letters(known);
        word == known
            || word.strip_suffix('d') == Some(&known)
            || (word.len() >= 5 && begins_alike(&word, &known) && yaml::is_slip_of(&word, &known))
    })
}

fn levels(contract: &DataContract, sink: &mut Sink) {
    let header = &contract.header;
    for level in &contract.service_levels {
        let property = &level.property;
        if let Some(meant) = misspelt_level(property) {
            let message = format!("the service level `{property}` is none that readers know");
            let help = format!("did you mean `{meant}`?");
            sink.push(MISSPELT_WORD.at(header.file, level.span, message).help(help).subject(header.reference()));
        }
        if let Some((unit, meant)) = level.unit.as_ref().and_then(|unit| Some((unit, misspelt_unit(unit)?))) {
            let message = format!("the unit `{unit}` of the service level `{property}` is none that readers know");
            let help = format!("did you mean `unit: {meant}`?");
            sink.push(MISSPELT_WORD.at(header.file, level.unit_span, message).help(help).subject(header.reference()));
        }
    }
}

/// How often a word of one's own may stand although the word that it resembles stands less often.
const FEW: usize = 2;

fn classes(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    let mut uncommon: BTreeMap<&str, usize> = BTreeMap::new();
    let objects = mesh.contracts.iter().flat_map(|contract| &contract.descriptor.objects);
    for object in objects.filter(|object| object.summary.has_uncommon_class()) {
        object.properties.iter().for_each(|column| count(column, &Property::uncommon_class, &mut uncommon));
    }
    let near: BTreeMap<&str, &str> =
        uncommon.keys().filter_map(|word| Some((*word, misspelt_class(word, context.personal_data)?))).collect();
    if near.is_empty() {
        return;
    }
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for object in mesh.contracts.iter().flat_map(|contract| &contract.descriptor.objects) {
        object.properties.iter().for_each(|column| count(column, &Property::classification, &mut all));
    }
    let n_of = |word: &str| all.get(word).copied().unwrap_or_default();
    for contract in &mesh.contracts {
        let header = &contract.descriptor.header;
        let mut told: BTreeMap<&str, (String, crate::source::Span, usize)> = BTreeMap::new();
        for (object, path) in contract.descriptor.columns_where(ColumnSummary::has_uncommon_class) {
            let Some(column) = path.last() else { continue };
            let Some(class) = column.uncommon_class().filter(|class| near.contains_key(class)) else { continue };
            let names: Vec<&str> = path.iter().map(|column| column.name.as_str()).collect();
            let begin = || (format!("{}.{}", object.name.value, names.join(".")), column.span(), 0);
            told.entry(class).or_insert_with(begin).2 += 1;
        }
        for (class, (path, span, n)) in told {
            let meant = near[class];
            if n_of(class) > FEW.max(n_of(meant)) {
                continue;
            }
            let more = match n {
                1 => String::new(),
                2 => " and 1 more column".to_owned(),
                n => format!(" and {} more columns", n - 1),
            };
            let message = format!("the classification `{class}` of `{path}`{more} is none that readers know");
            let help = format!("did you mean `{meant}`? a class of your own belongs into `personalData.classes`");
            sink.push(MISSPELT_WORD.at(header.file, span, message).help(help).subject(header.reference()));
        }
    }
}

fn count<'a>(
    column: &'a Property,
    of: &dyn Fn(&'a Property) -> Option<&'a str>,
    counts: &mut BTreeMap<&'a str, usize>,
) {
    if let Some(word) = of(column) {
        *counts.entry(word).or_default() += 1;
    }
    column.children().iter().for_each(|child| count(child, of, counts));
}

/// Returns the class that a word nearly is.
fn misspelt_class<'c>(written: &str, config: &'c PersonalDataConfig) -> Option<&'c str> {
    const MIN_LENGTH: usize = 5;
    let word = written.trim().to_lowercase();
    let known = || Class::words().iter().copied().chain(config.own_classes());
    if word.len() < MIN_LENGTH || NO_SLIPS.contains(&&*word) || known().any(|known| known.eq_ignore_ascii_case(&word)) {
        return None;
    }
    known().find(|known| known.len() >= MIN_LENGTH && begins_alike(known, &word) && yaml::is_slip_of(&word, known))
}

fn begins_alike(one: &str, other: &str) -> bool {
    let first = |text: &str| text.chars().next().map(|first| first.to_ascii_lowercase());
    first(one) == first(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_type_is_told_from_one_of_ones_own() {
        for (word, meant) in [
            ("source-aligned", "sourceAligned"),
            ("Source Aligned", "sourceAligned"),
            ("aggregated", "aggregate"),
            ("agregate", "aggregate"),
            ("consumeraligned", "consumerAligned"),
        ] {
            assert_eq!(misspelt_product_type(word), Some(meant), "{word}");
        }
        for word in ["sourceAligned", "aggregate", "aggregation", "segregate", "analytical", "reporting", "banana", ""]
        {
            assert_eq!(misspelt_product_type(word), None, "{word}");
        }
    }

    #[test]
    fn a_misspelt_class_is_told_from_one_of_ones_own() {
        let config = PersonalDataConfig { classes: vec!["customer-data".into()], ..PersonalDataConfig::default() };
        let near = |word: &str| misspelt_class(word, &config);
        for (word, meant) in [
            ("confidental", "confidential"),
            ("Internl", "internal"),
            ("senstive", "sensitive"),
            ("custmer-data", "customer-data"),
        ] {
            assert_eq!(near(word), Some(meant), "{word}");
        }
        for word in
            ["Confidential", "confidentiel", "interne", "c2", "strictly confidential", "customer-data", "open", "ünter"]
        {
            assert_eq!(near(word), None, "{word}");
        }
    }
}
