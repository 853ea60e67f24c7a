//! The colours of the default theme: every pair of text and ground that the parts use, in both
//! schemes. Checkers of pages cannot tell these, because of `light-dark()`.

use std::collections::BTreeMap;

use super::package;

/// Red, green and blue of a colour from 0 to 255.
type Colour = [u8; 3];

fn colour(text: &str) -> Colour {
    let digits = text.trim().strip_prefix('#').unwrap_or_else(|| panic!("`{text}` is a colour"));
    let wide: String =
        if digits.len() == 3 { digits.chars().flat_map(|c| [c, c]).collect() } else { digits.to_owned() };
    [0, 2, 4].map(|at| u8::from_str_radix(&wide[at..at + 2], 16).expect("two digits"))
}

/// Reads the tokens: name, then the colour in light and in dark.
fn tokens() -> BTreeMap<String, [Colour; 2]> {
    let css = std::fs::read_to_string(package("themes/default/assets/site.css")).expect("the style sheet is there");
    let mut tokens = BTreeMap::new();
    for line in css.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": ")) else {
            continue;
        };
        let Some(pair) = value.strip_prefix("light-dark(").and_then(|value| value.split(')').next()) else { continue };
        let (light, dark) = pair.split_once(',').expect("two colours");
        tokens.insert(name.to_owned(), [colour(light), colour(dark)]);
    }
    tokens
}

/// The contrast of two colours as WCAG 2 defines it.
fn contrast(a: Colour, b: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2])
    };
    let (first, second) = (luminance(a), luminance(b));
    (first.max(second) + 0.05) / (first.min(second) + 0.05)
}

#[test]
fn text_and_controls_stand_out_in_both_schemes() {
    let tokens = tokens();
    let mut faults = Vec::new();
    let mut check = |front: &str, ground: &str, least: f64| {
        for (scheme, name) in ["light", "dark"].into_iter().enumerate() {
            let found = contrast(tokens[front][scheme], tokens[ground][scheme]);
            if found < least {
                faults.push(format!("{front} on {ground}, {name}: {found:.2} of {least}"));
            }
        }
    };
    let grounds = ["paper", "surface", "sunk"];
    let states = ["ok", "warn", "bad", "pii", "proposed", "draft", "retired"];
    for ground in grounds {
        for text in ["ink", "ink-2", "ink-3", "link"].into_iter().chain(states) {
            check(text, ground, 4.5);
        }
        for control in ["control", "focus", "ok-fill", "bad-fill"] {
            check(control, ground, 3.0);
        }
    }
    for state in states.into_iter().chain(["link"]) {
        check(state, &format!("{state}-tint"), 4.5);
        check("ink", &format!("{state}-tint"), 4.5);
    }
    check("ink-3", "warn-tint", 4.5);
    check("link", "warn-tint", 4.5);
    check("on-link", "link", 4.5);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_colour_is_a_token() {
    let css = std::fs::read_to_string(package("themes/default/assets/site.css")).expect("the style sheet is there");
    let is_colour = |line: &&str| line.contains('#') && !line.trim_start().starts_with("--") && !line.contains("url(#");
    let loose: Vec<&str> = css
        .lines()
        .filter(is_colour)
        .filter(|line| {
            line.split('#').skip(1).any(|rest| rest.len() > 2 && rest[..3].bytes().all(|b| b.is_ascii_hexdigit()))
        })
        // White paper and the mask of what scrolls are no colours of the theme; two signs lie on dark cells.
        .filter(|line| !line.contains("--paper: #fff") && !line.contains("mask-image") && !line.contains("light-dark("))
        .collect();
    assert_eq!(loose, Vec::<&str>::new());
}
