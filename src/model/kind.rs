//! The table of kinds: one row each, from which words, folders and schemas are known.

use std::fmt;

/// A kind of descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Bitol ODPS data product.
    DataProduct,
    /// Bitol ODCS data contract.
    DataContract,
    /// Domain of the mesh.
    Domain,
    /// Team that owns things.
    Team,
    /// Bitol OSDS glossary (draft): the terms of one domain.
    SemanticDefinition,
    /// Governance policy.
    Policy,
    /// System outside the mesh that feeds it.
    SourceSystem,
    /// Bitol OAAS agreement on access (draft).
    AccessAgreement,
    /// A consumer's review of a product.
    Review,
    /// An exception from a rule.
    Waiver,
    /// A consumer's acknowledgement of a breaking change.
    Acknowledgement,
    /// Checks that replace the built-in scorecard.
    Scorecard,
    /// Bitol OMMS levels of maturity (draft).
    MaturityModel,
}

/// The row of a kind.
struct Row {
    name: &'static str,
    word: &'static str,
    plural: &'static str,
    folder: &'static str,
    schema: &'static str,
    title: &'static str,
}

impl Kind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Kind; 13] = [
        Kind::DataProduct,
        Kind::DataContract,
        Kind::Domain,
        Kind::Team,
        Kind::SemanticDefinition,
        Kind::Policy,
        Kind::SourceSystem,
        Kind::AccessAgreement,
        Kind::Review,
        Kind::Waiver,
        Kind::Acknowledgement,
        Kind::Scorecard,
        Kind::MaturityModel,
    ];

    fn row(self) -> Row {
        let row = |name, word, plural, folder, schema, title| Row { name, word, plural, folder, schema, title };
        match self {
            Kind::DataProduct => row("DataProduct", "product", "products", "products", "data-product", "data product"),
            Kind::DataContract => {
                row("DataContract", "contract", "contracts", "contracts", "data-contract", "data contract")
            }
            Kind::Domain => row("Domain", "domain", "domains", "domains", "domain", "domain"),
            Kind::Team => row("Team", "team", "teams", "teams", "team", "team"),
            Kind::SemanticDefinition => {
                row("SemanticDefinition", "term", "terms", "glossary", "semantic-definition", "glossary")
            }
            Kind::Policy => row("Policy", "policy", "policies", "policies", "policy", "policy"),
            Kind::SourceSystem => row("SourceSystem", "source", "sources", "sources", "source-system", "source system"),
            Kind::AccessAgreement => {
                row("AccessAgreement", "agreement", "agreements", "", "access-agreement", "access agreement")
            }
            Kind::Review => row("Review", "review", "reviews", "", "review", "review"),
            Kind::Waiver => row("Waiver", "waiver", "waivers", "", "waiver", "waiver"),
            Kind::Acknowledgement => {
                row("Acknowledgement", "acknowledgement", "acknowledgements", "", "acknowledgement", "acknowledgement")
            }
            Kind::Scorecard => row("Scorecard", "scorecard", "scorecards", "", "scorecard", "scorecard"),
            Kind::MaturityModel => {
                row("MaturityModel", "maturity-model", "maturity-models", "", "maturity-model", "maturity model")
            }
        }
    }

    /// Returns the value of `kind:` in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the word of the command line, of references, URNs and JSON: `product`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Returns the plural of [`Kind::word`].
    #[must_use]
    pub fn plural(self) -> &'static str {
        self.row().plural
    }

    /// Returns the folder of the kind's pages on the site; empty for kinds without pages.
    #[must_use]
    pub fn folder(self) -> &'static str {
        self.row().folder
    }

    /// Returns the name of the schema: `schemas/<name>.schema.json`.
    #[must_use]
    pub fn schema(self) -> &'static str {
        self.row().schema
    }

    /// Returns what the kind is called in sentences: `data product`.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Returns the kind with this value of `kind:`, in exactly this spelling.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the kind for a word, its plural or the kind's name, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Kind> {
        let is = |known: &str| known.eq_ignore_ascii_case(word);
        Kind::ALL.into_iter().find(|kind| is(kind.word()) || is(kind.plural()) || is(kind.name()))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
