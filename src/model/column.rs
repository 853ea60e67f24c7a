//! The columns of contracts: there are very many of them.

use smallvec::SmallVec;

use super::{
    AuthoritativeDefinition, ColumnSummary, QualityRule, Relationship, SchemaObject, SpannedText, Text, Traits,
};
use crate::source::Span;

/// A column, or a part of one. There are very many of these: what few of them have stands in
/// `detail`.
#[derive(Clone, Debug)]
pub struct Property {
    /// `name`; for the items of a list `[]`.
    pub name: Text,
    /// Where the name begins, and how many bytes it has in the file; read by [`Property::span`].
    start: u32,
    length: u8,
    /// What its types and examples say about its values.
    pub traits: Traits,
    /// The yes-or-no fields.
    pub flags: PropertyFlags,
    /// Its `classification`, where that is a common word; read by [`Property::classification`].
    pub class: Class,
    /// Everything else that is stated; `None` when nothing is, or when prose was not asked for.
    pub detail: Option<Box<PropertyDetail>>,
}

impl Property {
    /// Makes a column. Of a span longer than 255 bytes only the start is kept.
    #[must_use]
    pub fn new(
        name: Text,
        span: Span,
        (flags, class, traits): (PropertyFlags, Class, Traits),
        detail: Option<Box<PropertyDetail>>,
    ) -> Property {
        let length = u8::try_from(span.end.saturating_sub(span.start)).unwrap_or(0);
        Property { name, start: span.start, length, traits, flags, class, detail }
    }

    /// Returns where the name stands.
    #[must_use]
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.start + u32::from(self.length) }
    }

    /// Returns what the column is called where the data lies, as often as its file says it.
    pub fn physical_names(&self) -> impl Iterator<Item = &Text> {
        let rare = self.detail.iter().filter_map(|detail| detail.rare.as_deref());
        rare.flat_map(|rare| rare.all(ColumnFact::PhysicalName))
    }

    /// Returns what the column is called where the data lies, where its file says so.
    #[must_use]
    pub fn physical_name(&self) -> Option<&str> {
        self.physical_names().map(Text::as_str).find(|name| !name.is_empty())
    }

    /// Returns that name where it is another than its own.
    #[must_use]
    pub fn other_name(&self) -> Option<&str> {
        self.physical_name().filter(|name| *name != self.name.as_str())
    }

    /// Returns the `properties` of an object, the one item of an array, or key and value of a map.
    #[must_use]
    pub fn children(&self) -> &[Property] {
        self.detail.as_ref().map_or(&[], |detail| &detail.children)
    }

    /// Returns the `classification` as written: public, internal, personal, ...
    #[must_use]
    pub fn classification(&self) -> Option<&str> {
        match self.class {
            Class::NONE => self.detail.as_ref().and_then(|detail| detail.classification.as_deref()),
            Class(number) => Class::WORDS.get(usize::from(number) - 1).copied(),
        }
    }

    /// Returns the class where it is none of the common words; to ask costs next to nothing.
    #[must_use]
    pub fn uncommon_class(&self) -> Option<&str> {
        if self.class == Class::NONE { self.classification() } else { None }
    }
}

/// A column below the columns that hold it, the outermost first; most stand in none.
pub type ColumnPath<'c> = SmallVec<[&'c Property; 4]>;

/// The columns of a contract, depth first; see [`super::DataContract::columns`].
#[derive(Debug)]
pub struct Columns<'c> {
    objects: std::slice::Iter<'c, SchemaObject>,
    is_asked: fn(&ColumnSummary) -> bool,
    object: Option<&'c SchemaObject>,
    /// What is left of the columns of the object, and of each column of `above`.
    below: SmallVec<[std::slice::Iter<'c, Property>; 4]>,
    above: ColumnPath<'c>,
}

impl<'c> Columns<'c> {
    /// Begins before the first column of the objects of which a question is true.
    pub(super) fn of(objects: &'c [SchemaObject], is_asked: fn(&ColumnSummary) -> bool) -> Columns<'c> {
        Columns { objects: objects.iter(), is_asked, object: None, below: SmallVec::new(), above: SmallVec::new() }
    }
}

impl<'c> Iterator for Columns<'c> {
    type Item = (&'c SchemaObject, ColumnPath<'c>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (Some(object), Some(level)) = (self.object, self.below.last_mut()) else {
                let is_asked = self.is_asked;
                let object = self.objects.find(|object| is_asked(&object.summary))?;
                self.object = Some(object);
                self.below.push(object.properties.iter());
                continue;
            };
            let Some(property) = level.next() else {
                self.below.pop();
                self.above.pop();
                continue;
            };
            let mut path = ColumnPath::from_slice(&self.above);
            path.push(property);
            if !property.children().is_empty() {
                self.above.push(property);
                self.below.push(property.children().iter());
            }
            return Some((object, path));
        }
    }
}

/// The yes-or-no fields of a column, one bit each: there are very many columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PropertyFlags(u8);

impl PropertyFlags {
    /// `required`.
    pub const REQUIRED: PropertyFlags = PropertyFlags(1);
    /// `unique`.
    pub const UNIQUE: PropertyFlags = PropertyFlags(1 << 1);
    /// `primaryKey`.
    pub const PRIMARY_KEY: PropertyFlags = PropertyFlags(1 << 2);
    /// `partitioned`.
    pub const PARTITIONED: PropertyFlags = PropertyFlags(1 << 3);
    /// `criticalDataElement`.
    pub const CRITICAL: PropertyFlags = PropertyFlags(1 << 4);
    /// `deprecated` (3.2).
    pub const DEPRECATED: PropertyFlags = PropertyFlags(1 << 5);
    /// A `description` that is not empty.
    pub const DESCRIBED: PropertyFlags = PropertyFlags(1 << 6);
    /// At least one `quality` rule.
    pub const HAS_QUALITY: PropertyFlags = PropertyFlags(1 << 7);

    /// Says whether a field is set.
    #[must_use]
    pub fn has(self, flag: PropertyFlags) -> bool {
        self.0 & flag.0 != 0
    }

    /// Returns these with one more, where it holds.
    #[must_use]
    pub fn with(self, flag: PropertyFlags, holds: bool) -> PropertyFlags {
        PropertyFlags(if holds { self.0 | flag.0 } else { self.0 })
    }
}

/// A common word of `classification`, as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class(u8);

impl Class {
    /// No common word.
    pub const NONE: Class = Class(0);
    const WORDS: [&str; 8] =
        ["public", "internal", "confidential", "restricted", "personal", "sensitive", "pii", "secret"];

    /// Returns the common words.
    #[must_use]
    pub fn words() -> &'static [&'static str] {
        &Class::WORDS
    }

    /// Returns its position among the common words.
    #[must_use]
    pub fn position(self) -> Option<usize> {
        usize::from(self.0).checked_sub(1)
    }

    /// Returns the number of a word, when it is one of the common ones.
    #[must_use]
    pub fn of(word: &str) -> Class {
        let position = Class::WORDS.iter().position(|known| *known == word);
        position.and_then(|position| u8::try_from(position + 1).ok()).map_or(Class::NONE, Class)
    }
}

/// What a column states beyond its name, types and class. It reads as if it had the fields of
/// [`PropertyLinks`] itself, which few columns have and which therefore stand apart.
#[derive(Clone, Debug, Default)]
pub struct PropertyDetail {
    /// `logicalType`.
    pub logical_type: Option<Text>,
    /// `physicalType`, such as `decimal(18,2)`.
    pub physical_type: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `examples`, as the file writes them.
    pub examples: Box<[Text]>,
    /// Which of the examples are no texts but numbers, yes or no, nothing, lists or maps: one bit each, the first the lowest.
    /// Those behind the 32nd count as texts.
    pub untexted: u32,
    /// What rules and lineage read; `None` when nothing of it is stated.
    pub links: Option<Box<PropertyLinks>>,
    /// What few columns state; `None` when nothing of it is stated.
    pub rare: Option<Box<RareDetail>>,
}

impl std::ops::Deref for PropertyDetail {
    type Target = PropertyLinks;

    fn deref(&self) -> &PropertyLinks {
        static NONE: PropertyLinks = PropertyLinks {
            id: None,
            classification: None,
            transform_sources: Vec::new(),
            relationships: Vec::new(),
            quality: Vec::new(),
            definitions: Vec::new(),
            children: Vec::new(),
        };
        self.links.as_deref().unwrap_or(&NONE)
    }
}

/// What ties a column to other things, and the columns below it.
#[derive(Clone, Debug, Default)]
pub struct PropertyLinks {
    /// `id`, where it is not the name.
    pub id: Option<Text>,
    /// `classification`, where it is no common word.
    pub classification: Option<Text>,
    /// `transformSourceObjects`.
    pub transform_sources: Vec<SpannedText>,
    /// `relationships`: foreign keys.
    pub relationships: Vec<Relationship>,
    /// `quality`.
    pub quality: Vec<QualityRule>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// The columns below; read by [`Property::children`].
    pub children: Vec<Property>,
}

impl PropertyLinks {
    /// Says whether nothing is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_none()
            && self.classification.is_none()
            && self.transform_sources.is_empty()
            && self.relationships.is_empty()
            && self.quality.is_empty()
            && self.definitions.is_empty()
            && self.children.is_empty()
    }
}

/// What few columns state, each fact on its own: there are very many columns, and most of those that state
/// anything of this state one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RareDetail {
    /// Texts with what they are, in the order of [`ColumnFact`]; of lists each item.
    pub facts: Box<[(ColumnFact, Text)]>,
    /// `logicalTypeOptions`: field and value, in the order of the file.
    pub options: Box<[(Text, Text)]>,
}

/// What a text of [`RareDetail`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnFact {
    /// `physicalName`.
    PhysicalName,
    /// `businessName`.
    BusinessName,
    /// One of `tags`.
    Tag,
    /// One of `synonyms[].synonym` (3.2).
    Synonym,
    /// One of `enum[].value` (3.2).
    AllowedValue,
    /// What that value is called: `enum[].label`. It stands right behind the value.
    ValueLabel,
    /// What that value means: `enum[].description`. It stands right behind the value, or behind its label.
    ValueDescription,
    /// `primaryKeyPosition`.
    PrimaryKeyPosition,
    /// `partitionKeyPosition`.
    PartitionKeyPosition,
    /// `encryptedName`.
    EncryptedName,
    /// `semanticType` (3.2): column, measure, dimension.
    SemanticType,
    /// `transformLogic`.
    TransformLogic,
    /// `transformDescription`.
    TransformDescription,
    /// The custom property `endsWith`: the version that no longer has it.
    EndsWith,
    /// The custom property `replacedBy`: the column to read in its place.
    ReplacedBy,
    /// The custom property `unit`: what its numbers count.
    Unit,
    /// The name of one of `customProperties`, those above among them. Its value stands right behind it.
    CustomName,
    /// That value, as JSON.
    CustomValue,
}

impl RareDetail {
    /// Returns the texts that are this, in the order of the file.
    pub fn all(&self, fact: ColumnFact) -> impl Iterator<Item = &Text> {
        self.facts.iter().filter(move |(found, _)| *found == fact).map(|(_, text)| text)
    }

    /// Returns the text that is this.
    #[must_use]
    pub fn text(&self, fact: ColumnFact) -> Option<&Text> {
        self.all(fact).next()
    }

    /// Returns the names of `customProperties`, each with its value as JSON.
    pub fn custom(&self) -> impl Iterator<Item = (&Text, &Text)> {
        let pairs = self.facts.windows(2).filter(|pair| pair[0].0 == ColumnFact::CustomName);
        pairs.map(|pair| (&pair[0].1, &pair[1].1))
    }

    /// Returns the allowed values, each with what the file says of it.
    pub fn allowed(&self) -> impl Iterator<Item = AllowedValue<'_>> {
        let facts = self.facts.iter().enumerate().filter(|(_, (fact, _))| *fact == ColumnFact::AllowedValue);
        facts.map(|(at, (_, value))| {
            let own = self.facts[at + 1..]
                .iter()
                .take_while(|(fact, _)| matches!(fact, ColumnFact::ValueLabel | ColumnFact::ValueDescription));
            let said = |asked| own.clone().find(|(fact, _)| *fact == asked).map(|(_, text)| text);
            AllowedValue { value, label: said(ColumnFact::ValueLabel), description: said(ColumnFact::ValueDescription) }
        })
    }
}

/// A value that a column may have: an item of `enum` (3.2).
#[derive(Clone, Copy, Debug)]
pub struct AllowedValue<'r> {
    /// `value`.
    pub value: &'r Text,
    /// `label`: what it is called.
    pub label: Option<&'r Text>,
    /// `description`: what it means.
    pub description: Option<&'r Text>,
}
