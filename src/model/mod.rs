//! The typed descriptors: what rules and pages need of each document, values with their places.
//! Takes nothing but names of places, gives types; does no I/O and has no wording.
//!
//! `Option` means *not stated* when it is `None`; an empty text is a stated, empty text.

mod acknowledgement;
mod agreement;
mod aliases;
mod column;
mod contract;
mod contradiction;
mod day;
mod domain;
mod glossary;
mod header;
mod kind;
mod level;
mod maturity;
mod policy;
mod product;
mod quantity;
mod reference;
mod results;
mod review;
mod scorecard;
mod server;
mod shared;
mod source_system;
mod status;
mod stray_column;
mod summary;
mod team;
mod traits;
mod version;
mod waiver;

pub use acknowledgement::{AcknowledgedChange, AcknowledgedChanges, Acknowledgement};
pub use agreement::{AccessAgreement, AgreementConsumer, AgreementProvider};
pub use aliases::Alias;
pub use column::{
    AllowedValue, Class, ColumnFact, ColumnPath, Columns, Property, PropertyDetail, PropertyFlags, PropertyLinks,
    RareDetail,
};
pub use contract::{
    DataContract, Price, QualityRule, RareLevel, RareObject, RareRule, Relationship, RuleFact, SchemaObject,
    ServiceLevel, ServiceLevelDetail,
};
pub use contradiction::{Contradicting, Contradiction};
pub use day::{date_of, meant_day, why_no_day};
pub use domain::Domain;
pub use glossary::{SemanticDefinition, Term, TermRelationship};
pub use header::{
    AuthoritativeDefinition, Context, CustomProperty, Description, Header, HeaderDetail, Member, Reading, Support,
    TeamBlock,
};
pub use kind::Kind;
pub use level::{END_OF_LIFE, END_OF_SUPPORT, Sense, is_promise, known_levels, level_name, sense_of};
pub use maturity::{Cap, Criterion, Filter, Level, MaturityModel, MaturityPolicy, Threshold, Where};
pub use policy::{Policy, PolicyScope, PolicyTest, PolicyVariable, PolicyWaiver, ScopePlaces, Validation};
pub use product::{DataProduct, InputContract, InputPort, ManagementPort, OutputPort, PortDetail, Sbom};
pub use quantity::{Quantity, misspelt_unit};
pub use reference::{Ref, RefError, Urn};
pub use results::{
    ObservedResult, ResultFile, ResultFormat, ResultStatus, ToolFile, ToolOutcome, ToolResult, ToolSubject,
};
pub use review::Review;
pub use scorecard::{Axis, AxisCheck, Scorecard};
pub use server::{Role, RoleDetail, Server, ServerDetail};
pub use shared::{Part, SharedId};
pub use source_system::{Asset, SourceSystem};
pub use status::{misspelt as misspelt_status, word as status_word};
pub use stray_column::StrayColumn;
pub use summary::ColumnSummary;
pub use team::Team;
pub use traits::{ExampleForm, Traits, ValueType};
pub use version::{Version, bare as bare_version, major, same as same_version};
pub use waiver::Waiver;

/// Text of a descriptor: cheap to copy, short ones without an allocation.
pub type Text = ecow::EcoString;

/// Text with its place.
pub type SpannedText = crate::source::Spanned<Text>;

/// One typed descriptor.
#[derive(Clone, Debug)]
pub enum Descriptor {
    /// Data product.
    DataProduct(Box<DataProduct>),
    /// Data contract.
    DataContract(Box<DataContract>),
    /// Domain.
    Domain(Box<Domain>),
    /// Team.
    Team(Box<Team>),
    /// Glossary.
    SemanticDefinition(Box<SemanticDefinition>),
    /// Policy.
    Policy(Box<Policy>),
    /// Source system.
    SourceSystem(Box<SourceSystem>),
    /// Access agreement.
    AccessAgreement(Box<AccessAgreement>),
    /// Review.
    Review(Box<Review>),
    /// Waiver.
    Waiver(Box<Waiver>),
    /// Acknowledgement.
    Acknowledgement(Box<Acknowledgement>),
    /// Scorecard.
    Scorecard(Box<Scorecard>),
    /// Maturity model.
    MaturityModel(Box<MaturityModel>),
}

impl Descriptor {
    /// Returns what all kinds have.
    #[must_use]
    pub fn header(&self) -> &Header {
        match self {
            Descriptor::DataProduct(descriptor) => &descriptor.header,
            Descriptor::DataContract(descriptor) => &descriptor.header,
            Descriptor::Domain(descriptor) => &descriptor.header,
            Descriptor::Team(descriptor) => &descriptor.header,
            Descriptor::SemanticDefinition(descriptor) => &descriptor.header,
            Descriptor::Policy(descriptor) => &descriptor.header,
            Descriptor::SourceSystem(descriptor) => &descriptor.header,
            Descriptor::AccessAgreement(descriptor) => &descriptor.header,
            Descriptor::Review(descriptor) => &descriptor.header,
            Descriptor::Waiver(descriptor) => &descriptor.header,
            Descriptor::Acknowledgement(descriptor) => &descriptor.header,
            Descriptor::Scorecard(descriptor) => &descriptor.header,
            Descriptor::MaturityModel(descriptor) => &descriptor.header,
        }
    }

    /// Returns what all kinds have, to change it.
    pub fn header_mut(&mut self) -> &mut Header {
        match self {
            Descriptor::DataProduct(descriptor) => &mut descriptor.header,
            Descriptor::DataContract(descriptor) => &mut descriptor.header,
            Descriptor::Domain(descriptor) => &mut descriptor.header,
            Descriptor::Team(descriptor) => &mut descriptor.header,
            Descriptor::SemanticDefinition(descriptor) => &mut descriptor.header,
            Descriptor::Policy(descriptor) => &mut descriptor.header,
            Descriptor::SourceSystem(descriptor) => &mut descriptor.header,
            Descriptor::AccessAgreement(descriptor) => &mut descriptor.header,
            Descriptor::Review(descriptor) => &mut descriptor.header,
            Descriptor::Waiver(descriptor) => &mut descriptor.header,
            Descriptor::Acknowledgement(descriptor) => &mut descriptor.header,
            Descriptor::Scorecard(descriptor) => &mut descriptor.header,
            Descriptor::MaturityModel(descriptor) => &mut descriptor.header,
        }
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.header().kind
    }
}
