//! Random changes of texts. Everything follows from a seed and the number of the run, so that a run can be made
//! again alone.

/// A small generator of random numbers (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one run.
    pub(crate) fn new(seed: u64, run: u64) -> Random {
        let mut random = Random(seed ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.next();
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 for 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Words that parsers, escapers and people who compute stumble over.
const WORDS: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "\r\n",
    "\r",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{3000}",
    "\"\\\\\u{3000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "e\u{301}",
    "ß",
    "İ",
    "日本語",
    "🦀",
    "---\n",
    "...\n",
    "- ",
    "- - - ",
    "? ",
    ": ",
    ":",
    "#",
    " #",
    "&a ",
    "*a",
    "!!str ",
    "!!binary ",
    "!x ",
    "<<: ",
    "<<: *a",
    "|",
    "|2+\n",
    ">-\n",
    "%YAML 1.2\n",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "{a: {a: ",
    ",",
    "'",
    "\"",
    "\\",
    "\\u0000",
    "\"\\x\"",
    "''",
    "~",
    "null",
    "true",
    "NO",
    "off",
    "y",
    ".nan",
    "-.inf",
    "1e999",
    "0x",
    "0o17",
    "017",
    "1_000",
    "12:30",
    "1.10",
    "-0",
    "9223372036854775807",
    "9223372036854775808",
    "340282366920938463463374607431768211456",
    "2026-02-30",
    "0000-01-01",
    "9999-12-31",
    "2026-11-21T25:61:61Z",
    "P1Y2M10DT2H30M",
    "v3.1.0",
    "v99.9.9",
    "1.0.0-rc.1+build",
    "<script>alert(1)</script>",
    "</script>",
    "<!--",
    "]]>",
    "\"><img src=x onerror=x>",
    "javascript:x",
    "[a](javascript:x)",
    "![a](//x)",
    "`",
    "```\n",
    "~~~\n",
    "* * *\n",
    "> > > ",
    "| a | b |\n|---|---|\n",
    "[^1]",
    "[^1]: x\n",
    "- [ ] ",
    "![",
    "](",
    "<a@b.c>",
    "&#x6a;",
    "&colon;",
    "\\\n",
    "=====\n",
    "{{ x }}",
    "{% x %}",
    "../",
    "..\\",
    "/etc/passwd",
    "C:\\",
    "CON",
    "%2e%2e%2f",
    "%00",
    "::error::x",
    "\n::stop-commands::x",
    "##[error]",
    "@everyone",
    "=1+1",
    "-rf",
    "&& ",
    "|| ",
    "!",
    "== ",
    "!= ",
    "<= ",
    "in ",
    "? : ",
    ".all(x, ",
    ".exists(x, ",
    ".filter(x, ",
    ".matches('(a+)+$')",
    ".size()",
    "size(",
    "1/0",
    "[0]",
    "[-1]",
    "(((((((((",
    "))))",
    "'''",
    "r'",
    "apiVersion: ",
    "kind: DataProduct\n",
    "kind: DataContract\n",
    "kind: Policy\n",
    "id: ",
    "status: ",
    "x: &x [*x, *x]\n",
    "GET ",
    " HTTP/1.1",
    "Host: ",
    "\r\n\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: -1\r\n",
];

/// The longest text that is made, in bytes.
const MOST: usize = 24_000;

/// Changes a text at one to eight places; `others` lend pieces.
pub(crate) fn changed(random: &mut Random, text: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut out = text.to_vec();
    for _ in 0..=random.below(8) {
        change(random, &mut out, others);
        out.truncate(MOST);
    }
    out
}

/// Changes a text at one place, so that most of it is still read.
pub(crate) fn touched(random: &mut Random, text: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut out = text.to_vec();
    change(random, &mut out, others);
    out.truncate(MOST);
    out
}

fn change(random: &mut Random, out: &mut Vec<u8>, others: &[Vec<u8>]) {
    let at = random.below(out.len() + 1);
    match random.below(14) {
        0 => {
            let end = (at + random.below(64)).min(out.len());
            out.drain(at..end);
        }
        1 => {
            let end = (at + random.below(64)).min(out.len());
            let piece = out[at..end].to_vec();
            insert(out, at, &piece);
        }
        2 | 3 => {
            let word = random.pick(WORDS);
            insert(out, at, word.as_bytes());
        }
        4 => {
            let (from, end) = line_at(out, at);
            let other = random.pick(others);
            let (other_from, other_end) = line_at(other, random.below(other.len() + 1));
            let line = other[other_from..other_end].to_vec();
            out.splice(from..end, line);
        }
        5 => {
            let (from, end) = line_at(out, at);
            let line: Vec<u8> = out.drain(from..end).collect();
            let to = random.below(out.len() + 1);
            let (to, _) = line_at(out, to);
            insert(out, to, &line);
        }
        6 => {
            let (from, end) = line_at(out, at);
            if random.below(2) == 0 {
                insert(out, from, &b"         "[..=random.below(8)]);
            } else {
                let n_spaces = out[from..end].iter().take_while(|byte| **byte == b' ').count();
                out.drain(from..from + random.below(n_spaces + 1));
            }
        }
        7 => {
            if let Some(byte) = out.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        8 => {
            let char = char::from_u32(u32::try_from(random.below(0x3000)).unwrap_or(0)).unwrap_or('x');
            insert(out, at, char.encode_utf8(&mut [0; 4]).as_bytes());
        }
        9 if random.below(6) == 0 => out.truncate(at),
        10 => {
            let end = (at + 1 + random.below(12)).min(out.len());
            let piece = out[at..end].repeat(1 + random.below(200));
            insert(out, at, &piece);
        }
        11 => {
            let other = random.pick(others);
            let from = random.below(other.len() + 1);
            out.truncate(at);
            out.extend_from_slice(&other[from..]);
        }
        _ => {
            // One word in the place of another, so that what is around it stays whole.
            let (from, end) = word_at(out, at);
            let word = if random.below(3) == 0 {
                let other = random.pick(others);
                let (other_from, other_end) = word_at(other, random.below(other.len() + 1));
                other[other_from..other_end].to_vec()
            } else {
                random.pick(WORDS).as_bytes().to_vec()
            };
            out.splice(from..end, word);
        }
    }
}

fn insert(out: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let at = at.min(out.len());
    out.splice(at..at, piece.iter().copied());
}

/// The line around a byte, with its line feed.
fn line_at(text: &[u8], at: usize) -> (usize, usize) {
    let at = at.min(text.len());
    let from = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |after| at + after + 1);
    (from, end)
}

/// The word around a byte.
fn word_at(text: &[u8], at: usize) -> (usize, usize) {
    let is_part = |byte: &u8| !byte.is_ascii_whitespace();
    let at = at.min(text.len());
    let from = text[..at].iter().rposition(|byte| !is_part(byte)).map_or(0, |before| before + 1);
    let end = text[at..].iter().position(|byte| !is_part(byte)).map_or(text.len(), |after| at + after);
    (from, end)
}
