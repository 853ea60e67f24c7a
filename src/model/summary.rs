//! What is asked of all columns of an object again and again, counted once, when they are read: a mesh has so many
//! columns that walking over them costs more than most answers.

use super::{Class, ColumnFact, Property, PropertyFlags, SchemaObject, Text};

/// Counts of the columns of an object, those inside of others too. What is not kept of them is not counted: texts and
/// examples only where pages are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnSummary {
    /// Columns.
    pub n_columns: u32,
    /// Columns that lack a description and need one.
    pub n_undescribed: u32,
    /// Columns without parts that have no class, nor has one that they are a part of.
    pub n_unclassified: u32,
    /// At least one gives examples.
    pub has_examples: bool,
    /// Bytes of their names.
    pub n_name_bytes: u32,
    /// Bytes of all other texts that pages show of them.
    pub n_text_bytes: u32,
    /// `authoritativeDefinitions`.
    pub n_definitions: u32,
    /// `transformSourceObjects`.
    pub n_sources: u32,
    /// `relationships`.
    pub n_relationships: u32,
    /// Quality rules that are kept.
    pub n_rules: u32,
    /// Facts that few columns state.
    pub n_facts: u32,
    /// Facts about the end of columns.
    pub n_ends: u32,
    /// Which of [`Class::words`] are used, a bit each.
    classes: u8,
    /// Other words are used as well.
    has_uncommon_class: bool,
}

impl ColumnSummary {
    /// Counts columns.
    #[must_use]
    pub fn of(columns: &[Property]) -> ColumnSummary {
        let mut summary = ColumnSummary::default();
        summary.add(columns, false);
        summary
    }

    /// Says whether a class is used that is no common word.
    #[must_use]
    pub fn has_uncommon_class(&self) -> bool {
        self.has_uncommon_class
    }

    /// Adds columns; `is_classified` says whether one that they are a part of has a class.
    fn add(&mut self, columns: &[Property], is_classified: bool) {
        let add = |sum: &mut u32, n: usize| *sum = sum.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
        for column in columns {
            add(&mut self.n_columns, 1);
            add(&mut self.n_undescribed, usize::from(!column.is_described()));
            add(&mut self.n_name_bytes, column.name.len());
            let is_classified = is_classified || column.is_classified();
            add(&mut self.n_unclassified, usize::from(!is_classified && column.children().is_empty()));
            match column.class.position() {
                Some(position) => self.classes |= 1 << position,
                None => self.has_uncommon_class |= column.classification().is_some(),
            }
            let Some(detail) = column.detail.as_deref() else { continue };
            self.has_examples |= !detail.examples.is_empty();
            let examples: usize = detail.examples.iter().map(Text::len).sum();
            add(&mut self.n_text_bytes, detail.description.as_ref().map_or(0, Text::len) + examples);
            add(&mut self.n_definitions, detail.definitions.len());
            add(&mut self.n_sources, detail.transform_sources.len());
            add(&mut self.n_relationships, detail.relationships.len());
            add(&mut self.n_rules, detail.quality.len());
            if let Some(rare) = detail.rare.as_deref() {
                let facts: usize = rare.facts.iter().map(|(_, text)| text.len()).sum();
                let options: usize = rare.options.iter().map(|(key, value)| key.len() + value.len()).sum();
                add(&mut self.n_text_bytes, facts + options);
                add(&mut self.n_facts, rare.facts.len());
                let is_end =
                    |(fact, _): &&(ColumnFact, Text)| matches!(fact, ColumnFact::EndsWith | ColumnFact::ReplacedBy);
                add(&mut self.n_ends, rare.facts.iter().filter(is_end).count());
            }
            self.add(&detail.children, is_classified);
        }
    }
}

impl SchemaObject {
    /// Returns the `classification`s of its columns, each once: the common words, then others as written.
    #[must_use]
    pub fn classifications(&self) -> Vec<&str> {
        fn uncommon<'c>(columns: &'c [Property], found: &mut Vec<&'c str>) {
            for column in columns {
                found.extend(column.uncommon_class().filter(|class| !found.contains(class)));
                uncommon(column.children(), found);
            }
        }
        let is_used = |position: &usize| self.summary.classes & (1 << position) != 0;
        let mut found: Vec<&str> =
            (0..Class::words().len()).filter(is_used).map(|position| Class::words()[position]).collect();
        if self.summary.has_uncommon_class {
            uncommon(&self.properties, &mut found);
        }
        found
    }
}

impl Property {
    /// Says whether it has a class that says something.
    #[must_use]
    pub fn is_classified(&self) -> bool {
        self.class != Class::NONE || self.classification().is_some_and(|class| !class.trim().is_empty())
    }

    /// Says whether it is described, or is only the unnamed part of a list or map, which its whole describes.
    #[must_use]
    pub fn is_described(&self) -> bool {
        self.name.starts_with(['[', '{']) || self.flags.has(PropertyFlags::DESCRIBED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PropertyDetail, PropertyLinks, RareDetail, Relationship, Traits};
    use crate::source::Span;

    fn column(name: &str, class: &str, children: Vec<Property>) -> Property {
        let is_common = Class::of(class) != Class::NONE;
        let classification = (!is_common && !class.is_empty()).then(|| class.into());
        let links = Some(Box::new(PropertyLinks { classification, children, ..PropertyLinks::default() }));
        let detail =
            Some(Box::new(PropertyDetail { description: Some("text".into()), links, ..PropertyDetail::default() }));
        let flags = PropertyFlags::default().with(PropertyFlags::DESCRIBED, name != "bare");
        Property::new(name.into(), Span::default(), (flags, Class::of(class), Traits::default()), detail)
    }

    #[test]
    fn columns_are_counted_at_every_depth() {
        let inner = vec![column("bare", "pii", Vec::new()), column("[]", "very secret", Vec::new())];
        let summary = ColumnSummary::of(&[column("a", "", inner), column("bc", "public", Vec::new())]);
        assert_eq!((summary.n_columns, summary.n_undescribed, summary.n_unclassified), (4, 1, 0));
        let bare =
            ColumnSummary::of(&[column("a", "", vec![column("b", " ", Vec::new())]), column("c", "", Vec::new())]);
        assert_eq!((bare.n_unclassified, bare.has_examples), (2, false));
        assert_eq!((summary.n_name_bytes, summary.n_text_bytes), (1 + 4 + 2 + 2, 16));
        assert!(summary.has_uncommon_class());
    }

    #[test]
    fn what_few_columns_have_is_counted_at_every_depth() {
        let text = |text: &str| crate::model::SpannedText::new(text.into(), Span::default());
        let facts = [(ColumnFact::EndsWith, "3.0.0".into()), (ColumnFact::Tag, "t".into())];
        let rare = RareDetail { facts: facts.to_vec().into(), ..RareDetail::default() };
        let links = PropertyLinks {
            transform_sources: vec![text("a.b"), text("a.c")],
            relationships: vec![Relationship { kind: None, from: Vec::new(), to: Vec::new() }],
            ..PropertyLinks::default()
        };
        let detail = PropertyDetail {
            links: Some(Box::new(links)),
            rare: Some(Box::new(rare)),
            examples: vec!["1".into()].into(),
            ..PropertyDetail::default()
        };
        let look = (PropertyFlags::default(), Class::NONE, Traits::default());
        let inner = Property::new("inner".into(), Span::default(), look, Some(Box::new(detail)));
        let of = ColumnSummary::of(&[column("outer", "", vec![inner.clone()]), inner]);
        assert_eq!((of.n_sources, of.n_relationships, of.n_definitions, of.n_rules), (4, 2, 0, 0));
        assert_eq!((of.n_facts, of.n_ends, of.has_examples), (4, 2, true));
    }

    #[test]
    fn classes_are_named_once_the_common_ones_first() {
        let columns = vec![
            column("a", "very secret", Vec::new()),
            column("b", "pii", vec![column("c", "very secret", Vec::new())]),
            column("d", "internal", Vec::new()),
        ];
        let object = SchemaObject::of_columns("t", columns);
        assert_eq!(object.classifications(), ["internal", "pii", "very secret"]);
    }
}
