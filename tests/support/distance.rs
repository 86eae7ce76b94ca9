//! A server far away: a proxy in front of a cluster that hands on every byte after a while, in both directions.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::cluster::Cluster;

/// The port on 127.0.0.1 of a proxy in front of `cluster`, which delays every byte by `delay` each way. It lasts as long as the
/// test process.
pub(crate) fn port(cluster: &Cluster, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (near, far) = (listener.local_addr().unwrap().port(), cluster.port);
    thread::spawn(move || {
        for client in listener.incoming() {
            let Ok(client) = client else { continue };
            let Ok(server) = TcpStream::connect(("127.0.0.1", far)) else { continue };
            for stream in [&client, &server] {
                stream.set_nodelay(true).unwrap();
            }
            let (client_too, server_too) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || hand_on(client, server, delay));
            thread::spawn(move || hand_on(server_too, client_too, delay));
        }
    });
    near
}

/// Hands on what comes until it ends; what was read waits its time, and does not keep the next from being read.
fn hand_on(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (read, due) = mpsc::sync_channel::<(Instant, Vec<u8>)>(1024);
    let writer = thread::spawn(move || {
        for (time, bytes) in due {
            thread::sleep(time.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if read.send((Instant::now() + delay, buffer[..count].to_vec())).is_err() {
            break;
        }
    }
    drop(read);
    let _ = writer.join();
    let _ = from.shutdown(Shutdown::Read);
}
