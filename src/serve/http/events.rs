//! The stream of events (server-sent events, WHATWG HTML section 9.2) that open pages listen to.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::answer::COMMON_HEADERS;
use super::live::{Live, State};

/// So often a comment is sent: only a write shows that a peer has gone, the second one at last.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// So many peers are kept; a new one ends the oldest, which connects again if it is alive.
pub(super) const MAX_PEERS: usize = 64;

/// The peers that listen.
#[derive(Debug, Default)]
pub(super) struct Peers {
    /// What ends each of them, the oldest first.
    ends: Mutex<VecDeque<Arc<AtomicBool>>>,
    /// Threads that run, also those that are to end and hang in a write.
    n_threads: AtomicUsize,
}

impl Peers {
    /// Sends events to a new peer, on a thread of its own, until it is gone or all is over.
    pub(super) fn add(self: &Arc<Peers>, writer: Box<dyn Write + Send>, live: &Arc<Live>, stopping: &Arc<AtomicBool>) {
        if self.n_threads.fetch_add(1, Ordering::SeqCst) >= 2 * MAX_PEERS {
            // Peers that neither read nor leave: not a browser.
            self.n_threads.fetch_sub(1, Ordering::SeqCst);
            return;
        }
        let end = Arc::new(AtomicBool::new(false));
        let oldest = {
            let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
            ends.push_back(Arc::clone(&end));
            if ends.len() > MAX_PEERS { ends.pop_front() } else { None }
        };
        if let Some(oldest) = oldest {
            oldest.store(true, Ordering::SeqCst);
            live.wake();
        }
        let (peers, live, stopping) = (Arc::clone(self), Arc::clone(live), Arc::clone(stopping));
        let listener = thread::Builder::new().name("preview-events".to_owned()).stack_size(128 * 1024);
        let spawned = listener.spawn(move || {
            let is_over = || stopping.load(Ordering::SeqCst) || end.load(Ordering::SeqCst);
            // An error means that the peer has gone.
            let _ = send(writer, &live, is_over);
            peers.ends.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, &end));
            peers.n_threads.fetch_sub(1, Ordering::SeqCst);
        });
        if spawned.is_err() {
            self.n_threads.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[cfg(test)]
    pub(super) fn n_threads(&self) -> usize {
        self.n_threads.load(Ordering::SeqCst)
    }
}

fn send(mut writer: Box<dyn Write + Send>, live: &Live, is_over: impl Fn() -> bool) -> io::Result<()> {
    let mut head = String::from("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n");
    for (name, value) in COMMON_HEADERS {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut state = live.state();
    write!(writer, "{head}\r\nretry: 1000\n\n{}", events(&state))?;
    writer.flush()?;
    while !is_over() {
        let next = live.wait(state.n_changes, HEARTBEAT, &is_over);
        let text = if next.n_changes == state.n_changes { ":\n\n".to_owned() } else { events(&next) };
        state = next;
        writer.write_all(text.as_bytes())?;
        writer.flush()?;
    }
    Ok(())
}

/// Tells a state whole: a page that comes late, or misses one, needs no history.
fn events(state: &State) -> String {
    let failure = serde_json::to_string(&state.failure).unwrap_or_else(|_| "null".to_owned());
    format!("event: reload\ndata: {}\n\nevent: failure\ndata: {failure}\n\n", state.generation)
}
