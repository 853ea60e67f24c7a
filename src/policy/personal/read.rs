//! What the words of a name say together. English and German put the thing last (`customer email`, `birth
//! rate`), French and Spanish first (`correo cliente`), so both sides of a word are looked at; a word that
//! nothing is known about after it makes it something else (`email newsletter topic`).

use super::lexicon::Role;
use super::spell::Sign;
use super::{Belongs, Detector};

/// What a claim holds under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// It holds wherever the column is.
    Nothing,
    /// It holds unless the column belongs to an organisation.
    NoOrganisation,
    /// It holds where the column belongs to a person.
    Person,
}

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// What it claims to be.
    pub(super) found: Option<(Detector, Needs)>,
    /// It claims several.
    pub(super) is_plural: bool,
    /// It is about a field: a count, a flag, a version, a machine.
    pub(super) is_about: bool,
    /// It belongs to an organisation.
    pub(super) is_organisation: bool,
}

pub(super) fn read(signs: &[Sign]) -> Reading {
    let has = |role: Role| signs.iter().any(|sign| sign.role == Some(role));
    let is_about = has(Role::About) || is_counted(signs);
    let mut reading = Reading {
        found: None,
        is_plural: false,
        is_about: is_about || has(Role::Machine) || signs.first().is_some_and(|sign| sign.role == Some(Role::Thing)),
        is_organisation: has(Role::Organisation) && !has(Role::Person),
    };
    if is_about {
        return reading;
    }
    for (at, sign) in signs.iter().enumerate() {
        // What a thing has is nobody's, unless it has somebody: `project_manager_name`.
        let decides = |sign: &&Sign| matches!(sign.role, Some(Role::Thing | Role::Person));
        let is_ip = sign.role == Some(Role::Says(Detector::Ip));
        if !is_ip && signs[..at].iter().rfind(decides).is_some_and(|sign| sign.role == Some(Role::Thing)) {
            continue;
        }
        let Some(found) = claim(signs, at) else { continue };
        reading.found = Some(found);
        reading.is_plural = sign.is_plural;
        break;
    }
    reading
}

/// Says whether a name begins with how many of something: `num_emails`, and the French `nombre_clients`.
fn is_counted(signs: &[Sign]) -> bool {
    match signs {
        [first, rest @ ..] if first.role == Some(Role::Number) || first.is_nombre => rest
            .iter()
            .any(|sign| sign.is_plural && matches!(sign.role, Some(Role::Says(_) | Role::Person | Role::Place))),
        _ => false,
    }
}

/// Returns what the word at a position claims, with all that stands around it.
fn claim(signs: &[Sign], at: usize) -> Option<(Detector, Needs)> {
    let (before, after) = (&signs[..at], &signs[at + 1..]);
    let role = signs[at].role?;
    match role {
        Role::Says(detector) => said(detector, before, after),
        Role::Place => {
            // A thing that is not known may have an address too: `contract_address`.
            let is_known = |sign: &Sign| {
                matches!(
                    sign.role,
                    Some(Role::Person | Role::Dwelling | Role::Which | Role::Given | Role::Organisation | Role::Part)
                )
            };
            if before.iter().all(is_known) { said(Detector::Address, before, after) } else { None }
        }
        Role::Part => {
            if !is_tail(Detector::Address, after) {
                return None;
            }
            let is_home = |sign: &Sign| matches!(sign.role, Some(Role::Dwelling | Role::Person | Role::Place));
            let needs = if before.iter().chain(after).any(is_home) { Needs::NoOrganisation } else { Needs::Person };
            let is_plain = before.iter().all(|sign| sign.role.is_some());
            (is_plain && !is_organisations(before, after)).then_some((Detector::Address, needs))
        }
        Role::Name => name(before, after),
        Role::Birth => {
            let is_day = |sign: Option<&Sign>| sign.is_some_and(|sign| sign.role == Some(Role::Day));
            let rest = if is_day(after.first()) { &after[1..] } else { after };
            let is_birth = (is_day(after.first()) || is_day(before.last())) && is_tail(Detector::BirthDate, rest);
            is_birth.then_some((Detector::BirthDate, Needs::Nothing))
        }
        _ => None,
    }
}

fn said(detector: Detector, before: &[Sign], after: &[Sign]) -> Option<(Detector, Needs)> {
    if !is_tail(detector, after) {
        return None;
    }
    // `store_manager_phone` is that of a person, `store_phone` that of the store.
    let is_persons = before.last().is_some_and(|sign| sign.role == Some(Role::Person));
    match detector {
        Detector::BirthDate | Detector::Trait | Detector::Card | Detector::PersonName => {
            Some((detector, Needs::Nothing))
        }
        _ if is_persons => Some((detector, Needs::Nothing)),
        Detector::Ip if before.iter().chain(after).any(|sign| sign.role == Some(Role::Machine)) => None,
        _ if is_organisations(before, after) => None,
        Detector::NationalId => Some((detector, Needs::Nothing)),
        _ => Some((detector, Needs::NoOrganisation)),
    }
}

fn name(before: &[Sign], after: &[Sign]) -> Option<(Detector, Needs)> {
    let role = |sign: Option<&Sign>| sign.and_then(|sign| sign.role);
    let is_which = |sign: &&Sign| matches!(sign.role, Some(Role::Which | Role::Dwelling));
    // French and Spanish: `nom_client`, `nombre_completo_titular`.
    let mut behind = after.iter().skip_while(|sign| is_which(sign) || sign.role == Some(Role::Given));
    let follower = behind.next();
    let is_followed = follower.is_some_and(|sign| sign.role == Some(Role::Person) && !sign.is_plural);
    if is_followed && behind.all(|sign| is_which(&sign)) {
        return Some((Detector::PersonName, Needs::Nothing));
    }
    if follower.is_some() {
        return None;
    }
    let mut ahead = before.iter().rev().skip_while(|sign| is_which(sign));
    let mut leader = ahead.next();
    let has_given = role(leader) == Some(Role::Given) || after.iter().any(|sign| sign.role == Some(Role::Given));
    if role(leader) == Some(Role::Given) {
        leader = ahead.find(|sign| !is_which(sign));
    }
    match leader {
        Some(sign) if sign.role == Some(Role::Person) => Some((Detector::PersonName, Needs::Nothing)),
        Some(_) => None,
        None if has_given || before.iter().any(|sign| sign.role == Some(Role::Dwelling)) => {
            Some((Detector::PersonName, Needs::NoOrganisation))
        }
        None => Some((Detector::PersonName, Needs::Person)),
    }
}

/// Says whether these words leave what stands before them what it is.
fn is_tail(detector: Detector, after: &[Sign]) -> bool {
    after.iter().all(|sign| match sign.role {
        Some(Role::Person) => !sign.is_plural,
        Some(
            Role::Which | Role::Given | Role::Number | Role::Dwelling | Role::Organisation | Role::Machine | Role::Part,
        ) => true,
        Some(Role::Says(other)) => other == detector || detector == Detector::Address || other == Detector::Phone,
        Some(Role::Place) => matches!(detector, Detector::Email | Detector::Ip | Detector::Address),
        // `credit_card_id` is the key of a row about a card.
        Some(Role::Key) => detector == Detector::NationalId,
        Some(Role::Day) => detector == Detector::BirthDate,
        Some(Role::Name) => detector == Detector::Address,
        Some(Role::Birth | Role::Filler | Role::About | Role::Thing) | None => false,
    })
}

fn is_organisations(before: &[Sign], after: &[Sign]) -> bool {
    before.iter().chain(after).any(|sign| matches!(sign.role, Some(Role::Organisation)))
}

/// Says to whom things belong that are part of something with this name.
pub(super) fn belongs(signs: &[Sign]) -> Belongs {
    // A list of the sorts of something has none of what they sort.
    if signs.last().is_some_and(|sign| sign.is_kind) {
        return Belongs::Unknown;
    }
    let roles = signs.iter().filter_map(|sign| sign.role);
    let is_unknown = signs.iter().any(|sign| sign.role.is_none());
    let mut last = Belongs::Unknown;
    for role in roles {
        match role {
            Role::Person => last = Belongs::Person,
            Role::Organisation | Role::Machine => last = Belongs::Organisation,
            Role::Dwelling | Role::Place if last == Belongs::Unknown => last = Belongs::Person,
            _ => {}
        }
    }
    // `customer_orders` are no customers.
    let ends_unknown = signs.last().is_some_and(|sign| sign.role.is_none());
    if last == Belongs::Person && is_unknown && ends_unknown { Belongs::Unknown } else { last }
}
