//! The preview: an HTTP server on the loopback interface that answers from memory.
//!
//! Slow clients are out of scope: whoever can reach the loopback interface can do worse.

mod answer;
mod events;
mod host;
mod live;

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tiny_http::{Request, Server, StatusCode};

use self::answer::{Answer, Body, COMMON_HEADERS, Head};
use self::events::Peers;
use self::host::Hosts;

pub use self::live::{Live, State};

/// So many requests are answered at a time: a browser opens six connections to a server.
const N_WORKERS: usize = 8;

/// So long a stop waits for requests that are being answered.
const STOP_WAIT: Duration = Duration::from_secs(2);

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The host is no address.
    #[error("`{0}` is no IP address to listen on; use one such as `127.0.0.1`, or `localhost`")]
    BadHost(String),
    /// Another program listens there.
    #[error("port {port} is taken: stop the other program, or choose another port (`--port 0` takes any that is free)")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The system does not let us listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Connections can no longer be accepted.
    #[error("the preview has stopped: {0}")]
    Broken(io::Error),
}

/// A server that is bound and does not answer yet.
pub struct Preview {
    server: Arc<Server>,
    address: SocketAddr,
    hosts: Hosts,
    stopping: Arc<AtomicBool>,
    peers: Arc<Peers>,
}

/// Stops a [`Preview`] from another thread.
#[derive(Clone)]
pub struct Stop {
    server: Arc<Server>,
    stopping: Arc<AtomicBool>,
}

impl Preview {
    /// Binds an IP address, or `localhost`, and a port; 0 is any free one. It will answer to the
    /// loopback names, to the address itself and to `allow_hosts` (`name` or `name:port`).
    ///
    /// # Errors
    /// See [`PreviewError`].
    pub fn bind(host: &str, port: u16, allow_hosts: &[String]) -> Result<Preview, PreviewError> {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let ip = match bare.parse::<IpAddr>() {
            Ok(ip) => ip,
            // Never resolved: a name server has no say in where the registry is shown.
            Err(_) if bare.eq_ignore_ascii_case("localhost") => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Err(_) => return Err(PreviewError::BadHost(host.to_owned())),
        };
        let address = SocketAddr::new(ip, port);
        let listen = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => PreviewError::PortTaken { port },
            _ => PreviewError::Listen { address, source },
        };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let server = Server::from_listener(listener, None);
        let server =
            server.map_err(|error| PreviewError::Listen { address, source: io::Error::other(error.to_string()) })?;
        Ok(Preview {
            server: Arc::new(server),
            address,
            hosts: Hosts::new(address, allow_hosts),
            stopping: Arc::default(),
            peers: Arc::default(),
        })
    }

    /// Returns the address with the port that is really bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address to open in a browser on this machine, with a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}/", SocketAddr::new(ip, self.address.port()))
    }

    /// Says whether only this machine can reach it; else a warning is due.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// Returns a handle that ends [`Preview::run`].
    #[must_use]
    pub fn stop_handle(&self) -> Stop {
        Stop { server: Arc::clone(&self.server), stopping: Arc::clone(&self.stopping) }
    }

    /// Answers requests until it is stopped.
    ///
    /// # Errors
    /// When the system no longer gives connections.
    pub fn run(&self, live: &Arc<Live>) -> Result<(), PreviewError> {
        let (ended, ends) = mpsc::channel();
        let mut n_workers = 0;
        let mut failure = None;
        for number in 0..N_WORKERS {
            let worker = Worker {
                server: Arc::clone(&self.server),
                hosts: self.hosts.clone(),
                live: Arc::clone(live),
                stopping: Arc::clone(&self.stopping),
                peers: Arc::clone(&self.peers),
            };
            let ended = ended.clone();
            let builder = thread::Builder::new().name(format!("preview-{number}"));
            match builder.spawn(move || _ = ended.send(worker.work())) {
                Ok(_) => n_workers += 1,
                Err(error) => failure = Some(error),
            }
        }
        if n_workers > 0
            && let Ok(result) = ends.recv()
        {
            // One ends when all are to end, or when the listener is broken for all.
            failure = result.err();
            n_workers -= 1;
        }
        self.stop_handle().stop();
        live.wake();
        for _ in 0..n_workers {
            // A worker that hangs in a write to a peer that does not read is left behind.
            if ends.recv_timeout(STOP_WAIT).is_err() {
                break;
            }
        }
        failure.map_or(Ok(()), |error| Err(PreviewError::Broken(error)))
    }
}

impl Stop {
    /// Ends the server; requests that are being answered are finished.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for _ in 0..N_WORKERS {
            self.server.unblock();
        }
    }
}

struct Worker {
    server: Arc<Server>,
    hosts: Hosts,
    live: Arc<Live>,
    stopping: Arc<AtomicBool>,
    peers: Arc<Peers>,
}

impl Worker {
    fn work(&self) -> io::Result<()> {
        while !self.stopping.load(Ordering::SeqCst) {
            match self.server.recv() {
                Ok(request) => self.answer(request),
                Err(_) if self.stopping.load(Ordering::SeqCst) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn answer(&self, request: Request) {
        let state = self.live.state();
        let answer = {
            let head = head_of(&request);
            let answer = catch_unwind(AssertUnwindSafe(|| answer::answer(&head, &self.hosts, &state)));
            answer.unwrap_or_else(|_| answer::panicked(&state).into())
        };
        match answer {
            Answer::Body(body) => send(request, &body),
            Answer::Events if request.method().as_str() == "HEAD" => {
                let headers = vec![("Content-Type", "text/event-stream".to_owned())];
                send(request, &Body { status: 200, headers, bytes: Vec::new() });
            }
            Answer::Events => self.peers.add(request.into_writer(), &self.live, &self.stopping),
        }
    }
}

fn head_of(request: &Request) -> Head<'_> {
    let values = |name: &'static str| {
        request.headers().iter().filter(move |header| header.field.equiv(name)).map(|header| header.value.as_str())
    };
    Head {
        method: request.method().as_str(),
        target: request.url(),
        hosts: values("Host").collect(),
        origin: values("Origin").next(),
        fetch_site: values("Sec-Fetch-Site").next(),
    }
}

/// Writes an answer and asks the peer to close. Not `Request::respond`, which cannot say so: the
/// pool of `tiny_http` 0.12 may put a connection behind idle ones that a browser keeps for minutes.
fn send(request: Request, body: &Body) {
    let status = StatusCode(body.status);
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.0, status.default_reason_phrase());
    let own = body.headers.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in own.chain(COMMON_HEADERS) {
        // Values are ours, or paths of the site, which have no such characters.
        debug_assert!(!value.contains(['\r', '\n']), "{name}");
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.bytes.len()));
    let has_body = request.method().as_str() != "HEAD";
    let mut writer = request.into_writer();
    let bytes = if has_body { body.bytes.as_slice() } else { &[] };
    // A peer that has gone is its own affair.
    let _ = writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(bytes)).and_then(|()| writer.flush());
}

#[cfg(test)]
mod tests;
