//! What expressions may ask: the fields of every kind, read from `schemas/`, and what the mesh adds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Kind;
use crate::yaml::{Schemas, nearest};

/// What is known of a value before it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything: nothing is checked before the run.
    Any,
    Null,
    Bool,
    Number,
    Text,
    List(Box<Shape>),
    /// A map whose fields are known; the position in [`Shapes`].
    Object(usize),
}

impl Shape {
    pub(super) fn list_of(item: Shape) -> Shape {
        Shape::List(Box::new(item))
    }

    /// Says whether values of two shapes can be equal at all. Which of two maps is meant is not known before the run.
    pub(super) fn may_equal(&self, other: &Shape) -> bool {
        match (self, other) {
            (Shape::Any | Shape::Null, _) | (_, Shape::Any | Shape::Null) | (Shape::Object(_), Shape::Object(_)) => {
                true
            }
            (Shape::List(item), Shape::List(others)) => item.may_equal(others),
            _ => self == other,
        }
    }

    /// Returns what two branches have in common.
    pub(super) fn join(self, other: &Shape) -> Shape {
        if self == *other { self } else { Shape::Any }
    }
}

/// The names that expressions begin with, besides variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The subject, or its neighbour of this kind.
    Thing(Kind),
    /// The day.
    Today,
    /// The classes of personal data of this registry.
    PersonalClasses,
}

impl Root {
    /// All roots with their names, in the order of the documentation.
    pub const ALL: [(&'static str, Root); 9] = [
        ("product", Root::Thing(Kind::DataProduct)),
        ("contract", Root::Thing(Kind::DataContract)),
        ("domain", Root::Thing(Kind::Domain)),
        ("team", Root::Thing(Kind::Team)),
        ("agreement", Root::Thing(Kind::AccessAgreement)),
        ("term", Root::Thing(Kind::SemanticDefinition)),
        ("source", Root::Thing(Kind::SourceSystem)),
        ("today", Root::Today),
        ("personalClasses", Root::PersonalClasses),
    ];

    /// Returns the root with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Root> {
        Root::ALL.iter().find(|(known, _)| *known == name).map(|(_, root)| *root)
    }
}

/// A field that no file states: the mesh answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// The id of the owning team.
    Owner,
    /// The id of the domain.
    Domain,
    /// Products that read it.
    Consumers,
    /// What a product reads.
    Inputs,
    /// The contracts of a product's output ports.
    Contracts,
    /// Agreements in which a product provides.
    Agreements,
    /// What is known of promises.
    Evidence,
    /// All columns of a contract, those inside others too.
    Columns,
    /// The product that publishes a contract.
    Producer,
    /// The products of a domain, team or source system.
    Products,
    /// An agreement is approved and has not ended.
    InForce,
    /// The id of the product on the providing side of an agreement.
    ProviderProduct,
    /// The id of the product on the consuming side of an agreement.
    ConsumerProduct,
}

/// A derived field: of which kind, its name, what it is, and a sentence about it.
pub(crate) struct DerivedNote {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) field: Derived,
    pub(crate) note: &'static str,
}

const fn note(kind: Kind, name: &'static str, field: Derived, note: &'static str) -> DerivedNote {
    DerivedNote { kind, name, field, note }
}

/// All derived fields.
pub(crate) const DERIVED: [DerivedNote; 22] = [
    note(Kind::DataProduct, "owner", Derived::Owner, "Id of the team that owns the product; null when it names none."),
    note(Kind::DataProduct, "domain", Derived::Domain, "Id of the product's domain; null when it names none."),
    note(Kind::DataProduct, "consumers", Derived::Consumers, "Products that read this one, sorted by id."),
    note(Kind::DataProduct, "inputs", Derived::Inputs, "What each input port leads to, in the order of the ports."),
    note(
        Kind::DataProduct,
        "contracts",
        Derived::Contracts,
        "The contracts of the output ports that are in the registry.",
    ),
    note(Kind::DataProduct, "agreements", Derived::Agreements, "Agreements in which the product provides."),
    note(Kind::DataProduct, "evidence", Derived::Evidence, "What result files say about the promises of the product."),
    note(
        Kind::DataContract,
        "owner",
        Derived::Owner,
        "Id of the owning team: the contract's own, else its producer's.",
    ),
    note(Kind::DataContract, "domain", Derived::Domain, "Id of the domain: the contract's own, else its producer's."),
    note(
        Kind::DataContract,
        "columns",
        Derived::Columns,
        "All columns of all objects, each followed by those inside it.",
    ),
    note(
        Kind::DataContract,
        "producer",
        Derived::Producer,
        "The product that publishes this version; null when none does.",
    ),
    note(Kind::DataContract, "consumers", Derived::Consumers, "Products that read this version, sorted by id."),
    note(
        Kind::DataContract,
        "evidence",
        Derived::Evidence,
        "What result files say about the promises of this version.",
    ),
    note(Kind::Domain, "products", Derived::Products, "The products of the domain, sorted by id."),
    note(Kind::Team, "products", Derived::Products, "The products the team owns, sorted by id."),
    note(Kind::SourceSystem, "products", Derived::Products, "The products the system feeds, sorted by id."),
    note(Kind::AccessAgreement, "inForce", Derived::InForce, "True when it is approved and its end has not passed."),
    note(
        Kind::AccessAgreement,
        "providerProduct",
        Derived::ProviderProduct,
        "Id of the product that provides; null when it is not registered.",
    ),
    note(
        Kind::AccessAgreement,
        "consumerProduct",
        Derived::ConsumerProduct,
        "Id of the product that reads; null when it is not registered.",
    ),
    note(Kind::AccessAgreement, "domain", Derived::Domain, "Id of the providing product's domain."),
    note(Kind::SemanticDefinition, "domain", Derived::Domain, "Id of the domain of the term's glossary."),
    note(Kind::SourceSystem, "owner", Derived::Owner, "Id of the team that owns the system."),
];

/// Returns the derived field of a kind with this name.
pub(super) fn derived(kind: Kind, name: &str) -> Option<Derived> {
    DERIVED.iter().find(|note| note.kind == kind && note.name == name).map(|note| note.field)
}

/// The fields of one kind of map.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// How it is called in messages: `DataContract`, `SchemaProperty`.
    pub(super) name: String,
    pub(super) by_name: BTreeMap<String, Shape>,
    /// Other fields may be there, too.
    pub(super) is_open: bool,
    /// The kind, when it is a thing of the mesh.
    pub(super) kind: Option<Kind>,
}

/// All shapes, read once for a run.
#[derive(Debug)]
pub struct Shapes {
    pub(super) objects: Vec<Fields>,
    kinds: BTreeMap<Kind, usize>,
    /// The position of the shape of columns.
    column: Option<usize>,
}

/// Says that expressions see nothing of a name, and what may be meant.
pub(crate) fn unseen(path: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("`{path}` is nothing that expressions see; did you mean `{meant}`?"),
        None => format!("`{path}` is nothing that expressions see"),
    }
}

/// The kinds that policies can be about.
pub(crate) const SUBJECTS: [Kind; 7] = [
    Kind::DataProduct,
    Kind::DataContract,
    Kind::Domain,
    Kind::Team,
    Kind::AccessAgreement,
    Kind::SemanticDefinition,
    Kind::SourceSystem,
];

impl Shapes {
    /// Reads the shapes from the sources of the schemas, whatever version a field is of.
    #[must_use]
    pub fn read(schemas: &Schemas) -> Shapes {
        let mut shapes = Shapes { objects: Vec::new(), kinds: BTreeMap::new(), column: None };
        for kind in SUBJECTS {
            let Some(source) = schemas.annotated(kind.schema()) else { continue };
            let mut reader = Reader { source, by_pointer: BTreeMap::new(), shapes: &mut shapes };
            // A subject of the kind SemanticDefinition is one term, not the glossary.
            let top = match kind {
                Kind::SemanticDefinition => source.pointer("/$defs/Definition").unwrap_or(source),
                _ => source,
            };
            let place = reader.object(kind.name(), top);
            shapes.objects[place].kind = Some(kind);
            shapes.kinds.insert(kind, place);
        }
        shapes.add_derived();
        shapes
    }

    /// Returns the shape of a kind.
    pub(super) fn of(&self, kind: Kind) -> Shape {
        self.kinds.get(&kind).map_or(Shape::Any, |place| Shape::Object(*place))
    }

    /// Says what is wrong with a value of a root: the first field that it states and that is none, or that is of another
    /// type.
    pub(crate) fn unfit(&self, root: Root, value: &Value, path: &str) -> Option<String> {
        let shape = match root {
            Root::Thing(kind) => self.of(kind),
            Root::Today => Shape::Text,
            Root::PersonalClasses => Shape::list_of(Shape::Text),
        };
        self.unfit_in(&shape, value, path)
    }

    fn unfit_in(&self, shape: &Shape, value: &Value, path: &str) -> Option<String> {
        match (shape, value) {
            (Shape::Object(place), Value::Object(stated)) => stated.iter().find_map(|(name, value)| {
                let path = format!("{path}.{name}");
                let fields = &self.objects[*place];
                match fields.by_name.get(name) {
                    Some(shape) => self.unfit_in(shape, value, &path),
                    None if fields.is_open => None,
                    None => Some(unseen(&path, nearest(name, fields.by_name.keys().map(String::as_str)))),
                }
            }),
            (Shape::List(item), Value::Array(items)) => items
                .iter()
                .enumerate()
                .find_map(|(position, value)| self.unfit_in(item, value, &format!("{path}[{position}]"))),
            (Shape::Any | Shape::Null, _)
            | (_, Value::Null)
            | (Shape::Text, Value::String(_))
            | (Shape::Number, Value::Number(_))
            | (Shape::Bool, Value::Bool(_)) => None,
            (shape, value) => {
                let found = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "true or false",
                    Value::Number(_) => "a number",
                    Value::String(_) => "a text",
                    Value::Array(_) => "a list",
                    Value::Object(_) => "a map",
                };
                Some(format!("`{path}` is {found} here, and expressions see {} there", self.word(shape)))
            }
        }
    }

    /// Says what a shape is, for messages.
    pub(super) fn word(&self, shape: &Shape) -> String {
        match shape {
            Shape::Any => "anything".to_owned(),
            Shape::Null => "null".to_owned(),
            Shape::Bool => "true or false".to_owned(),
            Shape::Number => "a number".to_owned(),
            Shape::Text => "a text".to_owned(),
            Shape::List(_) => "a list".to_owned(),
            Shape::Object(place) => format!("a map ({})", self.objects[*place].name),
        }
    }

    fn add_derived(&mut self) {
        let list = |shapes: &Shapes, kind| Shape::list_of(shapes.of(kind));
        let input = self.add(
            "input",
            [
                ("name", Shape::Text),
                ("contract", self.of(Kind::DataContract)),
                ("product", self.of(Kind::DataProduct)),
                ("source", self.of(Kind::SourceSystem)),
            ],
        );
        let evidence = self.add(
            "evidence",
            [
                ("state", Shape::Text),
                ("promises", Shape::Number),
                ("kept", Shape::Number),
                ("missed", Shape::Number),
                ("latest", Shape::Text),
            ],
        );
        let column = self.column();
        for note in &DERIVED {
            let shape = match note.field {
                Derived::Owner | Derived::Domain | Derived::ProviderProduct | Derived::ConsumerProduct => Shape::Text,
                Derived::Consumers | Derived::Products => list(self, Kind::DataProduct),
                Derived::Contracts => list(self, Kind::DataContract),
                Derived::Agreements => list(self, Kind::AccessAgreement),
                Derived::Producer => self.of(Kind::DataProduct),
                Derived::InForce => Shape::Bool,
                Derived::Inputs => Shape::list_of(Shape::Object(input)),
                Derived::Evidence => Shape::Object(evidence),
                Derived::Columns => Shape::list_of(column.clone()),
            };
            if let Some(place) = self.kinds.get(&note.kind) {
                self.objects[*place].by_name.insert(note.name.to_owned(), shape);
            }
        }
    }

    fn add<const N: usize>(&mut self, name: &str, fields: [(&str, Shape); N]) -> usize {
        let fields = fields.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect();
        self.objects.push(Fields { name: name.to_owned(), by_name: fields, is_open: false, kind: None });
        self.objects.len() - 1
    }

    /// A column: what a property of an object states, with its path.
    fn column(&mut self) -> Shape {
        let step = |shape: Option<&Shape>, field: &str| match shape {
            Some(Shape::Object(place)) => match self.objects[*place].by_name.get(field) {
                Some(Shape::List(item)) => Some((**item).clone()),
                _ => None,
            },
            _ => None,
        };
        let object = step(Some(&self.of(Kind::DataContract)), "schema");
        let Some(Shape::Object(property)) = step(object.as_ref(), "properties") else { return Shape::Any };
        let mut fields = self.objects[property].by_name.clone();
        fields.insert("path".to_owned(), Shape::Text);
        fields.insert("object".to_owned(), Shape::Text);
        let is_open = self.objects[property].is_open;
        self.objects.push(Fields { name: "column".to_owned(), by_name: fields, is_open, kind: None });
        self.column = Some(self.objects.len() - 1);
        Shape::Object(self.objects.len() - 1)
    }

    /// Returns the number of a field among those of a column; `None` for other maps.
    pub(super) fn number_in_column(&self, place: usize, field: &str) -> Option<u16> {
        let fields = self.objects.get(place).filter(|_| self.column == Some(place))?;
        fields.by_name.keys().position(|name| name == field).and_then(|number| u16::try_from(number).ok())
    }
}

struct Reader<'a, 's> {
    source: &'a Value,
    by_pointer: BTreeMap<&'a str, Shape>,
    shapes: &'s mut Shapes,
}

impl<'a> Reader<'a, '_> {
    fn object(&mut self, name: &str, schema: &'a Value) -> usize {
        let place = self.shapes.objects.len();
        self.shapes.objects.push(Fields { name: name.to_owned(), ..Fields::default() });
        self.fill(place, schema, 0);
        place
    }

    /// Adds the fields of a schema and of what it is composed of.
    fn fill(&mut self, place: usize, schema: &'a Value, depth: usize) {
        if depth > 8 {
            return;
        }
        if let Some(target) = self.target(schema) {
            self.fill(place, target, depth + 1);
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, child) in properties {
                let shape = self.shape(name, child);
                let fields = &mut self.shapes.objects[place].by_name;
                let known = fields.remove(name);
                // A condition that only narrows a field says nothing of its shape.
                let shape = match (known, shape) {
                    (Some(known), Shape::Any) => known,
                    (Some(Shape::Any) | None, shape) => shape,
                    (Some(known), shape) => known.join(&shape),
                };
                fields.insert(name.clone(), shape);
            }
        }
        if schema.get("patternProperties").is_some() || schema.get("additionalProperties").is_some_and(Value::is_object)
        {
            self.shapes.objects[place].is_open = true;
        }
        let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| schema.get(*key)?.as_array()).flatten();
        let single = ["then", "else", "if"].iter().filter_map(|key| schema.get(*key));
        let later = schema.get("x-when").and_then(Value::as_array).into_iter().flatten().filter_map(|e| e.get("set"));
        for part in lists.chain(single).chain(later) {
            self.fill(place, part, depth + 1);
        }
        for part in schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flat_map(|map| map.values()) {
            self.fill(place, part, depth + 1);
        }
    }

    fn target(&self, schema: &Value) -> Option<&'a Value> {
        let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.source.pointer(pointer)
    }

    fn shape(&mut self, name: &str, schema: &'a Value) -> Shape {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(known) = self.by_pointer.get(reference) {
                return known.clone();
            }
            let Some(target) = self.target(schema) else { return Shape::Any };
            let title = reference.rsplit('/').next().unwrap_or(name).to_owned();
            if Reader::is_object(target) || self.is_object_through(target) {
                // Known before it is read: columns hold columns.
                let place = self.shapes.objects.len();
                self.by_pointer.insert(reference, Shape::Object(place));
                return Shape::Object(self.object(&title, target));
            }
            let shape = self.shape(&title, target);
            self.by_pointer.insert(reference, shape.clone());
            return shape;
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => {
                several.iter().filter_map(Value::as_str).filter(|one| *one != "null").collect()
            }
            _ => Vec::new(),
        };
        // A field that later versions write in another form may be either.
        let changes = schema.get("x-when").and_then(Value::as_array);
        if changes.is_some_and(|entries| entries.iter().any(|entry| entry.pointer("/set/type").is_some())) {
            return Shape::Any;
        }
        match types.as_slice() {
            ["string"] => Shape::Text,
            ["boolean"] => Shape::Bool,
            ["integer" | "number"] | ["integer", "number"] | ["number", "integer"] => Shape::Number,
            ["array"] => {
                let item = schema.get("items").map_or(Shape::Any, |items| self.shape(name, items));
                Shape::list_of(item)
            }
            [] if schema.get("const").is_some_and(Value::is_string) => Shape::Text,
            ["object"] | [] if Reader::is_object(schema) => Shape::Object(self.object(name, schema)),
            _ => Shape::Any,
        }
    }

    fn is_object(schema: &Value) -> bool {
        let is_typed = schema.get("type").is_none_or(|kind| kind.as_str() == Some("object"));
        let changes = schema.get("x-when").and_then(Value::as_array);
        let may_change =
            changes.is_some_and(|entries| entries.iter().any(|entry| entry.pointer("/set/type").is_some()));
        is_typed && !may_change && schema.get("properties").is_some()
    }

    /// Says whether a schema only points to that of a map, as that of a column does.
    fn is_object_through(&self, schema: &Value) -> bool {
        self.target(schema).is_some_and(Reader::is_object)
    }
}
