//! Scores as tables: for a terminal, for Markdown, and as CSV.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ScoreReport;
use super::gather::{GroupScore, ProductScore, Scored};
use super::json::place;
use super::maturity::MaturityGrid;
use crate::diagnostic::emit::{escaped, with_code};
use crate::diagnostic::visible;
use crate::graph::Found;
use crate::model::Kind;
use crate::policy::checks::{CheckResult, ProductChecks, Tally};
use crate::policy::{OperatingMode, Readiness, Sample, Trend, way_out};
use crate::render::export::{csv, table};
use crate::render::trend::{Point, SERIES, note, points};
use crate::source::{Location, SourceTexts};

/// Products that a table of the mesh, a domain or a team shows, the worst first.
const PRODUCTS: usize = 20;

/// A table with its title.
struct Grid {
    title: String,
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// What the table leaves out.
    rest: Option<String>,
}

impl Grid {
    fn new(title: impl Into<String>, heads: Vec<&'static str>, rows: Vec<Vec<String>>) -> Grid {
        Grid { title: title.into(), heads, rows, rest: None }
    }

    /// Leaves out how it was before where that is as it is now.
    fn without_same(mut self) -> Grid {
        let before = self.heads.windows(2).position(|pair| pair == ["checks", "before"]);
        if let Some(at) = before.filter(|at| self.rows.iter().all(|row| row.get(*at) == row.get(at + 1))) {
            self.heads.remove(at + 1);
            self.rows.iter_mut().filter(|row| row.len() > at + 1).for_each(|row| _ = row.remove(at + 1));
        }
        self
    }
}

pub(super) fn tables(report: &ScoreReport<'_>, scored: &Scored<'_>, color: bool) -> String {
    let bold = anstyle::Style::new().bold();
    let title = visible(&headline(report, scored)).into_owned();
    let mut text = if color { format!("{bold}{title}{bold:#}\n") } else { format!("{title}\n") };
    for grid in grids(report, scored) {
        let title = visible(&grid.title).into_owned();
        let _ = writeln!(text, "\n{title}");
        text += &table(&grid.heads, &grid.rows, color);
        if let Some(rest) = grid.rest {
            let _ = writeln!(text, "{rest}");
        }
    }
    text
}

pub(super) fn markdown(report: &ScoreReport<'_>, scored: &Scored<'_>) -> String {
    let mut text = format!("### {}\n", escaped(&headline(report, scored)));
    for grid in grids(report, scored) {
        let _ = write!(text, "\n#### {}\n\n", escaped(&grid.title));
        let _ = writeln!(text, "| {} |", grid.heads.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(grid.heads.len()));
        for row in &grid.rows {
            let cells: Vec<String> = row.iter().map(|cell| with_code(cell)).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        if let Some(rest) = grid.rest {
            let _ = write!(text, "\n{}\n", with_code(&rest));
        }
    }
    text
}

/// Names the subject with its score.
fn headline(report: &ScoreReport<'_>, scored: &Scored<'_>) -> String {
    let outcome = report.outcome;
    let tally = |tally: Tally, base: Option<Tally>| match base.filter(|base| *base != tally) {
        Some(base) => format!("{tally} checks pass, {base} before"),
        None => format!("{tally} checks pass"),
    };
    match (report.subject, scored.groups.first()) {
        (Some(Found { kind: Kind::DataProduct, idx }), _) => {
            let score = &scored.products[0];
            let header = &outcome.mesh.products[idx].descriptor.header;
            let uncounted = if outcome.mesh.is_retired(idx) { "; it is retired and counts in no total" } else { "" };
            format!("{}: {}{uncounted}", header.title(), tally(score.tally, score.base))
        }
        (Some(found), Some(group)) => {
            format!("{}: {}{}", outcome.mesh.header(found).title(), tally(group.tally, group.base), uncounted(group))
        }
        (_, group) => {
            let (sum, base) = group.map_or((Tally::default(), None), |group| (group.tally, group.base));
            format!("{}: {}{}", outcome.config.mesh.name, tally(sum, base), group.map(uncounted).unwrap_or_default())
        }
    }
}

/// Says how many products of a group are left out.
fn uncounted(group: &GroupScore) -> String {
    match group.n_retired {
        0 => String::new(),
        1 => "; 1 retired product is not counted".to_owned(),
        n => format!("; {n} retired products are not counted"),
    }
}

fn grids(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Vec<Grid> {
    all_grids(report, scored).into_iter().map(Grid::without_same).collect()
}

fn all_grids(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Vec<Grid> {
    let mut grids = Vec::new();
    if let Some(Found { kind: Kind::DataProduct, .. }) = report.subject {
        let score = &scored.products[0];
        grids.push(checks_of_product(report, score));
        grids.extend(maturity(report, scored));
        grids.extend(renamed(report, scored));
        grids.extend(changed(report, scored));
        return grids;
    }
    let Some(whole) = scored.groups.first() else { return grids };
    grids.push(sides(report, scored, whole));
    let of = |kind: Kind| {
        let is_it = move |group: &&GroupScore| group.found.is_some_and(|found| found.kind == kind);
        scored.groups.iter().filter(is_it).collect::<Vec<_>>()
    };
    match report.subject {
        None => {
            grids.extend(report.trend.map(|trend| trend_grid(report, trend)));
            grids.extend(domains(report, &of(Kind::Domain)));
            grids.extend(teams(report, &of(Kind::Team)));
        }
        Some(_) => grids.extend(whole.readiness.as_ref().map(facts)),
    }
    grids.extend(products(report, scored));
    grids.extend(renamed(report, scored));
    grids.extend(to_do(report, scored, whole));
    grids.extend(maturity(report, scored));
    grids.extend(changed(report, scored));
    grids
}

/// One table for each maturity model.
fn maturity(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Vec<Grid> {
    let grids = super::maturity::grids(report, scored).into_iter();
    grids.map(|MaturityGrid { title, heads, rows, rest }| Grid { title, heads, rows, rest }).collect()
}

fn trend_grid(report: &ScoreReport<'_>, trend: &Trend) -> Grid {
    let now = Sample::of(report.outcome);
    let row = |point: &Point<'_>| {
        let cells = SERIES.iter().map(|series| (series.words)(point));
        std::iter::once(point.label()).chain(cells).collect()
    };
    let mut heads = vec![trend.step.word()];
    heads.extend(SERIES.iter().map(|series| series.title));
    let mut grid = Grid::new("Trend", heads, points(trend, &now).iter().map(row).collect());
    grid.rest = trend.note.map(|told| note(told).to_owned());
    grid
}

fn sides(report: &ScoreReport<'_>, scored: &Scored<'_>, whole: &GroupScore) -> Grid {
    let row = |axis| vec![axis_word(axis), whole.axis(scored, axis).to_string()];
    Grid::new("Sides", vec!["side", "checks"], report.outcome.scoring.axes().map(row).collect())
}

fn axis_word(axis: crate::policy::checks::Axis) -> String {
    axis.word().to_owned()
}

/// The heads and cells of a score, with the base where there is one.
fn score_cells(report: &ScoreReport<'_>, tally: Tally, base: Option<Tally>) -> Vec<String> {
    let mut cells = vec![tally.to_string()];
    if report.base.is_some() {
        cells.push(base.map_or_else(|| "new".to_owned(), |base| base.to_string()));
    }
    cells
}

fn score_heads(report: &ScoreReport<'_>) -> Vec<&'static str> {
    if report.base.is_some() { vec!["checks", "before"] } else { vec!["checks"] }
}

fn domains(report: &ScoreReport<'_>, groups: &[&GroupScore]) -> Option<Grid> {
    let row = |group: &&GroupScore| {
        let found = group.found?;
        let readiness = group.readiness.as_ref()?;
        let mut cells = vec![report.outcome.mesh.header(found).id.value.to_string()];
        cells.extend(score_cells(report, group.tally, group.base));
        cells.push(mode(readiness.declared, "not stated"));
        cells.push(mode(readiness.shown, "-"));
        let missing: Vec<&str> = readiness.missing().map(|fact| fact.id).collect();
        cells.push(if missing.is_empty() { "-".to_owned() } else { missing.join(", ") });
        Some(cells)
    };
    let mut heads = vec!["domain"];
    heads.extend(score_heads(report));
    heads.extend(["declared", "facts show", "missing"]);
    let rows: Vec<_> = groups.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| Grid::new("Domains, the worst first", heads, rows))
}

fn mode(mode: Option<OperatingMode>, or: &'static str) -> String {
    mode.map_or(or, OperatingMode::title).to_owned()
}

fn teams(report: &ScoreReport<'_>, groups: &[&GroupScore]) -> Option<Grid> {
    let row = |group: &&GroupScore| {
        let mut cells = vec![report.outcome.mesh.header(group.found?).id.value.to_string()];
        cells.extend(score_cells(report, group.tally, group.base));
        cells.push(group.members.len().to_string());
        Some(cells)
    };
    let mut heads = vec!["team"];
    heads.extend(score_heads(report));
    heads.push("products");
    let rows: Vec<_> = groups.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| Grid::new("Teams, the worst first", heads, rows))
}

fn facts(readiness: &Readiness) -> Grid {
    let declared = mode(readiness.declared, "nothing");
    let shown = mode(readiness.shown, "no product in use");
    let row = |fact: &crate::policy::ReadinessFact| {
        let (word, help) = match fact.is_met {
            Some(true) => ("yes", "-"),
            Some(false) => ("missing", fact.help),
            None => ("not known", "-"),
        };
        vec![fact.id.to_owned(), word.to_owned(), fact.says.clone(), help.to_owned()]
    };
    let title = format!("Can the domain own its data? It declares: {declared}. The facts show: {shown}");
    Grid::new(title, vec!["fact", "there", "what is known", "to do"], readiness.facts.iter().map(row).collect())
}

fn products(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Option<Grid> {
    let mesh = &report.outcome.mesh;
    let row = |score: &ProductScore<'_>| {
        let product = &mesh.products[score.idx];
        let mut cells = vec![product.descriptor.header.id.value.to_string()];
        cells.extend(score_cells(report, score.tally, score.base));
        cells.push(product.consumers.len().to_string());
        let failing: Vec<&str> =
            score.checks.iter().filter(|(_, result)| place(result).is_some()).map(|(check, _)| &*check.id).collect();
        cells.push(if failing.is_empty() { "-".to_owned() } else { failing.join(", ") });
        cells
    };
    let mut heads = vec!["product"];
    heads.extend(score_heads(report));
    heads.extend(["read by", "not passed"]);
    let rows: Vec<_> = scored.products.iter().take(PRODUCTS).map(row).collect();
    let rest = scored.products.len().saturating_sub(PRODUCTS);
    let mut grid = Grid::new("Products, the worst first", heads, rows);
    grid.rest = (rest > 0).then(|| format!("and {rest} more; `--format csv` and `--format json` have all"));
    (!grid.rows.is_empty()).then_some(grid)
}

fn renamed(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Option<Grid> {
    let mesh = &report.outcome.mesh;
    let row = |score: &ProductScore<'_>| {
        let header = &mesh.products[score.idx].descriptor.header;
        vec![header.id.value.to_string(), way_out(mesh, score.idx)]
    };
    let rows: Vec<_> = scored.products.iter().filter(|score| score.is_renamed_table).map(row).collect();
    let title = "Renamed tables, not yet products: no owner, no promise, no consumer, no evidence";
    (!rows.is_empty()).then(|| Grid::new(title, vec!["product", "what to do first"], rows))
}

/// The checks that some product lacks, with what to do.
fn to_do(report: &ScoreReport<'_>, scored: &Scored<'_>, whole: &GroupScore) -> Option<Grid> {
    let checks = report.outcome.scoring.checks.iter();
    let mut missing: Vec<_> = checks
        .map(|check| (check, whole.check(scored, &check.id)))
        .filter(|(_, tally)| tally.n_passed < tally.n_total)
        .collect();
    missing.sort_by(|(_, a), (_, b)| a.worse_first(*b));
    let row = |(check, tally): &(&crate::policy::checks::Check, Tally)| {
        let link = check.link.as_ref().map(|link| format!(" ({link})")).unwrap_or_default();
        vec![check.id.to_string(), check.axis.word().to_owned(), tally.to_string(), format!("{}{link}", check.help)]
    };
    let rows: Vec<_> = missing.iter().map(row).collect();
    let heads = vec!["check", "side", "passed by", "to do"];
    (!rows.is_empty()).then(|| Grid::new("What is missing, the most often first", heads, rows))
}

fn texts_of(report: &ScoreReport<'_>, scores: &[ProductScore<'_>]) -> SourceTexts {
    let places = scores.iter().flat_map(|score| score.checks.iter()).filter_map(|(_, result)| place(result));
    report.outcome.sources.texts(report.tree, places.map(|place| place.file))
}

fn where_to(report: &ScoreReport<'_>, texts: &SourceTexts, place: Option<Location>) -> String {
    place.map_or_else(String::new, |place| {
        format!("{}:{}", report.outcome.sources.path(place.file), texts.lines(place).0)
    })
}

fn checks_of_product(report: &ScoreReport<'_>, score: &ProductScore<'_>) -> Grid {
    let texts = texts_of(report, std::slice::from_ref(score));
    let row = |(check, result): (&crate::policy::checks::Check, &CheckResult)| {
        let (why, help) = match result {
            CheckResult::Passed => ("", ""),
            CheckResult::Failed { why, .. } => (why.as_str(), &*check.help),
            CheckResult::NotApplicable { why } => (why.as_str(), ""),
        };
        let link = check.link.as_ref().filter(|_| !help.is_empty()).map(|link| format!(" ({link})"));
        let cell = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
        vec![
            check.axis.word().to_owned(),
            check.id.to_string(),
            result.word().to_owned(),
            cell(why),
            cell(&where_to(report, &texts, place(result))),
            format!("{}{}", cell(help), link.unwrap_or_default()),
        ]
    };
    let heads = vec!["side", "check", "result", "why", "where", "to do"];
    Grid::new("Checks", heads, score.checks.iter().map(row).collect())
}

/// What changed since the base, product by product.
fn changed(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Option<Grid> {
    let base = report.base?;
    let mesh = &report.outcome.mesh;
    let id = |score: &ProductScore<'_>| mesh.products[score.idx].descriptor.header.id.value.to_string();
    let word = |word: Option<&'static str>| word.unwrap_or("not asked").to_owned();
    let mut rows = Vec::new();
    for score in &scored.products {
        if score.is_new {
            rows.push(vec![id(score), "-".to_owned(), "new".to_owned(), score.tally.to_string()]);
        }
        for change in &score.changes {
            rows.push(vec![id(score), change.check.clone(), word(change.before), word(change.after)]);
        }
    }
    rows.extend(scored.gone.iter().map(|id| vec![id.clone(), "-".to_owned(), "there".to_owned(), "gone".to_owned()]));
    if rows.is_empty() {
        rows.push(vec!["-".to_owned(), "no check comes out differently".to_owned(), "-".to_owned(), "-".to_owned()]);
    }
    let commit = base.commit.get(..7).unwrap_or(base.commit);
    let title = format!("Since {} ({commit})", base.name);
    Some(Grid::new(title, vec!["product", "check", "before", "now"], rows))
}

/// Writes one row for each subject and check; with a base also what there was, and with a trend the months instead.
pub(super) fn csv_rows(report: &ScoreReport<'_>, scored: &Scored<'_>) -> String {
    if let Some(trend) = report.trend {
        return trend_csv(report, trend);
    }
    let outcome = report.outcome;
    let texts = texts_of(report, &scored.products);
    let before = Before::of(report);
    let mut rows = Vec::new();
    for group in &scored.groups {
        let (kind, id) = match group.found {
            None => ("mesh", outcome.config.mesh.id.clone()),
            Some(found) => (found.kind.word(), outcome.mesh.header(found).id.value.to_string()),
        };
        for check in &outcome.scoring.checks {
            let tally = group.check(scored, &check.id);
            let help = if tally.n_passed < tally.n_total { &*check.help } else { "" };
            let mut row = vec![
                kind.to_owned(),
                id.clone(),
                check.axis.word().to_owned(),
                check.id.to_string(),
                tally.n_passed.to_string(),
                tally.n_total.to_string(),
                String::new(),
                String::new(),
                help.to_owned(),
            ];
            row.extend(before.as_ref().map(|before| before.of_group(report, group, &check.id)).into_iter().flatten());
            rows.push(row);
        }
    }
    for score in &scored.products {
        let id = outcome.mesh.products[score.idx].descriptor.header.id.value.to_string();
        for (check, result) in score.checks.iter() {
            let (why, help) = match result {
                CheckResult::Passed => ("", ""),
                CheckResult::Failed { why, .. } => (why.as_str(), &*check.help),
                CheckResult::NotApplicable { why } => (why.as_str(), ""),
            };
            let tally = result.tally();
            let mut row = vec![
                Kind::DataProduct.word().to_owned(),
                id.clone(),
                check.axis.word().to_owned(),
                check.id.to_string(),
                tally.n_passed.to_string(),
                tally.n_total.to_string(),
                why.to_owned(),
                where_to(report, &texts, place(result)),
                help.to_owned(),
            ];
            row.extend(before.as_ref().map(|before| before.of_product(&id, &check.id)).into_iter().flatten());
            rows.push(row);
        }
    }
    for id in scored.gone.iter().filter(|_| before.is_some()) {
        let mut row = vec![Kind::DataProduct.word().to_owned(), id.clone()];
        row.extend(["", "", "", "", "gone", "", ""].map(str::to_owned));
        row.extend(before.as_ref().map(|before| before.of_all(id)).into_iter().flatten());
        rows.push(row);
    }
    let mut heads = vec!["kind", "id", "axis", "check", "passed", "total", "why", "where", "help"];
    if before.is_some() {
        heads.extend(["passed before", "total before"]);
    }
    csv(&heads, &rows)
}

/// Writes one row for each point of the trend, with numbers alone; what is not known is empty.
fn trend_csv(report: &ScoreReport<'_>, trend: &Trend) -> String {
    let now = Sample::of(report.outcome);
    let row = |point: &Point<'_>| {
        let measures = &point.sample.measures;
        let n = |n: usize| n.to_string();
        vec![
            point.label(),
            point.sample.day.to_string(),
            n(measures.passed),
            n(measures.applied),
            n(measures.products),
            n(measures.retired),
            n(measures.with_contract),
            n(measures.with_owner),
            n(measures.with_promise),
            n(measures.met),
            n(measures.asked),
            n(measures.consumers),
            point.lead.map_or_else(String::new, |(days, _)| days.to_string()),
            n(point.lead.map_or(0, |(_, n)| n)),
        ]
    };
    let heads = [
        trend.step.word(),
        "day",
        "checks passed",
        "checks total",
        "products",
        "retired products",
        "products with contract",
        "products with owner",
        "products with promise",
        "policies met",
        "policies asked",
        "readers",
        "days to active",
        "products activated",
    ];
    csv(&heads, &points(trend, &now).iter().map(row).collect::<Vec<_>>())
}

/// The checks of all products of the base, by id.
struct Before<'a> {
    products: BTreeMap<&'a str, ProductChecks<'a>>,
}

impl<'a> Before<'a> {
    fn of(report: &ScoreReport<'a>) -> Option<Before<'a>> {
        let outcome = report.base?.outcome;
        let headers = outcome.mesh.products.iter().map(|product| product.descriptor.header.id.value.as_str());
        Some(Before { products: headers.enumerate().map(|(idx, id)| (id, outcome.checks(idx))).collect() })
    }

    fn cells(tally: Option<Tally>) -> [String; 2] {
        let cell = |number: fn(&Tally) -> usize| tally.map_or_else(String::new, |tally| number(&tally).to_string());
        [cell(|tally| tally.n_passed), cell(|tally| tally.n_total)]
    }

    fn of_product(&self, id: &str, check: &str) -> [String; 2] {
        Before::cells(self.products.get(id).and_then(|checks| checks.get(check)).map(CheckResult::tally))
    }

    fn of_all(&self, id: &str) -> [String; 2] {
        Before::cells(self.products.get(id).map(ProductChecks::tally))
    }

    fn of_group(&self, report: &ScoreReport<'_>, group: &GroupScore, check: &str) -> [String; 2] {
        let ids = group.members_before(report);
        let checks = ids.iter().flatten().filter_map(|id| self.products.get(id.as_str())?.get(check));
        Before::cells(ids.is_some().then(|| checks.map(CheckResult::tally).sum()))
    }
}
