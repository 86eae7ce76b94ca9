//! Time, CPU and memory of a command and of the two servers it talks to, from /proc.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How often memory is looked at.
const TICK: Duration = Duration::from_millis(100);

/// How long a server may take to end what a command that was given up left behind.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// The unit of CPU times in /proc, the same on every Linux a user sees (`USER_HZ`).
const MILLISECONDS_PER_TICK: u64 = 10;

/// Runs the command in a process group of its own and prints its figures.
pub(crate) fn measure(postmasters: [u32; 2], command: &[&str]) -> ExitCode {
    let children_before = postmasters.map(|pid| children(pid).len());
    let before = postmasters.map(server_ticks);
    let begin = Instant::now();
    let mut child = Command::new(command[0]).args(&command[1..]).process_group(0).spawn().unwrap();
    let (status, memory_kib) = watch(&mut child);
    let duration = begin.elapsed();
    for (pid, count) in postmasters.into_iter().zip(children_before) {
        wait_for_backends(pid, count);
    }
    let after = postmasters.map(server_ticks);
    // What the kernel added to this process when it waited for the command, which had waited for its own.
    let client = Stat::read(std::process::id()).unwrap().reaped_ticks;
    let seconds = |ticks: u64| Duration::from_millis(ticks * MILLISECONDS_PER_TICK).as_secs_f64();
    println!(
        "{}\t{:.2}\t{:.2}\t{:.2}\t{:.2}\t{:.1}",
        status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
        duration.as_secs_f64(),
        seconds(client),
        seconds(after[0] - before[0]),
        seconds(after[1] - before[1]),
        f64::from(u32::try_from(memory_kib).unwrap()) / 1024.0,
    );
    ExitCode::SUCCESS
}

/// Waits for the command and returns the most memory it had: of one process its own high-water mark, of several the sum of
/// their proportional shares at any one time, so that pages they share count once.
fn watch(child: &mut Child) -> (ExitStatus, u64) {
    let (mut alone_kib, mut together_kib) = (0, 0);
    let mut next = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status, alone_kib.max(together_kib));
        }
        if Instant::now() >= next {
            let group: Vec<u32> =
                processes().filter(|pid| Stat::read(*pid).is_some_and(|stat| stat.group == child.id())).collect();
            let marks = group.iter().map(|pid| field_kib(*pid, "status", "VmHWM:"));
            alone_kib = marks.max().unwrap_or(0).max(alone_kib);
            if group.len() > 1 {
                let shares: u64 = group.iter().map(|pid| field_kib(*pid, "smaps_rollup", "Pss:")).sum();
                together_kib = together_kib.max(shares);
            }
            next = Instant::now() + TICK;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until the server has no more processes than before, so that all that ended are in its account.
fn wait_for_backends(postmaster: u32, count: usize) {
    let begin = Instant::now();
    while children(postmaster).len() > count && begin.elapsed() < IDLE_LIMIT {
        thread::sleep(Duration::from_millis(10));
    }
}

/// CPU of a server since it was started: the postmaster, the backends that ended, and the processes it always has.
fn server_ticks(postmaster: u32) -> u64 {
    let own = Stat::read(postmaster).expect("the server runs");
    let running: u64 = children(postmaster).values().map(|stat| stat.ticks).sum();
    own.ticks + own.reaped_ticks + running
}

fn children(parent: u32) -> BTreeMap<u32, Stat> {
    let stats = processes().filter_map(|pid| Some((pid, Stat::read(pid)?)));
    stats.filter(|(_, stat)| stat.parent == parent).collect()
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Fields of `/proc/PID/stat`.
struct Stat {
    parent: u32,
    group: u32,
    /// `utime` and `stime`.
    ticks: u64,
    /// `cutime` and `cstime`.
    reaped_ticks: u64,
}

impl Stat {
    /// None where the process is gone.
    fn read(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name before it is in parentheses and may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            parent: number(4)?.try_into().ok()?,
            group: number(5)?.try_into().ok()?,
            ticks: number(14)? + number(15)?,
            reaped_ticks: number(16)? + number(17)?,
        })
    }
}

fn field_kib(pid: u32, file: &str, field: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(field));
    value.and_then(|value| value.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
