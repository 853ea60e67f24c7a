//! `search` on the shell: the same words, order and filters as in the browser.

use serde::Serialize;

use super::entry::Entry;
use super::facts;
use super::find::{self, Hit, Match};
use super::index::Index;
use super::query::Query;
use super::rank::Quality;
use super::typo;
use crate::diagnostic::RuleMeta;
use crate::diagnostic::emit::json_text;
use crate::graph::Mesh;
use crate::policy::Outcome;
use crate::render::Homes;
use crate::render::export::{csv, table};
use crate::render::health::Health;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchFormat {
    /// Columns for a terminal.
    Table {
        /// Heads in bold.
        color: bool,
    },
    /// A JSON object with `version`, `query`, `total`, `partial` and `hits`.
    Json,
    /// CSV with a head.
    Csv,
}

/// What was found. Shape of `search --format json`; fields are only ever added.
#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    query: &'a str,
    total: usize,
    partial: bool,
    /// How many of `total` have all words; they come first.
    whole: usize,
    /// How many words were not looked for: those beyond the first twelve.
    ignored: usize,
    hits: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    id: String,
    name: String,
    status: Option<String>,
    domain: Option<String>,
    owner: Option<String>,
    url: String,
    columns: Vec<Place>,
    points: f64,
    why: Vec<Reason>,
}

#[derive(Serialize)]
struct Place {
    name: String,
    url: String,
}

#[derive(Serialize)]
struct Reason {
    what: String,
    points: f64,
}

/// Columns that are named with a hit.
const COLUMNS: usize = 3;

/// A mesh that can be searched in memory.
pub struct SearchIndex<'o> {
    index: Index,
    outcome: &'o Outcome,
    homes: Homes,
}

/// The things that a query finds.
#[derive(Debug)]
pub struct SearchAnswer {
    /// How many there are.
    pub n_found: usize,
    /// How many of them have all words of the query; the others have some.
    pub n_whole: usize,
    /// How many have all words and do not pass the filters.
    pub n_filtered: usize,
    /// Words of the query that the best of them has only with other letters, each with what stands there.
    pub corrected: Vec<(String, String)>,
    /// How many words of the query are too many, and were not looked for.
    pub n_ignored: usize,
    /// Where nothing is found, each word that is nowhere with words close to it.
    pub alike: Vec<(String, Vec<String>)>,
    /// The best of them, as text in the format asked for.
    pub text: String,
}

impl<'o> SearchIndex<'o> {
    /// Reads a mesh.
    #[must_use]
    pub fn new(outcome: &'o Outcome) -> SearchIndex<'o> {
        let homes = Homes::of(&outcome.mesh, &outcome.config);
        SearchIndex { index: Index::new(&outcome.mesh, &Health::of_all(outcome)), outcome, homes }
    }

    /// Returns what a query most likely means, where a filter of it is none or nothing can pass it.
    #[must_use]
    pub fn hints(&self, text: &str) -> Vec<String> {
        let mut hints = super::hints::hints(&self.index, &self.outcome.mesh, text);
        let is_code = |rule: &&&'static RuleMeta| rule.code.eq_ignore_ascii_case(text.trim());
        let rule = self.outcome.rules.iter().find(is_code);
        hints.extend(rule.map(|rule| format!("{} is a built-in rule; `meshfolio explain {0}` explains it", rule.code)));
        hints
    }

    /// Returns what in a query has another name now, each with that.
    #[must_use]
    pub fn renamed(&self, text: &str) -> Vec<(String, String)> {
        super::hints::renamed(&self.outcome.mesh, text)
    }

    /// Writes the best `limit` things that a query finds.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize, format: SearchFormat) -> SearchAnswer {
        let query = Query::parse(text);
        let mesh = &self.outcome.mesh;
        let found = find::find(&self.index, mesh, &query);
        let base = self.outcome.config.mesh.base_url.as_deref().unwrap_or_default();
        let address = |entry: &Entry, column: Option<&str>| format!("{base}{}", entry.page(mesh, &self.homes, column));
        let row = |hit: &Hit| row(&self.index, mesh, &query, hit, &address);
        let rows: Vec<Row> = found.hits.iter().take(limit).map(row).collect();
        let (n_found, n_whole) = (found.hits.len(), found.n_whole);
        let corrected = found.hits.first().map(|best| corrected(&self.index, &query, best)).unwrap_or_default();
        let text = write(text, rows, (n_found, n_whole, query.n_ignored), format);
        // What was left out may have had every word.
        let is_lost = n_found + found.n_filtered == 0 && query.unwanted.is_empty();
        let lost = query.words.iter().filter(|_| is_lost).map(|word| word.text.clone());
        let alike =
            lost.map(|word| (typo::alike(&self.index, &word), word)).map(|(alike, word)| (word, alike)).collect();
        let n_ignored = query.n_ignored;
        SearchAnswer { n_found, n_whole, n_filtered: found.n_filtered, corrected, n_ignored, alike, text }
    }
}

fn write(query: &str, rows: Vec<Row>, (total, whole, ignored): (usize, usize, usize), format: SearchFormat) -> String {
    match format {
        SearchFormat::Json => {
            let partial = total > 0 && whole == 0;
            json_text(&Answer { version: 1, query, total, partial, whole, ignored, hits: rows })
        }
        SearchFormat::Table { color } => {
            let cells = |row: &Row| {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
                let columns: Vec<&str> = row.columns.iter().map(|place| place.name.as_str()).collect();
                let name =
                    if columns.is_empty() { row.name.clone() } else { format!("{}: {}", row.name, columns.join(", ")) };
                vec![row.kind.to_owned(), row.id.clone(), name, text(&row.status), text(&row.domain), text(&row.owner)]
            };
            let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
            table(&["kind", "id", "name", "status", "domain", "owner"], &rows, color)
        }
        SearchFormat::Csv => {
            let cells = |row: &Row| {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                let columns: Vec<&str> = row.columns.iter().map(|place| place.name.as_str()).collect();
                vec![
                    row.kind.to_owned(),
                    row.id.clone(),
                    row.name.clone(),
                    text(&row.status),
                    text(&row.domain),
                    text(&row.owner),
                    columns.join(" "),
                    row.url.clone(),
                    format!("{:.2}", row.points),
                ]
            };
            let heads = ["kind", "id", "name", "status", "domain", "owner", "columns", "url", "points"];
            csv(&heads, &rows.iter().map(cells).collect::<Vec<_>>())
        }
    }
}

fn row(index: &Index, mesh: &Mesh, query: &Query, hit: &Hit, address: &dyn Fn(&Entry, Option<&str>) -> String) -> Row {
    let entry: &Entry = &index.entries[hit.entry];
    let status = facts::status(mesh, entry);
    let place = |name: String| {
        let url = address(entry, Some(&name));
        Place { name, url }
    };
    Row {
        kind: entry.kind.word(),
        id: entry.id(mesh),
        name: entry.title(mesh).to_owned(),
        status: (!status.is_empty()).then_some(status),
        domain: facts::domain(mesh, entry).map(|value| value.key),
        owner: facts::owner(mesh, entry).map(|value| value.key),
        url: address(entry, None),
        columns: find::columns(index, mesh, query, hit, COLUMNS).into_iter().map(place).collect(),
        points: points(hit.points),
        why: why(index, query, hit),
    }
}

/// Returns the words of a query that a hit has with a letter or two wrong, each with what it has, as pages say it too.
fn corrected(index: &Index, query: &Query, hit: &Hit) -> Vec<(String, String)> {
    let is_wrong = |matched: &&(usize, Match)| matches!(matched.1.quality, Quality::Near | Quality::Far);
    let words = |(position, matched): &(usize, Match)| {
        Some((query.words[*position].text.clone(), index.terms[matched.term?].text.to_string()))
    };
    hit.matches.iter().filter(is_wrong).filter_map(words).collect()
}

/// Returns the terms of the sum: it is the sum that orders results.
fn why(index: &Index, query: &Query, hit: &Hit) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for (position, matched) in &hit.matches {
        let word = &query.words[*position].text;
        let what = match matched.term {
            Some(term) => format!(
                "`{word}` in the {}, as `{}` {}",
                matched.field,
                index.terms[term].text,
                matched.quality.words()
            ),
            None => format!("`{word}` in the {}", matched.field),
        };
        reasons.push(Reason { what, points: points(matched.points) });
    }
    if hit.exact_name > 0 {
        reasons.push(Reason { what: "its exact name".to_owned(), points: points(hit.exact_name) });
    }
    if hit.all_words > 0 {
        reasons.push(Reason { what: "all words".to_owned(), points: points(hit.all_words) });
    }
    if hit.whole_column > 0 {
        reasons.push(Reason { what: "the whole name of a column".to_owned(), points: points(hit.whole_column) });
    }
    reasons.push(Reason { what: "status, use and completeness".to_owned(), points: points(hit.own) });
    reasons
}

fn points(hundredths: u32) -> f64 {
    f64::from(hundredths) / 100.0
}
