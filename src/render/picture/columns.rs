//! Where the columns of an object come from: sources at the left by contract, the columns at the right in
//! the order of the schema, a line for each statement. A column and its lines are one group, which the
//! stylesheet picks out when the address names it.

use std::collections::BTreeMap;

use super::mark::to_f64;
use super::scene::{Links, push_curve};
use super::svg::{Svg, label, label_of, push_number, push_point};

/// Columns above which only those with a source are drawn, as they are where most have none.
const COLUMNS: usize = 40;
/// Lines above which only the table tells where columns come from.
pub(super) const PATHS: usize = 400;
/// Longest name of a column; names that begin alike are told apart by their ends.
const CHARACTERS: usize = 38;
/// Height of a row.
const ROW: f64 = 26.0;
/// The sides: the left one ends here, the right one begins here.
const SIDES: (f64, f64) = (318.0, 560.0);
/// Width of everything.
const WIDTH: f64 = 852.0;

/// A source of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnOrigin {
    /// The contract version or source system it is in, and its page relative to the top of the site;
    /// without one the file names something that is not in this registry.
    pub owner: Option<(String, String)>,
    /// Object and column, or the words of the file.
    pub text: String,
    /// Where it stands, relative to the top of the site.
    pub page: Option<String>,
}

/// A column and its sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnTrace {
    /// The id of its group, without `#`.
    pub id: String,
    /// Its path in the object.
    pub path: String,
    /// What it comes from.
    pub origins: Vec<ColumnOrigin>,
}

/// The picture of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnPicture {
    /// The picture, unless there are too many lines.
    pub svg: Option<String>,
    /// What the lines mean and what was left out.
    pub caption: String,
    /// Lines drawn.
    pub n_paths: usize,
}

impl ColumnPicture {
    /// Draws an object with this name and these columns. `id` is that of the picture's title.
    #[must_use]
    pub fn of(object: &str, id: &str, columns: &[&ColumnTrace], links: &Links) -> ColumnPicture {
        let n_paths: usize = columns.iter().map(|column| column.origins.len()).sum();
        let n_without = columns.iter().filter(|column| column.origins.is_empty()).count();
        if n_paths > PATHS {
            let caption = format!("{n_paths} sources are too many for a picture.");
            return ColumnPicture { svg: None, caption, n_paths: 0 };
        }
        let is_cut = columns.len() > COLUMNS || n_without * 2 > columns.len();
        let drawn: Vec<&ColumnTrace> =
            columns.iter().copied().filter(|column| !is_cut || !column.origins.is_empty()).collect();
        let has_hint = columns.iter().any(|column| column.origins.iter().any(|origin| origin.owner.is_none()));
        let mut sentences = vec!["Solid lines lead from what the contract names".to_owned()];
        if has_hint {
            sentences[0] += ", dashed ones from words that name nothing in this registry";
        }
        if is_cut && n_without > 0 {
            sentences.push(format!("{n_without} of {} columns name no source and are left out", columns.len()));
        }
        sentences.push("Choose a column to pick out its lines".to_owned());
        let svg = draw(object, id, &drawn, links);
        ColumnPicture { svg: Some(svg), caption: sentences.join(". ") + ".", n_paths }
    }
}

fn draw(object: &str, id: &str, columns: &[&ColumnTrace], links: &Links) -> String {
    let groups = sources(columns);
    let n_left: usize = groups.iter().map(|(_, origins)| origins.len() + 1).sum();
    let n_rows = n_left.max(columns.len() + 1);
    let top = |n: usize| ((to_f64(n_rows) - to_f64(n)) * ROW / 2.0).floor();
    let mut svg = Svg::default();
    let height = to_f64(n_rows) * ROW + 6.0;
    svg.open("svg").fixed("class", "lin colm").attr("viewBox", &format!("0 0 {WIDTH} {height}"));
    svg.num("width", WIDTH).num("height", height).attr("role", "group").attr("aria-labelledby", id);
    svg.open("title").attr("id", id).say(&format!("Where the columns of {object} come from")).close("title");

    let mut ends: BTreeMap<&ColumnOrigin, f64> = BTreeMap::new();
    let mut y = top(n_left);
    for (contract, origins) in &groups {
        let words = contract.as_ref().map_or("not in this registry", |(name, _)| name.as_str());
        let href = contract.as_ref().and_then(|(_, page)| links.to(page));
        row(&mut svg, "hd", (0.0, y + 19.0), words, href.as_deref());
        y += ROW;
        for origin in origins {
            let href = origin.page.as_ref().and_then(|page| links.to(page));
            row(&mut svg, "cn", (12.0, y + 17.0), &origin.text, href.as_deref());
            rule(&mut svg, (0.0, y + ROW), SIDES.0);
            ends.insert(origin, y + 13.0);
            y += ROW;
        }
    }
    let mut y = top(columns.len() + 1);
    svg.holding("text", "hd", SIDES.1, y + 19.0, &label(object, WIDTH - SIDES.1, 15.0));
    y += ROW;
    for column in columns {
        svg.open("g").fixed("class", "col").attr("id", &column.id);
        for origin in &column.origins {
            let from = (SIDES.0, ends[origin]);
            let to = (SIDES.1 - 8.0, y + 13.0);
            let bend = (to.0 - from.0) / 2.0;
            svg.path_of(if origin.owner.is_some() { "e" } else { "e as" }, |d| {
                d.push('M');
                push_point(d, from);
                push_curve(d, (from.0 + bend, from.1), (to.0 - bend, to.1), to);
            });
        }
        let href = (!column.origins.is_empty()).then(|| ["#", &column.id].concat());
        row(&mut svg, "cn", (SIDES.1, y + 17.0), &column.path, href.as_deref());
        rule(&mut svg, (SIDES.1, y + ROW), WIDTH).close("g");
        y += ROW;
    }
    svg.close("svg");
    svg.finish()
}

/// A line below a row.
fn rule(svg: &mut Svg, from: (f64, f64), to: f64) -> &mut Svg {
    svg.path_of("rl", |d| {
        d.push('M');
        push_point(d, from);
        d.push('H');
        push_number(d, to);
    })
}

/// A line of text, a link where it leads somewhere.
fn row(svg: &mut Svg, class: &'static str, (x, y): (f64, f64), text: &str, href: Option<&str>) {
    let right = if x < SIDES.1 { SIDES.0 } else { WIDTH };
    let shown = label_of(text, CHARACTERS, right - x - 4.0, if class == "hd" { 15.0 } else { 12.8 });
    if let Some(href) = href {
        svg.open("a").attr("href", href);
    }
    if shown != text {
        svg.open("g").open("title").say(text).close("title");
    }
    svg.holding("text", class, x, y, &shown);
    if shown != text {
        svg.close("g");
    }
    if href.is_some() {
        svg.close("a");
    }
}

/// A contract, or none, with what of it is a source.
type SourceGroup<'c> = (&'c Owner, Vec<&'c ColumnOrigin>);
/// What a source is in: its name and its page.
type Owner = Option<(String, String)>;

/// Groups the sources by contract, each near the columns it feeds.
fn sources<'c>(columns: &[&'c ColumnTrace]) -> Vec<SourceGroup<'c>> {
    let mut uses: BTreeMap<&ColumnOrigin, Vec<usize>> = BTreeMap::new();
    for (position, column) in columns.iter().enumerate() {
        for origin in &column.origins {
            uses.entry(origin).or_default().push(position);
        }
    }
    let mean = |positions: &[usize]| positions.iter().sum::<usize>() * 1000 / positions.len().max(1);
    let mut groups: BTreeMap<&Owner, Vec<(usize, &ColumnOrigin)>> = BTreeMap::new();
    for (origin, positions) in &uses {
        groups.entry(&origin.owner).or_default().push((mean(positions), origin));
    }
    let mut groups: Vec<(usize, SourceGroup<'c>)> = groups
        .into_iter()
        .map(|(contract, mut origins)| {
            origins.sort();
            let weight = origins.iter().map(|(mean, _)| mean).sum::<usize>() / origins.len().max(1);
            (weight, (contract, origins.into_iter().map(|(_, origin)| origin).collect()))
        })
        .collect();
    groups.sort();
    let ends_of = |(_, (_, origins)): &(usize, SourceGroup<'c>)| {
        let mut ends: Vec<usize> = origins.iter().flat_map(|origin| &uses[origin]).copied().collect();
        ends.sort_unstable();
        ends
    };
    let mut groups: Vec<(Vec<usize>, SourceGroup<'c>)> =
        groups.into_iter().map(|group| (ends_of(&group), group.1)).collect();
    // The mean of a group that feeds the first and the last columns says little: neighbours change places as long as
    // fewer lines cross so.
    for _ in 0..groups.len() {
        let mut is_better = false;
        for at in 1..groups.len() {
            let (above, below) = (&groups[at - 1].0, &groups[at].0);
            if crossings(below, above) < crossings(above, below) {
                groups.swap(at - 1, at);
                is_better = true;
            }
        }
        if !is_better {
            break;
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Counts the lines that cross when what leads to these columns stands above what leads to those; both are sorted.
fn crossings(above: &[usize], below: &[usize]) -> usize {
    above.iter().map(|end| below.partition_point(|other| other < end)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> ColumnOrigin {
        ColumnOrigin {
            owner: Some(("orders 2.1.0".to_owned(), "contracts/orders/2.1.0.html".to_owned())),
            text: text.to_owned(),
            page: Some(format!("contracts/orders/2.1.0.html#c-{text}")),
        }
    }

    fn refs(columns: &[ColumnTrace]) -> Vec<&ColumnTrace> {
        columns.iter().collect()
    }

    fn columns(n: usize, origins: &[ColumnOrigin]) -> Vec<ColumnTrace> {
        (0..n)
            .map(|idx| ColumnTrace { id: format!("col-t.c{idx}"), path: format!("c{idx}"), origins: origins.to_vec() })
            .collect()
    }

    #[test]
    fn a_column_and_its_lines_are_one_group() {
        let mut all = columns(2, &[origin("orders.amount")]);
        all[1].origins.clear();
        assert_eq!(all.len(), 2, "half of them have a source, so that all are drawn");
        let words = ColumnOrigin { owner: None, text: "the <till>".to_owned(), page: None };
        all[0].origins.push(words);
        let picture = ColumnPicture::of("t", "x", &refs(&all), &Links::Relative(3));
        let svg = picture.svg.expect("drawn");
        assert_eq!(picture.n_paths, 2);
        assert!(svg.contains("<g class=\"col\" id=\"col-t.c0\"><path class=\"e"), "{svg}");
        assert!(svg.contains("href=\"#col-t.c0\"") && !svg.contains("href=\"#col-t.c1\""), "{svg}");
        assert!(svg.contains("href=\"../../../contracts/orders/2.1.0.html#c-orders.amount\""), "{svg}");
        assert!(svg.contains("the &lt;till&gt;") && picture.caption.contains("dashed"), "{svg}");
    }

    #[test]
    fn long_objects_show_only_what_has_a_source() {
        let mut all = columns(60, &[]);
        all[7].origins = vec![origin("orders.amount")];
        let picture = ColumnPicture::of("t", "x", &refs(&all), &Links::Nowhere);
        let svg = picture.svg.expect("drawn");
        assert_eq!(svg.matches("class=\"col\"").count(), 1);
        assert!(picture.caption.contains("59 of 60 columns"), "{}", picture.caption);
        assert_eq!(
            ColumnPicture::of("t", "x", &refs(&columns(40, &[origin("orders.amount")])), &Links::Nowhere)
                .svg
                .expect("drawn")
                .matches("class=\"col\"")
                .count(),
            40
        );
        let mut few = columns(9, &[]);
        few[3].origins = vec![origin("orders.amount")];
        let picture = ColumnPicture::of("t", "x", &refs(&few), &Links::Nowhere);
        assert_eq!(picture.svg.expect("drawn").matches("class=\"col\"").count(), 1, "most have none");
        assert!(picture.caption.contains("8 of 9 columns"), "{}", picture.caption);
    }

    #[test]
    fn groups_stand_where_the_fewest_lines_cross() {
        let of = |owner: &str, text: &str| ColumnOrigin {
            owner: Some((owner.to_owned(), format!("{owner}.html"))),
            text: text.to_owned(),
            page: None,
        };
        // By the means of the columns that they feed, till (3) stood above shop (3.5), and three lines crossed.
        let mut all = columns(12, &[]);
        for at in [0, 1, 2, 11] {
            all[at].origins = vec![of("shop", &format!("s{at}"))];
        }
        all[3].origins = vec![of("till", "t")];
        let groups = sources(&refs(&all));
        let owners: Vec<&str> =
            groups.iter().map(|(owner, _)| owner.as_ref().map_or("", |(name, _)| name.as_str())).collect();
        assert_eq!(owners, ["shop", "till"]);
        assert_eq!((crossings(&[0, 1, 2], &[3]), crossings(&[3], &[0, 1, 2]), crossings(&[3, 9], &[3])), (0, 3, 1));
    }

    #[test]
    fn too_many_lines_are_a_table_alone() {
        let origins: Vec<ColumnOrigin> = (0..11).map(|idx| origin(&format!("o.c{idx}"))).collect();
        let picture = ColumnPicture::of("t", "x", &refs(&columns(37, &origins)), &Links::Nowhere);
        assert!(picture.svg.is_none() && picture.caption.starts_with("407 sources"));
    }
}
