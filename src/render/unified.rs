//! Differences between two texts as people read them in reviews: the unified format, with three
//! lines around each change.

use std::collections::BTreeMap;
use std::ops::Range;

/// Lines around a change.
const AROUND: usize = 3;
/// The largest product of line counts whose best alignment is searched. What is larger is first cut at the lines
/// that stand in both texts once.
const MOST_CELLS: usize = 4_000_000;

/// Returns the difference of a file; empty when there is none. Without `old` the file is new.
#[must_use]
pub fn unified(path: &str, old: Option<&str>, new: &str) -> String {
    let olds: Vec<&str> = old.unwrap_or("").split_inclusive('\n').collect();
    let news: Vec<&str> = new.split_inclusive('\n').collect();
    let changes = changes(&olds, &news);
    if changes.is_empty() {
        return String::new();
    }
    let before = if old.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let mut text = format!("--- {before}\n+++ b/{path}\n");
    let mut at = 0;
    while at < changes.len() {
        let mut last = at;
        while last + 1 < changes.len() && changes[last + 1].0.start - changes[last].0.end <= 2 * AROUND {
            last += 1;
        }
        hunk(&mut text, &olds, &news, &changes[at..=last]);
        at = last + 1;
    }
    text
}

type Change = (Range<usize>, Range<usize>);

fn hunk(text: &mut String, olds: &[&str], news: &[&str], changes: &[Change]) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    let lead = first.0.start.min(AROUND);
    let end = (last.0.end + AROUND).min(olds.len());
    let old = first.0.start - lead..end;
    let new = first.1.start - lead..last.1.end + (end - last.0.end);
    let range = |range: &Range<usize>| match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        n => format!("{},{n}", range.start + 1),
    };
    text.push_str(&format!("@@ -{} +{} @@\n", range(&old), range(&new)));
    let mut at = old.start;
    for (removed, added) in changes {
        olds[at..removed.start].iter().for_each(|line| push(text, ' ', line));
        olds[removed.clone()].iter().for_each(|line| push(text, '-', line));
        news[added.clone()].iter().for_each(|line| push(text, '+', line));
        at = removed.end;
    }
    olds[at..end].iter().for_each(|line| push(text, ' ', line));
}

fn push(text: &mut String, sign: char, line: &str) {
    text.push(sign);
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

/// Returns the ranges of lines that differ, in order.
fn changes(olds: &[&str], news: &[&str]) -> Vec<Change> {
    let head = olds.iter().zip(news).take_while(|(old, new)| old == new).count();
    let rest = olds.len().min(news.len()) - head;
    let tail = olds.iter().rev().zip(news.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    let (old, new) = (&olds[head..olds.len() - tail], &news[head..news.len() - tail]);
    let kept = matched(old, new);
    let mut changes = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (kept_old, kept_new) in kept.into_iter().chain([(old.len(), new.len())]) {
        if kept_old > at_old || kept_new > at_new {
            changes.push((at_old + head..kept_old + head, at_new + head..kept_new + head));
        }
        (at_old, at_new) = (kept_old + 1, kept_new + 1);
    }
    changes
}

/// Returns the positions of lines that both texts have, in order: the most there are, or in long texts those
/// around lines that stand in both once.
fn matched(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) <= MOST_CELLS {
        return aligned(old, new);
    }
    let mut kept = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (anchor_old, anchor_new) in anchors(old, new).into_iter().chain([(old.len(), new.len())]) {
        let (before, after) = (&old[at_old..anchor_old], &new[at_new..anchor_new]);
        let between = if before.len().saturating_mul(after.len()) <= MOST_CELLS {
            aligned(before, after)
        } else {
            // Thousands of lines of which none stands in both once: nothing better is to be had at this price.
            (0..before.len().min(after.len())).filter(|at| before[*at] == after[*at]).map(|at| (at, at)).collect()
        };
        kept.extend(between.into_iter().map(|(a, b)| (a + at_old, b + at_new)));
        if anchor_old < old.len() {
            kept.push((anchor_old, anchor_new));
        }
        (at_old, at_new) = (anchor_old + 1, anchor_new + 1);
    }
    kept
}

/// Returns the positions of lines that stand in each text once, as many as keep their order (patience sorting).
fn anchors(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut seen: BTreeMap<&str, ([usize; 2], [usize; 2])> = BTreeMap::new();
    for (side, lines) in [old, new].into_iter().enumerate() {
        for (at, line) in lines.iter().enumerate() {
            let (count, place) = seen.entry(line).or_default();
            count[side] += 1;
            place[side] = at;
        }
    }
    let mut pairs: Vec<(usize, usize)> =
        seen.into_values().filter(|(count, _)| *count == [1, 1]).map(|(_, [old, new])| (old, new)).collect();
    pairs.sort_unstable();
    // The longest run of rising positions: of each length the one that ends lowest, and what came before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (position, (_, new)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *new);
        before[position] = length.checked_sub(1).map(|last| ends[last]);
        if length == ends.len() {
            ends.push(position);
        } else {
            ends[length] = position;
        }
    }
    let mut rising = Vec::new();
    let mut at = ends.last().copied();
    while let Some(position) = at {
        rising.push(pairs[position]);
        at = before[position];
    }
    rising.reverse();
    rising
}

/// Returns the positions of a longest common subsequence.
fn aligned(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            lengths[a * width + b] = if old[a] == new[b] {
                lengths[(a + 1) * width + b + 1] + 1
            } else {
                lengths[(a + 1) * width + b].max(lengths[a * width + b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut kept = Vec::new();
    while a < old.len() && b < new.len() {
        if old[a] == new[b] {
            kept.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if lengths[(a + 1) * width + b] >= lengths[a * width + b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        text.chars().flat_map(|letter| [letter, '\n']).collect()
    }

    #[test]
    fn near_changes_share_a_hunk_and_far_ones_do_not() {
        let found = unified("a.yaml", Some(&lines("abcdefghijklmnop")), &lines("aBcdefGhijklmnoP"));
        assert_eq!(
            found,
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,10 +1,10 @@\n a\n-b\n+B\n c\n d\n e\n f\n-g\n+G\n h\n i\n j\n@@ -13,4 +13,4 @@\n m\n n\n o\n-p\n+P\n"
        );
    }

    #[test]
    fn new_files_and_missing_ends_of_lines_are_told() {
        assert_eq!(unified("n", None, "a\nb\n"), "--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(
            unified("n", Some("a"), "a\nb"),
            "--- a/n\n+++ b/n\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n"
        );
        assert_eq!(unified("n", Some("a\n"), "a\n"), "");
        assert_eq!(unified("n", Some("a\nb\n"), "b\n"), "--- a/n\n+++ b/n\n@@ -1,2 +1 @@\n-a\n b\n");
    }

    #[test]
    fn long_texts_of_another_length_keep_what_is_the_same() {
        let numbers: Vec<String> = (0..9_000).map(|number| format!("- {number}\n  same: true\n")).collect();
        let old = numbers.concat();
        let new = old.replace("- 10\n", "- 10\n  new: 1\n").replace("- 4500\n", "").replace("- 8900\n", "- last\n");
        let found = unified("n", Some(&old), &new);
        assert_eq!(found.matches("@@ -").count(), 3, "{found}");
        let lines = |sign: char| found.lines().filter(|line| line.starts_with(sign)).count();
        assert_eq!((lines('+'), lines('-')), (3, 3), "{found}");
        let reversed: String = numbers.iter().rev().cloned().collect();
        assert!(!unified("n", Some(&old), &reversed).is_empty());
    }

    #[test]
    fn long_texts_are_compared_line_by_line() {
        let numbers: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
        let old = numbers.join("\n") + "\n";
        let new = old.replace("\n10\n", "\nten\n").replace("\n4900\n", "\nlast\n");
        let found = unified("n", Some(&old), &new);
        assert_eq!(found.matches("@@ -").count(), 2, "{found}");
    }
}
