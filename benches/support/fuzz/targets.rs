//! The targets.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use meshfolio::check::{self, Detail, ResultPlace};
use meshfolio::config;
use meshfolio::diagnostic::emit::{self, Format, Report, Style};
use meshfolio::diagnostic::{Diagnostic, Severity, Sink};
use meshfolio::diff::CodeOwners;
use meshfolio::graph;
use meshfolio::load::{self, FileKind, Target as Destination};
use meshfolio::model::{self, Kind, Quantity, Ref, Urn, Version};
use meshfolio::pipeline::{self, Options};
use meshfolio::policy::Outcome;
use meshfolio::render::{FileSet, OutPath, SearchFormat, SearchIndex, markdown_html};
use meshfolio::serve::http::{Live, Preview};
use meshfolio::source::{FileId, Globs, MemoryTree, Span, Tree, WorkTree, join};
use meshfolio::yaml::{self, NodeRef, Schemas};

use super::mesh::{self, Parts};
use super::{Random, Target, files_below, page};

/// What targets need and what runs do not change.
pub(crate) struct World {
    pub(super) schemas: Schemas,
    search: SearchIndex<'static>,
    /// One product with its contract, for policies to judge.
    small: Vec<(String, Vec<u8>)>,
    /// The demo mesh, to draw small parts of.
    pub(super) mesh: Parts,
    preview: OnceLock<SocketAddr>,
}

impl World {
    /// Reads the demo mesh of the project.
    pub(crate) fn read(project: &Path) -> World {
        let schemas = Schemas::embedded();
        let tree = WorkTree::open(project).expect("the project is a folder");
        // It lives as long as the program, and the index borrows it.
        let outcome: &'static Outcome =
            Box::leak(Box::new(pipeline::run(&tree, &schemas, &options()).expect("the demo can be read")));
        let mut found = Vec::new();
        files_below(&project.join("registry"), &mut found);
        files_below(&project.join("observations"), &mut found);
        let files = |wanted: &dyn Fn(&str) -> bool| -> Vec<(String, Vec<u8>)> {
            let path = |file: &std::path::PathBuf| {
                file.strip_prefix(project).ok().map(|path| path.to_string_lossy().replace('\\', "/"))
            };
            let paths = found.iter().filter_map(path).filter(|path| wanted(path));
            paths.map(|path| (path.clone(), tree.read(&path).expect("the demo can be read"))).collect()
        };
        let small = files(&|path| {
            let is_of_product = path.starts_with("registry/domains/sustainability/delivery-emissions/");
            !path.ends_with("README.md") && (is_of_product || path == "registry/domains/sustainability/domain.yaml")
        });
        let everything = files(&|_| true);
        let more = ["meshfolio.yaml", ".github/CODEOWNERS"];
        let more = more.map(|path| (path.to_owned(), tree.read(path).expect("the demo can be read")));
        let mesh = Parts::of(outcome, everything.into_iter().chain(more).collect());
        assert!(small.len() >= 3, "the demo has moved: {} files", small.len());
        World { schemas, search: SearchIndex::new(outcome), small, mesh, preview: OnceLock::new() }
    }
}

pub(crate) const ALL: &[Target] = &[
    Target {
        name: "yaml",
        about: "a descriptor: parsed quickly and from events with one result, checked, lowered; places lie in the text",
        seeds: |texts| [texts.yaml.clone(), texts.policies.clone()].concat(),
        run: yaml_file,
    },
    Target {
        name: "markdown",
        about: "a document: read, and rendered to HTML of known elements, attributes and schemes, all closed",
        seeds: |texts| texts.markdown.clone(),
        run: markdown,
    },
    Target {
        name: "policy",
        about: "a policy: compiled, tested, run over a product and a contract, told in every format",
        seeds: |texts| texts.policies.clone(),
        run: policy,
    },
    Target {
        name: "slug",
        about: "names: slugs, versions, references, paths, dates, quantities, globs, owners; none leads out of a folder",
        seeds: |texts| words(&texts.yaml),
        run: names,
    },
    Target {
        name: "http",
        about: "a request of the preview: answered below 500 or closed, and the server goes on",
        seeds: |_| requests(),
        run: http,
    },
    Target { name: "config", about: "a configuration", seeds: |_| configurations(), run: configuration },
    Target {
        name: "results",
        about: "a result file of any tool, in every kind of place",
        seeds: |texts| texts.results.clone(),
        run: results,
    },
    Target {
        name: "search",
        about: "a query over the demo mesh: answered in JSON",
        seeds: |texts| words(&texts.yaml),
        run: search,
    },
    Target {
        name: "mesh",
        about: "a part of the demo mesh: checked, compared with what it was, told in every format, built into a site",
        seeds: |texts| [texts.yaml.clone(), texts.policies.clone()].concat(),
        run: mesh::run,
    },
];

pub(super) fn options() -> Options {
    Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Pages,
        observations: None,
    }
}

fn text_of(bytes: &[u8], sink: &mut Sink) -> String {
    match load::decode(FileId(0), bytes.to_vec(), sink) {
        Ok(text) | Err(text) => text,
    }
}

/// Places of findings must lie in the text, between characters.
fn places(text: &str, found: &[Diagnostic]) -> Result<(), String> {
    let is_in = |span: Span| text.get(span.range()).is_some();
    match found.iter().find(|finding| !is_in(finding.location.span)) {
        Some(finding) => {
            let span = finding.location.span.range();
            Err(format!("[{}] {} points to {span:?} of {} bytes", finding.rule.code, finding.message, text.len()))
        }
        None => Ok(()),
    }
}

fn yaml_file(world: &World, random: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let file = FileId(0);
    let mut sink = Sink::default();
    let text = text_of(bytes, &mut sink);
    if let Some(quick) = yaml::parse_block(&text) {
        let mut own = Sink::default();
        let events = yaml::parse_events(file, &text, &mut own);
        let Some(tree) = events.tree.filter(|_| events.complete && own.found().is_empty()) else {
            return Err("read quickly, and wrong by its events".to_owned());
        };
        same(quick.root(), tree.root())?;
    }
    let kind = match random.below(4) {
        0 => FileKind::NamedYaml(*random.pick(&Kind::ALL)),
        1 => FileKind::Aliases,
        _ => FileKind::Yaml,
    };
    let mut sink = Sink::default();
    let checked = check::check_file(&world.schemas, file, kind, &text, Detail::Pages, &mut sink);
    if let Some(descriptor) = &checked.descriptor {
        let slug = graph::slug_of(descriptor.header());
        is_path(&format!("products/{slug}.html"))?;
    }
    places(&text, sink.found())
}

/// Two trees of one text must be equal, places included.
fn same(a: NodeRef<'_>, b: NodeRef<'_>) -> Result<(), String> {
    let shape = |node: NodeRef<'_>| {
        let value = (node.as_str().map(str::to_owned), node.as_bool(), node.as_i64());
        (node.span(), node.type_word(), value, node.items().len(), node.entries().len())
    };
    if shape(a) != shape(b) {
        return Err(format!("read quickly as {:?}, by its events as {:?}", shape(a), shape(b)));
    }
    a.items().zip(b.items()).try_for_each(|(a, b)| same(a, b))?;
    a.entries().zip(b.entries()).try_for_each(|(a, b)| same(a.0, b.0).and_then(|()| same(a.1, b.1)))
}

fn markdown(_: &World, _: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let mut sink = Sink::default();
    let text = text_of(bytes, &mut sink);
    let facts = load::read_markdown(FileId(0), &text);
    if let Some(link) = facts.links.iter().find(|link| text.get(link.span.range()).is_none()) {
        return Err(format!("a link stands at {:?} of {} bytes", link.span.range(), text.len()));
    }
    let html = markdown_html(&text);
    match page::fault(&html) {
        Some(fault) => Err(format!("{fault} in {}", html.chars().take(2_000).collect::<String>())),
        None => Ok(()),
    }
}

fn policy(world: &World, random: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let mut files = world.small.clone();
    files.push(("registry/policies/p.yaml".to_owned(), bytes.to_vec()));
    let tree = MemoryTree::new(files);
    let outcome = pipeline::run(&tree, &world.schemas, &options()).map_err(|error| error.to_string())?;
    told(random, (&tree, None), &outcome)
}

fn is_path(path: &str) -> Result<(), String> {
    OutPath::new(path).map(|_| ()).map_err(|error| format!("{path:?}: {error}"))
}

/// The last place between characters at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn names(world: &World, random: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let (text, other) = text.split_at(boundary(&text, random.below(text.len() + 1)));
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let product = format!(
        "apiVersion: v1.0.0\nkind: DataProduct\nid: {}\nname: {}\nversion: {}\nstatus: active\n",
        quoted(text),
        quoted(other),
        quoted(other)
    );
    let mut sink = Sink::default();
    let checked = check::check_file(&world.schemas, FileId(0), FileKind::Yaml, &product, Detail::Pages, &mut sink);
    places(&product, sink.found())?;
    if let Some(descriptor) = &checked.descriptor {
        let slug = graph::slug_of(descriptor.header());
        if !graph::is_slug(&slug) {
            return Err(format!("the slug of {text:?} is {slug:?}"));
        }
        is_path(&format!("products/{slug}.html"))?;
    }
    is_path(&format!("contracts/x/{}.html", graph::version_slug(text)))?;
    let _ = (
        load::slug(text),
        model::date_of(text),
        model::meant_day(text),
        model::why_no_day(text),
        Ref::parse(text).is_ok(),
        Urn::parse(text).is_ok(),
    );
    let (a, b) = (Version::parse(text), Version::parse(other));
    if a.cmp(&b) != b.cmp(&a).reverse() {
        return Err(format!("{text:?} and {other:?} have no order"));
    }
    if let Some((a, b)) = Quantity::read_both((text, Some(other)), (other, Some(text)))
        && a.compare(&b) != b.compare(&a).map(std::cmp::Ordering::reverse)
    {
        return Err(format!("the quantities {text:?} and {other:?} have no order"));
    }
    if let Some(path) = join("registry/domains/a", text)
        && (path.starts_with('/') || path.split('/').any(|step| step == ".."))
    {
        return Err(format!("{text:?} leads to {path:?}"));
    }
    if let Destination::External(url) = load::target(text)
        && !["http:", "https:", "mailto:"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme))
    {
        return Err(format!("{url:?} is a link"));
    }
    // Compiling globs takes most of the time.
    if random.below(8) == 0 {
        let (globs, _) = Globs::compile(&[text, other]);
        let _ = globs.matches("registry/domains/a/product.odps.yaml");
    }
    let _ = CodeOwners::parse(text).of("registry/domains/a/product.odps.yaml");
    Ok(())
}

/// A preview that runs as long as the program.
fn preview() -> SocketAddr {
    let preview = Preview::bind("127.0.0.1", 0, &[]).expect("a port is free");
    let live = Arc::new(Live::new());
    let page = |text: &str| format!("<!doctype html><title>{text}</title><body>{text}</body>").into_bytes();
    let files = vec![("index.html".to_owned(), page("home")), ("products/orders.html".to_owned(), page("orders"))];
    live.publish(FileSet::from_bytes(files).expect("good paths"));
    let address = preview.address();
    thread::spawn(move || preview.run(&live));
    address
}

fn http(world: &World, _: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let address = *world.preview.get_or_init(preview);
    // The stream of events stays open by design; the library keeps connections of other versions open.
    let stays_open = ["/-/event", "HTTP/2", "HTTP/3"];
    if stays_open.iter().any(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes())) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(bytes).replace("HOST", &address.to_string());
    let failed = |error: std::io::Error| format!("the server is gone: {error}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).map_err(failed)?;
    // The server may close before it has read all.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return Ok(()),
        Err(error) => return Err(format!("no answer: {error}")),
    }
    let head = String::from_utf8_lossy(&answer[..answer.len().min(12)]).into_owned();
    let status = head.split(' ').nth(1).unwrap_or_default();
    let is_good = answer.is_empty() || (head.starts_with("HTTP/") && !matches!(status, "" | "500"));
    if is_good { Ok(()) } else { Err(format!("answered {head:?}")) }
}

fn configuration(world: &World, _: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let tree = MemoryTree::new([("meshfolio.yaml", bytes.to_vec()), ("registry/x.yaml", b"a: 1\n".to_vec())]);
    let mut sink = Sink::default();
    let known = pipeline::rules();
    config::load(&tree, "meshfolio.yaml", true, FileId(0), &world.schemas, &known, &mut sink)
        .map_err(|error| error.to_string())?;
    match std::str::from_utf8(bytes) {
        Ok(text) => places(text, sink.found()),
        Err(_) => Ok(()),
    }
}

fn results(world: &World, random: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let mut sink = Sink::default();
    let text = text_of(bytes, &mut sink);
    let place = ResultPlace { is_only_place: random.below(2) == 0, is_yaml: random.below(2) == 0 };
    let mut sink = Sink::default();
    let checked = check::check_results(&world.schemas, FileId(0), &text, place, &mut sink);
    if let Some((span, why)) = checked.and_then(|checked| checked.unread)
        && text.get(span.range()).is_none()
    {
        return Err(format!("{why} at {:?} of {} bytes", span.range(), text.len()));
    }
    places(&text, sink.found())
}

fn search(world: &World, _: &mut Random, bytes: &[u8]) -> Result<(), String> {
    let query = String::from_utf8_lossy(bytes);
    let answer = world.search.search(&query, 10, SearchFormat::Json);
    serde_json::from_str::<serde_json::Value>(&answer.text).map(|_| ()).map_err(|error| error.to_string())
}

pub(super) fn xml_fault(text: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return None,
            Ok(_) => {}
            Err(error) => return Some(error.to_string()),
        }
    }
}

pub(super) fn json_fault(text: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(text).err().map(|error| error.to_string())
}

/// Finds what a terminal must not be sent.
pub(super) fn control(text: &str) -> Option<String> {
    let is_control = |char: &char| {
        (char.is_control() && *char != '\n') || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().find(is_control).map(|char| format!("the character {char:?}"))
}

/// Tells what was found in one format, and reads it.
pub(super) fn told(
    random: &mut Random,
    (tree, base): (&dyn Tree, Option<&dyn Tree>),
    outcome: &Outcome,
) -> Result<(), String> {
    let findings = &outcome.findings;
    let texts = outcome.sources.texts_of(tree, base, findings.files());
    let report = Report {
        findings,
        sources: &outcome.sources,
        texts: &texts,
        counts: outcome.counts,
        deny: Severity::Warning,
        site: Some("https://a.example/"),
    };
    let format = *random.pick(&Format::ALL);
    let style = Style { unicode: random.below(2) == 0, width: 20 + random.below(120), ..Style::default() };
    let text = emit::render(&report, format, style);
    let fault = match format {
        Format::Json | Format::Sarif | Format::Gitlab => json_fault(&text),
        Format::Junit => xml_fault(&text),
        Format::Github => {
            let is_ours =
                |line: &str| ["::error ", "::warning ", "::notice "].iter().any(|word| line.starts_with(word));
            text.lines().find(|line| line.starts_with("::") && !is_ours(line)).map(|line| format!("the line {line:?}"))
        }
        Format::Full | Format::Concise | Format::Markdown => control(&text),
    };
    match fault {
        Some(fault) => Err(format!("{}: {fault}", format.word())),
        None => Ok(()),
    }
}

/// Short texts: the words of descriptors.
fn words(texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let lines = texts.iter().flat_map(|bytes| text(bytes).lines().map(str::to_owned).collect::<Vec<_>>());
    let values = lines.filter_map(|line| Some(line.split_once(": ")?.1.trim_matches('"').to_owned()));
    let words: BTreeSet<String> = values.filter(|value| !value.is_empty() && value.len() < 80).collect();
    let more = [
        "1.2.3",
        "v1",
        "PT15M",
        "99.9 %",
        "15 minutes",
        "contract:orders@2.1.0#orders.id",
        "urn:mesh:acme:product:orders",
        "* @acme/all",
    ];
    words.into_iter().chain(more.map(str::to_owned)).map(String::into_bytes).collect()
}

fn requests() -> Vec<Vec<u8>> {
    let request = |line: &str| format!("{line}\r\nHost: HOST\r\nConnection: close\r\n\r\n").into_bytes();
    let lines = [
        "GET / HTTP/1.1",
        "GET /index.html HTTP/1.1",
        "HEAD /products/orders.html HTTP/1.1",
        "GET /products/orders HTTP/1.0",
        "GET /products/../../etc/passwd HTTP/1.1",
        "GET /%2e%2e/%2e%2e/etc/passwd?q=%00#x HTTP/1.1",
        "POST / HTTP/1.1",
        "GET http://HOST/index.html HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET //evil.example/ HTTP/1.1",
        "GET /-/reload.js HTTP/1.1",
    ];
    let mut all: Vec<Vec<u8>> = lines.into_iter().map(request).collect();
    all.push(b"POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_vec());
    all.push(b"GET / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://evil.example\r\nRange: bytes=0-,1-,2-\r\nConnection: close\r\n\r\n".to_vec());
    all
}

fn configurations() -> Vec<Vec<u8>> {
    let whole = include_bytes!("../../../meshfolio.yaml").to_vec();
    let more = "mesh: {id: acme, name: Acme, baseUrl: \"https://x.example/\"}\nroots: [registry]\nexclude: [\"**/drafts\"]\noutput: site\n\
        observations: [observations]\nsite: {lean: true, twins: all, theme: default}\nforge: {kind: gitlab, repository: \"https://x.example/a\", branch: main}\n\
        check:\n  deny: warning\n  levels: {GOV001: error, LNK001: off}\n  perspective: provider\n  transitive: true\n\
        personalData:\n  classification: personal\n  patterns: [{name: a, columns: [b], values: \"^x$\"}]\n";
    vec![whole, more.as_bytes().to_vec()]
}
