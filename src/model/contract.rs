//! Data contracts as Bitol ODCS 3.0 to 3.2 describes them.

use std::collections::BTreeSet;

use super::{
    AuthoritativeDefinition, ColumnSummary, Columns, Contradiction, CustomProperty, Header, Property, Role, Server,
    SharedId, SpannedText, TeamBlock, Text, bare_version,
};
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
    /// What quality rules of its objects name as columns that may be none, whether or not the rules are kept here.
    pub stray_columns: Box<[super::StrayColumn]>,
    /// How many `quality` rules stand on its objects and columns, whether or not they are kept here.
    pub n_quality_rules: u32,
    /// At least one column gives `examples`.
    pub has_examples: bool,
    /// Parts that share their `id` with an earlier one of the same list.
    pub shared_ids: Box<[SharedId]>,
    /// What cannot both hold.
    pub contradictions: Box<[Contradiction]>,
}

impl DataContract {
    /// Returns every column of every object, depth first, with the names of the columns above it.
    pub fn columns(&self) -> Columns<'_> {
        self.columns_where(|_| true)
    }

    /// Returns the columns as [`DataContract::columns`] does, but only of objects of which a question is true: what few
    /// columns have need not be looked for in all of them.
    pub fn columns_where(&self, is_asked: fn(&ColumnSummary) -> bool) -> Columns<'_> {
        Columns::of(&self.objects, is_asked)
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
        self.header.version.as_ref().map_or("", |version| bare_version(&version.value))
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
    /// `deprecated` (3.2).
    pub is_deprecated: bool,
    /// What only pages show, and few objects state; `None` when nothing of it is stated.
    pub rare: Option<Box<RareObject>>,
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
            is_deprecated: false,
            rare: None,
            summary: ColumnSummary::of(&columns),
            properties: columns.into(),
            quality: Vec::new(),
            has_quality: false,
            relationships: Vec::new(),
            definitions: Vec::new(),
        }
    }
}

/// What only pages show of an object, and few state. An object reads as if it had these fields itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RareObject {
    /// `dataGranularityDescription`.
    pub granularity: Option<Text>,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `synonyms[].synonym` (3.2).
    pub synonyms: Vec<Text>,
    /// `customProperties`.
    pub custom: Vec<CustomProperty>,
}

impl std::ops::Deref for SchemaObject {
    type Target = RareObject;

    fn deref(&self) -> &RareObject {
        static NONE: RareObject =
            RareObject { granularity: None, tags: Vec::new(), synonyms: Vec::new(), custom: Vec::new() };
        self.rare.as_deref().unwrap_or(&NONE)
    }
}

/// A foreign key. It is no lineage: nothing flows along it.
#[derive(Clone, Debug)]
pub struct Relationship {
    /// `type`: foreignKey.
    pub kind: Option<Text>,
    /// `from`, for relationships of an object; one entry a column.
    pub from: Vec<SpannedText>,
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
    /// `query` of an SQL rule.
    pub query: Option<Text>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// `arguments.properties`: the columns of its object that the rule is about, together.
    pub columns: Vec<Text>,
    /// What only pages show, each fact on its own, in the order of [`RuleFact`]; of lists each item.
    pub facts: Vec<(RuleFact, Text)>,
}

/// What a text of [`RareRule`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFact {
    /// One of `arguments.validValues`.
    ValidValue,
    /// `arguments.pattern`: the regular expression of valid values.
    Pattern,
    /// One of `arguments.missingValues`.
    MissingValue,
    /// Another of `arguments`: its name and its value.
    Argument,
    /// `engine` of a custom rule.
    Engine,
    /// `implementation` of a custom rule, in the language of its engine.
    Implementation,
    /// `businessImpact`.
    BusinessImpact,
    /// `method`.
    Method,
    /// `schedule`.
    Schedule,
    /// `scheduler`.
    Scheduler,
    /// One of `tags`.
    Tag,
    /// The name of one of `customProperties`. Its value stands right behind it.
    CustomName,
    /// That value, as JSON.
    CustomValue,
}

impl RareRule {
    /// Returns the texts that are this, in the order of the file.
    pub fn all(&self, fact: RuleFact) -> impl Iterator<Item = &str> {
        self.facts.iter().filter(move |(found, _)| *found == fact).map(|(_, text)| text.as_str())
    }

    /// Returns the names of `customProperties`, each with its value as JSON.
    pub fn custom(&self) -> impl Iterator<Item = (&Text, &Text)> {
        let pairs = self.facts.windows(2).filter(|pair| pair[0].0 == RuleFact::CustomName);
        pairs.map(|pair| (&pair[0].1, &pair[1].1))
    }

    /// Returns the text that is this.
    #[must_use]
    pub fn fact(&self, fact: RuleFact) -> Option<&str> {
        self.all(fact).next()
    }
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
            query: None,
            definitions: Vec::new(),
            columns: Vec::new(),
            facts: Vec::new(),
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
    /// Where the unit stands; empty where there is none.
    pub unit_span: Span,
    /// `element`: what of the schema is meant. Most levels are about all of it.
    pub element: Option<Box<SpannedText>>,
    /// Everything else that is stated; `None` where nothing is, and where only rules ask and no result file names the
    /// contract.
    pub detail: Option<Box<ServiceLevelDetail>>,
}

/// What a promise states beyond its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// `scheduler` (3.1).
    pub scheduler: Option<Text>,
    /// What few promises state; `None` when nothing of it is stated, or where only rules ask.
    pub rare: Option<Box<RareLevel>>,
}

/// What few promises state, and only pages show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RareLevel {
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
    /// `customProperties`.
    pub custom: Vec<CustomProperty>,
}

impl ServiceLevel {
    /// Returns what few promises state, where this one does.
    #[must_use]
    pub fn rare(&self) -> Option<&RareLevel> {
        self.detail.as_deref()?.rare.as_deref()
    }
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
