//! Who is still on a version of a contract that ends: which product, by which port, under which version, and how
//! long it has left. What is past its day comes first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::changes::replaced_by;
use crate::graph::{End, EndOf, Lifecycle, Speaker};
use crate::model::{AccessAgreement, Version, major, same_version};
use crate::render::parts::{self, Anchor, Day, Linker, Sign};
use crate::render::site::Site;

/// Somebody who reads a version that ends.
#[derive(Serialize)]
pub(super) struct MoverRow<'a> {
    /// The product; of an agreement without one the team.
    who: Anchor<'a>,
    team: Option<Anchor<'a>>,
    /// The version that is read.
    reads: Anchor<'a>,
    /// The input port, or the agreement.
    by: String,
    /// The version as it is written there; none for any.
    pins: Option<&'a str>,
    day: Option<Day>,
    /// What happens on the day, in words.
    what: &'static str,
    #[serde(skip)]
    end: Option<End>,
    /// How long it has left.
    sign: Sign<'static>,
    to: Option<Anchor<'a>>,
    /// The version that it has agreed to read after this one.
    agreed: Option<&'a str>,
}

impl MoverRow<'_> {
    /// Says whether its day has passed.
    pub(super) fn is_late(&self) -> bool {
        self.sign.tone == "bad"
    }

    /// Says whether it ends with today.
    fn is_last_day(&self) -> bool {
        self.sign.word == LAST_DAY
    }
}

/// The word for what ends with today.
const LAST_DAY: &str = "Last day";

/// Says how many read what has no support any more, what is over, and what has its last day.
pub(super) fn late_words(rows: &[MoverRow<'_>]) -> String {
    const WITHOUT: &str = "a version without support";
    const OVER: &str = "a version that is over";
    const LAST: &str = "a version on its last day";
    let read = |row: &MoverRow<'_>| match row.end {
        Some(End { of: EndOf::Support, is_past: true, .. }) => WITHOUT,
        Some(End { is_past: false, .. }) => LAST,
        _ => OVER,
    };
    let said = [WITHOUT, OVER, LAST].into_iter().filter_map(|what| {
        let n = n_who(rows, |row| (row.is_late() || row.is_last_day()) && read(row) == what);
        let verb = if n == 1 { "reads" } else { "read" };
        (n > 0).then(|| format!("{} {verb} {what}", parts::count(n, "reader")))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Counts readers, each once however many ports it reads.
pub(super) fn n_who<'a>(rows: &[MoverRow<'a>], is_meant: impl Fn(&MoverRow<'a>) -> bool) -> usize {
    let names = rows.iter().filter(|row| is_meant(row)).map(|row| (&*row.who.text, row.who.href.as_deref()));
    names.collect::<BTreeSet<_>>().len()
}

/// Lists who has to move, the ones past their day first, those without a day last.
pub(super) fn movers<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<MoverRow<'a>> {
    let (mesh, today) = (site.mesh(), site.outcome.today);
    let mut rows: Vec<(Date, MoverRow<'a>)> = Vec::new();
    let agreed = Agreed::of(site);
    let mut agreements: HashMap<&str, Vec<&AccessAgreement>> = HashMap::new();
    for agreement in mesh.agreements.iter().filter(|agreement| agreement.is_agreed(today)) {
        let Some(contract) = &agreement.provider.contract else { continue };
        agreements.entry(&contract.value).or_default().push(agreement);
    }
    for (idx, contract) in mesh.contracts.iter().enumerate() {
        let lifecycle = Lifecycle::of(&contract.descriptor);
        let is_over = matches!(lifecycle.status.as_str(), "deprecated" | "retired");
        let end = lifecycle.end(today);
        if !is_over && end.is_none() {
            continue;
        }
        let day = end.map(|end| end.day);
        let is_of_support = end.is_some_and(|end| end.of == EndOf::Support);
        let row = |who, team, by, pins| MoverRow {
            who,
            team,
            reads: linker.contract(idx),
            by,
            pins,
            day: day.map(Day::at),
            what: end.map_or("no day stated", |end| end.words()),
            end,
            sign: left(lifecycle.status.as_str(), day, is_of_support, today),
            to: replaced_by(site, idx, linker),
            agreed: None,
        };
        let sorted_by = day.unwrap_or(if lifecycle.status == "retired" { Date::MIN } else { Date::MAX });
        let (id, read) = (&contract.descriptor.header.id.value, contract.descriptor.version_text());
        for product_idx in &contract.consumers {
            let product = &mesh.products[*product_idx];
            let ports = product.descriptor.input_ports.iter().zip(&product.inputs);
            for (port, _) in ports.filter(|(_, binding)| binding.contract_idx == Some(idx)) {
                let pins = port.version.as_ref().map(|version| version.value.as_str());
                let by = format!("port {}", port.name);
                let row = row(linker.product(*product_idx), linker.product_owner(*product_idx), by, pins);
                rows.push((
                    sorted_by,
                    MoverRow { agreed: agreed.to(id, read, Speaker::of(mesh, *product_idx)), ..row },
                ));
            }
        }
        // Who reads by agreement alone: a team, or a product that does not declare it.
        for agreement in agreements.get(id.as_str()).into_iter().flatten() {
            let Some(pins) = &agreement.provider.contract_version else { continue };
            if major(&pins.value) != major(contract.descriptor.version_text()) {
                continue;
            }
            let product = agreement.consumer.product.as_ref().and_then(|id| mesh.product(id));
            if product.is_some_and(|product| contract.consumers.contains(&product)) {
                continue;
            }
            let team = agreement.consumer.team.as_ref().map(|team| linker.team_named(&team.value));
            let who = match product {
                Some(idx) => linker.product(idx),
                None => match team.clone() {
                    Some(team) => team,
                    None => continue,
                },
            };
            let by = format!("agreement {}", agreement.header.title());
            let own = product.is_none().then(|| mesh.team(&agreement.consumer.team.as_ref()?.value)).flatten();
            let speakers = product.into_iter().flat_map(|idx| Speaker::of(mesh, idx)).chain(own.map(Speaker::Team));
            let agreed = agreed.to(id, read, speakers);
            rows.push((sorted_by, MoverRow { agreed, ..row(who, team, by, Some(pins.value.as_str())) }));
        }
    }
    rows.extend(of_products(site, linker));
    rows.sort_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| a.1.reads.text.cmp(&b.1.reads.text)).then_with(|| a.1.who.text.cmp(&b.1.who.text))
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Lists who reads, under a contract that goes on, a product or port that is retired or deprecated.
fn of_products<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<(Date, MoverRow<'a>)> {
    let (mesh, today) = (site.mesh(), site.outcome.today);
    let mut rows = Vec::new();
    for (product_idx, product) in mesh.products.iter().enumerate().filter(|(idx, _)| !mesh.is_retired(*idx)) {
        for (port, binding) in product.descriptor.input_ports.iter().zip(&product.inputs) {
            let Some(contract_idx) = binding.contract_idx else { continue };
            let lifecycle = Lifecycle::of(&mesh.contracts[contract_idx].descriptor);
            let is_listed =
                matches!(lifecycle.status.as_str(), "deprecated" | "retired") || lifecycle.sunset().is_some();
            let Some(status) = mesh.end_of_publishers(binding).filter(|_| !is_listed) else { continue };
            let first = binding.published_by[0].product_idx;
            let day = mesh.retirement(first).and_then(|end| end.date).filter(|_| status == "retired");
            let row = MoverRow {
                who: linker.product(product_idx),
                team: linker.product_owner(product_idx),
                reads: linker.product(first),
                by: format!("port {}", port.name),
                pins: port.version.as_ref().map(|version| version.value.as_str()),
                day: day.map(Day::at),
                what: if status == "retired" { "retired" } else { "no day stated" },
                end: None,
                sign: left(status, day, false, today),
                to: mesh.products[first].descriptor.header.successor().map(|next| linker.reference(next)),
                agreed: None,
            };
            rows.push((day.unwrap_or(if status == "retired" { Date::MIN } else { Date::MAX }), row));
        }
    }
    rows
}

/// The latest version of each contract that somebody has agreed to read in place of one that ends.
struct Agreed<'a> {
    latest: BTreeMap<(&'a str, Speaker), &'a str>,
}

impl<'a> Agreed<'a> {
    fn of(site: &'a Site) -> Agreed<'a> {
        let mesh = site.mesh();
        let mut latest: BTreeMap<(&str, Speaker), &str> = BTreeMap::new();
        for (id, answer) in site.answers().all().filter(|(_, answer)| answer.agrees_to_the_end(mesh)) {
            let Some(to) = mesh.acknowledgements[answer.position].to_version.as_ref() else { continue };
            // What is not there yet is nothing that a reader can move to.
            let is_it = |idx: &usize| same_version(mesh.contracts[*idx].descriptor.version_text(), to);
            let Some(idx) = mesh.versions(id).iter().find(|idx| is_it(idx)) else { continue };
            let to = mesh.contracts[*idx].descriptor.version_text();
            let known = latest.entry((id, answer.speaker)).or_insert(to);
            if Version::parse(known) < Version::parse(to) {
                *known = to;
            }
        }
        Agreed { latest }
    }

    /// Returns the version of a later major than `read`, which ends, that one of those who speak for a reader agreed to.
    fn to(&self, id: &str, read: &str, mut speakers: impl Iterator<Item = Speaker>) -> Option<&'a str> {
        speakers.find_map(|speaker| {
            let to = *self.latest.get(&(id, speaker))?;
            (Version::parse(to).major() > Version::parse(read).major()).then_some(to)
        })
    }
}

/// Says how long there is until a day, or for how long it has been over.
fn left(status: &str, day: Option<Date>, is_of_support: bool, today: Date) -> Sign<'static> {
    const SOON_DAYS: i32 = 30;
    let Some(day) = day else {
        return match status {
            "retired" => Sign::new("bad", "missed", "Retired, still read"),
            _ => Sign::new("warn", "deprecated", "Nobody said until when"),
        };
    };
    let days = today.until(day).map_or(0, |span| span.get_days());
    if status == "retired" && days >= 0 {
        return Sign::new("bad", "missed", "Retired, still read");
    }
    let n = span_words(usize::try_from(days.abs()).unwrap_or(0));
    match days {
        ..0 if is_of_support => Sign::new("bad", "missed", format!("{n} without support")),
        ..0 => Sign::new("bad", "missed", format!("{n} late")),
        0 => Sign::new("warn", "look", LAST_DAY),
        1..=SOON_DAYS => Sign::new("warn", "look", format!("{n} left")),
        _ => Sign::new("", "", format!("{n} left")),
    }
}

/// Says a number of days as people do: nobody counts the days of a year.
pub(super) fn span_words(days: usize) -> String {
    match days {
        0..=90 => parts::count(days, "day"),
        91..=730 => parts::count((days * 12 + 182) / 365, "month"),
        _ => parts::count((days + 182) / 365, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        let today: Date = "2026-11-21".parse().expect("a day");
        let say = |status: &str, day: Option<&str>| {
            let sign = left(status, day.map(|day| day.parse().expect("a day")), status == "active", today);
            format!("{} {}", sign.tone, sign.word)
        };
        assert_eq!(say("deprecated", Some("2026-11-20")), "bad 1 day late");
        assert_eq!(say("active", Some("2026-11-20")), "bad 1 day without support");
        assert_eq!(say("active", Some("2026-11-21")), "warn Last day");
        assert_eq!(say("active", Some("2026-12-21")), "warn 30 days left");
        assert_eq!(say("deprecated", Some("2027-11-21")), " 12 months left");
        assert_eq!(say("deprecated", Some("2037-01-31")), " 10 years left");
        assert_eq!(say("deprecated", None), "warn Nobody said until when");
        assert_eq!(say("retired", None), "bad Retired, still read");
        assert_eq!(say("retired", Some("2026-12-21")), "bad Retired, still read", "no time is left");
    }
}
