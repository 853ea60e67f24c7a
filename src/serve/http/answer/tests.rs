//! Requests without a network.

use std::sync::Arc;

use super::*;
use crate::render::{OutPath, Page, RenderError};
use crate::serve::http::Live;

fn site() -> FileSet {
    let files = [
        ("index.html", "<html><head><title>Home</title></head><body>home</body></html>"),
        ("products/index.html", "<p>all</p>"),
        ("products/orders.html", "<HEAD></HEAD>orders"),
        ("products/orders.svg", "<svg/>"),
        ("contracts/orders/2.1.0.odcs.yaml", "id: orders"),
        ("catalog.json", "{}"),
    ];
    FileSet::from_bytes(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()).expect("safe")
}

fn hosts() -> Hosts {
    Hosts::new("127.0.0.1:8080".parse().expect("an address"), &[])
}

fn head(target: &str) -> Head<'_> {
    Head { method: "GET", target, hosts: vec!["127.0.0.1:8080"], ..Head::default() }
}

fn body_of(head: &Head, state: &State) -> Body {
    match answer(head, &hosts(), state) {
        Answer::Body(body) => body,
        Answer::Events => panic!("a stream"),
    }
}

fn get(target: &str) -> Body {
    let live = Live::new();
    live.publish(site());
    body_of(&head(target), &live.state())
}

fn header<'a>(body: &'a Body, name: &str) -> Option<&'a str> {
    body.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
}

fn text(body: &Body) -> &str {
    std::str::from_utf8(&body.bytes).expect("text")
}

#[test]
fn files_and_folders_are_found() {
    let home = get("/?q=x#y");
    assert_eq!((home.status, header(&home, "Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(header(&home, "Content-Security-Policy"), Some("frame-ancestors 'self'"));
    assert!(text(&home).contains("<title>Home</title><link rel=\"stylesheet\" href=\"/-/reload.css\"><script src=\"/-/reload.js\" data-generation=\"1\" defer></script></head>"));
    assert!(text(&get("/products/orders.html")).starts_with("<HEAD><link"));
    assert!(text(&get("/products/")).starts_with("<p>all</p><link"));
    assert_eq!(get("/products/%6Frders.html?version=1").status, 200);
    assert_eq!(get("http://localhost:8080/products/orders.html").status, 200);
    let yaml = get("/contracts/orders/2.1.0.odcs.yaml");
    assert_eq!((text(&yaml), header(&yaml, "Content-Type")), ("id: orders", Some("application/yaml; charset=utf-8")));
    assert_eq!(header(&get("/products/orders.svg"), "Content-Type"), Some("image/svg+xml; charset=utf-8"));
    assert!(text(&get("/-/reload.js")).contains("EventSource"));
    assert_eq!(content_type("a.b/noextension"), "application/octet-stream");
}

#[test]
fn a_folder_without_its_slash_moves_to_a_known_path() {
    let moved = get("/products?next=//evil");
    assert_eq!((moved.status, header(&moved, "Location")), (301, Some("/products/")));
    for target in
        ["//evil/products", "/%2fevil/products", "/\\evil", "/%5cevil", "/evil.example/%2e%2e", "/products%0d%0aX: y"]
    {
        let body = get(target);
        assert!(matches!(body.status, 400 | 404) && header(&body, "Location").is_none(), "{target}");
    }
}

#[test]
fn hostile_targets_are_refused() {
    for target in [
        "*",
        "",
        "products/",
        "/../x",
        "/a/%2e%2e/b",
        "/%00",
        "/a%0ab",
        "//x",
        "/./x",
        "http://evil/",
        "http://evil",
        "/%ff",
    ] {
        assert_eq!(get(target).status, 400, "{target}");
    }
    // Decoded once only.
    for target in ["/%252e%252e/x", "/products/orders.html/", "/C:/x", "/.git/config", "/-/", "/-/x"] {
        assert_eq!(get(target).status, 404, "{target}");
    }
    let missing = get("/%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(
        missing.status == 404
            && text(&missing).contains("/&lt;script&gt;alert(1)")
            && !text(&missing).contains("<script>alert")
    );
}

#[test]
fn the_page_of_the_site_is_used_for_what_is_missing() {
    let live = Live::new();
    live.publish(FileSet::from_bytes(vec![("404.html".to_owned(), b"<head></head>lost".to_vec())]).expect("safe"));
    let body = body_of(&head("/x"), &live.state());
    assert!(body.status == 404 && text(&body).ends_with("lost"));
}

#[test]
fn other_methods_and_hosts_are_refused() {
    let live = Live::new();
    live.publish(site());
    let state = live.state();
    for method in ["POST", "TRACE", "OPTIONS", "get", "PUT"] {
        let body = body_of(&Head { method, ..head("/") }, &state);
        assert_eq!((body.status, header(&body, "Allow")), (405, Some("GET, HEAD")), "{method}");
    }
    for hosts in [vec![], vec!["evil"], vec!["127.0.0.1", "127.0.0.1"], vec!["127.0.0.1:8080.evil"]] {
        let body = body_of(&Head { hosts, ..head("/") }, &state);
        assert!(body.status == 403 && !text(&body).contains("home"));
    }
}

#[test]
fn only_our_pages_may_listen() {
    let state = State::default();
    let is_stream = |origin, fetch_site| {
        let head = Head { origin, fetch_site, ..head("/-/events") };
        answer(&head, &hosts(), &state) == Answer::Events
    };
    assert!(is_stream(None, None) && is_stream(None, Some("same-origin")));
    assert!(is_stream(Some("http://localhost:8080"), Some("same-origin")));
    assert!(
        !is_stream(Some("http://evil"), None)
            && !is_stream(None, Some("cross-site"))
            && !is_stream(None, Some("same-site"))
    );
    assert!(!is_stream(Some("null"), None));
}

#[test]
fn failures_are_shown_escaped() {
    let live = Live::new();
    assert_eq!(body_of(&head("/"), &live.state()).status, 503);
    live.fail("error[SYN001]: <img src=x onerror=alert(1)>\u{1b}[31m".to_owned());
    let body = body_of(&head("/"), &live.state());
    assert!(body.status == 500 && text(&body).contains("error[SYN001]: &lt;img") && !text(&body).contains(['\u{1b}']));
    // With a good site the pages stay, and the report comes over the stream.
    live.publish(site());
    live.fail("again".to_owned());
    assert_eq!(body_of(&head("/"), &live.state()).status, 200);
}

#[test]
fn a_page_that_fails_or_panics_is_an_error_page() {
    let fail = |(): &(), _: u32| Err(RenderError::Template { template: "<b>".to_owned(), reason: "bad".to_owned() });
    let panic = |(): &(), _: u32| -> Result<Vec<u8>, RenderError> { panic!("a bug in a page") };
    let page = |path: &str, render| Page { path: OutPath::new(path).expect("safe"), index: 0, render, like: None };
    let live = Live::new();
    live.publish(FileSet::new(Arc::new(()), vec![page("fail.html", fail), page("panic.html", panic)]));
    let failed = body_of(&head("/fail.html"), &live.state());
    assert!(failed.status == 500 && text(&failed).contains("the template `&lt;b&gt;` cannot be rendered: bad"));
    let panicked = body_of(&head("/panic.html"), &live.state());
    assert!(panicked.status == 500 && text(&panicked).contains("a bug of meshfolio"));
}

/// The corpus lies beside the repository while meshfolio is developed; elsewhere there is none.
#[test]
fn no_traversal_payload_is_answered_with_a_file() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/path-traversal.txt");
    let Ok(payloads) = crate::source::read_file(&corpus) else { return };
    for payload in String::from_utf8_lossy(&payloads).lines() {
        let payload = payload.replace("{FILE}", "index.html");
        for target in [format!("/{payload}"), payload] {
            let status = get(&target).status;
            assert!(matches!(status, 400 | 404) || (status == 200 && target.starts_with("/?")), "{status} {target}");
        }
    }
}
