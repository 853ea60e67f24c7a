//! Pictures as files of a built site: the demo within its budgets, a small mesh byte by byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::render::Site;
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;

use super::assert_kept;
use super::site::{attributes, build, faults};

/// Returns the pictures of a page that have a class.
fn pictures<'a>(html: &'a str, class: &str) -> Vec<&'a str> {
    let opening = format!("<svg class=\"{class}");
    let starts: Vec<usize> = html.match_indices(opening.as_str()).map(|(start, _)| start).collect();
    let end = |start: usize| html[start..].find("</svg>").map_or(html.len(), |end| start + end + 6);
    starts.into_iter().map(|start| &html[start..end(start)]).collect()
}

/// Says what is wrong with the tags of an SVG: every one is closed, in order.
fn is_well_formed(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else { return false };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        if text.contains('>') || tag.matches('"').count() % 2 != 0 {
            return false;
        }
    }
    open.is_empty()
}

fn below<'a>(files: &'a BTreeMap<String, String>, folder: &'a str, ending: &'a str) -> Vec<(&'a str, &'a str)> {
    let is_meant = |path: &&String| path.starts_with(folder) && path.ends_with(ending);
    files.keys().filter(is_meant).map(|path| (path.as_str(), files[path].as_str())).collect()
}

#[test]
fn pictures_of_the_demo_are_within_their_budgets() {
    let (_folder, files) = build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]);
    let mut n_pictures = 0;
    for (path, html) in below(&files, "", ".html") {
        let budget = if path.matches('/').count() == 1 { 12_000 } else { 30_000 };
        for svg in pictures(html, "lin").into_iter().chain(pictures(html, "mapg")) {
            let budget = if path == "map.html" { 30_000 } else { budget };
            assert!(svg.len() <= budget, "{path}: {} bytes", svg.len());
            assert!(is_well_formed(svg), "{path}: {svg}");
            // Skip it, or read the same facts in the table after it.
            assert!(html.contains(">Skip the picture</a>") || !svg.contains("<a "), "{path}");
            n_pictures += 1;
        }
    }
    assert!(n_pictures > 150, "{n_pictures}");
    let map = &files["map.html"];
    assert!(pictures(map, "mapg").len() == 1 && map.contains("class=\"mx\"") && map.contains("id=\"u-sales.finance\""));
    let orders = &files["products/orders.html"];
    assert_eq!(attributes(orders, "id").iter().filter(|id| **id == "lineage").count(), 1);
    assert!(orders.contains("href=\"../products/orders/lineage.html\"") && orders.contains("orders/consumers.html#d-"));

    let (twins, badges) = (below(&files, "products/", ".svg"), below(&files, "badges/", ".svg"));
    let n_products = below(&files, "products/", ".json").len();
    // Those of old names are still there.
    let pages = below(&files, "products/", ".html").into_iter();
    let n_old =
        pages.filter(|(path, html)| path.matches('/').count() == 1 && html.contains("http-equiv=\"refresh\"")).count();
    assert!(n_old > 0, "the demo has renamed products");
    assert_eq!((twins.len(), badges.len()), (n_products + n_old, n_products + n_old));
    for (path, svg) in twins.into_iter().chain(badges) {
        assert!(is_well_formed(svg) && svg.contains("<style>") && svg.contains("prefers-color-scheme:dark"), "{path}");
        assert!(!svg.contains("<script") && !svg.contains("class=\"lin\""), "{path}");
        // Opened by itself, its links lead to pages that are there.
        for href in attributes(svg, "href").into_iter().filter(|href| !href.starts_with('#')) {
            let file = href.split('#').next().unwrap_or_default();
            let target = meshfolio::source::join(meshfolio::source::parent(path), file).expect("inside the site");
            assert!(files.contains_key(&target), "{path}: {href}");
        }
    }
}

#[test]
fn the_small_mesh_is_drawn_byte_by_byte() {
    let root = super::package("tests/registries/pictures");
    let (_folder, files) = build(&root, &[]);
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_kept("tests/suite/pictures/orders.svg", &files["products/orders.svg"]);
    assert_kept("tests/suite/pictures/orders-badge.svg", &files["badges/orders.svg"]);
    let one = |path: &str, class: &str| pictures(&files[path], class)[0].replace("><", ">\n<") + "\n";
    assert_kept("tests/suite/pictures/orders-lineage.txt", &one("products/orders/lineage.html", "lin"));
    assert_kept("tests/suite/pictures/orders-columns.txt", &one("contracts/orders/2.0.0/columns.html", "lin colm"));
    assert_kept("tests/suite/pictures/map.txt", &one("map.html", "mapg"));
    // The page two steps deep is there only where it shows more.
    assert!(files.contains_key("products/orders/lineage.html"));
    let own = super::site::run(&root, &["lineage", "orders", "--format", "svg"]);
    let drawn = String::from_utf8(own.stdout).expect("UTF-8");
    let unlinked = |svg: &str| svg.split("<a ").count() == 1;
    assert!(unlinked(&drawn) && is_well_formed(&drawn) && !unlinked(&files["products/orders.svg"]));
    let shapes = |svg: &str| {
        svg.match_indices("<path").map(|(at, _)| svg[at..].split('>').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(shapes(&drawn), shapes(&files["products/orders.svg"]), "the shell draws the same picture");
}

#[test]
fn a_site_with_too_many_files_has_no_pictures_as_files() {
    let site = |n_products: usize, settings: &str| {
        let product = |idx: usize| {
            let text = format!("apiVersion: v1.1.0\nkind: DataProduct\nid: p{idx}\nstatus: active\noutputPorts: []\n");
            (format!("p{idx}.odps.yaml"), text)
        };
        let mut files: Vec<(String, String)> = (0..n_products).map(product).collect();
        files.push(("meshfolio.yaml".to_owned(), settings.to_owned()));
        let tree = Arc::new(MemoryTree::new(files));
        let options = Options {
            config_path: "meshfolio.yaml".to_owned(),
            is_config_required: true,
            today: date(2026, 11, 21),
            detail: Detail::Pages,
            observations: None,
        };
        let outcome = pipeline::run(tree.as_ref(), &Schemas::embedded(), &options).expect("read");
        Arc::new(Site::new(outcome, tree, None).expect("a theme")).files()
    };
    let has_twin = |files: &meshfolio::render::FileSet| files.position("products/p1.svg").is_some();
    assert!(has_twin(&site(30, "site: {}\n")));
    let many = site(4000, "site: {}\n");
    assert!(
        !has_twin(&many) && many.position("badges/p1.svg").is_some() && many.position("products/p1.html").is_some()
    );
    assert!(has_twin(&site(4000, "site: {twins: all}\n")));
}
