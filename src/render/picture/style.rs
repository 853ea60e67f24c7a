//! The style of pictures that stand alone: the rules of the site's stylesheet that a picture needs,
//! with the values of its tokens, light and dark.

use std::fmt::Write;
use std::sync::LazyLock;

/// A token: name, value in the light, value in the dark.
type Token = (&'static str, &'static str, &'static str);

/// The tokens of the stylesheet that pictures use.
const TOKENS: &[Token] = &[
    ("paper", "#fbfaf6", "#121518"),
    ("surface", "#fff", "#191d21"),
    ("ink", "#1a1e23", "#e9e7e1"),
    ("ink-2", "#454d57", "#b6bcc4"),
    ("ink-3", "#5f6874", "#98a1ab"),
    ("line-2", "#c8c2b3", "#434b54"),
    ("control", "#78828e", "#75808b"),
    ("link", "#0b5a78", "#6cc4e4"),
    ("ok", "#1b6b3a", "#7fd19b"),
    ("ok-tint", "#e3f1e7", "#16301f"),
    ("warn", "#855300", "#e5b454"),
    ("bad", "#b3261e", "#ff8f85"),
    ("bad-tint", "#fbe6e3", "#3a1b18"),
    ("ok-fill", "#1b6b3a", "#5fb07f"),
    ("bad-fill", "#b3261e", "#e37a70"),
];

const MARK: &str = ".mark{fill:none;stroke:$ink}.mark path{stroke-width:2.6}.mark .tk{stroke:$line-2}.mark .pt{stroke:$ink-2;stroke-width:2}.mark .in{fill:$ink;stroke-width:1.4}.mark.kept .in{fill:$ok-fill;stroke:$ok-fill}.mark.said .in{fill:$surface;stroke:$ink-2;stroke-dasharray:2 1.4}.mark.miss .in{fill:$bad-fill;stroke:$bad-fill}.mark.miss .x{stroke:$paper;stroke-width:1.8}.mark.none .in{fill:none;stroke:$line-2}.mark.off .ps,.mark.off .tk{stroke-dasharray:2.2 1.6}";

const BADGE_RULES: &str = ".bd{fill:$surface;stroke:$line-2}.ln{stroke:$line-2}text{font:13px system-ui,sans-serif;fill:$ink}.wd{font:italic 12px Georgia,serif;fill:$ink-2}.wd.kept{fill:$ok}.wd.miss{fill:$bad}";

const LINEAGE: &str = "svg{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}.bg{fill:$surface}text{fill:$ink}.cd{fill:$paper;stroke:$line-2}.cd.me{stroke:$ink;stroke-width:1.5}.gh{fill:none;stroke:$control;stroke-dasharray:4 3}.nm{font-weight:500}.sb,.cp{fill:$ink-3;font-size:11.5px}.hd{font:italic 15px Georgia,serif;fill:$ink-2}.es{fill:none;stroke:$control;stroke-width:1.4}.e.as{stroke-dasharray:5 4}.e.dep{stroke:$warn;stroke-dasharray:.1 4;stroke-linecap:round;stroke-width:2.4}.e.bk{stroke-dasharray:12 4}.ah{fill:$control}.mk{fill:none;stroke:$ink-2;stroke-width:1.3}.mk.f{fill:$ink-2}.pl{font:12px ui-monospace,Menlo,Consolas,monospace;fill:$ink-2}.pl.dep{fill:$warn}.pl.ret{fill:$ink-3;text-decoration:line-through}.hexs{fill:none;stroke-width:7}.hexs .tk{stroke:$line-2}.hexs .ps,.hexs .pt{stroke:$ink}.hexs .in{fill:$ok-tint;stroke:$ok;stroke-width:1.5}.hexs .pt{stroke-width:4}.hexs.miss .in{fill:$bad-tint;stroke:$bad}.hexs.said .in{fill:$surface;stroke:$ink-2;stroke-dasharray:5 3}.hexs.none .in{fill:$surface;stroke:$line-2}.hexs.off .ps,.hexs.off .tk{stroke-dasharray:6 4}a:hover .nm{fill:$link}";

/// Returns the rules of marks.
pub(super) fn mark() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| both(MARK));
    &STYLE
}

/// Returns the rules of badges, besides those of marks.
pub(super) fn badge() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| both(BADGE_RULES));
    &STYLE
}

/// Returns the rules of lineage pictures.
pub(super) fn lineage() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| both(LINEAGE));
    &STYLE
}

/// Writes rules with light values, and again those of their declarations that differ in the dark.
fn both(rules: &str) -> String {
    let value = |rules: &str, is_dark: bool| {
        let mut text = String::with_capacity(rules.len() * 2);
        let mut rest = rules;
        while let Some(start) = rest.find('$') {
            text.push_str(&rest[..start]);
            let name = rest[start + 1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or("");
            let token = TOKENS.iter().find(|token| token.0 == name).expect("rules use the tokens above");
            text.push_str(if is_dark { token.2 } else { token.1 });
            rest = &rest[start + 1 + name.len()..];
        }
        text + rest
    };
    let mut dark = String::new();
    for rule in rules.split_inclusive('}') {
        let (selector, body) = rule.trim_end_matches('}').split_once('{').unwrap_or((rule, ""));
        let colours: Vec<&str> = body.split(';').filter(|declaration| declaration.contains('$')).collect();
        if !colours.is_empty() {
            write!(dark, "{selector}{{{}}}", colours.join(";")).expect("a string takes all text");
        }
    }
    format!("{}@media(prefers-color-scheme:dark){{{}}}", value(rules, false), value(&dark, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_the_stylesheet() {
        let css = include_str!("../../../themes/default/assets/site.css");
        for (name, light, dark) in TOKENS {
            let declared = format!("--{name}: light-dark({light}, {dark});");
            assert!(css.contains(&declared), "{declared}");
        }
    }

    #[test]
    fn only_colours_stand_twice() {
        assert_eq!(
            both(".a{fill:$paper;stroke-width:2}.b{x:1}"),
            ".a{fill:#fbfaf6;stroke-width:2}.b{x:1}@media(prefers-color-scheme:dark){.a{fill:#121518}}"
        );
    }
}
