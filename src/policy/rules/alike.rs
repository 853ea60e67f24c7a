//! New products that look like others.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::graph::{Alike, Mesh};
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] = &[PolicyRule { meta: &LOOK_ALIKE_PRODUCT, run: look_alike_product }];

declare_rule! {
    /// ## What it finds
    /// A new product that looks like another one: half of its columns or more have the same names, rare names
    /// weighing more, with the glossary terms and the words of the ids beside them. New is what is `draft` or
    /// `proposed`, and with `--base` what the base does not have. Not compared are products of which one is made from
    /// the other, also through others, that publish the same contract, or of which one is deprecated or retired.
    ///
    /// ## Why it matters
    /// Two products of the same data are two truths, and twice the work. Before the second is built is the time to
    /// ask whether the first could be read.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataProduct
    /// id: client-directory        # 17 of its 20 columns stand in `customer-master`
    /// status: proposed
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataProduct
    /// id: client-directory
    /// status: proposed
    /// inputPorts:
    ///   - {name: customers, contractId: customers, version: 2.0.0}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `look-alike-product: off`. The pages of both products list what looks like them, new or
    /// not.
    pub static LOOK_ALIKE_PRODUCT = { code: "GOV031", name: "look-alike-product", severity: Info, since: "0.1.0" }
}

fn look_alike_product(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    report(mesh, |idx| is_announced(mesh, idx), sink);
}

/// Says whether a product is new by its own words.
pub(crate) fn is_announced(mesh: &Mesh, product_idx: usize) -> bool {
    mesh.products[product_idx].descriptor.header.is_coming()
}

/// Tells of products that are new by what `is_new` says.
pub(crate) fn report(mesh: &Mesh, is_new: impl Fn(usize) -> bool + Sync, sink: &mut Sink) {
    let alike = Alike::of(mesh, &is_new);
    for (idx, product) in mesh.products.iter().enumerate().filter(|(idx, _)| is_new(*idx)) {
        let Some((first, more)) = alike.like(idx).split_first() else { continue };
        let header = &product.descriptor.header;
        let other = &mesh.products[first.product_idx];
        let other_header = &other.descriptor.header;
        let domain = other
            .domain_idx
            .map_or(String::new(), |idx| format!(" in {}", mesh.domains[idx].descriptor.header.title()));
        let terms = match first.n_terms {
            0 => String::new(),
            1 => " and 1 term".to_owned(),
            n => format!(" and {n} terms"),
        };
        let message = format!(
            "the new product `{}` looks like `{}`{domain}: {} of {} columns{terms}",
            header.id.value, other_header.id.value, first.n_shared, first.n_columns
        );
        let others = match more {
            [] => String::new(),
            more => {
                let names: Vec<String> = more
                    .iter()
                    .map(|like| format!("`{}`", mesh.products[like.product_idx].descriptor.header.id.value))
                    .collect();
                format!("; {} {} like it too", names.join(", "), if more.len() == 1 { "looks" } else { "look" })
            }
        };
        let help = format!(
            "read it through an input port instead of building it again, or say in `description.purpose` what is different{others}"
        );
        sink.push(
            LOOK_ALIKE_PRODUCT
                .at(header.file, header.id.span, message)
                .help(help)
                .related(other_header.file, other_header.id.span, "the product it looks like")
                .subject(header.reference()),
        );
    }
}
