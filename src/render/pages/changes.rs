//! What moved, and what will end: `changes.html` day by day, `deprecations.html` as a calendar.

mod calendar;

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use self::calendar::{Calendar, calendar};
use super::movers::{MoverRow, late_words, movers, n_who};
use super::page;
use crate::graph::{End, EndOf, Lifecycle};
use crate::render::events::{self, Event};
use crate::render::parts::{self, Anchor, Day, Frame, Linker, Pager, Sign, numbered};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ChangesPage<'a> {
    frame: Frame<'a>,
    is_first: bool,
    days: Vec<DayPart<'a>>,
    n: usize,
    first: usize,
    last: usize,
    /// The other pages of the days.
    pager: Option<Pager>,
    /// Older ones, after the last page, that no page shows.
    n_older: usize,
    n_lately: usize,
    ends: Vec<EndRow<'a>>,
    n_ends: usize,
    versions: Vec<VersionRow<'a>>,
    n_versions: usize,
    /// Where the days come from.
    days_note: &'static str,
}

/// One day and what happened on it.
#[derive(Serialize)]
struct DayPart<'a> {
    id: String,
    iso: String,
    title: String,
    weekday: &'static str,
    events: Vec<Event<'a>>,
}

/// Something that ends.
#[derive(Serialize)]
pub(super) struct EndRow<'a> {
    pub(super) thing: Anchor<'a>,
    /// Its id and version, for the calendar.
    #[serde(skip)]
    short: Cow<'a, str>,
    domain: Option<Cow<'a, str>>,
    what: Cow<'static, str>,
    /// Its other day.
    also: Option<String>,
    day: Day,
    /// The last days of its support and of its life.
    support: Option<Day>,
    life: Option<Day>,
    by: Option<Anchor<'a>>,
    left: usize,
    pub(super) sign: Sign<'static>,
    #[serde(skip)]
    date: Date,
    /// Its first and its last day.
    #[serde(skip)]
    days: (Date, Date),
    /// A day of it has passed, and somebody still reads it.
    #[serde(skip)]
    is_late: bool,
}

/// A contract with several versions.
#[derive(Serialize)]
struct VersionRow<'a> {
    contract: Anchor<'a>,
    versions: Vec<VersionLink<'a>>,
    /// Older ones that are not named.
    n_more: usize,
}

#[derive(Serialize)]
struct VersionLink<'a> {
    anchor: Anchor<'a>,
    status: String,
    /// How many differences weigh how much.
    weights: String,
}

#[derive(Serialize)]
struct CalendarPage<'a> {
    frame: Frame<'a>,
    calendar: Option<Calendar<'a>>,
    ahead: Vec<EndRow<'a>>,
    n_ahead: usize,
    over: Vec<EndRow<'a>>,
    n_over: usize,
    undated: Vec<EndRow<'a>>,
    n_undated: usize,
    n_left: usize,
    movers: Vec<MoverRow<'a>>,
    n_movers: usize,
    /// Readers whose day has passed.
    n_late: usize,
    /// What they read, in words.
    late_words: String,
}

/// Events on a page.
const EVENTS: usize = 150;
/// Pages of events: what is older stands with its product and in the log of git.
const PAGES: usize = 20;
/// The folder of the later pages.
pub(in crate::render) const FOLDER: &str = "changes/";
/// Days that count as lately.
const LATELY: i32 = 30;
/// Endings in the short list of the page of changes.
const ENDS: usize = 8;
/// Contracts in the list of versions.
const VERSIONS: usize = 100;
/// Versions of a contract on the page of changes, the newest.
const VERSIONS_EACH: usize = 12;
pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    [page("changes.html", 0, changes), page("deprecations.html", 0, deprecations)].into_iter().flatten().collect()
}

/// Lists the later pages of what happened. They are late ones: what happened has to be gathered to count them.
pub(in crate::render) fn later_pages(site: &Site) -> Vec<Page<Site>> {
    (1..n_pages(site)).filter_map(|number| page(&path(number), number, changes)).collect()
}

fn path(number: usize) -> String {
    numbered("changes.html", FOLDER.trim_end_matches('/'), number)
}

/// Returns the page on which a day stands, with its anchor; that of the first page where no page has it.
pub(super) fn page_of(site: &Site, day: Date) -> String {
    let at = site.happened().partition_point(|(date, _)| *date > day);
    let has_day = site.happened().get(at).is_some_and(|(date, _)| *date == day);
    match at / EVENTS {
        number if has_day && number < n_pages(site) => format!("{}#d-{day}", path(number)),
        _ => path(0),
    }
}

fn n_pages(site: &Site) -> usize {
    n_sheets(site.happened().len(), EVENTS).min(PAGES)
}

fn changes(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let number = number as usize;
    let mesh = site.mesh();
    let today = site.outcome.today;
    let title = if number == 0 { "Changes".to_owned() } else { format!("Changes, page {}", number + 1) };
    let mut frame = Frame::new(site, &path(number), "changes", &title);
    let linker = Linker { site, depth: frame.depth() };
    frame.description = String::from("What moved, and what will end.");
    frame.feed = Some(super::feeds::CHANGES.to_owned());
    let happened = site.happened();
    let n_pages = n_pages(site);
    let (start, end) = (number * EVENTS, ((number + 1) * EVENTS).min(happened.len()));
    let is_late = |date: Date| date.until(today).is_ok_and(|span| span.get_days() <= LATELY);
    let n_lately = happened.iter().take_while(|(date, _)| is_late(*date)).count();
    let mut days: Vec<DayPart<'_>> = Vec::new();
    for (date, what) in happened[start..end].iter().copied() {
        let iso = date.to_string();
        if days.last().is_none_or(|day| day.iso != iso) {
            days.push(day_part(date, iso));
        }
        if let Some(day) = days.last_mut() {
            day.events.push(events::event(linker, date, what));
        }
    }
    // What goes over the whole mesh stands on the first page alone.
    let is_first = number == 0;
    let mut ends = if is_first { endings(site, linker) } else { Vec::new() };
    ends.retain(|row| row.date >= today);
    ends.sort_by_key(|row| !row.is_late);
    let n_ends = ends.len();
    ends.truncate(ENDS);
    let has_several = |idx: &usize| mesh.versions(&mesh.contracts[*idx].descriptor.header.id.value).len() > 1;
    let several: Vec<usize> =
        site.current_contracts.iter().copied().filter(|idx| is_first && has_several(idx)).collect();
    let page = ChangesPage {
        is_first,
        days,
        n: happened.len(),
        first: start + 1,
        last: end,
        pager: Pager::new(n_pages, number, |at| address::relative(linker.depth, &path(at))),
        n_older: if number + 1 == n_pages { happened.len() - end } else { 0 },
        frame,
        n_lately,
        ends,
        n_ends,
        days_note: days_note(site),
        n_versions: several.len(),
        versions: several.into_iter().take(VERSIONS).map(|idx| version_row(site, idx, linker)).collect(),
    };
    site.theme.render("changes.html", &page)
}

/// Says where days come from that no descriptor states.
fn days_note(site: &Site) -> &'static str {
    match site.history.as_deref() {
        None => "Built without the log of git: only what descriptors date stands here.",
        Some(history) if history.is_shallow => {
            "Built from a shallow clone: of what descriptors do not date, only the days after it begins are known."
        }
        Some(_) => {
            "What a descriptor does not date has the day of the commit that brought it, and says “from git”; what one commit brought with many others is one entry."
        }
    }
}

fn day_part<'a>(date: Date, iso: String) -> DayPart<'a> {
    const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    DayPart {
        id: format!("d-{iso}"),
        iso,
        title: parts::day_text(date),
        weekday: WEEKDAYS[weekday],
        events: Vec::new(),
    }
}

fn version_row<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> VersionRow<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let header = &contract.descriptor.header;
    let link = |at: &usize| {
        let version = &mesh.contracts[*at].descriptor;
        let page = address::contract_part(mesh, &site.homes, *at, "diff");
        VersionLink {
            anchor: linker.to(version.version_text(), &page),
            status: version.header.status_word().into(),
            weights: site.difference(*at).map(|(_, found)| events::weights(found)).unwrap_or_default(),
        }
    };
    // The first version has none before it, and so no difference.
    let versions = mesh.versions(&header.id.value);
    VersionRow {
        contract: linker.to(header.title(), &address::contract(mesh, &site.homes, idx)),
        versions: versions.iter().skip(1).rev().take(VERSIONS_EACH).map(link).collect(),
        n_more: versions.len().saturating_sub(1 + VERSIONS_EACH),
    }
}

/// Every version with a last day, once: by the next of its days, else by the last; the soonest first.
fn endings<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<EndRow<'a>> {
    let mut rows: Vec<EndRow<'a>> = Vec::new();
    for (idx, contract) in site.mesh().contracts.iter().enumerate() {
        let lifecycle = Lifecycle::of(&contract.descriptor);
        if lifecycle.status == "retired" {
            continue;
        }
        rows.extend(Ending::of(&lifecycle, site.outcome.today).map(|ending| end_row(site, idx, ending, linker)));
    }
    // Of one day what more read before what fewer do.
    let rank = |row: &EndRow<'_>| (row.date, std::cmp::Reverse(row.left));
    rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.thing.text.cmp(&b.thing.text)));
    rows
}

/// Endings among some contracts that ask something of those who own them: what is late, what has no successor, and what
/// comes within [`SOON`] days; the soonest first.
pub(super) fn demanding<'a>(
    site: &'a Site,
    contracts: impl Iterator<Item = usize>,
    linker: Linker<'a>,
) -> Vec<EndRow<'a>> {
    let today = site.outcome.today;
    let row = |idx: usize| {
        let lifecycle = Lifecycle::of(&site.mesh().contracts[idx].descriptor);
        if lifecycle.status == "retired" {
            return None;
        }
        let undated = || Ending { date: Date::MAX, what: "Deprecated".into(), also: None };
        let ending = Ending::of(&lifecycle, today);
        let ending = ending.or_else(|| (lifecycle.status == "deprecated").then(undated))?;
        Some(end_row(site, idx, ending, linker))
    };
    let is_soon = |row: &EndRow<'_>| today.until(row.days.0).is_ok_and(|span| span.get_days() <= SOON);
    let asks = |row: &EndRow<'_>| row.left > 0 && (row.sign.tone == "bad" || is_soon(row) || row.date == Date::MAX);
    let mut rows: Vec<EndRow<'a>> = contracts.filter_map(row).filter(asks).collect();
    rows.sort_by(|a, b| (!a.is_late, a.date).cmp(&(!b.is_late, b.date)).then_with(|| a.thing.text.cmp(&b.thing.text)));
    rows
}

/// Days before an end in which it asks for something although a successor is stated.
const SOON: i32 = 90;

impl EndRow<'_> {
    /// Says when it ends and what replaces it, as a clause.
    pub(super) fn words(&self) -> String {
        let day = match self.date {
            Date::MAX => "deprecated, and nobody said until when".to_owned(),
            date => format!("{} {}", self.what.to_lowercase(), parts::day_text(date)),
        };
        let also = self.also.as_ref().map(|also| format!("; {also}")).unwrap_or_default();
        let by = self.by.as_ref().map(|by| format!("; replaced by {}", by.text)).unwrap_or_default();
        format!("{day}{also}{by}")
    }
}

/// The day on which a version ends, in words.
struct Ending {
    date: Date,
    what: Cow<'static, str>,
    /// The other of its days.
    also: Option<String>,
}

impl Ending {
    fn of(lifecycle: &Lifecycle, today: Date) -> Option<Ending> {
        let end = |of: EndOf| move |day: Date| End { of, day, is_past: day < today };
        let support = lifecycle.end_of_support.map(end(EndOf::Support));
        let life = lifecycle.end_of_life.map(end(EndOf::Life));
        let (first, second) = match (support, life) {
            (Some(support), Some(life)) if support.day == life.day => {
                let what = if life.is_past { "Support and life ended" } else { "Support and life end" };
                return Some(Ending { date: life.day, what: what.into(), also: None });
            }
            // What is still to come says more than what is past.
            (Some(support), Some(life)) => {
                let (early, late) = if life.day < support.day { (life, support) } else { (support, life) };
                if early.is_past { (late, Some(early)) } else { (early, Some(late)) }
            }
            (one, other) => (one.or(other)?, None),
        };
        let also = second.map(|end| {
            let it = if end.of == EndOf::Life { "it " } else { "" };
            format!("{it}{}", parts::end_words(end))
        });
        Some(Ending { date: first.day, what: parts::sentence(first.words()).into(), also })
    }
}

fn end_row<'a>(site: &'a Site, idx: usize, ending: Ending, linker: Linker<'a>) -> EndRow<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let by = replaced_by(site, idx, linker);
    let left = contract.consumers.len();
    let lifecycle = Lifecycle::of(&contract.descriptor);
    let is_over = lifecycle.sunset().is_some_and(|day| day < site.outcome.today);
    let sign = match (left, is_over, by.is_some()) {
        (0, ..) => Sign::new("ok", "kept", "Nobody reads it"),
        (1, true, _) => Sign::new("bad", "missed", "1 still reads it"),
        (n, true, _) => Sign::new("bad", "missed", format!("{n} still read it")),
        (_, false, false) => Sign::new("bad", "missed", "No successor stated"),
        (n, false, true) => Sign::new("warn", "deprecated", format!("{n} to move")),
    };
    EndRow {
        thing: linker.titled_contract(idx),
        short: linker.titled_contract(idx).text,
        domain: mesh.domain_title(contract.domain_idx).map(Cow::Borrowed),
        what: ending.what,
        also: ending.also,
        day: Day::at(ending.date),
        support: lifecycle.end_of_support.map(Day::at),
        life: lifecycle.end_of_life.map(Day::at),
        by,
        left,
        sign,
        date: ending.date,
        days: {
            let days = || [lifecycle.end_of_support, lifecycle.end_of_life].into_iter().flatten();
            (days().min().unwrap_or(ending.date), days().max().unwrap_or(ending.date))
        },
        is_late: is_over && left > 0,
    }
}

/// What replaces a version: the current version of the contract when it is newer, else the successor
/// that its product names.
pub(super) fn replaced_by<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let newer = mesh.current_version(&contract.descriptor.header.id.value).filter(|newer| *newer > idx);
    if let Some(newer) = newer {
        return Some(linker.titled_contract(newer));
    }
    let producer = contract.published_by.first().map(|by| &mesh.products[by.product_idx].descriptor.header);
    let written = contract.descriptor.header.successor().or_else(|| producer?.successor())?;
    Some(linker.reference(written))
}

fn deprecations(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let today = site.outcome.today;
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "deprecations.html", "changes", "What will end");
    frame.description = String::from("Contracts that end: when, what replaces them, and who still reads them.");
    frame = frame.crumb(linker.to("Changes", "changes.html"));
    let (mut ahead, mut over): (Vec<EndRow<'_>>, Vec<EndRow<'_>>) =
        endings(site, linker).into_iter().partition(|row| row.date >= today);
    over.reverse();
    // What is late is to be done first, then what ends soonest.
    ahead.sort_by_key(|row| !row.is_late);
    let n_over = over.len();
    let calendar = calendar(&ahead, today);
    let n_ahead = ahead.len();
    ahead.truncate(ROWS);
    over.truncate(ROWS / 2);
    let mut undated = undated(site, linker);
    let n_undated = undated.len();
    undated.truncate(ROWS / 2);
    let mut movers = movers(site, linker);
    let n_movers = movers.len();
    let late_words = late_words(&movers);
    let (n_left, n_late) = (n_who(&movers, |_| true), n_who(&movers, MoverRow::is_late));
    movers.truncate(ROWS);
    let page = CalendarPage {
        frame,
        calendar,
        ahead,
        n_ahead,
        over,
        n_over,
        undated,
        n_undated,
        n_left,
        movers,
        n_movers,
        n_late,
        late_words,
    };
    site.theme.render("deprecations.html", &page)
}

/// What is deprecated without saying until when: contracts and products.
fn undated<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<EndRow<'a>> {
    let mesh = site.mesh();
    let day = || Day { iso: None, text: String::new() };
    let never = || Ending { date: Date::MAX, what: "Deprecated".into(), also: None };
    let contracts = (0..mesh.contracts.len()).filter(|idx| {
        let lifecycle = Lifecycle::of(&mesh.contracts[*idx].descriptor);
        lifecycle.status == "deprecated" && lifecycle.sunset().is_none()
    });
    let mut rows: Vec<EndRow<'a>> =
        contracts.map(|idx| EndRow { day: day(), ..end_row(site, idx, never(), linker) }).collect();
    for (idx, product) in mesh.products.iter().enumerate() {
        // Where a contract of it says until when, that stands above.
        let has_day = |idx: &usize| Lifecycle::of(&mesh.contracts[*idx].descriptor).sunset().is_some();
        if mesh.is_retired(idx)
            || !product.descriptor.is_on_its_way_out()
            || product.outputs.iter().flatten().any(has_day)
        {
            continue;
        }
        let by = product.descriptor.header.successor().map(|next| linker.reference(next));
        let left = product.consumers.len();
        let sign = match (left, by.is_some()) {
            (0, _) => Sign::new("ok", "kept", "Nobody reads it"),
            (_, false) => Sign::new("bad", "missed", "No successor stated"),
            (n, true) => Sign::new("warn", "deprecated", format!("{n} to move")),
        };
        rows.push(EndRow {
            thing: linker.product(idx),
            short: Cow::Borrowed(""),
            domain: mesh.domain_title(product.domain_idx).map(Cow::Borrowed),
            what: "Deprecated".into(),
            also: None,
            day: day(),
            support: None,
            life: None,
            by,
            left,
            sign,
            date: Date::MAX,
            days: (Date::MAX, Date::MAX),
            is_late: false,
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_ends_once() {
        let today: Date = "2026-11-21".parse().expect("a day");
        let of = |support: Option<&str>, life: Option<&str>| {
            let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
            let lifecycle =
                Lifecycle { status: "active".to_owned(), end_of_support: day(support), end_of_life: day(life) };
            Ending::of(&lifecycle, today).map(|ending| {
                format!("{} {} {}", ending.date, ending.what, ending.also.unwrap_or_default()).trim_end().to_owned()
            })
        };
        let say = |support, life| of(support, life).expect("it ends");
        assert!(of(None, None).is_none());
        assert_eq!(say(Some("2027-01-31"), None), "2027-01-31 Support ends");
        assert_eq!(say(None, Some("2026-10-31")), "2026-10-31 Ended");
        assert_eq!(say(Some("2026-10-31"), Some("2037-01-31")), "2037-01-31 Ends support ended 31 Oct 2026");
        assert_eq!(say(Some("2026-12-14"), Some("2029-12-14")), "2026-12-14 Support ends it ends 14 Dec 2029");
        assert_eq!(say(Some("2026-09-30"), Some("2026-10-31")), "2026-10-31 Ended support ended 30 Sep 2026");
        assert_eq!(say(Some("2026-09-30"), Some("2026-09-30")), "2026-09-30 Support and life ended");
    }
}
