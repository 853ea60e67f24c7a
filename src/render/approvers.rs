//! Who approves access to a product, and who says so: the roles of its contracts and of their servers, else the forge's file of
//! owners, else the owner of the product.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::diff::CodeOwners;
use crate::graph::Mesh;
use crate::model::Text;

/// The forge's file of owners, for paths of the registry.
#[derive(Debug, Default)]
pub struct FileOwners {
    /// What the file says.
    pub owners: CodeOwners,
    /// The folder of the registry below the top of the repository, with a slash at its end, or empty.
    pub prefix: String,
}

impl FileOwners {
    /// Returns who owns a file of the registry.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<&str> {
        self.owners.of(&format!("{}{path}", self.prefix))
    }
}

/// Where roles of contracts name a team as who approves access.
#[derive(Debug, Default)]
pub(super) struct Approves {
    /// Names that are not its own: of members, and its handle.
    pub names: BTreeSet<Text>,
    /// The products, without those that are retired.
    pub products: BTreeSet<usize>,
}

/// Gathers for each team where it approves access; `member_of` returns the team that has a member of a name.
pub(super) fn by_team(mesh: &Mesh, member_of: &dyn Fn(&str) -> Option<usize>) -> BTreeMap<usize, Approves> {
    let handles: BTreeMap<String, usize> = mesh
        .teams
        .iter()
        .enumerate()
        .filter_map(|(idx, team)| Some((team.descriptor.forge_handle.as_ref()?.to_lowercase().to_string(), idx)))
        .collect();
    let mut gathered: BTreeMap<usize, Approves> = BTreeMap::new();
    for contract in &mesh.contracts {
        let is_retired = contract.descriptor.header.has_status("retired");
        for (role, _) in contract.descriptor.all_roles() {
            for name in [&role.first_level_approvers, &role.second_level_approvers].into_iter().flatten() {
                let own = mesh.team(name);
                let other = || handles.get(&*name.to_lowercase()).copied().or_else(|| member_of(name));
                let Some(idx) = own.or_else(other) else { continue };
                let approves = gathered.entry(idx).or_default();
                if own.is_none() {
                    approves.names.insert(name.clone());
                }
                let products = contract.published_by.iter().map(|by| by.product_idx);
                approves.products.extend(products.filter(|idx| !is_retired && !mesh.is_retired(*idx)));
            }
        }
    }
    gathered
}

/// Where the name of an approver comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApproverOrigin<'a> {
    /// A role of a contract.
    Role {
        /// The contract version.
        contract_idx: usize,
        /// The role.
        role: &'a str,
        /// `first` or `second`.
        level: &'static str,
    },
    /// The forge's file of owners: it owns the place where the agreement would be.
    FileOwners,
    /// The product's owner.
    Owner,
}

/// Somebody who approves access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver<'a> {
    /// As it is written: a team, an address or a handle.
    pub name: Cow<'a, str>,
    /// Who says so.
    pub origin: ApproverOrigin<'a>,
}

/// Returns who approves access to some contracts of a product, each once. `roles` are the roles that are asked for;
/// without any all count. `path` is where the agreement would be.
#[must_use]
pub fn approvers<'a>(
    mesh: &'a Mesh,
    (product_idx, contracts): (usize, &[usize]),
    roles: &[String],
    path: &str,
    owners: Option<&'a FileOwners>,
) -> Vec<Approver<'a>> {
    let mut found: Vec<Approver<'a>> = Vec::new();
    for contract_idx in contracts {
        for (role, _) in mesh.contracts[*contract_idx].descriptor.all_roles() {
            if !roles.is_empty() && !roles.iter().any(|asked| *asked == *role.role) {
                continue;
            }
            for (names, level) in [(&role.first_level_approvers, "first"), (&role.second_level_approvers, "second")] {
                let Some(names) = names.as_deref().filter(|names| !names.trim().is_empty()) else { continue };
                let is_same = |known: &Approver<'_>| {
                    known.name == names && matches!(known.origin, ApproverOrigin::Role { level: of, .. } if of == level)
                };
                if !found.iter().any(is_same) {
                    let origin = ApproverOrigin::Role { contract_idx: *contract_idx, role: &role.role, level };
                    found.push(Approver { name: Cow::Borrowed(names), origin });
                }
            }
        }
    }
    if found.is_empty()
        && let Some(owners) = owners
    {
        let named = owners.of(path).into_iter();
        found.extend(named.map(|name| Approver { name: Cow::Borrowed(name), origin: ApproverOrigin::FileOwners }));
    }
    if found.is_empty()
        && let Some(owner) = mesh.product_owner(&mesh.products[product_idx])
    {
        found.push(Approver { name: Cow::Owned(owner), origin: ApproverOrigin::Owner });
    }
    found
}
