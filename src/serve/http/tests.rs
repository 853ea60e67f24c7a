//! Requests over the loopback interface.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::time::Instant;

use super::*;
use crate::render::FileSet;

/// A preview that runs until the end of a test.
struct Running {
    address: SocketAddr,
    live: Arc<Live>,
    stop: Stop,
    peers: Arc<Peers>,
    ended: mpsc::Receiver<Result<(), PreviewError>>,
}

impl Running {
    fn start() -> Running {
        let preview = Preview::bind("localhost", 0, &[]).expect("bound");
        let live = Arc::new(Live::new());
        live.publish(site("first"));
        let (sender, ended) = mpsc::channel();
        let (address, stop, peers, served) =
            (preview.address(), preview.stop_handle(), Arc::clone(&preview.peers), Arc::clone(&live));
        thread::spawn(move || sender.send(preview.run(&served)));
        Running { address, live, stop, peers, ended }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        stream
    }

    fn send(&self, head: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, target: &str) -> String {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    fn listen(&self) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        write!(stream, "GET /-/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).expect("sent");
        BufReader::new(stream)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
        let ended = self.ended.recv_timeout(Duration::from_secs(5)).expect("it ends");
        ended.expect("it ends well");
    }
}

fn site(text: &str) -> FileSet {
    let files = vec![
        ("index.html".to_owned(), format!("<head></head>{text}").into_bytes()),
        ("a.json".to_owned(), vec![b' '; 100_000]),
    ];
    FileSet::from_bytes(files).expect("safe")
}

fn read_until(reader: &mut impl BufRead, wanted: &str) -> Vec<String> {
    let mut lines = Vec::new();
    while lines.last().is_none_or(|line| line != wanted) {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).expect("read") > 0, "it ended before {wanted}: {lines:?}");
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[test]
fn answers_carry_status_headers_and_body() {
    let running = Running::start();
    let answer = running.get("/");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("</head>first"), "{answer}");
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        "Cache-Control: no-store",
        "Content-Security-Policy: frame-ancestors 'self'",
        "Cross-Origin-Resource-Policy: same-origin",
    ] {
        assert!(answer.contains(&format!("\r\n{header}\r\n")), "{header}");
    }
    assert!(!answer.contains("Access-Control"));
    let json = running.get("/a.json");
    assert!(json.contains("Content-Length: 100000\r\n") && json.len() > 100_000);
    let head = running.send(&format!("HEAD / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", running.address));
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"));
    let post = running.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
    assert!(post.starts_with("HTTP/1.1 405") && post.contains("Allow: GET, HEAD\r\n"));
    let evil = running.send("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(evil.starts_with("HTTP/1.1 403") && !evil.contains("first"));
    assert!(running.get("/../../etc/passwd").starts_with("HTTP/1.1 400"));
}

#[test]
fn open_pages_hear_of_every_change() {
    let running = Running::start();
    let mut page = running.listen();
    let head = read_until(&mut page, "data: null");
    assert!(head[0].contains("200") && head.contains(&"Content-Type: text/event-stream".to_owned()), "{head:?}");
    assert!(head.contains(&"data: 1".to_owned()));
    running.live.fail("two\nlines <b>".to_owned());
    assert!(read_until(&mut page, "data: \"two\\nlines <b>\"").contains(&"data: 1".to_owned()));
    running.live.publish(site("second"));
    assert!(read_until(&mut page, "data: null").contains(&"data: 2".to_owned()));
    assert!(running.get("/").ends_with("second"));
    let cross =
        running.send("GET /-/events HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\nConnection: close\r\n\r\n");
    assert!(cross.starts_with("HTTP/1.1 403"));
}

#[test]
fn too_many_listeners_end_the_oldest() {
    let running = Running::start();
    let mut pages = Vec::new();
    for _ in 0..=events::MAX_PEERS {
        let mut page = running.listen();
        read_until(&mut page, "data: null");
        pages.push(page);
    }
    // A clock of a test, not of the tool.
    #[expect(clippy::disallowed_methods, reason = "serve measures time")]
    let start = Instant::now();
    while running.peers.n_threads() > events::MAX_PEERS {
        assert!(start.elapsed() < Duration::from_secs(10), "none has ended");
        thread::sleep(Duration::from_millis(10));
    }
    running.live.publish(site("second"));
    read_until(&mut pages[events::MAX_PEERS], "data: 2");
    assert!(running.get("/").ends_with("second"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let running = Running::start();
    match Preview::bind("127.0.0.1", running.address.port(), &[]) {
        Err(PreviewError::PortTaken { port }) => assert_eq!(port, running.address.port()),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("bound twice"),
    }
    assert!(matches!(Preview::bind("example.org", 0, &[]), Err(PreviewError::BadHost(_))));
    let preview = Preview::bind("127.0.0.1", 0, &[]).expect("bound");
    assert!(preview.is_loopback() && preview.url() == format!("http://{}/", preview.address()));
}
