//! Data contracts as Bitol ODCS 3.0 to 3.2 describes them.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::{AuthoritativeDefinition, ColumnSummary, Header, Role, Server, SpannedText, TeamBlock, Text, Traits};
use crate::source::Span;

/// A data contract: one version of one promise.
#[derive(Clone, Debug)]
pub struct DataContract {
    /// What all kinds have.
    pub header: Header,
    /// `domain`: id or name of a registered domain.
    pub domain: Option<SpannedText>,
    /// `tenant`.
    pub tenant: Option<Text>,
    /// `dataProduct`: name of the product; deprecated by the standard since 3.1.
    pub data_product: Option<Text>,
    /// `team`: the owner, where it is not that of the product.
    pub team: Option<Box<TeamBlock>>,
    /// `servers`: where the data is.
    pub servers: Vec<Server>,
    /// `schema`: the objects (tables, topics, files).
    pub objects: Vec<SchemaObject>,
    /// `slaProperties`: the promises.
    pub service_levels: Vec<ServiceLevel>,
    /// `roles`: who may read, and who approves.
    pub roles: Vec<Role>,
    /// `price`.
    pub price: Option<Box<Price>>,
    /// How many `quality` rules stand on its objects and columns, whether or not they are kept here.
    pub n_quality_rules: u32,
    /// At least one column gives `examples`.
    pub has_examples: bool,
}

impl DataContract {
    /// Returns every column of every object, depth first, with the names of the columns above it.
    pub fn columns(&self) -> Columns<'_> {
        self.columns_where(|_| true)
    }

    /// Returns the columns as [`DataContract::columns`] does, but only of objects of which a question is true: what few
    /// columns have need not be looked for in all of them.
    pub fn columns_where(&self, is_asked: fn(&ColumnSummary) -> bool) -> Columns<'_> {
        Columns { objects: self.objects.iter(), is_asked, object: None, below: SmallVec::new(), above: SmallVec::new() }
    }

    /// Returns how many columns there are, those inside of others too.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.objects.iter().map(|object| object.summary.n_columns as usize).sum()
    }

    /// Returns the first promise with this property name, in any case.
    #[must_use]
    pub fn service_level(&self, property: &str) -> Option<&ServiceLevel> {
        self.service_levels.iter().find(|level| level.property.eq_ignore_ascii_case(property))
    }

    /// Returns the roles of the contract, then those of its servers, each of these with its server.
    pub fn all_roles(&self) -> impl Iterator<Item = (&Role, Option<&Server>)> {
        let of_server = |server| -> (Option<&Server>, &[Role]) { (Some(server), Server::roles(server)) };
        let servers = self.servers.iter().map(of_server);
        let lists = std::iter::once((None, &self.roles[..])).chain(servers);
        lists.flat_map(|(server, roles)| roles.iter().map(move |role| (role, server)))
    }

    /// Returns the names of [`DataContract::all_roles`], each once.
    #[must_use]
    pub fn role_names(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let names = self.all_roles().map(|(role, _)| role.role.as_str()).filter(|name| !name.trim().is_empty());
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// Returns the version of the contract as written, without a leading `v`; empty when not stated.
    #[must_use]
    pub fn version_text(&self) -> &str {
        let version = self.header.version.as_ref().map_or("", |version| version.value.as_str());
        version.strip_prefix('v').unwrap_or(version)
    }

    /// Says whether the version cannot be known, so that it may be any.
    #[must_use]
    pub fn lacks_version(&self) -> bool {
        self.header.is_broken() || self.version_text().trim().is_empty()
    }
}

/// An object of the schema: a table, topic, file, document.
#[derive(Clone, Debug)]
pub struct SchemaObject {
    /// `name`.
    pub name: SpannedText,
    /// `id`.
    pub id: Option<Text>,
    /// `physicalName`.
    pub physical_name: Option<Text>,
    /// `physicalType`: table, view, topic, ...
    pub physical_type: Option<Text>,
    /// `businessName`.
    pub business_name: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `dataGranularityDescription`.
    pub granularity: Option<Text>,
    /// `deprecated` (3.2).
    pub is_deprecated: bool,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `synonyms[].synonym` (3.2).
    pub synonyms: Vec<Text>,
    /// `properties`: the columns.
    pub properties: Box<[Property]>,
    /// What is asked of all its columns together.
    pub summary: ColumnSummary,
    /// `quality`; left out where only rules ask and no result file names the contract.
    pub quality: Vec<QualityRule>,
    /// At least one `quality` rule.
    pub has_quality: bool,
    /// `relationships`: foreign keys.
    pub relationships: Vec<Relationship>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
}

impl SchemaObject {
    /// Makes an object that states nothing but its name and its columns.
    #[must_use]
    pub fn of_columns(name: &str, columns: Vec<Property>) -> SchemaObject {
        SchemaObject {
            name: SpannedText::new(name.into(), Span::default()),
            id: None,
            physical_name: None,
            physical_type: None,
            business_name: None,
            description: None,
            granularity: None,
            is_deprecated: false,
            tags: Vec::new(),
            synonyms: Vec::new(),
            summary: ColumnSummary::of(&columns),
            properties: columns.into(),
            quality: Vec::new(),
            has_quality: false,
            relationships: Vec::new(),
            definitions: Vec::new(),
        }
    }
}

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

/// The columns of a contract, depth first; see [`DataContract::columns`].
#[derive(Debug)]
pub struct Columns<'c> {
    objects: std::slice::Iter<'c, SchemaObject>,
    is_asked: fn(&ColumnSummary) -> bool,
    object: Option<&'c SchemaObject>,
    /// What is left of the columns of the object, and of each column of `above`.
    below: SmallVec<[std::slice::Iter<'c, Property>; 4]>,
    above: ColumnPath<'c>,
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
    /// `primaryKeyPosition`.
    pub primary_key_position: Option<i64>,
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

    /// Returns how the column is made: in words, else as code.
    #[must_use]
    pub fn transformation(&self) -> Option<&Text> {
        self.text(ColumnFact::TransformDescription).or_else(|| self.text(ColumnFact::TransformLogic))
    }
}

/// A foreign key. It is no lineage: nothing flows along it.
#[derive(Clone, Debug)]
pub struct Relationship {
    /// `type`: foreignKey.
    pub kind: Option<Text>,
    /// `from`, for relationships of an object; one entry a column.
    pub from: Vec<Text>,
    /// `to`, one entry a column.
    pub to: Vec<SpannedText>,
}

/// A quality rule.
#[derive(Clone, Debug, Default)]
pub struct QualityRule {
    /// Where the rule begins; within a contract this tells rules apart.
    pub span: Span,
    /// `type`: text, library, sql, custom; the standard's default is library.
    pub kind: Option<Text>,
    /// `metric`, or the older `rule`.
    pub metric: Option<Text>,
    /// `dimension`.
    pub dimension: Option<Text>,
    /// `severity`.
    pub severity: Option<Text>,
    /// The operator, such as `mustBeLessThan`.
    pub operator: Option<Text>,
    /// The operator's value as the file writes it; two values joined by ` and `.
    pub threshold: Option<Text>,
    /// `unit`: rows, percent.
    pub unit: Option<Text>,
    /// What few rules state; `None` when nothing of it is stated.
    pub rare: Option<Box<RareRule>>,
}

/// What few quality rules state: most are a metric and a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RareRule {
    /// `id`.
    pub id: Option<Text>,
    /// `name`.
    pub name: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `businessImpact`.
    pub business_impact: Option<Text>,
    /// `query` of an SQL rule.
    pub query: Option<Text>,
    /// `engine` of a custom rule.
    pub engine: Option<Text>,
    /// `schedule`.
    pub schedule: Option<Text>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// `arguments.properties`: the columns of its object that the rule is about, together.
    pub columns: Vec<Text>,
}

impl QualityRule {
    /// The operators of the standard: each a field of a rule, whose value is the threshold.
    pub const OPERATORS: [&str; 8] = [
        "mustBe",
        "mustNotBe",
        "mustBeGreaterThan",
        "mustBeGreaterOrEqualTo",
        "mustBeLessThan",
        "mustBeLessOrEqualTo",
        "mustBeBetween",
        "mustNotBeBetween",
    ];
}

impl std::ops::Deref for QualityRule {
    type Target = RareRule;

    fn deref(&self) -> &RareRule {
        static NONE: RareRule = RareRule {
            id: None,
            name: None,
            description: None,
            business_impact: None,
            query: None,
            engine: None,
            schedule: None,
            definitions: Vec::new(),
            columns: Vec::new(),
        };
        self.rare.as_deref().unwrap_or(&NONE)
    }
}

/// A promise.
#[derive(Clone, Debug)]
pub struct ServiceLevel {
    /// `property`: latency, availability, retention, endOfSupport, ...
    pub property: Text,
    /// Where the property stands.
    pub span: Span,
    /// `value` as the file writes it.
    pub value: Text,
    /// `unit`.
    pub unit: Option<Text>,
    /// `element`: what of the schema is meant. Most levels are about all of it.
    pub element: Option<Box<SpannedText>>,
    /// Everything else that is stated; `None` where only rules ask and no result file names the contract.
    pub detail: Option<Box<ServiceLevelDetail>>,
}

/// What a promise states beyond its value.
#[derive(Clone, Debug, Default)]
pub struct ServiceLevelDetail {
    /// `id` (3.1).
    pub id: Option<Text>,
    /// `valueExt`.
    pub value_ext: Option<Text>,
    /// `driver`: regulatory, analytics, operational.
    pub driver: Option<Text>,
    /// `description` (3.1).
    pub description: Option<Text>,
    /// `schedule` (3.1).
    pub schedule: Option<Text>,
}

/// What reading costs.
#[derive(Clone, Debug)]
pub struct Price {
    /// `priceAmount` as the file writes it.
    pub amount: Option<Text>,
    /// `priceCurrency`.
    pub currency: Option<Text>,
    /// `priceUnit`.
    pub unit: Option<Text>,
}
