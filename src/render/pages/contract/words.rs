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
    let mut runs = Vec::new();
    runs.extend(stays(before, true, false));
    if gone.len() > WORDS || come.len() > WORDS {
        runs.extend((!gone.is_empty()).then(|| Run::new("del", gone)));
        runs.extend((!come.is_empty()).then(|| Run::new("ins", come)));
    } else {
        between(gone, come, &mut runs);
    }
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

/// Finds the longest row of words that two texts have in common, and adds them with what differs between them.
fn between(gone: &[&str], come: &[&str], runs: &mut Vec<Run>) {
    let width = come.len() + 1;
    // From the end: how many words the rests have in common.
    let mut common = vec![0_u16; (gone.len() + 1) * width];
    for (i, old) in gone.iter().enumerate().rev() {
        for (j, new) in come.iter().enumerate().rev() {
            common[i * width + j] = if old == new {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < gone.len() || j < come.len() {
        let from = i;
        while i < gone.len() && j < come.len() && gone[i] == come[j] {
            i += 1;
            j += 1;
        }
        runs.extend(stays(&gone[from..i], false, false));
        let (from_i, from_j) = (i, j);
        while (i < gone.len() || j < come.len()) && !(i < gone.len() && j < come.len() && gone[i] == come[j]) {
            let takes_old = i < gone.len()
                && (j == come.len() || common[(i + 1) * width + j] >= common[i * width + j + 1]);
            if takes_old { i += 1 } else { j += 1 }
        }
        runs.extend((i > from_i).then(|| Run::new("del", &gone[from_i..i])));
        runs.extend((j > from_j).then(|| Run::new("ins", &come[from_j..j])));
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
        assert_eq!(told("We load it every 15 minutes, day and night.", "We load it every 60 minutes, day and night."),
            "We load it every [del 15] [ins 60] minutes, day and night.");
        assert_eq!(told("15 minutes", "60 minutes"), "");
        assert_eq!(told("one two three four five six", "one two three four five six"), "");
        assert_eq!(told("one two three four five six", "one two three four five six seven"),
            "one two three four five six [ins seven]");
    }

    #[test]
    fn what_stays_is_short() {
        let long: Vec<String> = (0..40).map(|at| at.to_string()).collect();
        let text = long.join(" ");
        assert_eq!(told(&format!("{text} a"), &format!("{text} b")), "… 34 35 36 37 38 39 [del a] [ins b]");
    }
}
