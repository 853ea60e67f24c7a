//! Two texts as one, word by word: what stays, what goes and what comes.

use serde::Serialize;

/// Words that stay, go or come together.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Run {
    /// `del`, `ins`, or nothing for what stays.
    mark: &'static str,
    text: String,
}

/// Words from which on a text reads as a sentence.
const SENTENCE: usize = 6;
/// Words of either text that are compared, after those that both begin and end with.
const WORDS: usize = 120;
/// Words in a row that stay, where others around them do not: fewer are no part of a sentence.
const TOGETHER: usize = 2;
/// Words that are kept of what stays, on either side of what differs.
const AROUND: usize = 6;
/// Characters of a run.
const TEXT: usize = 300;

impl Run {
    fn new(mark: &'static str, words: &[&str]) -> Run {
        Run { mark, text: crate::render::parts::cut_at_word(&words.join(" "), TEXT) }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// Compares two sentences; nothing where one of them is none, and a table tells them apart better.
pub(super) fn compared(was: &str, is: &str) -> Vec<Run> {
    let (old, new): (Vec<&str>, Vec<&str>) = (was.split_whitespace().collect(), is.split_whitespace().collect());
    if old.len().min(new.len()) < SENTENCE || old == new {
        return Vec::new();
    }
    let n_before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - n_before;
    let n_after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (before, after) = (&old[..n_before], &old[old.len() - n_after..]);
    let (gone, come) = (&old[n_before..old.len() - n_after], &new[n_before..new.len() - n_after]);
    let whole = vec![(gone.len(), come.len())];
    let mut parts = if gone.len() > WORDS || come.len() > WORDS { whole.clone() } else { common(gone, come) };
    // Where little of a text stays, it is another one, and the words that both happen to have only disturb.
    let n_common = n_before + n_after + parts.len() - 1;
    if n_common * 3 < old.len().max(new.len()) {
        parts = whole;
    }
    let mut runs = Vec::new();
    runs.extend(stays(before, true, false));
    between(gone, come, &parts, &mut runs);
    runs.extend(stays(after, false, true));
    runs
}

/// Returns what stays, without its middle where it is long, or without its outer part at the end of a text.
fn stays(words: &[&str], is_first: bool, is_last: bool) -> Option<Run> {
    if words.len() <= 2 * AROUND {
        return (!words.is_empty()).then(|| Run::new("", words));
    }
    let mut kept: Vec<&str> = Vec::new();
    if !is_first {
        kept.extend(&words[..AROUND]);
    }
    kept.push("…");
    if !is_last {
        kept.extend(&words[words.len() - AROUND..]);
    }
    Some(Run::new("", &kept))
}

/// Returns the positions of the words that two texts have in common, as many as can be, in both of them; those alone between
/// others that differ are left out. The last one is behind both texts.
fn common(gone: &[&str], come: &[&str]) -> Vec<(usize, usize)> {
    let width = come.len() + 1;
    // From the end: how many words the rests have in common.
    let mut rest = vec![0_u16; (gone.len() + 1) * width];
    for (i, old) in gone.iter().enumerate().rev() {
        for (j, new) in come.iter().enumerate().rev() {
            rest[i * width + j] = if old == new {
                rest[(i + 1) * width + j + 1] + 1
            } else {
                rest[(i + 1) * width + j].max(rest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut rows: Vec<Vec<(usize, usize)>> = Vec::new();
    while i < gone.len() && j < come.len() {
        if gone[i] == come[j] {
            match rows.last_mut() {
                Some(row) if row.last() == Some(&(i.wrapping_sub(1), j.wrapping_sub(1))) => row.push((i, j)),
                _ => rows.push(vec![(i, j)]),
            }
            i += 1;
            j += 1;
        } else if rest[(i + 1) * width + j] >= rest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let kept = rows.into_iter().filter(|row| row.len() >= TOGETHER).flatten();
    kept.chain([(gone.len(), come.len())]).collect()
}

/// Adds what differs between two texts, and between it what they have in common.
fn between(gone: &[&str], come: &[&str], common: &[(usize, usize)], runs: &mut Vec<Run>) {
    let (mut i, mut j) = (0, 0);
    let mut same: Vec<&str> = Vec::new();
    for (old, new) in common.iter().copied() {
        if old > i || new > j || old == gone.len() {
            runs.extend(stays(&same, false, false));
            same.clear();
        }
        runs.extend((old > i).then(|| Run::new("del", &gone[i..old])));
        runs.extend((new > j).then(|| Run::new("ins", &come[j..new])));
        same.extend(gone.get(old));
        (i, j) = (old + 1, new + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(was: &str, is: &str) -> String {
        let told = compared(was, is).into_iter().map(|run| match run.mark {
            "" => run.text,
            mark => format!("[{mark} {}]", run.text),
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_the_words_that_differ_are_marked() {
        assert_eq!(
            told("We load it every 15 minutes, day and night.", "We load it every 60 minutes, day and night."),
            "We load it every [del 15] [ins 60] minutes, day and night."
        );
        assert_eq!(
            told("One two three four five and six seven", "One two three 4 5 and 6 seven"),
            "One two three [del four five and six] [ins 4 5 and 6] seven"
        );
        assert_eq!(
            told("Confirmed orders with their lines and prices", "What it would become is for comment"),
            "[del Confirmed orders with their lines and prices] [ins What it would become is for comment]"
        );
        assert_eq!(told("15 minutes", "60 minutes"), "");
        assert_eq!(told("one two three four five six", "one two three four five six"), "");
        assert_eq!(
            told("one two three four five six", "one two three four five six seven"),
            "one two three four five six [ins seven]"
        );
    }

    #[test]
    fn what_stays_is_short() {
        let long: Vec<String> = (0..40).map(|at| at.to_string()).collect();
        let text = long.join(" ");
        assert_eq!(told(&format!("{text} a"), &format!("{text} b")), "… 34 35 36 37 38 39 [del a] [ins b]");
    }
}
