//! The columns of contracts.

use std::borrow::Cow;
use std::collections::HashMap;

use super::bitol::{port_span, relationships, synonyms};
use super::contradictions;
use super::fields::{Field, Fields};
use super::header::definitions_of;
use super::quality::{quality, value_text};
use super::shared::shared;
use super::{any_text, spanned_texts_of, text, texts_of};
use crate::check::Detail;
use crate::model::{
    Class, ColumnFact, Contradiction, Part, Property, PropertyDetail, PropertyFlags, PropertyLinks, RareDetail,
    SharedId, Text, Traits, ValueType,
};
use crate::yaml::NodeRef;

/// What columns are lowered with: how much is kept of each, and what is counted of all.
pub(super) struct Columns {
    pub detail: Detail,
    /// How much is kept of quality rules.
    pub promises: Detail,
    pub n_quality_rules: u32,
    pub has_examples: bool,
    pub shared_ids: Vec<SharedId>,
    pub contradictions: Vec<Contradiction>,
}

impl Columns {
    /// Counts what an object or column states; says whether it has quality rules.
    pub(super) fn count(&mut self, quality: Option<NodeRef<'_>>, examples: Option<NodeRef<'_>>) -> bool {
        let rules = || quality.into_iter().flat_map(NodeRef::items).filter(|rule| rule.is_mapping());
        let n_rules = rules().count();
        if n_rules > 1 {
            let ids: Vec<_> = rules().filter_map(|rule| Some((rule.get("id")?, rule.get("name")))).collect();
            self.note_shared(Part::QualityRule, &ids);
        }
        self.n_quality_rules = self.n_quality_rules.saturating_add(u32::try_from(n_rules).unwrap_or(u32::MAX));
        self.has_examples = self.has_examples || examples.is_some_and(|list| list.items().len() > 0);
        n_rules > 0
    }

    /// Notes each part of a list that has the `id` of an earlier one; the parts are those with an `id`, as it and their name.
    pub(super) fn note_shared(&mut self, part: Part, parts: &[(NodeRef<'_>, Option<NodeRef<'_>>)]) {
        if parts.len() < 2 {
            return;
        }
        let mut first: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(parts.len());
        for (position, (id, name)) in parts.iter().enumerate() {
            let Some(text) = id.scalar_text().filter(|text| !text.is_empty()) else { continue };
            let Some(earlier) = first.get(&text).map(|at| &parts[*at]) else {
                first.insert(text, position);
                continue;
            };
            let named = |name: Option<NodeRef<'_>>| {
                name.and_then(NodeRef::scalar_text).map(|name| shared(&name)).unwrap_or_default()
            };
            self.shared_ids.push(SharedId {
                part,
                id: shared(&text),
                names: [named(earlier.1), named(*name)],
                first: earlier.0.span(),
                second: id.span(),
            });
        }
    }
}

/// Lowers `properties`, which ODCS 3 writes as a list.
pub(super) fn properties(list: Option<NodeRef<'_>>, columns: &mut Columns) -> Vec<Property> {
    let Some(list) = list else { return Vec::new() };
    let items = list.items();
    // There are very many columns: their lists are made in the size they keep.
    let mut lowered = Vec::with_capacity(items.len());
    let mut ids = Vec::new();
    for item in items.filter(|property| property.is_mapping()) {
        let fields = Fields::of(item);
        ids.extend(fields.get(Field::Id).map(|id| (id, fields.get(Field::Name))));
        lowered.push(property((item, &fields), columns, None));
    }
    columns.note_shared(Part::Column, &ids);
    lowered
}

fn property((node, fields): (NodeRef<'_>, &Fields<'_>), columns: &mut Columns, fixed_name: Option<&str>) -> Property {
    let has_quality = columns.count(fields.get(Field::Quality), fields.get(Field::Examples));
    let mut children = properties(fields.get(Field::Properties), columns);
    if let Some(items) = fields.map(Field::Items) {
        children.push(property((items, &Fields::of(items)), columns, Some("[]")));
    }
    if let Some(map) = fields.map(Field::Map) {
        for (part, name) in [("key", "{key}"), ("value", "{value}")] {
            if let Some(part) = map.get(part).filter(|part| part.is_mapping()) {
                children.push(property((part, &Fields::of(part)), columns, Some(name)));
            }
        }
    }
    if let Some(options) = fields.get(Field::LogicalTypeOptions) {
        let name = || fixed_name.map(Text::from).or_else(|| fields.get(Field::Name).map(any_text)).unwrap_or_default();
        contradictions::limits(options, name, &mut columns.contradictions);
    }
    let flags = flags(fields).with(PropertyFlags::HAS_QUALITY, has_quality);
    let class = fields.word(Field::Classification).map_or(Class::NONE, Class::of);
    let stated = fields.text(Field::Name);
    let detail = detail(fields, stated.as_ref(), columns, children);
    let name = fixed_name.map(Text::from).or(stated).unwrap_or_default();
    let span = fields.get(Field::Name).map_or_else(|| port_span(node), NodeRef::span);
    Property::new(name, span, (flags, class, traits(fields)), detail)
}

/// What the logical type does not tell, the physical one may.
fn traits(fields: &Fields<'_>) -> Traits {
    let of = |field| fields.word(field).map_or(ValueType::Unknown, ValueType::of);
    let value_type = match of(Field::LogicalType) {
        ValueType::Unknown => of(Field::PhysicalType),
        known => known,
    };
    let examples = fields.list(Field::Examples).filter_map(NodeRef::scalar_text);
    Traits::new(value_type, super::form::form(examples))
}

fn flags(fields: &Fields<'_>) -> PropertyFlags {
    const FIELDS: [(Field, PropertyFlags); 6] = [
        (Field::Required, PropertyFlags::REQUIRED),
        (Field::Unique, PropertyFlags::UNIQUE),
        (Field::PrimaryKey, PropertyFlags::PRIMARY_KEY),
        (Field::Partitioned, PropertyFlags::PARTITIONED),
        (Field::Critical, PropertyFlags::CRITICAL),
        (Field::Deprecated, PropertyFlags::DEPRECATED),
    ];
    let is_described = fields.word(Field::Description).is_some_and(|text| !text.trim().is_empty());
    let set = PropertyFlags::default().with(PropertyFlags::DESCRIBED, is_described);
    FIELDS.into_iter().fold(set, |flags, (field, flag)| flags.with(flag, fields.is_true(field)))
}

/// Returns what there is beyond name, types and class; `stated` is the name that the file has.
fn detail(
    fields: &Fields<'_>,
    stated: Option<&Text>,
    columns: &Columns,
    mut children: Vec<Property>,
) -> Option<Box<PropertyDetail>> {
    let detail = columns.detail;
    children.shrink_to_fit();
    let links = PropertyLinks {
        // An id counts where it differs from the name, which references may use as well.
        id: fields.text(Field::Id).filter(|id| stated != Some(id)),
        classification: fields.text(Field::Classification).filter(|word| Class::of(word) == Class::NONE),
        transform_sources: fields.get(Field::TransformSources).map(spanned_texts_of).unwrap_or_default(),
        relationships: relationships(fields.get(Field::Relationships)),
        quality: quality(fields.get(Field::Quality), columns),
        definitions: definitions_of(fields.get(Field::Definitions)),
        children,
    };
    // Most columns have nothing that rules and lineage read: no allocation for them.
    let links = (!links.is_empty()).then(|| Box::new(links));
    if detail == Detail::Rules {
        // Results name columns as they are called where they lie.
        let called = fields.text(Field::PhysicalName).filter(|_| columns.promises == Detail::Pages);
        let called = called.map(|name| (ColumnFact::PhysicalName, name));
        let facts: Vec<(ColumnFact, Text)> = called.into_iter().chain(endings(fields.get(Field::Custom))).collect();
        let rare = (!facts.is_empty()).then(|| Box::new(RareDetail { facts: facts.into(), ..RareDetail::default() }));
        if links.is_none() && rare.is_none() {
            return None;
        }
        return Some(Box::new(PropertyDetail { links, rare, ..PropertyDetail::default() }));
    }
    let rare = rare_detail(fields);
    Some(Box::new(PropertyDetail {
        logical_type: fields.text(Field::LogicalType),
        physical_type: fields.text(Field::PhysicalType),
        description: fields.text(Field::Description),
        examples: fields.list(Field::Examples).map(any_text).collect(),
        untexted: untexted(fields),
        links,
        rare: (rare != RareDetail::default()).then(|| Box::new(rare)),
    }))
}

/// Says which examples are no texts.
fn untexted(fields: &Fields<'_>) -> u32 {
    let is_other = fields.list(Field::Examples).map(|example| example.as_str().is_none());
    is_other.take(32).enumerate().fold(0, |bits, (at, is_other)| bits | u32::from(is_other) << at)
}

fn rare_detail(fields: &Fields<'_>) -> RareDetail {
    let one = |fact, field| fields.text(field).map(|text| (fact, text));
    let mut facts: Vec<(ColumnFact, Text)> = Vec::new();
    facts.extend(one(ColumnFact::PhysicalName, Field::PhysicalName));
    facts.extend(one(ColumnFact::BusinessName, Field::BusinessName));
    facts.extend(texts_of(fields.get(Field::Tags)).into_iter().map(|tag| (ColumnFact::Tag, tag)));
    facts.extend(synonyms(fields.get(Field::Synonyms)).into_iter().map(|synonym| (ColumnFact::Synonym, synonym)));
    for item in fields.list(Field::Enum) {
        let Some((_, value)) = item.entry("value") else { continue };
        facts.push((ColumnFact::AllowedValue, value_text(value)));
        let said = |fact, key| text(item, key).filter(|said| !said.trim().is_empty()).map(|said| (fact, said));
        facts.extend(said(ColumnFact::ValueLabel, "label"));
        facts.extend(said(ColumnFact::ValueDescription, "description"));
    }
    facts.extend(position(fields, ColumnFact::PrimaryKeyPosition, Field::PrimaryKeyPosition));
    facts.extend(position(fields, ColumnFact::PartitionKeyPosition, Field::PartitionKeyPosition));
    facts.extend(one(ColumnFact::EncryptedName, Field::EncryptedName));
    facts.extend(one(ColumnFact::SemanticType, Field::SemanticType));
    facts.extend(one(ColumnFact::TransformLogic, Field::TransformLogic));
    facts.extend(one(ColumnFact::TransformDescription, Field::TransformDescription));
    facts.extend(endings(fields.get(Field::Custom)));
    facts.extend(unit(fields.get(Field::Custom)));
    for item in fields.list(Field::Custom) {
        let Some((property, (_, value))) = text(item, "property").zip(item.entry("value")) else { continue };
        facts.push((ColumnFact::CustomName, property));
        facts.push((ColumnFact::CustomValue, value.to_json().to_string().into()));
    }
    let options = fields.get(Field::LogicalTypeOptions).into_iter().flat_map(NodeRef::entries);
    RareDetail {
        facts: facts.into(),
        options: options.filter_map(|(key, value)| Some((Text::from(key.as_str()?), any_text(value)))).collect(),
    }
}

/// The standard writes -1 for a column that is no part of the key.
fn position(fields: &Fields<'_>, fact: ColumnFact, field: Field) -> Option<(ColumnFact, Text)> {
    fields.get(field).and_then(NodeRef::as_i64).filter(|at| *at > 0)?;
    Some((fact, fields.text(field)?))
}

/// Returns the custom property `unit` of a column.
fn unit(list: Option<NodeRef<'_>>) -> Option<(ColumnFact, Text)> {
    let is_unit = |item: &NodeRef<'_>| item.get("property").and_then(NodeRef::as_str) == Some("unit");
    let unit = text(list?.items().find(is_unit)?, "value")?;
    (!unit.trim().is_empty()).then_some((ColumnFact::Unit, unit))
}

/// Returns what the custom properties of a column say of its end.
fn endings(list: Option<NodeRef<'_>>) -> Vec<(ColumnFact, Text)> {
    let fact = |item: NodeRef<'_>| {
        let fact = match item.get("property")?.as_str()? {
            "endsWith" => ColumnFact::EndsWith,
            "replacedBy" => ColumnFact::ReplacedBy,
            _ => return None,
        };
        let value = item.get("value").filter(|value| value.scalar_text().is_some())?;
        Some((fact, any_text(value)))
    };
    list.into_iter().flat_map(NodeRef::items).filter_map(fact).collect()
}
