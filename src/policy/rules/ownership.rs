//! Who answers for what.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] = &[PolicyRule { meta: &MISSING_OWNER, run: missing_owner }];

declare_rule! {
    /// ## What it finds
    /// A data product whose descriptor names no owning team: `team.name` is missing or empty.
    ///
    /// ## Why it matters
    /// Nobody is told before one of its contracts breaks, nobody approves access, nobody answers. A
    /// product without an owner is a table.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataProduct
    /// id: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataProduct
    /// id: orders
    /// team:
    ///   name: order-platform
    /// ```
    ///
    /// ## Configuration
    /// `check.overrides` lowers the level for paths that are still being adopted.
    pub static MISSING_OWNER = { code: "GOV001", name: "missing-owner", severity: Error, since: "0.1.0" }
}

fn missing_owner(context: &Context<'_>, sink: &mut Sink) {
    for product in &context.mesh.products {
        let header = &product.descriptor.header;
        let has_owner = product.descriptor.team.as_ref().is_some_and(|team| team.name.is_some());
        if header.is_broken() || has_owner {
            continue;
        }
        let message = format!("the data product `{}` has no owner", header.id.value);
        sink.push(
            MISSING_OWNER
                .at(header.file, header.id.span, message)
                .label("no `team.name`")
                .help("add `team:` with the `name` of a team of this registry")
                .subject(header.reference()),
        );
    }
}
