//! Bad networks: latency, tiny packets, connections that are cut. First that the proxy is what it says, then copies through it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::proxy::{Cut, Network, Proxy, Way};
use crate::support::run::Run;

/// A server that sends back what it gets, one thread for each connection, for as long as the tests run.
fn echo_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().map(Result::unwrap) {
            thread::spawn(move || std::io::copy(&mut client.try_clone().unwrap(), &mut &client));
        }
    });
    port
}

fn through(network: Network) -> (Proxy, TcpStream) {
    let proxy = Proxy::start(echo_port(), network).unwrap();
    let stream = connect(&proxy);
    (proxy, stream)
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn some_bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

/// Sends bytes and returns what comes back until the end.
fn sent_back(mut stream: &TcpStream, bytes: &[u8]) -> Vec<u8> {
    let mut back = Vec::new();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read_to_end(&mut back);
    back
}

#[test]
fn bytes_arrive_as_they_were_sent_whatever_their_number() {
    let way = Way { write_bytes: Some(1..=7), delay: Duration::from_millis(1), ..Way::default() };
    for network in [Network::default(), Network::both(way)] {
        let (_proxy, stream) = through(network);
        let bytes = some_bytes(100_000);
        assert_eq!(sent_back(&stream, &bytes), bytes);
    }
}

#[test]
fn a_delay_is_a_latency_and_not_a_limit_of_throughput() {
    let delay = Duration::from_millis(100);
    let (_proxy, mut stream) = through(Network::both(Way { delay, ..Way::default() }));
    let begin = Instant::now();
    // One after the other these would take ten seconds.
    for _ in 0..50 {
        stream.write_all(b"x").unwrap();
        thread::sleep(Duration::from_millis(1));
    }
    let mut back = [0; 50];
    stream.read_exact(&mut back[..1]).unwrap();
    assert!(begin.elapsed() >= 2 * delay, "{:?}", begin.elapsed());
    stream.read_exact(&mut back[1..]).unwrap();
    assert!(begin.elapsed() < 10 * delay, "{:?}", begin.elapsed());
}

#[test]
fn a_connection_is_cut_at_its_byte_in_either_direction() {
    for bytes in [1, 1000, 65_537] {
        let way = Way { cut: Some(Cut::After(bytes)), ..Way::default() };
        let (proxy, stream) = through(Network { to_client: way.clone(), ..Network::default() });
        assert_eq!(sent_back(&stream, &some_bytes(200_000)).len() as u64, bytes);
        assert_eq!(proxy.cuts(), 1);
        let (proxy, stream) = through(Network { to_server: way, ..Network::default() });
        assert!(sent_back(&stream, &some_bytes(200_000)).len() as u64 <= bytes);
        assert_eq!(proxy.cuts(), 1);
    }
}

#[test]
fn random_cuts_follow_from_the_seed() {
    let lengths = |seed| {
        let way = Way { cut: Some(Cut::Within(50_000)), ..Way::default() };
        let proxy = Proxy::start(echo_port(), Network { seed, to_client: way, ..Network::default() }).unwrap();
        let bytes = some_bytes(50_000);
        (0..10).map(|_| sent_back(&connect(&proxy), &bytes).len()).collect::<Vec<_>>()
    };
    let first = lengths(1);
    assert_eq!(first, lengths(1));
    assert_ne!(first, lengths(2));
    assert!(first.iter().all(|&length| length < 50_000), "{first:?}");
}

#[test]
fn a_stalled_direction_delivers_nothing_more_and_stays_open() {
    let way = Way { stall: Some(Cut::After(10)), ..Way::default() };
    let (_proxy, mut stream) = through(Network { to_client: way, ..Network::default() });
    stream.write_all(&some_bytes(100)).unwrap();
    let mut back = [0; 10];
    stream.read_exact(&mut back).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let error = stream.read(&mut back).unwrap_err();
    assert!(matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{error:?}");
}

#[test]
fn a_dropped_proxy_ends_its_connections() {
    let (proxy, mut stream) = through(Network::default());
    stream.write_all(b"x").unwrap();
    stream.read_exact(&mut [0]).unwrap();
    drop(proxy);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

/// A small database with rows of every size up to some that need several reads, and a little of everything around them.
const SHOP: &str = "
    CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL UNIQUE, note text);
    INSERT INTO customer (name, note) SELECT 'customer ' || n, repeat('é', n * 7 % 900) FROM generate_series(1, 400) n;
    CREATE TABLE purchase (id int PRIMARY KEY, customer_id int REFERENCES customer, total numeric CHECK (total >= 0));
    INSERT INTO purchase SELECT n, n % 400 + 1, n / 3.0 FROM generate_series(1, 3000) n;
    CREATE INDEX ON purchase (customer_id);
    CREATE TABLE picture (id int PRIMARY KEY, data bytea);
    INSERT INTO picture SELECT n, convert_to(repeat(md5(n::text), n * 500), 'UTF8') FROM generate_series(1, 12) n;
    CREATE VIEW total AS SELECT customer_id, sum(total) FROM purchase GROUP BY customer_id;
    CREATE TABLE nothing ();";

/// Two databases, the first filled with [`SHOP`], and a store.
struct Attempt {
    source: Database<'static>,
    target: Database<'static>,
    store: Database<'static>,
}

impl Attempt {
    fn new() -> Self {
        let cluster = Cluster::shared();
        let attempt = Self { source: cluster.database(), target: cluster.database(), store: cluster.database() };
        attempt.source.psql(SHOP);
        attempt
    }

    /// A copy with a proxy before each server; the store is reached without one.
    fn run(&self, source: &Proxy, target: &Proxy) -> Run {
        let run = Run::snapshot(&self.source.url_through(source), &self.target.url_through(target));
        run.arg("--store").arg(self.store.url()).args(["--log-level=warn", "--no-retries"])
    }
}

fn proxy(network: Network) -> Proxy {
    Proxy::start(Cluster::shared().port, network).unwrap()
}

#[test]
fn a_copy_in_packets_of_a_few_bytes_is_complete() {
    let attempt = Attempt::new();
    let network = |seed| Network { seed, ..Network::both(Way { write_bytes: Some(1..=7), ..Way::default() }) };
    attempt.run(&proxy(network(1)), &proxy(network(2))).outcome().expect_done();
    oracle::assert_same(&attempt.source, &attempt.target);
}

#[test]
fn a_copy_over_a_long_line_is_complete() {
    let attempt = Attempt::new();
    let network = Network::both(Way { delay: Duration::from_millis(10), ..Way::default() });
    attempt.run(&proxy(network.clone()), &proxy(network)).outcome().expect_done();
    oracle::assert_same(&attempt.source, &attempt.target);
}
