//! Reviews that nobody but the product's own makers has written.

use crate::declare_rule;
use crate::diagnostic::Sink;
use crate::policy::{Context, PolicyRule};

pub(super) const RULES: &[PolicyRule] = &[PolicyRule { meta: &OWN_REVIEW, run: own_review }];

declare_rule! {
    /// ## What it finds
    /// A review of a data product by its own team, or by a product of that team.
    ///
    /// ## Why it matters
    /// A review tells others how the product served somebody who did not make it. This one is shown, says whose it is,
    /// and is left out of the mean rating.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Review
    /// subject: product:orders
    /// reviewer: order-platform     # the team of orders
    /// rating: 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: Review
    /// subject: product:orders
    /// reviewer: pricing
    /// rating: 4
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `own-review: warning`, or `off`.
    pub static OWN_REVIEW = { code: "GOV062", name: "own-review", severity: Info, since: "0.1.0" }
}

fn own_review(context: &Context<'_>, sink: &mut Sink) {
    let mesh = context.mesh;
    for (product_idx, product) in mesh.products.iter().enumerate() {
        let own = product.reviews.iter().filter(|idx| mesh.is_own_review(**idx, product_idx));
        for (review, reviewer) in
            own.filter_map(|idx| Some((&mesh.reviews[*idx], mesh.reviews[*idx].reviewer.as_ref()?)))
        {
            let header = &product.descriptor.header;
            let message = format!("`{}` is reviewed by its own team", header.id.value);
            let mut finding = OWN_REVIEW
                .at(review.header.file, reviewer.span, message)
                .label("of those who make it")
                .help("leave the rating to those who read the product; this one is left out of the mean")
                .subject(review.header.reference());
            if let Some(team) = product.descriptor.team.as_ref().and_then(|team| team.name.as_ref()) {
                finding = finding.related(header.file, team.span, "its team");
            }
            sink.push(finding);
        }
    }
}
