//! A TCP proxy that is a bad network: it delays, splits, stalls and cuts what passes through it.
//!
//! It listens on a free port of 127.0.0.1 and forwards every connection to one server. Each direction of a connection has a
//! thread that reads and stamps bytes with the time they are due, a bounded queue, and a thread that writes them when it is:
//! bytes are late but none waits for another, as on a long line. What is random follows from the seed, the number of the
//! connection and the direction.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is read at once, in bytes.
const READ_BYTES_MAX: usize = 64 << 10;

/// The most reads that may be under way in one direction of a connection.
const QUEUE_READS_MAX: usize = 1024;

/// How often a stalled direction looks whether the proxy is gone.
const STALL_TICK: Duration = Duration::from_millis(20);

/// What happens to the bytes of one direction; nothing by default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Way {
    /// How much later every byte arrives.
    pub(crate) delay: Duration,
    /// Bytes in one write, drawn for every write; without it as many as were read.
    pub(crate) write_bytes: Option<RangeInclusive<u64>>,
    /// Where both directions of a connection end, counted in this one.
    pub(crate) cut: Option<Cut>,
    /// Where nothing arrives any more, and nothing is closed before the client gives up; then the server is told, as keepalive would,
    /// unless the network is silent.
    pub(crate) stall: Option<Cut>,
}

/// The byte before which a connection is cut or stalls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// After so many bytes.
    After(u64),
    /// After fewer bytes than this, drawn for each connection so that every order of magnitude is as likely as another.
    Within(u64),
}

/// What happens in both directions of every connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    /// Two proxies of the same seed draw the same.
    pub(crate) seed: u64,
    /// How many connections, the first ones, are never cut and never stall.
    pub(crate) uncut: u64,
    /// How many of those that follow do at most; all of them without it.
    pub(crate) cut_max: Option<u64>,
    /// Whether a server hears nothing of a client that gives up a connection that stalls, until the network is healed: as without
    /// keepalive.
    pub(crate) is_silent: bool,
    /// From the client to the server.
    pub(crate) to_server: Way,
    /// From the server to the client.
    pub(crate) to_client: Way,
}

impl Network {
    /// The same in both directions.
    pub(crate) fn both(way: Way) -> Self {
        Self { to_server: way.clone(), to_client: way, ..Self::default() }
    }
}

/// A running proxy. Dropping it ends every connection.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
    state: Arc<State>,
    accepting: Option<thread::JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    network: Network,
    server: SocketAddr,
    is_over: AtomicBool,
    /// Whether new connections are left alone.
    is_healed: AtomicBool,
    cuts: AtomicU64,
    connections: Mutex<Vec<Weak<Connection>>>,
}

/// The two sockets of a connection, open until the last thread that forwards between them ends.
#[derive(Debug)]
struct Connection {
    client: TcpStream,
    server: TcpStream,
    /// Nothing is told to the server any more.
    is_lost: AtomicBool,
}

impl Connection {
    fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn end(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

impl Proxy {
    /// Starts a proxy to a port of 127.0.0.1.
    pub(crate) fn start(server_port: u16, network: Network) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            network,
            server: SocketAddr::from(([127, 0, 0, 1], server_port)),
            is_over: AtomicBool::new(false),
            is_healed: AtomicBool::new(false),
            cuts: AtomicU64::new(0),
            connections: Mutex::new(Vec::new()),
        });
        let accepting = thread::spawn({
            let state = Arc::clone(&state);
            move || accept(&listener, &state)
        });
        Ok(Self { port, state, accepting: Some(accepting) })
    }

    /// Leaves new connections alone from now on, and ends the others, which may stand still.
    pub(crate) fn heal(&self) {
        self.state.is_healed.store(true, Ordering::Relaxed);
        for connection in self.state.connections.lock().unwrap().iter().filter_map(Weak::upgrade) {
            connection.end();
        }
    }

    /// How many connections were cut or stalled so far, each direction counted.
    pub(crate) fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for connection in self.state.connections().iter().filter_map(Weak::upgrade) {
            connection.end();
        }
    }
}

impl State {
    /// Whether connections that stall end now.
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || self.is_healed.load(Ordering::Relaxed)
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for (number, client) in (0..).zip(listener.incoming()) {
        if state.is_over.load(Ordering::Relaxed) {
            return;
        }
        // A server that is not there closes the connection, which is what the client would see of it.
        let (Ok(client), Ok(server)) = (client, TcpStream::connect(state.server)) else { continue };
        let _ = client.set_nodelay(true);
        let _ = server.set_nodelay(true);
        let connection = Arc::new(Connection { client, server, is_lost: AtomicBool::new(false) });
        let mut connections = state.connections();
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&connection));
        drop(connections);
        forward(state, &connection, number, true);
        forward(state, &connection, number, false);
    }
}

/// Starts the two threads of one direction.
fn forward(state: &Arc<State>, connection: &Arc<Connection>, number: u64, is_to_server: bool) {
    let Network { seed, uncut, cut_max, to_server, to_client, .. } = &state.network;
    let mut way = if is_to_server { to_server } else { to_client }.clone();
    if state.is_healed.load(Ordering::Relaxed) {
        way = Way::default();
    }
    let is_cut = number >= *uncut && cut_max.is_none_or(|max| number - *uncut < max);
    way.cut = way.cut.filter(|_| is_cut);
    way.stall = way.stall.filter(|_| is_cut);
    let random = Random::new(*seed, number * 2 + u64::from(is_to_server));
    let (queue, due) = sync_channel(QUEUE_READS_MAX);
    thread::spawn({
        let (connection, delay) = (Arc::clone(connection), way.delay);
        move || {
            let from = if is_to_server { &connection.client } else { &connection.server };
            read(from, delay, &queue);
        }
    });
    thread::spawn({
        let (state, connection) = (Arc::clone(state), Arc::clone(connection));
        move || {
            let to = if is_to_server { &connection.server } else { &connection.client };
            match Writer::new(to, way, random).write(&due) {
                End::Closed | End::Lost if connection.is_lost() => {}
                End::Closed => {
                    let _ = to.shutdown(Shutdown::Write);
                }
                End::Lost => connection.end(),
                End::Cut => {
                    state.cuts.fetch_add(1, Ordering::Relaxed);
                    connection.end();
                }
                End::Stalled => {
                    state.cuts.fetch_add(1, Ordering::Relaxed);
                    connection.is_lost.store(state.network.is_silent, Ordering::Relaxed);
                    let is_closed = || due.try_iter().any(|(_, bytes)| bytes.is_empty());
                    let is_seen = || !state.network.is_silent && is_closed();
                    while !state.is_over() && !is_seen() {
                        thread::sleep(STALL_TICK);
                    }
                    connection.end();
                }
            }
        }
    });
}

/// Bytes and the time they are due.
type Late = (Instant, Vec<u8>);

/// Reads until the end, which is an empty read, or until nobody writes any more.
fn read(mut from: &TcpStream, delay: Duration, queue: &SyncSender<Late>) {
    let mut buffer = vec![0; READ_BYTES_MAX];
    loop {
        let length = from.read(&mut buffer).unwrap_or(0);
        if queue.send((Instant::now() + delay, buffer[..length].to_vec())).is_err() || length == 0 {
            return;
        }
    }
}

/// Why a direction ended.
enum End {
    /// The sender closed it.
    Closed,
    /// The receiver does not take any more.
    Lost,
    Cut,
    Stalled,
}

struct Writer<'a> {
    to: &'a TcpStream,
    way: Way,
    cut_after_bytes: Option<u64>,
    stall_after_bytes: Option<u64>,
    random: Random,
    written_bytes: u64,
}

impl<'a> Writer<'a> {
    fn new(to: &'a TcpStream, way: Way, mut random: Random) -> Self {
        let mut drawn = |cut| match cut {
            Cut::After(bytes) => bytes,
            Cut::Within(bytes) => random.of_any_magnitude(bytes),
        };
        let (cut_after_bytes, stall_after_bytes) = (way.cut.map(&mut drawn), way.stall.map(&mut drawn));
        Self { to, way, cut_after_bytes, stall_after_bytes, random, written_bytes: 0 }
    }

    /// Writes what is due until the direction ends.
    fn write(mut self, due: &Receiver<Late>) -> End {
        while let Ok((time, bytes)) = due.recv() {
            thread::sleep(time.saturating_duration_since(Instant::now()));
            if bytes.is_empty() {
                return End::Closed;
            }
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                if let Some(end) = self.is_at_an_end() {
                    return end;
                }
                let (now, later) = rest.split_at(self.next_length(rest.len()));
                if self.to.write_all(now).is_err() {
                    return End::Lost;
                }
                self.written_bytes += now.len() as u64;
                rest = later;
            }
            if let Some(end) = self.is_at_an_end() {
                return end;
            }
        }
        End::Closed
    }

    fn is_at_an_end(&self) -> Option<End> {
        let is_at = |limit: Option<u64>| limit == Some(self.written_bytes);
        if is_at(self.cut_after_bytes) {
            return Some(End::Cut);
        }
        is_at(self.stall_after_bytes).then_some(End::Stalled)
    }

    /// How many of so many bytes the next write has: no more than up to the next end.
    fn next_length(&mut self, available: usize) -> usize {
        let drawn = self.way.write_bytes.clone().map(|range| self.random.within(range));
        let ends = [self.cut_after_bytes, self.stall_after_bytes].into_iter().flatten();
        let until_ends = ends.map(|end| end - self.written_bytes);
        until_ends.chain(drawn).fold(available, |length, limit| length.min(usize::try_from(limit).unwrap_or(length)))
    }
}

/// `SplitMix64`, which is enough to draw lengths.
struct Random(u64);

impl Random {
    fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed);
        Self(random.next() ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    /// Below `end`: first the number of binary digits, then the digits.
    fn of_any_magnitude(&mut self, end: u64) -> u64 {
        let digits = self.within(0..=u64::from(u64::BITS - end.leading_zeros()));
        let below = 1_u64.checked_shl(u32::try_from(digits).unwrap_or(u32::MAX)).unwrap_or(end);
        self.next() % below.min(end)
    }
}
