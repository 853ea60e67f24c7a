//! What those who read a product say of it.

use serde::Serialize;

use crate::render::parts::{Anchor, Day, Linker};
use crate::render::site::Site;

#[derive(Serialize)]
pub(super) struct ReviewRow<'a> {
    reviewer: Option<Anchor<'a>>,
    rating: Option<i64>,
    used_for: Option<&'a str>,
    version: Option<&'a str>,
    day: Option<Day>,
    text: Option<&'a str>,
    /// It is by those who make the product.
    is_own: bool,
}

pub(super) fn reviews<'a>(site: &'a Site, product_idx: usize, linker: Linker<'a>) -> Vec<ReviewRow<'a>> {
    let mesh = site.mesh();
    let mut reviews = mesh.products[product_idx].reviews.clone();
    let day = |idx: &usize| mesh.reviews[*idx].date.as_ref().and_then(|date| crate::model::date_of(date));
    reviews.sort_by_key(|idx| std::cmp::Reverse(day(idx)));
    let reviewer = |written: &'a crate::model::SpannedText| match (mesh.team(written), mesh.product(written)) {
        (Some(team), _) => linker.team(Some(team), None).unwrap_or_default(),
        (None, Some(product)) => linker.product(product),
        (None, None) => linker.reference(&written.value),
    };
    let row = |(idx, review): (usize, &'a crate::model::Review)| ReviewRow {
        is_own: mesh.is_own_review(idx, product_idx),
        reviewer: review.reviewer.as_ref().map(reviewer),
        rating: review.rating,
        used_for: review.used_for.as_deref(),
        version: review.contract_version.as_ref().map(|version| version.as_str()),
        day: review.date.as_ref().map(|date| Day::of(date)),
        text: review.text.as_deref(),
    };
    reviews.into_iter().map(|idx| row((idx, &mesh.reviews[idx]))).collect()
}
