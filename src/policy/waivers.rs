//! Which waivers hold today.

use jiff::civil::Date;

use crate::diagnostic::Waiving;
use crate::graph::{Mesh, date_of};
use crate::model::{Policy, Ref};

/// Returns the waivers in force: those whose last day has not passed (UTC). A waiver without a
/// readable last day does not hold. `policies` are those that are run, with the waivers inside them.
#[must_use]
pub fn waivers_in_force(mesh: &Mesh, policies: &[Policy], today: Date) -> Vec<Waiving> {
    let holds = |expires: Option<&str>| expires.and_then(date_of).is_some_and(|last| last >= today);
    let own = mesh.waivers.iter().filter(|waiver| holds(waiver.expires.as_ref().map(|text| text.value.as_str())));
    let own = own.map(|waiver| waiving(mesh, &waiver.header.id.value, &waiver.target, &waiver.rule));
    let in_policies = policies.iter().flat_map(|policy| {
        let in_force =
            policy.waivers.iter().filter(|waiver| holds(waiver.expires.as_ref().map(|text| text.value.as_str())));
        let id = &policy.header.id.value;
        in_force.map(|waiver| waiving(mesh, id, &waiver.target, id))
    });
    own.chain(in_policies).collect()
}

/// Returns what a waiver covers.
pub(super) fn waiving(mesh: &Mesh, id: &str, target: &str, rule: &str) -> Waiving {
    let rule = rule.trim_start_matches("policy:").to_owned();
    Waiving { id: id.to_owned(), target: canonical(mesh, target), rule }
}

/// Returns a target as findings name their subject, `kind:id`, whichever way it is written.
fn canonical(mesh: &Mesh, target: &str) -> String {
    let found = Ref::parse(target).map(|reference| mesh.find(&reference)).unwrap_or_default();
    match found.as_slice() {
        [only] => mesh.reference(*only),
        _ => target.trim().to_owned(),
    }
}
