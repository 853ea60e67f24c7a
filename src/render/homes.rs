//! Where each version of a contract stands. On most sites every version has a page of its own. A lean site, for hosts
//! that take few files, folds versions into the page of the product that publishes them. What a page has no room for, and
//! what nobody publishes, keeps a page; other versions are named where a version of the same contract stands.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{address, sheets};
use crate::config::Config;
use crate::graph::{Mesh, Move, version_slug};
use crate::model::DataContract;

/// Quality rules, servers, roles, differences and other versions of a contract on the page of its product. They are
/// fewer than on a page of its own.
pub(super) const RULES: usize = 40;
pub(super) const SERVERS: usize = 12;
pub(super) const ROLES: usize = 20;
pub(super) const STATED: usize = 8;
pub(super) const CHANGES: usize = 24;
pub(super) const ANSWERS: usize = 4;
pub(super) const VERSIONS: usize = 12;
/// Promises of a contract that is folded; with more it keeps its page.
const PROMISES: usize = 60;
/// Bytes of the texts of its rules, and of its differences.
pub(super) const RULE_BYTES: usize = 8_000;
pub(super) const CHANGE_BYTES: usize = 4_000;

/// The bytes, about, that the contracts of a product may have on its page: with a README as a lean site cuts it and the
/// longest lists of the page itself it stays below 250 KB.
const ROOM: usize = 110_000;
/// Bytes of a contract beside what it lists, about, and of one thing of each of its lists.
const FRAME: usize = 5_000;
const ROW: usize = 600;

/// Where a version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Home {
    /// On a page of its own.
    Page,
    /// On the page of a product.
    Folded {
        /// The position of the product.
        product_idx: usize,
        /// It comes first of the contracts of its page, so that its anchors need no name before them.
        is_lead: bool,
        /// Those of its objects and columns do not either: no contract before it has objects of the same name.
        has_own_objects: bool,
    },
    /// Its number stands where another version of the same contract stands.
    Named(usize),
}

/// The homes of all versions.
#[derive(Debug, Default)]
pub struct Homes {
    /// By the position of the version; none where every version has a page.
    lean: Option<Vec<Home>>,
    /// The versions on the page of each product, in their order there.
    folded: Vec<Vec<usize>>,
    /// The page of its own of each version, as it is where the site is not lean: links ask for it very often.
    pages: Vec<String>,
}

/// The names that a folded contract has on the page of its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoldNames {
    /// The id of its section, and with a dash behind it of the parts.
    pub id: String,
    /// What stands before the anchors of its promises and rules.
    pub before: String,
    /// What stands before the anchors of its objects and columns.
    pub before_objects: String,
}

impl Homes {
    /// Finds where the versions of a mesh stand.
    #[must_use]
    pub fn of(mesh: &Mesh, config: &Config) -> Homes {
        let pages = (0..mesh.contracts.len()).map(|idx| mesh.version_page(idx)).collect();
        if !config.site.lean {
            return Homes { pages, ..Homes::default() };
        }
        let mut all: Vec<Option<Home>> = vec![None; mesh.contracts.len()];
        let weight_of = |idx: usize| {
            let contract = &mesh.contracts[idx].descriptor;
            weight(contract, mesh.versions(&contract.header.id.value).first() != Some(&idx))
        };
        let weights: Vec<Option<usize>> = (0..mesh.contracts.len()).into_par_iter().map(weight_of).collect();
        let folded = (0..mesh.products.len()).map(|idx| fold(mesh, &weights, idx, &mut all)).collect();
        let mut first = 0;
        for versions in mesh.contracts.chunk_by(|a, b| a.descriptor.header.id.value == b.descriptor.header.id.value) {
            let range = first..first + versions.len();
            first = range.end;
            // What is found leads to the current version, so that it stands somewhere even when nobody publishes it.
            let current = mesh.current_version(&versions[0].descriptor.header.id.value).unwrap_or(range.start);
            all[current].get_or_insert(Home::Page);
            for home in &mut all[range] {
                home.get_or_insert(Home::Named(current));
            }
        }
        Homes { lean: Some(all.into_iter().flatten().collect()), folded, pages }
    }

    /// Says whether the site is lean.
    #[must_use]
    pub fn is_lean(&self) -> bool {
        self.lean.is_some()
    }

    /// Says whether a version has a page of its own.
    pub(super) fn has_page(&self, contract_idx: usize) -> bool {
        self.lean.as_ref().is_none_or(|homes| homes[contract_idx] == Home::Page)
    }

    /// Returns the address of a version among all, with its number.
    pub(super) fn version_page(&self, contract_idx: usize) -> &str {
        &self.pages[contract_idx]
    }

    /// Returns the versions on the page of a product.
    pub(super) fn folded(&self, product_idx: usize) -> &[usize] {
        self.folded.get(product_idx).map_or(&[], Vec::as_slice)
    }

    /// Returns the version where the number of a version stands that has no place itself, else the version.
    fn shown(&self, contract_idx: usize) -> usize {
        match self.lean.as_ref().map(|homes| &homes[contract_idx]) {
            Some(Home::Named(other)) => *other,
            _ => contract_idx,
        }
    }

    /// Returns old addresses with the new ones that this site has.
    pub(super) fn moved(&self, mesh: &Mesh, mut moves: Vec<Move>) -> Vec<Move> {
        if !self.is_lean() || moves.is_empty() {
            return moves;
        }
        let mut places: BTreeMap<String, String> = BTreeMap::new();
        for idx in 0..mesh.contracts.len() {
            places.insert(self.version_page(idx).to_owned(), address::contract_version(mesh, self, idx));
            if mesh.current_version(&mesh.contracts[idx].descriptor.header.id.value) == Some(idx) {
                places
                    .insert(address::contract_stem_page(&mesh.contracts[idx].slug), address::contract(mesh, self, idx));
            }
        }
        for moved in &mut moves {
            if let Some(place) = places.get(&moved.to) {
                moved.to.clone_from(place);
            }
        }
        moves
    }

    /// Returns the product on whose page a version stands, and its names there.
    pub(super) fn fold_of(&self, mesh: &Mesh, contract_idx: usize) -> Option<(usize, FoldNames)> {
        let Home::Folded { product_idx, is_lead, has_own_objects } = &self.lean.as_ref()?[contract_idx] else {
            return None;
        };
        let contract = &mesh.contracts[contract_idx];
        let key = format!("{}-{}", contract.slug, version_slug(contract.descriptor.version_text()));
        // No anchor of a name of a file has this sign.
        let before = |is_own: bool| if is_own { String::new() } else { format!("{key}~") };
        let names = FoldNames {
            id: format!("contract-{key}"),
            before: before(*is_lead),
            before_objects: before(*has_own_objects),
        };
        Some((*product_idx, names))
    }

    /// Returns where an anchor of a version stands: on its page, or on the page of its product under another name. One
    /// of [`PARTS`], the anchor of a promise, a rule, an object or a column, or the empty text for the version itself.
    pub(super) fn place(&self, mesh: &Mesh, contract_idx: usize, anchor: &str) -> String {
        let shown = self.shown(contract_idx);
        // Only the version itself has its anchors.
        let anchor = if shown == contract_idx { anchor } else { "" };
        if let Some((product_idx, names)) = self.fold_of(mesh, shown) {
            let page = address::product(&mesh.products[product_idx].slug);
            return format!("{page}#{}", names.anchor(anchor));
        }
        let mut page = address::contract_file(mesh, self, shown);
        if !anchor.is_empty() {
            page.reserve_exact(1 + anchor.len());
            page.push('#');
            page.push_str(anchor);
        }
        page
    }
}

/// The anchors of the parts of a contract that links lead to.
const PARTS: [&str; 5] = ["connect", "promises", "columns", "quality", "diff"];

impl FoldNames {
    /// Returns the name of an anchor on the page of the product.
    pub(super) fn anchor(&self, anchor: &str) -> String {
        match anchor {
            "" => self.id.clone(),
            part if PARTS.contains(&part) => format!("{}-{part}", self.id),
            object if object.starts_with("o-") || object.starts_with("c-") => {
                format!("{}{object}", self.before_objects)
            }
            other => format!("{}{other}", self.before),
        }
    }
}

/// Folds what a product publishes into its page, the active contracts first, as long as there is room. `weights` has the
/// [`weight`] of each version.
fn fold(mesh: &Mesh, weights: &[Option<usize>], product_idx: usize, homes: &mut [Option<Home>]) -> Vec<usize> {
    let is_of_it = |idx: &usize| {
        mesh.contracts[*idx].published_by.first().is_some_and(|by| by.product_idx == product_idx)
            && homes[*idx].is_none()
    };
    let mut own: Vec<usize> = Vec::new();
    for idx in mesh.products[product_idx].outputs.iter().flatten().copied().filter(is_of_it) {
        if !own.contains(&idx) {
            own.push(idx);
        }
    }
    own.sort_by_key(|idx| !mesh.contracts[*idx].descriptor.header.has_status("active"));
    let mut room = ROOM;
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut folded = Vec::new();
    for idx in own {
        let contract = &mesh.contracts[idx].descriptor;
        let Some(left) = weights[idx].and_then(|weight| room.checked_sub(weight)) else {
            homes[idx] = Some(Home::Page);
            continue;
        };
        room = left;
        // `a.b` may be an object, or a column of `a`: up to the first dot they must differ.
        let heads: Vec<String> = contract
            .objects
            .iter()
            .map(|object| address::object_anchor(&object.name))
            .map(|anchor| anchor.split('.').next().unwrap_or_default().to_owned())
            .collect();
        let is_lead = folded.is_empty();
        let has_own_objects = is_lead || heads.iter().all(|head| !taken.contains(head));
        if has_own_objects {
            taken.extend(heads);
        }
        homes[idx] = Some(Home::Folded { product_idx, is_lead, has_own_objects });
        folded.push(idx);
    }
    folded
}

/// Returns the bytes of a contract on the page of its product, about and not less; none where its columns need more than
/// one page, or where it promises more than anyone reads. With a version before it differences stand there too.
fn weight(contract: &DataContract, has_before: bool) -> Option<usize> {
    let columns = sheets::weight_of_one_page(contract)?;
    if contract.service_levels.len() > PROMISES {
        return None;
    }
    let description = &contract.header.description;
    let texts = [&description.purpose, &description.usage, &description.limitations];
    let texts: usize =
        texts.into_iter().flatten().map(|text| (2 * sheets::escaped(text)).min(super::markdown::TEXT)).sum();
    let levels = contract.service_levels.iter().filter_map(|level| level.detail.as_deref()?.description.as_deref());
    let roles =
        contract.all_roles().take(ROLES).filter_map(|(role, _)| role.description().map(crate::model::Text::as_str));
    let own = contract.all_roles().take(ROLES).flat_map(|(role, _)| role.custom());
    let own = own.chain(contract.service_levels.iter().filter_map(|level| level.rare()).flat_map(|rare| &rare.custom));
    let own = own.flat_map(|custom| [custom.property.as_str(), custom.value.as_str()]);
    let servers = contract.servers.iter().take(SERVERS).filter_map(|server| server.description.as_deref());
    let custom = contract.header.custom.iter().map(|custom| custom.value.as_str());
    let said: usize = levels.chain(roles).chain(servers).chain(custom).chain(own).map(sheets::escaped).sum();
    // An address stands in the table and in what is to be pasted.
    let addresses: usize = contract
        .servers
        .iter()
        .take(SERVERS)
        .map(|server| {
            4 * sheets::escaped(&super::servers::address(server)) + sheets::escaped(&super::servers::rest(server))
        })
        .sum();
    let changes = if has_before { CHANGES * 300 + CHANGE_BYTES + ANSWERS * 700 } else { 0 };
    let rules = contract.n_quality_rules as usize;
    let rule_bytes = if rules == 0 { 0 } else { (rules * 200).min(2 * RULE_BYTES) };
    let n = rules.min(RULES)
        + contract.servers.len().min(SERVERS)
        + contract.all_roles().take(ROLES).count()
        + contract.service_levels.len()
        + contract.header.custom.len();
    let said = said + super::pages::stated_bytes(contract);
    Some(FRAME + columns + texts + said + addresses + rule_bytes + ROW * n + changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_a_second_contract_have_its_name_before_them() {
        let names =
            FoldNames { id: "contract-a-1".to_owned(), before: "a-1~".to_owned(), before_objects: String::new() };
        let anchors =
            ["", "columns", "diff", "c-o.x", "o-o", "sla-freshness", "q-unique"].map(|anchor| names.anchor(anchor));
        assert_eq!(
            anchors,
            [
                "contract-a-1",
                "contract-a-1-columns",
                "contract-a-1-diff",
                "c-o.x",
                "o-o",
                "a-1~sla-freshness",
                "a-1~q-unique"
            ]
        );
    }
}
