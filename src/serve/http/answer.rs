//! From the head of a request to the answer: pure, from the file set alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use percent_encoding::percent_decode_str;

use super::host::Hosts;
use super::live::State;
use crate::render::FileSet;

/// What of a request decides the answer. Names of headers are compared without case.
#[derive(Clone, Debug, Default)]
pub(super) struct Head<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// The request target as sent.
    pub target: &'a str,
    /// The `Host` headers; there must be one.
    pub hosts: Vec<&'a str>,
    /// The `Origin` header.
    pub origin: Option<&'a str>,
    /// The `Sec-Fetch-Site` header.
    pub fetch_site: Option<&'a str>,
}

/// What is sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A body with its status and headers.
    Body(Body),
    /// The connection becomes a stream of events.
    Events,
}

/// An answer with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// The HTTP status code.
    pub status: u16,
    /// The headers that depend on the answer; names and values are ours and ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The headers of every answer, also of the event stream.
pub(super) const COMMON_HEADERS: [(&str, &str); 4] = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

/// For pages of the site, which carry the rest in a `<meta>`, where this directive has no effect.
const PAGE_POLICY: &str = "frame-ancestors 'self'";

/// For pages that the preview itself makes.
const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// For pictures that are opened as pages: they may be copies of what someone contributed.
const PICTURE_POLICY: &str =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// No path of a site begins so: a part of an `OutPath` does not begin with a dash.
const SCRIPT: &str = "-/reload.js";
const STYLE: &str = "-/reload.css";
const EVENTS: &str = "-/events";

/// Answers a request from the state it finds.
pub(super) fn answer(head: &Head, hosts: &Hosts, state: &State) -> Answer {
    let [host] = head.hosts[..] else {
        return own_page(state, 403, "Forbidden", "The request names no host, or more than one.").into();
    };
    if !hosts.allows(host) {
        let text = "This preview does not answer to this host name. Allow it with `--allow-host`.";
        return own_page(state, 403, "Forbidden", text).into();
    }
    if !matches!(head.method, "GET" | "HEAD") {
        let mut body = own_page(state, 405, "Method not allowed", "The preview only shows pages.");
        body.headers.push(("Allow", "GET, HEAD".to_owned()));
        return body.into();
    }
    let Some(path) = path_of(head.target, hosts) else {
        return own_page(state, 400, "Bad request", "This address cannot name a page.").into();
    };
    match path.as_str() {
        SCRIPT => asset("text/javascript; charset=utf-8", include_bytes!("reload.js")).into(),
        STYLE => asset("text/css; charset=utf-8", include_bytes!("reload.css")).into(),
        EVENTS if is_from_our_page(head, hosts) => Answer::Events,
        EVENTS => own_page(state, 403, "Forbidden", "Only pages of this preview may listen.").into(),
        _ => page(&path, state).into(),
    }
}

/// Answers a request whose handling has panicked.
pub(super) fn panicked(state: &State) -> Body {
    own_page(
        state,
        500,
        "This page could not be made",
        "The renderer has panicked: a bug of meshfolio. Details are in the terminal.",
    )
}

impl From<Body> for Answer {
    fn from(body: Body) -> Answer {
        Answer::Body(body)
    }
}

/// Returns the path of a request target, decoded once, without the first slash and the query;
/// `None` for what cannot be the path of a page.
fn path_of(target: &str, hosts: &Hosts) -> Option<String> {
    let target = match target.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("http://") => {
            let (authority, _) = target[7..].split_once('/')?;
            hosts.allows(authority).then(|| &target[7 + authority.len()..])?
        }
        _ => target,
    };
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_odd = |character: char| character == '\\' || character.is_control();
    let is_bad =
        path.starts_with('/') || path.contains(is_odd) || path.split('/').any(|part| matches!(part, "." | ".."));
    (!is_bad).then(|| path.into_owned())
}

/// Browsers tell where a request comes from; other clients send neither header.
fn is_from_our_page(head: &Head, hosts: &Hosts) -> bool {
    head.origin.is_none_or(|origin| hosts.allows_origin(origin))
        && head.fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

fn page(path: &str, state: &State) -> Body {
    let Some(site) = &state.site else {
        let report = state.failure.as_deref().unwrap_or("The site is being built; this page reloads when it is there.");
        let (status, title) =
            if state.failure.is_some() { (500, "The site cannot be built") } else { (503, "Building") };
        return own_page(state, status, title, report);
    };
    let is_folder = path.is_empty() || path.ends_with('/');
    let file = if is_folder { format!("{path}index.html") } else { path.to_owned() };
    if let Some(position) = site.position(&file) {
        return made(site, position, 200, state);
    }
    if !is_folder && let Some(position) = site.position(&format!("{path}/index.html")) {
        // From the path that is known, not from the one that was sent.
        let known = site.path(position).as_str().trim_end_matches("index.html");
        let mut body = own_page(state, 301, "Moved", "This is a folder: its address ends in a slash.");
        body.headers.push(("Location", format!("/{known}")));
        return body;
    }
    match site.position("404.html") {
        Some(position) => made(site, position, 404, state),
        None => own_page(state, 404, "Not found", &format!("The site has no file /{path}")),
    }
}

fn made(site: &FileSet, position: usize, status: u16, state: &State) -> Body {
    let path = site.path(position).as_str();
    let bytes = match catch_unwind(AssertUnwindSafe(|| site.bytes(position))) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return own_page(state, 500, "This page could not be made", &error.to_string()),
        Err(_) => return panicked(state),
    };
    let content_type = content_type(path);
    let mut headers = vec![("Content-Type", content_type.to_owned())];
    if content_type.starts_with("text/html") {
        headers.push(("Content-Security-Policy", PAGE_POLICY.to_owned()));
        return Body { status, headers, bytes: with_reload(bytes, state.generation) };
    }
    if content_type.starts_with("image/svg") {
        headers.push(("Content-Security-Policy", PICTURE_POLICY.to_owned()));
    }
    Body { status, headers, bytes }
}

fn asset(content_type: &str, bytes: &[u8]) -> Body {
    Body { status: 200, headers: vec![("Content-Type", content_type.to_owned())], bytes: bytes.to_vec() }
}

/// Makes a page with a text of ours or of an error; it reloads when there is something to see.
fn own_page(state: &State, status: u16, title: &str, text: &str) -> Body {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body class=\"meshfolio-preview\"><h1>{title}</h1><pre>{text}</pre></body></html>\n",
        title = escape(title),
        text = escape(text),
    );
    let headers = vec![
        ("Content-Type", "text/html; charset=utf-8".to_owned()),
        ("Content-Security-Policy", OWN_POLICY.to_owned()),
    ];
    Body { status, headers, bytes: with_reload(html.into_bytes(), state.generation) }
}

/// Puts the reload script before the end of the head, or at the end of a page without one.
fn with_reload(mut html: Vec<u8>, generation: u64) -> Vec<u8> {
    let tags = format!(
        "<link rel=\"stylesheet\" href=\"/{STYLE}\"><script src=\"/{SCRIPT}\" data-generation=\"{generation}\" defer></script>"
    );
    let end = b"</head>";
    let place = html.windows(end.len()).position(|window| window.eq_ignore_ascii_case(end)).unwrap_or(html.len());
    html.splice(place..place, tags.bytes());
    html
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            _ if character.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Returns the media type of a file by the last part of its name (RFC 9512 for YAML, RFC 7763 for
/// Markdown, RFC 9239 for script).
fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit(['/', '.']).next().unwrap_or("");
    match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "jsonl" | "ndjson" => "application/jsonl; charset=utf-8",
        "jsonld" => "application/ld+json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "yaml" | "yml" => "application/yaml; charset=utf-8",
        "txt" | "mmd" | "dot" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ttl" => "text/turtle; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
