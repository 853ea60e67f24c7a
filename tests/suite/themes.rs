//! Themes: the interface that `themes/README.md` lists is the one that is there, and a theme replaces
//! the default file by file.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::{assert_kept, files_below, package};

/// Returns the names of the blocks that a template declares, in order.
fn blocks(template: &str) -> Vec<&str> {
    template.split("{% block ").skip(1).filter_map(|rest| rest.split([' ', '%']).next()).collect()
}

/// Returns the custom properties that the first layer of the style sheet sets on `:root`, in order.
fn tokens(css: &str) -> Vec<&str> {
    let root = css.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(body, _)| body);
    let names = root.split(['\n', ';']).filter_map(|line| line.trim().split_once(':'));
    names.map(|(name, _)| name.trim()).filter(|name| name.starts_with("--")).collect()
}

#[test]
fn the_interface_of_themes_is_written_down() {
    let folder = package("themes/default/templates");
    let mut found = String::new();
    let readme = fs::read_to_string(package("themes/README.md")).expect("it is there").replace("\r\n", "\n");
    let prose = readme.split_once("\n## Templates and blocks\n").map_or(readme.as_str(), |(prose, _)| prose);
    found.push_str(prose.trim_end());
    found.push_str("\n\n## Templates and blocks\n\n| template | blocks it declares |\n|---|---|\n");
    for name in files_below(&folder, ".html") {
        let text = fs::read_to_string(folder.join(&name)).expect("a template");
        let names: Vec<String> = blocks(&text).iter().map(|block| format!("`{block}`")).collect();
        found.push_str(&format!(
            "| `{name}` | {} |\n",
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        ));
    }
    let css = fs::read_to_string(package("themes/default/assets/site.css")).expect("the sheet");
    let tokens = tokens(&css);
    assert!(tokens.len() > 40, "the tokens are found: {tokens:?}");
    assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), tokens.len(), "each token is set once");
    let tokens: Vec<String> = tokens.iter().map(|token| format!("`{token}`")).collect();
    found.push_str(&format!("\n## Tokens\n\nCustom properties of `assets/site.css`: {}.\n", tokens.join(", ")));
    assert_kept("themes/README.md", &found);
}

#[test]
fn a_theme_replaces_the_default_file_by_file() {
    let root = package("tests/registries/themed");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    command.arg("-C").arg(&root).args(["--today", "2026-11-21", "build", "--out"]).arg(&out);
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = fs::read_to_string(out.join("products/tides.html")).expect("the page");
    assert!(page.contains(r#"<link rel="stylesheet" href="../assets/house.css">"#), "{page}");
    assert!(page.contains("Harbour data, Themed mesh") && !page.contains("Signs on this site"), "{page}");
    assert!(page.contains("High and low water"), "the page itself is that of the default theme");
    let sheet = fs::read_to_string(out.join("assets/house.css")).expect("the theme's own asset");
    assert!(sheet.contains("--link"));
    assert!(out.join("assets/site.css").is_file(), "what the theme does not have comes from the default");
}

#[test]
fn check_never_loads_a_theme() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    write("meshfolio.yaml", "site: {theme: broken}\n");
    write(
        "registry/crew.yaml",
        "apiVersion: meshfolio/v1\nkind: Team\nid: crew\nname: Crew\nstatus: active\ntype: platform\n",
    );
    write("broken/templates/base.html", "{% block head %}{{ nothing.at.all }");
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
        command.arg("-C").arg(folder.path()).args(args).output().expect("the binary runs")
    };
    assert_eq!(run(&["check"]).status.code(), Some(0));
    let built = run(&["build"]);
    assert_eq!(built.status.code(), Some(2), "a theme that cannot be compiled stops the build");
    let message = String::from_utf8_lossy(&built.stderr);
    assert!(message.contains("base.html"), "{message}");
}

/// Writes a registry with a theme of some files; returns what `build` says, and its code.
fn built_with(files: &[(&str, &[u8])]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let team = "apiVersion: meshfolio/v1\nkind: Team\nid: crew\nname: Crew\nstatus: active\ntype: platform\n";
    let own = [("meshfolio.yaml", "site: {theme: themes/house}\n".as_bytes()), ("registry/crew.yaml", team.as_bytes())];
    for (path, bytes) in own.iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    let output = command.arg("-C").arg(folder.path()).args(["build", "--no-cache"]).output().expect("the binary runs");
    (output.status.code(), String::from_utf8(output.stderr).expect("the tool prints UTF-8"))
}

#[test]
fn files_of_a_theme_without_effect_are_named() {
    let (code, said) = built_with(&[
        ("themes/house/templates/footer.html", b"x"),
        (
            "themes/house/templates/team.html",
            b"{% extends \"default/team.html\" %}{% block main %}{% include \"own.html\" %}{% endblock main %}",
        ),
        ("themes/house/templates/own.html", b"<h1>Own</h1>"),
        ("themes/house/house.css", b"a{}"),
        ("themes/house/assets/other.css", b"a{}"),
    ]);
    assert_eq!(code, Some(0), "{said}");
    let notes: Vec<&str> = said.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(
        notes,
        [
            "note: `themes/house/house.css` is not used: a theme has its files in `templates/` and `assets/`",
            "note: `themes/house/templates/footer.html` replaces no template, and none extends or includes it; did you mean `foot.html`?",
        ]
    );
    let (_, said) = built_with(&[("themes/house/template/foot.html", b"x")]);
    assert!(said.contains("note: `themes/house` has no file in `templates/` or `assets/`"), "{said}");
}

#[test]
fn assets_that_no_page_gets_are_named() {
    let (code, said) = built_with(&[
        ("themes/house/assets/logo@2x.png", b"x"),
        ("themes/house/assets/brand.woff2", b"x"),
        ("themes/house/assets/brand.css", b"a{}"),
    ]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("note: `themes/house/assets/logo@2x.png` is not copied: names of assets are"), "{said}");
    assert!(said.contains("note: `themes/house/assets/brand.woff2` is copied, and no page may load it"), "{said}");
    assert!(!said.contains("brand.css"), "{said}");
    let (code, said) = built_with(&[("themes/house/assets/Site.css", b"a{}")]);
    assert_eq!(code, Some(2), "{said}");
    let words = "`themes/house/assets/Site.css` of the theme and the asset `assets/site.css` have one name";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_template_may_extend_a_default_one_that_the_theme_does_not_replace() {
    let home = b"{% extends \"default/base.html\" %}{% block main %}<h1>Own home</h1>{% endblock main %}";
    let (code, said) = built_with(&[("themes/house/templates/home.html", home)]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("note: "), "{said}");
}

#[test]
fn a_mistake_in_a_theme_is_told_once_with_its_file() {
    for (template, words) in [
        (
            "<footer>{{ row.rooot }}</footer>",
            "the template `foot.html` cannot be rendered: Field `rooot` is not defined. Available fields: edit, problem, root, source\n --> themes/house/templates/foot.html:1:16",
        ),
        (
            "{% if row %}<footer></footer>",
            "the theme cannot be used: Unexpected end of input\n --> themes/house/templates/foot.html:1:",
        ),
        (
            "{{ row | nofilter }}",
            "the theme cannot be used: Unknown filter `nofilter`\n --> themes/house/templates/foot.html:1:10",
        ),
    ] {
        let (code, said) = built_with(&[("themes/house/templates/foot.html", template.as_bytes())]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let (code, said) = built_with(&[("themes/house/templates/foot.html", b"\xff")]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("`themes/house/templates/foot.html` of the theme cannot be read: it is not UTF-8"), "{said}");
}

#[test]
fn what_a_theme_puts_into_the_head_stands_on_every_page() {
    let folder = package("themes/default/templates");
    for name in files_below(&folder, ".html") {
        let text = fs::read_to_string(folder.join(&name)).expect("a template");
        if text.contains("{% extends") && blocks(&text).contains(&"head") {
            assert!(text.contains("{% block head %}{{ super() }}"), "{name}");
        }
    }
}
