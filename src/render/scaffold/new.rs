//! The files of one new descriptor, in the places of the golden path (DESIGN section 2).

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{NewFile, ScaffoldError, template};
use crate::graph::version_slug;
use crate::model::{Kind, Version};
use crate::source::parent;

/// The folder of the organisation's own templates, in the registry's folder. A file there replaces
/// the built-in template of the same name (see [`template_names`]). Templates are those of Tera with
/// the fields of [`Answers`]; the filter `yaml` makes a scalar, `md` a line of Markdown.
pub const TEMPLATES_FOLDER: &str = "templates";

/// What is said about the new thing; a template sees each field by its name. Texts are as a person
/// wrote them, references are ids of the mesh.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Answers {
    /// `id`; of a term the part after the domain.
    pub id: String,
    /// `name`.
    pub name: String,
    /// `version` of the thing.
    pub version: String,
    /// What it is for; of a waiver the reason, of a review the use, of an acknowledgement the note.
    pub purpose: Option<String>,
    /// Id of the domain; of a domain that of the one above.
    pub domain: Option<String>,
    /// Id of the team that owns it, or that provides the access.
    pub owner: Option<String>,
    /// Id of the product that a contract is made for, or that provides the access.
    pub product: Option<String>,
    /// Name of the output port that is accessed.
    pub port: Option<String>,
    /// Id of the contract behind that port.
    pub contract: Option<String>,
    /// Version of the contract that is accessed, reviewed or acknowledged.
    pub contract_version: Option<String>,
    /// Who acknowledges, as `product:id` or `team:id`.
    pub consumer: Option<String>,
    /// Id of the team that gets access.
    pub consumer_team: Option<String>,
    /// Id of the product that gets access.
    pub consumer_product: Option<String>,
    /// The person that gets access, where it is no product and no team.
    pub consumer_user: Option<String>,
    /// What a consumer does with the data, beyond what it is for.
    pub usage: Option<String>,
    /// The environment that is accessed.
    pub environment: Option<String>,
    /// The classes of data that are accessed.
    pub classes: Vec<String>,
    /// The roles of the contract that a consumer receives.
    pub roles: Vec<String>,
    /// The roles of the contract, for whoever completes the agreement by hand.
    pub known_roles: Vec<String>,
    /// The environments of its servers.
    pub known_environments: Vec<String>,
    /// The classes of its columns.
    pub known_classes: Vec<String>,
    /// What a review, waiver or acknowledgement is about, as `kind:id`.
    pub subject: Option<String>,
    /// The rule that is waived.
    pub rule: Option<String>,
    /// Id of the team or product that reviews, or of the team that approves.
    pub by: Option<String>,
    /// From 1 to 5.
    pub rating: Option<u8>,
    /// Id of the glossary of a term.
    pub glossary: Option<String>,
    /// The day, as `YYYY-MM-DD`.
    pub today: String,
    /// The last day of what ends, as `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// Where the new thing goes: folders of the mesh as it is, with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The first root; empty for the registry's folder itself.
    pub root: String,
    /// Folder of the domain.
    pub domain: Option<String>,
    /// Folder of the product that the thing belongs to.
    pub product: Option<String>,
    /// Name of the file, without its ending.
    pub stem: String,
    /// A path of one's own for the descriptor, instead of the golden path.
    pub path: Option<String>,
}

/// What the templates see: the answers, and what follows from them.
#[derive(Serialize)]
struct Values<'a> {
    #[serde(flatten)]
    answers: &'a Answers,
    object: String,
}

/// Returns the names of the templates of a kind: the descriptor's, then the prose's where there is
/// one. Empty for kinds that have no golden path.
#[must_use]
pub fn template_names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::DataProduct => &["data-product.yaml", "data-product.md"],
        Kind::DataContract => &["data-contract.yaml"],
        Kind::Domain => &["domain.yaml", "domain.md"],
        Kind::Team => &["team.yaml"],
        Kind::SemanticDefinition => &["semantic-definition.yaml"],
        Kind::Policy => &["policy.yaml", "policy.md"],
        Kind::SourceSystem => &["source-system.yaml"],
        Kind::AccessAgreement => &["access-agreement.yaml"],
        Kind::Review => &["review.yaml"],
        Kind::Waiver => &["waiver.yaml"],
        Kind::Acknowledgement => &["acknowledgement.yaml"],
        Kind::Scorecard => &["scorecard.yaml"],
        Kind::MaturityModel => &["maturity-model.yaml"],
    }
}

/// Returns the files of a new descriptor: the descriptor first, then its prose. `own` holds the
/// organisation's templates by name.
///
/// # Errors
/// When a template of the organisation cannot be read or names something that is not known.
pub fn new(
    kind: Kind,
    answers: &Answers,
    place: &Place,
    own: &BTreeMap<String, String>,
) -> Result<Vec<NewFile>, ScaffoldError> {
    let values = Values { answers, object: answers.id.replace('-', "_") };
    let path = place.path.clone().unwrap_or_else(|| golden_path(kind, answers, place));
    let mut files = Vec::new();
    for (name, path) in template_names(kind).iter().zip([path.clone(), prose_path(kind, &path)]) {
        files.push((path, template::render("new", name, own, &values)?));
    }
    Ok(files)
}

fn golden_path(kind: Kind, answers: &Answers, place: &Place) -> String {
    let Place { root, stem, .. } = place;
    let below = |folder: Option<&String>, name: String| join(folder.map_or(root.as_str(), String::as_str), &name);
    let domain = || match &place.domain {
        Some(folder) => folder.clone(),
        None => join(root, "domains"),
    };
    match kind {
        Kind::DataProduct => join(&domain(), &format!("{stem}/product.odps.yaml")),
        Kind::DataContract => below(place.product.as_ref(), format!("contracts/{stem}.odcs.yaml")),
        Kind::Domain => join(root, &format!("domains/{}/domain.yaml", answers.id)),
        Kind::Team => join(root, &format!("teams/{stem}.yaml")),
        Kind::SemanticDefinition => join(root, &format!("glossary/{stem}.osds.yaml")),
        Kind::Policy => join(root, &format!("policies/{stem}.yaml")),
        Kind::SourceSystem => join(root, &format!("sources/{stem}.yaml")),
        Kind::AccessAgreement => below(place.product.as_ref(), format!("access/{stem}.oaas.yaml")),
        Kind::Review => below(place.product.as_ref(), format!("reviews/{stem}.yaml")),
        Kind::Waiver => join(root, &format!("waivers/{stem}.yaml")),
        Kind::Acknowledgement => below(place.product.as_ref(), format!("acknowledgements/{stem}.yaml")),
        Kind::Scorecard => join(root, &format!("scorecards/{stem}.yaml")),
        Kind::MaturityModel => join(root, &format!("maturity/{stem}.omms.yaml")),
    }
}

/// Products and domains have a README, policies have prose of the same name.
fn prose_path(kind: Kind, descriptor: &str) -> String {
    match kind {
        Kind::Policy => descriptor.rsplit_once('.').map_or(descriptor, |(stem, _)| stem).to_owned() + ".md",
        _ => join(parent(descriptor), "README.md"),
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Returns the lines that put a contract behind an output port of its product, which has ports of the names `taken`: a
/// port that is there keeps what it carries, and a version beside it has one of its own.
#[must_use]
pub fn output_port(answers: &Answers, taken: &[&str]) -> String {
    let scalar = template::scalar;
    let name = free_port(answers, taken);
    let (name, id, version) = (scalar(&name), scalar(&answers.id), scalar(&answers.version));
    // What is there already is gone on with; a second `outputPorts:` would be a key twice.
    let list = if taken.is_empty() { "outputPorts:\n" } else { "" };
    format!("{list}  - name: {name}\n    type: tables\n    contractId: {id}\n    version: {version}\n")
}

/// Returns the name of the contract, else that with its major, its version, or a number.
fn free_port(answers: &Answers, taken: &[&str]) -> String {
    let id = &answers.id;
    let major = Version::parse(&answers.version).major().map(|major| format!("{id}-{major}"));
    let versioned = format!("{id}-{}", version_slug(&answers.version));
    let numbered = (2..).map(|number| format!("{versioned}-{number}"));
    let mut names = [id.clone()].into_iter().chain(major).chain([versioned.clone()]).chain(numbered);
    names.find(|name| !taken.contains(&name.as_str())).unwrap_or_else(|| id.clone())
}

/// Returns the lines that add a term to the `definitions` of a glossary.
#[must_use]
pub fn entry_of_term(answers: &Answers) -> String {
    let scalar = template::scalar;
    let mut text = format!("  - id: {}\n    name: {}\n", scalar(&answers.id), scalar(&answers.name));
    if let Some(purpose) = &answers.purpose {
        text.push_str("    description: ");
        text.push_str(&scalar(purpose));
        text.push('\n');
    }
    text
}

/// Returns a name for people from an id: `customer-orders` is "Customer orders".
#[must_use]
pub fn title_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut characters = words.trim().chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Returns the id that a text comes nearest to: `Acme Data!` is `acme-data`, `Ünï` is `uni`. `None` when no
/// letter or digit is left.
#[must_use]
pub fn id_of(text: &str) -> Option<String> {
    let mut id = String::new();
    for character in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            id.push(character);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
        if id.len() == 80 {
            break;
        }
    }
    let id = id.trim_end_matches('-');
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_go_to_the_golden_path() {
        let answers = Answers { id: "orders".into(), version: "0.1.0".into(), ..Answers::default() };
        let place = |root: &str| Place { root: root.into(), stem: "orders".into(), ..Place::default() };
        assert_eq!(golden_path(Kind::Team, &answers, &place("registry")), "registry/teams/orders.yaml");
        assert_eq!(golden_path(Kind::Domain, &answers, &place("")), "domains/orders/domain.yaml");
        let place = Place { product: Some("p/orders".into()), ..place("registry") };
        assert_eq!(golden_path(Kind::DataContract, &answers, &place), "p/orders/contracts/orders.odcs.yaml");
        assert_eq!(golden_path(Kind::Waiver, &answers, &place), "registry/waivers/orders.yaml");
        assert_eq!(prose_path(Kind::Policy, "a/b.c.yaml"), "a/b.c.md");
        assert_eq!(prose_path(Kind::DataProduct, "a/b.yaml"), "a/README.md");
    }

    #[test]
    fn names_and_ids_lead_to_each_other() {
        assert_eq!(title_of("customer-orders"), "Customer orders");
        assert_eq!(id_of("  Acme: Data! "), Some("acme-data".to_owned()));
        assert_eq!(id_of("数据"), None);
    }

    #[test]
    fn every_kind_has_a_descriptor_first() {
        for kind in Kind::ALL {
            assert_eq!(template_names(kind)[0], format!("{}.yaml", kind.schema()));
        }
    }
}
