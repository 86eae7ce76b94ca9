//! What scripts/bench needs and a shell cannot do. Built as an example, so that the program itself has nothing of it.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a tool of the tests: it prints its figures, and panics where something is not as it should be"
)]

mod measure;
#[allow(dead_code, reason = "a latency is all that is wanted here")]
#[path = "../tests/support/proxy.rs"]
mod proxy;
mod pump;

use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "\
usage: bench measure --postmaster PID --postmaster PID -- COMMAND ARGUMENT...
       bench pump JOBS SOURCE_URL TARGET_URL < PAIRS
       bench delay MILLISECONDS PORT

measure  runs a command and prints one line: exit code, seconds, CPU seconds of the command's processes and of either
         server's, MiB that the command's processes had at most, separated by tabs
pump     moves rows without anything around it; each line has a COPY ... TO STDOUT, a tab, and a COPY ... FROM STDIN
delay    listens on a free port, prints it, and forwards to PORT, every byte so much later in each direction, until killed
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["measure", "--postmaster", source, "--postmaster", target, "--", ref command @ ..] if !command.is_empty() => {
            measure::measure([source, target].map(|pid| pid.parse().unwrap()), command)
        }
        ["pump", jobs, source, target] => pump::pump(jobs.parse().unwrap(), source, target),
        ["delay", milliseconds, port] => {
            delay(Duration::from_millis(milliseconds.parse().unwrap()), port.parse().unwrap())
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn delay(delay: Duration, port: u16) -> ! {
    let network = proxy::Network::both(proxy::Way { delay, ..proxy::Way::default() });
    let proxy = proxy::Proxy::start(port, network).unwrap();
    println!("{}", proxy.port);
    loop {
        std::thread::park();
    }
}
