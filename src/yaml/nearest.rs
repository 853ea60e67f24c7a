//! "Did you mean ...?": the word that a misspelt one most likely meant.

/// How near a word must be to be offered: 0.8 of Jaro-Winkler catches one or two slips of the
/// keyboard in words of the length of field names, and few that are other words.
const NEAR: f64 = 0.8;

/// The shortest word that is recognised in a longer one: `Product` in `DataProduct`.
const MIN_PART_CHARS: usize = 4;

/// The longest word that is compared: no name is that long, and comparing takes time.
const MAX_NAME_BYTES: usize = 200;

/// How many candidates are looked at. A file or a registry may hold as many mistakes as names, and
/// each must cost little: after [`MAX_FREE`] only names with the same first letter are looked at.
const MAX_SEEN: usize = 20_000;
/// How many candidates are looked at whatever they begin with.
const MAX_FREE: usize = 2_000;
/// How many candidates are measured exactly.
const MAX_MEASURED: usize = 100;

/// Returns the candidate that a misspelt word most likely meant; the first of several that are equally
/// near.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > MAX_NAME_BYTES {
        return None;
    }
    let lower = word.to_lowercase();
    let meant = Meant { first: lower.chars().next(), n_chars: lower.chars().count(), letters: letters(&lower) };
    let mut best: Option<(f64, &str)> = None;
    let mut n_measured = 0;
    for (position, candidate) in candidates.into_iter().take(MAX_SEEN).enumerate() {
        if n_measured == MAX_MEASURED {
            break;
        }
        if candidate.len() > MAX_NAME_BYTES || (position >= MAX_FREE && !meant.begins_alike(candidate)) {
            continue;
        }
        let known = candidate.to_lowercase();
        let may_slip = meant.may_slip(&known);
        if !may_slip && !is_part(&lower, &known) {
            continue;
        }
        n_measured += 1;
        let score = strsim::jaro_winkler(&lower, &known);
        let is_near = (may_slip && score >= NEAR && is_slip(&lower, &known)) || is_part(&lower, &known);
        if is_near && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The most slips of the keyboard with which a word still counts as another one.
const MAX_SLIPS: usize = 2;

/// Says whether a word that is [`nearest`] to another is that word with a slip or two, so that it can count
/// as it until it is mended. Other digits are another name: `orders-v1` is not `orders-v2`.
#[must_use]
pub fn is_misspelt(word: &str, meant: &str) -> bool {
    let (word, meant) = (word.to_lowercase(), meant.to_lowercase());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(&word) == digits(&meant) && strsim::osa_distance(&word, &meant) <= MAX_SLIPS
}

/// Says whether a word is another one with one slip of the keyboard, or two where it is long.
#[must_use]
pub fn is_slip_of(word: &str, meant: &str) -> bool {
    const LONG: usize = 8;
    is_misspelt(word, meant)
        && (word.chars().count() >= LONG || strsim::osa_distance(&word.to_lowercase(), &meant.to_lowercase()) <= 1)
}

/// The fewest letters of a word of a name in which one letter more, one less or two that changed places are a slip, and
/// in which another letter is.
const MIN_SLIP_CHARS: usize = 4;
const MIN_OTHER_CHARS: usize = 6;

/// Says whether a name is surely another one with a slip: names are not a closed list as fields are, and `orders-eu`
/// beside `orders-us` is no slip. Nothing but capitals and signs between words may differ, or one letter of a long word.
#[must_use]
pub fn is_sure_slip(name: &str, meant: &str) -> bool {
    let plain = |name: &str| -> Vec<char> { name.to_lowercase().chars().collect() };
    let (name, meant) = (plain(name), plain(meant));
    // A sign between two digits tells numbers apart: `orders-1.1` is no slip of `orders-11`.
    let is_digit = |c: Option<&char>| c.is_some_and(|c| c.is_numeric());
    let letters = |name: &[char]| -> Vec<char> {
        let counts = |at: usize, c: char| {
            let is_inside = at > 0 && is_digit(name.get(at - 1)) && is_digit(name.get(at + 1));
            c.is_alphanumeric() || is_inside
        };
        name.iter().copied().enumerate().filter(|(at, c)| counts(*at, *c)).map(|(_, c)| c).collect()
    };
    if name == meant || letters(&name) == letters(&meant) {
        return name.iter().any(|c| c.is_alphanumeric());
    }
    let n_before = name.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let (rest, meant_rest) = (name.get(n_before..).unwrap_or_default(), meant.get(n_before..).unwrap_or_default());
    let n_after = rest.iter().rev().zip(meant_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let inside = |rest: &[char]| rest.get(..rest.len() - n_after).unwrap_or_default().to_vec();
    let (written, right) = (inside(rest), inside(meant_rest));
    if !written.iter().chain(&right).all(|c| c.is_alphabetic()) {
        return false;
    }
    let word = |name: &[char]| {
        let before = name.iter().take(n_before).rev().take_while(|c| c.is_alphabetic()).count();
        before + name.iter().skip(n_before).take_while(|c| c.is_alphabetic()).count()
    };
    // The first letter says which word it is.
    let is_first = n_before == 0 || meant.get(n_before - 1).is_none_or(|c| !c.is_alphabetic());
    let least = match (written.as_slice(), right.as_slice()) {
        ([_], []) | ([], [_]) => MIN_SLIP_CHARS,
        ([a, b], [c, d]) if (a, b) == (d, c) => MIN_SLIP_CHARS,
        ([_], [_]) if !is_first => MIN_OTHER_CHARS,
        _ => return false,
    };
    word(&meant).min(word(&name)) >= least
}

/// Returns the help for a word that is not known: the one that was meant, else what `otherwise` says.
#[must_use]
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    nearest(word, candidates).map_or_else(otherwise, |meant| format!("did you mean `{meant}`?"))
}

/// What is known of the misspelt word, for ruling candidates out quickly.
struct Meant {
    first: Option<char>,
    n_chars: usize,
    letters: [u8; BUCKETS],
}

/// Letters are counted in this many buckets.
const BUCKETS: usize = 32;

fn letters(word: &str) -> [u8; BUCKETS] {
    let mut counts = [0_u8; BUCKETS];
    for character in word.chars() {
        let count = &mut counts[u32::from(character) as usize % BUCKETS];
        *count = count.saturating_add(1);
    }
    counts
}

impl Meant {
    fn begins_alike(&self, candidate: &str) -> bool {
        candidate.chars().next().and_then(|first| first.to_lowercase().next()) == self.first
    }

    /// Says whether so few letters differ that [`is_slip`] may hold: every slip changes, adds or drops one.
    fn may_slip(&self, known: &str) -> bool {
        let n_known = known.chars().count();
        let n_most = self.n_chars.max(n_known);
        if self.n_chars.abs_diff(n_known) * 3 > n_most {
            return false;
        }
        let others = letters(known);
        let surplus = |a: &[u8; BUCKETS], b: &[u8; BUCKETS]| -> usize {
            a.iter().zip(b).map(|(a, b)| usize::from(a.saturating_sub(*b))).sum()
        };
        surplus(&self.letters, &others).max(surplus(&others, &self.letters)) * 3 <= n_most
    }
}

/// Says whether at most one character in three is wrong: Jaro-Winkler alone takes `costCenter` for
/// `context`, since they share their first letter and some others.
fn is_slip(word: &str, known: &str) -> bool {
    let n_chars = word.chars().count().max(known.chars().count());
    strsim::osa_distance(word, known) * 3 <= n_chars
}

/// Says whether a word is the beginning or the end of the known one, or the other way round.
fn is_part(word: &str, known: &str) -> bool {
    let (short, long) = if word.len() < known.len() { (word, known) } else { (known, word) };
    short.chars().count() >= MIN_PART_CHARS && (long.starts_with(short) || long.ends_with(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let keys = ["status", "schema", "servers", "slaProperties"];
        assert_eq!(nearest("sttaus", keys), Some("status"));
        assert_eq!(nearest("slaproperty", keys), Some("slaProperties"));
        assert_eq!(nearest("owner", keys), None);
        assert_eq!(nearest("costCenter", ["context", "customProperties"]), None);
        assert_eq!(nearest("Product", ["DataProduct", "Policy"]), Some("DataProduct"));
        assert_eq!(nearest("parent", ["parentDomain", "status"]), Some("parentDomain"));
    }

    #[test]
    fn a_name_is_surely_another_only_where_a_long_word_has_one_wrong_letter() {
        for name in ["ordres", "oders", "orrders", "Orders", "order"] {
            assert!(is_sure_slip(name, "orders"), "{name}");
        }
        for name in ["order_platform", "order platform", "orderplatform", "order-platfrom", "order-platferm"] {
            assert!(is_sure_slip(name, "order-platform"), "{name}");
        }
        for (name, other) in [
            ("orders-eu", "orders-us"),
            ("orders-1.1", "orders-11"),
            ("orders-v1", "orders-v2"),
            ("orders1", "orders"),
            ("team-a", "team-b"),
            ("sales-east", "sales-west"),
            ("test", "text"),
            ("dogs", "dog"),
            ("borders", "folders"),
            ("binders", "finders"),
            ("orders-in", "orders-on"),
            ("--", "-"),
            ("", "orders"),
        ] {
            assert!(!is_sure_slip(name, other), "{name} {other}");
        }
    }

    #[test]
    fn the_nearest_is_offered_and_not_the_first_that_is_near() {
        assert_eq!(nearest("orders-v2", ["orders-v1-old", "orders-v", "orders-v2x"]), Some("orders-v2x"));
        assert_eq!(did_you_mean("xyz", ["orders"], || "nothing".to_owned()), "nothing");
        assert_eq!(did_you_mean("ordres", ["orders"], String::new), "did you mean `orders`?");
    }

    #[test]
    fn ruling_out_quickly_changes_no_answer() {
        let words =
            ["status", "staus", "Sttaus", "schema", "scheme", "ärger", "arger", "a", "ab", "dataProduct", "stat"];
        for (a, b) in words.iter().flat_map(|a| words.map(|b| (*a, b))) {
            let (lower, known) = (a.to_lowercase(), b.to_lowercase());
            let slow =
                (strsim::jaro_winkler(&lower, &known) >= NEAR && is_slip(&lower, &known)) || is_part(&lower, &known);
            assert_eq!(nearest(a, [b]).is_some(), slow, "{a} {b}");
        }
    }

    #[test]
    fn many_candidates_cost_little() {
        let names: Vec<String> = (0..200_000).map(|number| format!("name{number}")).collect();
        let asked =
            (0..200).filter(|number| nearest(&format!("nmae{number}"), names.iter().map(String::as_str)).is_some());
        assert!(asked.count() > 0);
        assert_eq!(nearest(&"x".repeat(1_000), ["x"]), None);
    }
}
