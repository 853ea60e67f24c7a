//! Events in words: what happened to which thing, and what it means for those who read it.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{Brought, Event, What, is_breaking, reviewed, states_day, took_place, version_day};
use crate::diff::{Level, VersionChange};
use crate::graph::{Mesh, Promise, PromiseKind, quality_rules, slug_of};
use crate::model::{Kind, SpannedText};
use crate::render::history::Departed;
use crate::render::parts::{self, Anchor, Day, Linker, Sign};
use crate::render::reach::Reach;
use crate::render::{address, health};

/// Words something that happened.
pub(in crate::render) fn event<'a>(linker: Linker<'a>, date: Date, what: What) -> Event<'a> {
    let mesh = linker.site.mesh();
    let title = |idx: Option<usize>| mesh.domain_title(idx).map(Cow::Borrowed);
    let of_contract = |idx: usize, sign: Sign<'static>, text: Cow<'a, str>| Event {
        day: Day::at(date),
        is_dated: true,
        thing: linker.titled_contract(idx),
        sign,
        domain: title(mesh.contracts[idx].domain_idx),
        text,
        n: Some(mesh.contracts[idx].consumers.len()),
        n_of: None,
        breaks: false,
    };
    match what {
        What::SupportEnded(idx) => {
            of_contract(idx, Sign::new("warn", "deprecated", "Support ended"), reads(mesh, idx).into())
        }
        What::LifeEnded(idx) => of_contract(idx, Sign::new("retired", "retired", "Ended"), reads(mesh, idx).into()),
        What::Missed(idx) => missed(linker, date, idx),
        What::Version(idx) => {
            let header = &mesh.contracts[idx].descriptor.header;
            let difference = linker.site.difference(idx);
            let breaks = is_breaking(linker.site, idx);
            let took_place = took_place(linker.site, idx);
            let purpose = || header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default();
            let text = match difference {
                Some((before, found)) => differs(mesh, before, found),
                None if took_place => format!("In the file of the version before. {}", purpose()).trim_end().to_owned(),
                None => purpose(),
            };
            let is_first = mesh.versions(&header.id.value).first() == Some(&idx) && !took_place;
            let sign = match (header.status_word(), breaks, is_first) {
                ("proposed", true, _) => Sign::new("proposed", "proposed", "Proposed, breaking"),
                ("proposed", false, _) => Sign::new("proposed", "proposed", "Proposed"),
                ("draft", true, _) => Sign::new("draft", "draft", "Draft, breaking"),
                ("draft", false, _) => Sign::new("draft", "draft", "Draft"),
                (_, true, _) => Sign::new("bad", "brk", "New version, breaking"),
                (_, false, true) => Sign::new("ok", "new", "First version"),
                (_, false, false) => Sign::new("ok", "new", "New version"),
            };
            let is_coming = matches!(sign.tone, "proposed" | "draft");
            let is_dated = version_day(linker.site, idx).is_some();
            let mut event = Event { is_dated, breaks, ..of_contract(idx, sign, text.into()) };
            // Nobody reads what is not in use yet: it concerns those who read the version before.
            if let Some((before, found)) = difference.filter(|_| is_coming && breaks) {
                let blast = Reach::of(mesh, before).blast(found);
                event.n = Some(blast.n_hit);
                event.n_of = Some(blast.n_readers).filter(|n| *n != blast.n_hit);
            }
            event
        }
        What::Product(idx) => {
            let header = &mesh.products[idx].descriptor.header;
            Event {
                day: Day::at(date),
                is_dated: states_day(header),
                thing: linker.product(idx),
                sign: Sign::new("ok", "new", "New product"),
                domain: title(mesh.products[idx].domain_idx),
                text: header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default().into(),
                n: None,
                n_of: None,
                breaks: false,
            }
        }
        What::Review(idx) => {
            let review = &mesh.reviews[idx];
            let product = reviewed(mesh, idx);
            let rated = review.rating.map(|rating| format!("{rating} of 5")).unwrap_or_default();
            let by = review.reviewer.as_ref().map(|reviewer| reviewer_title(mesh, reviewer));
            let said = review.text.as_deref().map(|text| parts::cut_at_word(text, REVIEW)).unwrap_or_default();
            let text = match (by, said.is_empty()) {
                (Some(by), false) => format!("{by}: {said}"),
                (Some(by), true) => format!("By {by}."),
                (None, _) => said,
            };
            Event {
                day: Day::at(date),
                is_dated: true,
                thing: product.map_or(Anchor::plain(review.subject.value.as_str()), |idx| reviews_of(linker, idx)),
                sign: Sign::new("link", "review", format!("Reviewed {rated}").trim_end().to_owned()),
                domain: title(product.and_then(|idx| mesh.products[idx].domain_idx)),
                text: text.into(),
                n: None,
                n_of: None,
                breaks: false,
            }
        }
        What::Gone(idx) => gone(linker, date, &linker.site.departed[idx]),
        What::Brought(brought) => {
            let Brought { n_products, n_contracts, commit } = brought;
            let both = [(n_products, "product"), (n_contracts, "contract version")];
            let counts: Vec<String> =
                both.into_iter().filter(|(n, _)| *n > 0).map(|(n, one)| parts::count(n, one)).collect();
            let kind = if n_products > 0 { Kind::DataProduct } else { Kind::DataContract };
            Event {
                day: Day::at(date),
                is_dated: true,
                thing: linker.to(counts.join(" and "), &format!("{}/index.html", kind.folder())),
                sign: Sign::new("ok", "new", "Brought in at once"),
                domain: None,
                text: format!("Commit {:07x} has them all; the day is that of the commit.", commit >> 4).into(),
                n: None,
                n_of: None,
                breaks: false,
            }
        }
        What::Agreed(idx) => agreement(linker, date, idx, Sign::new("ok", "kept", "Access agreed")),
        What::AgreementEnded(idx) => agreement(linker, date, idx, Sign::new("retired", "retired", "Agreement ended")),
        What::Policy(idx) => {
            let policy = &mesh.policies[idx];
            Event {
                day: Day::at(date),
                is_dated: true,
                thing: linker.to(policy.header.title(), &format!("policies/{}.html", slug_of(&policy.header))),
                sign: Sign::new("", "", "Rule in force"),
                domain: None,
                text: policy
                    .header
                    .description
                    .purpose
                    .as_deref()
                    .map(parts::first_sentence)
                    .unwrap_or_default()
                    .into(),
                n: None,
                n_of: None,
                breaks: false,
            }
        }
    }
}

/// Says by whom a review is, for a page that has its text as well.
pub(in crate::render) fn reviewed_by(mesh: &Mesh, idx: usize) -> String {
    let reviewer = mesh.reviews[idx].reviewer.as_ref();
    reviewer.map(|reviewer| format!("By {}.", reviewer_title(mesh, reviewer))).unwrap_or_default()
}

/// What a reviewer is called.
fn reviewer_title<'a>(mesh: &'a Mesh, reviewer: &'a SpannedText) -> &'a str {
    match (mesh.team(reviewer), mesh.product(reviewer)) {
        (Some(idx), _) => mesh.teams[idx].descriptor.header.title(),
        (None, Some(idx)) => mesh.products[idx].descriptor.header.title(),
        (None, None) => reviewer.value.split_once(':').map_or(reviewer.value.as_str(), |(_, id)| id),
    }
}

/// A product, a link to what is said of it.
fn reviews_of(linker: Linker<'_>, idx: usize) -> Anchor<'_> {
    let product = &linker.site.mesh().products[idx];
    linker.to(product.descriptor.header.title(), &format!("{}#reviews", address::product(&product.slug)))
}

/// Words the end of a descriptor: where it stood, and which commit took it away.
fn gone<'a>(linker: Linker<'a>, date: Date, departed: &'a Departed) -> Event<'a> {
    let since = departed.created.map(|day| format!(" since {}", parts::day_text(day))).unwrap_or_default();
    let commit = departed.removed.id.get(..7).unwrap_or_default();
    Event {
        day: Day::at(date),
        is_dated: true,
        thing: Anchor::plain(departed.title.as_str()),
        sign: Sign::new("retired", "retired", format!("{} removed", parts::sentence(departed.kind.word()))),
        domain: linker.site.mesh().domain_title(departed.domain_idx).map(Cow::Borrowed),
        text: format!("It stood in {}{since}; removed in commit {commit}.", departed.path).into(),
        n: None,
        n_of: None,
        breaks: false,
    }
}

fn agreement<'a>(linker: Linker<'a>, date: Date, idx: usize, sign: Sign<'static>) -> Event<'a> {
    let mesh = linker.site.mesh();
    let agreement = &mesh.agreements[idx];
    let provider = agreement.provider.product.as_ref().and_then(|id| mesh.product(id));
    let (product, team) = (agreement.consumer.product.as_ref(), agreement.consumer.team.as_ref());
    let title_of = |id: &SpannedText| match (mesh.product(id), mesh.team(id)) {
        (Some(idx), _) if product.is_some() => Some(mesh.products[idx].descriptor.header.title()),
        (_, Some(idx)) => Some(mesh.teams[idx].descriptor.header.title()),
        _ => None,
    };
    let reader = product.or(team).map_or("A person", |id| title_of(id).unwrap_or(id.value.as_str()));
    let purpose = agreement.header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default();
    Event {
        day: Day::at(date),
        is_dated: true,
        thing: provider.map_or(Anchor::plain(agreement.header.title()), |idx| {
            linker.to(
                mesh.products[idx].descriptor.header.title(),
                &format!("{}#access", address::product(&mesh.products[idx].slug)),
            )
        }),
        sign,
        domain: mesh.domain_title(provider.and_then(|idx| mesh.products[idx].domain_idx)).map(Cow::Borrowed),
        text: format!("{reader}: {purpose}").into(),
        n: None,
        n_of: None,
        breaks: false,
    }
}

/// Characters of a review.
const REVIEW: usize = 160;
/// Differences and promises that an event names.
const NAMED: usize = 3;

/// Says how many differences weigh how much: "1 breaking, 2 compatible".
pub(in crate::render) fn weights(found: &[VersionChange]) -> String {
    let words = [
        (Level::Breaking, "breaking"),
        (Level::Warning, "to look at"),
        (Level::Compatible, "compatible"),
        (Level::Info, "for information"),
    ];
    let count = |level: Level| found.iter().filter(|change| change.level == level).count();
    let counts = words.into_iter().map(|(level, word)| (count(level), word)).filter(|(n, _)| *n > 0);
    counts.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
}

/// Says what differs from the version before: the heaviest by name, the rest as a number.
fn differs(mesh: &Mesh, before: usize, found: &[VersionChange]) -> String {
    let version = mesh.contracts[before].descriptor.version_text();
    let of = |level: Level| found.iter().filter(move |change| change.level == level);
    let n_breaking = of(Level::Breaking).count();
    let is_named = |change: &&VersionChange| match n_breaking {
        0 => change.level > Level::Info,
        _ => change.level == Level::Breaking,
    };
    let named: Vec<String> =
        found.iter().filter(is_named).take(NAMED).map(|change| change.message.replace('`', "")).collect();
    if named.is_empty() {
        return format!("Nothing but words differs from {version}.");
    }
    let counted = match (n_breaking, found.len() - n_breaking) {
        (0, n) => parts::count(n, "difference"),
        (n, 0) => format!("{n} breaking"),
        (n, 1) => format!("{n} breaking, 1 other"),
        (n, others) => format!("{n} breaking, {others} others"),
    };
    format!("After {version}, {counted}: {}.", named.join("; "))
}

/// Words that promises of a contract version were missed on a day and kept before.
fn missed(linker: Linker<'_>, date: Date, idx: usize) -> Event<'_> {
    let mesh = linker.site.mesh();
    let contract = &mesh.contracts[idx];
    let evidence = mesh.contract_evidence(idx);
    let turned = || evidence.results.iter().filter(|result| result.turned == Some(date));
    let is_of_rules = turned().all(|result| result.promise.kind == PromiseKind::QualityRule);
    let name = |promise: &Promise| match promise.kind {
        PromiseKind::ServiceLevel => parts::sentence(&parts::words(&promise.name)),
        // What a rule says is more than its name.
        PromiseKind::QualityRule => {
            let mut rules = quality_rules(&contract.descriptor);
            let says =
                rules.find(|(_, rule)| rule.span == promise.span).and_then(|(_, rule)| rule.description.as_deref());
            match says.map(parts::first_sentence) {
                Some(says) => format!("{} ({})", promise.name, says.trim_end_matches('.')),
                None => promise.name.to_string(),
            }
        }
    };
    // What was seen last says how bad it is, as long as it is no better.
    let said = |promise: &Promise| {
        let level = contract.descriptor.service_levels.iter().find(|level| level.span == promise.span)?;
        let observed = &evidence.result_at(idx, promise.span)?.observed;
        let level = health::level(&evidence, idx, level);
        // Without a value there is only the word of whoever looked, and the number of another day says nothing of this one.
        let is_of_day = observed.value.is_some() && observed.date() == date;
        match level.seen.filter(|seen| is_of_day && !seen.is_kept) {
            Some(seen) => Some(format!("{} {}, promised {}", name(promise), seen.value, level.value)),
            None => Some(format!("{}, promised {}", name(promise), level.value)),
        }
    };
    let word = |promise: &Promise| said(promise).unwrap_or_else(|| name(promise));
    let names: Vec<String> = turned().take(NAMED).map(|result| word(&result.promise)).collect();
    let n_more = turned().count() - names.len();
    let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
    let part = if is_of_rules { "quality" } else { "promises" };
    Event {
        day: Day::at(date),
        is_dated: true,
        thing: linker
            .to(linker.titled_contract(idx).text, &address::contract_part(mesh, &linker.site.homes, idx, part)),
        sign: Sign::new("bad", "missed", "Promise missed"),
        domain: mesh.domain_title(contract.domain_idx).map(Cow::Borrowed),
        text: format!("{}{more}. The results before kept it.", names.join("; ")).into(),
        n: Some(contract.consumers.len()),
        n_of: None,
        breaks: false,
    }
}

/// Who still reads a version.
fn reads(mesh: &Mesh, idx: usize) -> String {
    match mesh.contracts[idx].consumers.len() {
        0 => "Nobody declares to read it any more.".to_owned(),
        1 => "1 product still declares to read it.".to_owned(),
        n => format!("{n} products still declare to read it."),
    }
}
