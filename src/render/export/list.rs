//! Rows of one kind.

use std::ops::Range;

use serde::Serialize;

use super::table::{csv, table};
use crate::config::Config;
use crate::diagnostic::emit::json_text;
use crate::graph::{Found, Mesh};
use crate::model::{Header, Kind, bare_version};
use crate::render::{Homes, address};
use crate::source::SourceMap;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// Columns for a terminal.
    Table {
        /// Heads in bold.
        color: bool,
    },
    /// A JSON array of objects.
    Json,
    /// CSV with a head.
    Csv,
}

/// One thing of a list. Shape of `list --format json`; fields are only ever added.
#[derive(Clone, Debug, Serialize)]
pub struct ListRow {
    /// The word for the kind.
    pub kind: &'static str,
    /// The id; of a term `<domain>/<id>`.
    pub id: String,
    /// The name.
    pub name: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The status.
    pub status: Option<String>,
    /// The domain's id where it is registered, else what the file says.
    pub domain: Option<String>,
    /// The owner's id where it is registered, else what the file says.
    pub owner: Option<String>,
    /// The file, relative to the root.
    pub file: String,
    /// The page: with a base URL absolute, else relative to the top of the site.
    pub url: Option<String>,
    /// Type of product, domain, team or source system.
    #[serde(rename = "type")]
    pub subtype: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// How many products read it; for products, contracts and source systems.
    pub consumers: Option<usize>,
    /// How many more read it by agreement alone; for products and contracts, left out where nobody does.
    #[serde(rename = "agreedConsumers", skip_serializing_if = "Option::is_none")]
    pub agreed: Option<usize>,
}

/// A condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    field: String,
    is_equal: bool,
    value: String,
}

/// A condition that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no condition: write `field=value` or `field!=value` with one of kind, id, name, version, status, domain, owner, file, type, tags"
)]
pub struct FilterError(String);

/// The fields a condition may name.
const FIELDS: [&str; 10] = ["kind", "id", "name", "version", "status", "domain", "owner", "file", "type", "tags"];

impl Filter {
    /// Reads `field=value`, `field!=value`, or the same with `==` and quotes.
    ///
    /// # Errors
    /// When there is no operator or the field is unknown.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        let (field, is_equal, value) = match (text.split_once("!="), text.split_once("==")) {
            (Some((field, value)), _) => (field, false, value),
            (None, Some((field, value))) => (field, true, value),
            (None, None) => text
                .split_once('=')
                .map(|(field, value)| (field, true, value))
                .ok_or_else(|| FilterError(text.to_owned()))?,
        };
        let field = if field.trim() == "tag" { "tags" } else { field.trim() };
        if !FIELDS.contains(&field) {
            return Err(FilterError(text.to_owned()));
        }
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        Ok(Filter { field: field.to_owned(), is_equal, value })
    }

    /// Returns the condition with the present name of what its value names by an old one. `kind` is that of the list;
    /// `now` follows an old name.
    #[must_use]
    pub fn followed(self, kind: Kind, now: impl Fn(Kind, &str) -> Option<String>) -> Filter {
        let of = match self.field.as_str() {
            "id" => kind,
            "domain" => Kind::Domain,
            "owner" => Kind::Team,
            _ => return self,
        };
        let value = now(of, &self.value).unwrap_or(self.value);
        Filter { value, ..self }
    }

    fn accepts(&self, row: &ListRow) -> bool {
        let is = |value: Option<&str>| value.unwrap_or("").eq_ignore_ascii_case(&self.value);
        let matches = match self.field.as_str() {
            "kind" => is(Some(row.kind)),
            "id" => is(Some(&row.id)),
            "name" => is(row.name.as_deref()),
            "version" => {
                bare_version(row.version.as_deref().unwrap_or("")).eq_ignore_ascii_case(bare_version(&self.value))
            }
            "status" => is(row.status.as_deref()),
            "domain" => is(row.domain.as_deref()),
            "owner" => is(row.owner.as_deref()),
            "file" => is(Some(&row.file)),
            "type" => is(row.subtype.as_deref()),
            _ => row.tags.iter().any(|tag| is(Some(tag))),
        };
        matches == self.is_equal
    }
}

/// The things of a kind as text, and how many there are.
#[derive(Clone, Debug)]
pub struct List {
    /// The text in the format asked for.
    pub text: String,
    /// How many rows it has.
    pub n: usize,
    /// How many of them are retired.
    pub n_retired: usize,
}

/// Writes the things of a kind that pass all filters.
#[must_use]
pub fn list(
    mesh: &Mesh,
    sources: &SourceMap,
    config: &Config,
    kind: Kind,
    filters: &[Filter],
    format: ListFormat,
) -> List {
    let mut rows = rows(mesh, sources, config, &Homes::of(mesh, config), kind, 0..usize::MAX);
    rows.retain(|row| filters.iter().all(|filter| filter.accepts(row)));
    let is_retired = |row: &&ListRow| row.status.as_ref().is_some_and(|status| status.eq_ignore_ascii_case("retired"));
    let (n, n_retired) = (rows.len(), rows.iter().filter(is_retired).count());
    let text = match format {
        ListFormat::Json => json_text(&rows),
        ListFormat::Table { color } => {
            let heads = ["id", "name", "version", "status", "domain", "owner"];
            let cells = |row: &ListRow| {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
                vec![
                    row.id.clone(),
                    text(&row.name),
                    text(&row.version),
                    text(&row.status),
                    text(&row.domain),
                    text(&row.owner),
                ]
            };
            table(&heads, &rows.iter().map(cells).collect::<Vec<_>>(), color)
        }
        ListFormat::Csv => {
            let heads = ["kind", "id", "name", "version", "status", "domain", "owner", "file", "url"];
            let cells = |row: &ListRow| {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                vec![
                    row.kind.to_owned(),
                    row.id.clone(),
                    text(&row.name),
                    text(&row.version),
                    text(&row.status),
                    text(&row.domain),
                    text(&row.owner),
                    row.file.clone(),
                    text(&row.url),
                ]
            };
            csv(&heads, &rows.iter().map(cells).collect::<Vec<_>>())
        }
    };
    List { text, n, n_retired }
}

/// Returns a row for each thing of a kind in a range of positions, sorted by id (contracts by id and
/// version); a range beyond the end ends there.
#[must_use]
pub fn rows(
    mesh: &Mesh,
    sources: &SourceMap,
    config: &Config,
    homes: &Homes,
    kind: Kind,
    range: Range<usize>,
) -> Vec<ListRow> {
    let url = |idx: usize| {
        let page = address::page(mesh, homes, Found { kind, idx })?;
        Some(config.mesh.base_url.as_ref().map_or(page.clone(), |base| format!("{base}{page}")))
    };
    if kind == Kind::SemanticDefinition {
        let row = |(idx, node): (usize, &crate::graph::TermNode)| {
            let (header, term) = (&mesh.glossaries[node.glossary_idx].header, mesh.term(node));
            let domain = node.domain_idx.map(|idx| &mesh.domains[idx]);
            ListRow {
                id: node.id.clone(),
                name: term.name.as_ref().map(ToString::to_string),
                domain: domain.map(|domain| domain.descriptor.header.id.value.to_string()),
                owner: domain.and_then(|domain| team_id(mesh, domain.owner_idx)),
                url: url(idx),
                tags: Vec::new(),
                ..base(header, sources)
            }
        };
        return mesh.terms.iter().enumerate().skip(range.start).take(range.len()).map(row).collect();
    }
    let row = |idx: usize| {
        let mut row = base(mesh.header(Found { kind, idx }), sources);
        row.url = url(idx);
        row.agreed = Some(mesh.agreed_readers(&[Found { kind, idx }]).len()).filter(|n| *n > 0);
        let written = |text: &Option<crate::model::SpannedText>| text.as_ref().map(|text| text.value.to_string());
        match kind {
            Kind::DataProduct => {
                let product = &mesh.products[idx];
                row.domain = mesh.product_domain(product);
                row.owner = mesh.product_owner(product);
                row.subtype = product.descriptor.type_word().map(str::to_owned);
                row.consumers = Some(product.consumers.len());
            }
            Kind::DataContract => {
                let contract = &mesh.contracts[idx];
                // As URNs and pages name it.
                row.version = row.version.map(|_| contract.descriptor.version_text().to_owned());
                row.domain = domain_id(mesh, contract.domain_idx).or_else(|| written(&contract.descriptor.domain));
                let team = contract.descriptor.team.as_ref().and_then(|team| written(&team.name));
                row.owner = team_id(mesh, contract.owner_idx).or(team);
                row.consumers = Some(contract.consumers.len());
            }
            Kind::Domain => {
                let domain = &mesh.domains[idx];
                row.domain = domain_id(mesh, domain.parent_idx);
                row.owner = team_id(mesh, domain.owner_idx).or_else(|| written(&domain.descriptor.owner));
                row.subtype = domain.descriptor.domain_type.as_ref().map(ToString::to_string);
            }
            Kind::Team => {
                let team = &mesh.teams[idx];
                row.domain = domain_id(mesh, team.domain_idx).or_else(|| written(&team.descriptor.domain));
                row.subtype = team.descriptor.team_type.as_ref().map(ToString::to_string);
            }
            Kind::SourceSystem => {
                let source = &mesh.sources[idx];
                row.domain = domain_id(mesh, source.domain_idx).or_else(|| written(&source.descriptor.domain));
                row.owner = team_id(mesh, source.owner_idx).or_else(|| written(&source.descriptor.owner));
                row.subtype = source.descriptor.system_type.as_ref().map(ToString::to_string);
                row.consumers = Some(source.products.len());
            }
            Kind::Policy => {
                let policy = &mesh.policies[idx];
                row.owner = written(&policy.owner);
                row.subtype = policy.category.as_ref().map(ToString::to_string);
            }
            Kind::AccessAgreement => row.owner = written(&mesh.agreements[idx].provider.team),
            Kind::Review => row.owner = written(&mesh.reviews[idx].reviewer),
            Kind::Waiver => row.owner = written(&mesh.waivers[idx].approved_by),
            Kind::Acknowledgement => row.owner = written(&mesh.acknowledgements[idx].consumer),
            Kind::MaturityModel => {
                row.subtype = mesh.maturity_models[idx].target.as_ref().map(|target| target.value.to_string());
            }
            Kind::Scorecard | Kind::SemanticDefinition => {}
        }
        row
    };
    (range.start..range.end.min(mesh.n_of(kind))).map(row).collect()
}

fn base(header: &Header, sources: &SourceMap) -> ListRow {
    ListRow {
        kind: header.kind.word(),
        id: header.id.value.to_string(),
        name: header.name.as_ref().map(ToString::to_string),
        version: header.version.as_ref().map(|version| version.value.to_string()),
        status: header.status_text().map(str::to_owned),
        domain: None,
        owner: None,
        file: sources.path(header.file).to_owned(),
        url: None,
        subtype: None,
        tags: header.tags.iter().map(ToString::to_string).collect(),
        consumers: None,
        agreed: None,
    }
}

fn domain_id(mesh: &Mesh, idx: Option<usize>) -> Option<String> {
    idx.map(|idx| mesh.domains[idx].descriptor.header.id.value.to_string())
}

fn team_id(mesh: &Mesh, idx: Option<usize>) -> Option<String> {
    idx.map(|idx| mesh.teams[idx].descriptor.header.id.value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_people_write_them() {
        let read = |text: &str| Filter::parse(text).map(|filter| (filter.field, filter.is_equal, filter.value));
        assert_eq!(read("domain=sales"), Ok(("domain".into(), true, "sales".into())));
        assert_eq!(read("status != 'active'"), Ok(("status".into(), false, "active".into())));
        assert_eq!(read("owner == \"crm\""), Ok(("owner".into(), true, "crm".into())));
        assert!(read("colour=red").is_err() && read("sales").is_err());
    }
}
