//! Which waivers hold today.

use jiff::civil::Date;

use crate::diagnostic::Waiving;
use crate::graph::{Mesh, date_of};
use crate::model::{Kind, Ref};

/// Returns the waivers in force: those whose last day has not passed (UTC). A waiver without a
/// readable last day does not hold.
#[must_use]
pub fn waivers_in_force(mesh: &Mesh, today: Date) -> Vec<Waiving> {
    let holds = |expires: Option<&str>| expires.and_then(date_of).is_some_and(|last| last >= today);
    let own = mesh.waivers.iter().filter(|waiver| holds(waiver.expires.as_ref().map(|text| text.value.as_str()))).map(
        |waiver| Waiving {
            id: waiver.header.id.value.to_string(),
            target: canonical(mesh, &waiver.target),
            rule: waiver.rule.value.to_string(),
        },
    );
    let in_policies = mesh.policies.iter().flat_map(|policy| {
        let in_force =
            policy.waivers.iter().filter(|waiver| holds(waiver.expires.as_ref().map(|text| text.value.as_str())));
        in_force.map(|waiver| Waiving {
            id: policy.header.id.value.to_string(),
            target: canonical(mesh, &waiver.target),
            rule: policy.header.id.value.to_string(),
        })
    });
    own.chain(in_policies).collect()
}

/// Returns a target as findings name their subject, `kind:id`, whichever way it is written.
fn canonical(mesh: &Mesh, target: &str) -> String {
    let found = Ref::parse(target).map(|reference| mesh.find(&reference)).unwrap_or_default();
    match found.as_slice() {
        [only] if only.kind != Kind::SemanticDefinition => mesh.header(*only).reference(),
        _ => target.trim().to_owned(),
    }
}
