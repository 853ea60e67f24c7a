//! The fields of a column, found with one look at each of its keys: there are very many columns, and asking
//! every column for every field that it might have costs more than all else.

use super::shared::shared;
use crate::model::Text;
use crate::yaml::NodeRef;

/// A field of a column that is read.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Name,
    Id,
    LogicalType,
    PhysicalType,
    PhysicalName,
    Description,
    BusinessName,
    Required,
    Unique,
    PrimaryKey,
    PrimaryKeyPosition,
    Partitioned,
    PartitionKeyPosition,
    Critical,
    Deprecated,
    Classification,
    Examples,
    Quality,
    Properties,
    Items,
    Map,
    TransformSources,
    TransformLogic,
    TransformDescription,
    Relationships,
    Definitions,
    Tags,
    Synonyms,
    Enum,
    EncryptedName,
    SemanticType,
    LogicalTypeOptions,
    Custom,
}

/// How many there are.
const N_FIELDS: usize = Field::Custom as usize + 1;

impl Field {
    fn of(key: &str) -> Option<Field> {
        Some(match key {
            "name" => Field::Name,
            "id" => Field::Id,
            "logicalType" => Field::LogicalType,
            "physicalType" => Field::PhysicalType,
            "physicalName" => Field::PhysicalName,
            "description" => Field::Description,
            "businessName" => Field::BusinessName,
            "required" => Field::Required,
            "unique" => Field::Unique,
            "primaryKey" => Field::PrimaryKey,
            "primaryKeyPosition" => Field::PrimaryKeyPosition,
            "partitioned" => Field::Partitioned,
            "partitionKeyPosition" => Field::PartitionKeyPosition,
            "criticalDataElement" => Field::Critical,
            "deprecated" => Field::Deprecated,
            "classification" => Field::Classification,
            "examples" => Field::Examples,
            "quality" => Field::Quality,
            "properties" => Field::Properties,
            "items" => Field::Items,
            "map" => Field::Map,
            "transformSourceObjects" => Field::TransformSources,
            "transformLogic" => Field::TransformLogic,
            "transformDescription" => Field::TransformDescription,
            "relationships" => Field::Relationships,
            "authoritativeDefinitions" => Field::Definitions,
            "tags" => Field::Tags,
            "synonyms" => Field::Synonyms,
            "enum" => Field::Enum,
            "encryptedName" => Field::EncryptedName,
            "semanticType" => Field::SemanticType,
            "logicalTypeOptions" => Field::LogicalTypeOptions,
            "customProperties" => Field::Custom,
            _ => return None,
        })
    }
}

/// What a column states, by field.
pub(super) struct Fields<'a> {
    values: [Option<NodeRef<'a>>; N_FIELDS],
}

impl<'a> Fields<'a> {
    /// Finds the fields of a map; of a key that stands twice the first counts.
    pub(super) fn of(node: NodeRef<'a>) -> Fields<'a> {
        let mut values = [None; N_FIELDS];
        for (key, value) in node.entries() {
            if let Some(field) = key.as_str().and_then(Field::of) {
                values[field as usize].get_or_insert(value);
            }
        }
        for value in &mut values {
            *value = value.filter(|value| !value.is_null());
        }
        Fields { values }
    }

    /// Returns the value of a field; `None` also when it is null.
    pub(super) fn get(&self, field: Field) -> Option<NodeRef<'a>> {
        self.values[field as usize]
    }

    /// Returns the map of a field.
    pub(super) fn map(&self, field: Field) -> Option<NodeRef<'a>> {
        self.get(field).filter(|value| value.is_mapping())
    }

    /// Returns the items of the list of a field.
    pub(super) fn list(&self, field: Field) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        self.get(field).into_iter().flat_map(NodeRef::items)
    }

    /// Returns the text of a field whose value is text.
    pub(super) fn word(&self, field: Field) -> Option<&'a str> {
        self.get(field).and_then(NodeRef::as_str)
    }

    /// Returns the scalar of a field as text.
    pub(super) fn text(&self, field: Field) -> Option<Text> {
        Some(shared(&self.get(field)?.scalar_text()?))
    }

    /// Says whether a field holds `true`.
    pub(super) fn is_true(&self, field: Field) -> bool {
        self.get(field).and_then(NodeRef::as_bool).unwrap_or(false)
    }
}
