//! Texts that many descriptors repeat, held once: names of columns, teams and contracts, types, short descriptions.

use std::cell::RefCell;

use crate::model::Text;

/// Texts this short are held in place, without an allocation that could be shared.
const INLINE: usize = 15;
/// Longer texts seldom repeat.
const LONGEST: usize = 96;
/// So many texts are remembered by each thread: the last of each slot.
const SLOTS: usize = 1 << 13;

thread_local! {
    static RECENT: RefCell<Vec<Text>> = const { RefCell::new(Vec::new()) };
}

/// Returns a text; one that this thread has read a short while ago shares its memory.
pub(super) fn shared(written: &str) -> Text {
    if !(INLINE + 1..=LONGEST).contains(&written.len()) {
        return written.into();
    }
    RECENT.with_borrow_mut(|recent| {
        if recent.is_empty() {
            recent.resize(SLOTS, Text::new());
        }
        let slot = &mut recent[slot_of(written)];
        if slot != written {
            *slot = written.into();
        }
        slot.clone()
    })
}

/// Mixes the text, eight bytes at a time, to the number of a slot.
fn slot_of(written: &str) -> usize {
    let bytes = written.as_bytes();
    let words = bytes.as_chunks::<8>().0.iter().chain(bytes.last_chunk::<8>());
    let add = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let hash = words.map(|word| u64::from_le_bytes(*word)).fold(0, add);
    usize::try_from(hash >> (u64::BITS - SLOTS.ilog2())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_held_once() {
        let (first, second) = (shared("customer_identifier"), shared("customer_identifier"));
        assert_eq!(first, "customer_identifier");
        assert_eq!(first.as_ptr(), second.as_ptr());
    }

    #[test]
    fn what_falls_into_one_slot_stays_apart() {
        let names: Vec<String> = (0..3 * SLOTS).map(|n| format!("a column with number {n}")).collect();
        let texts: Vec<Text> = names.iter().map(|name| shared(name)).collect();
        assert!(names.iter().zip(&texts).all(|(name, text)| text == name));
    }

    #[test]
    fn short_and_long_texts_are_as_they_are() {
        for text in [String::new(), "id".to_owned(), "x".repeat(INLINE + 1), "é".repeat(LONGEST)] {
            assert_eq!(shared(&text), text);
        }
    }
}
