//! The floor of a copy: pgsluice's own wire sessions and its pump, and nothing of what decides, watches or reports.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use pgsluice::connect::{Conninfo, Endpoint, Environment};
use pgsluice::copy::Pump;
use pgsluice::error::Side;

/// Moves the rows of every pair of statements on standard input, several at a time, in the order they are given.
pub(crate) fn pump(jobs: usize, source_url: &str, target_url: &str) -> ExitCode {
    let endpoint = |side, url| Endpoint::new(side, Conninfo::parse(url, &Environment::default()).unwrap()).unwrap();
    let (source, target) = (endpoint(Side::Source, source_url), endpoint(Side::Target, target_url));
    let input = std::io::read_to_string(std::io::stdin()).unwrap();
    let pair = |line: &str| line.split_once('\t').map(|(copy_out, copy_in)| (copy_out.to_owned(), copy_in.to_owned()));
    let pairs: VecDeque<_> = input.lines().map(|line| pair(line).expect("two statements and a tab")).collect();
    let pairs = Arc::new(Mutex::new(pairs));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let worker = |_| {
            let (source, target, pairs) = (source.clone(), target.clone(), Arc::clone(&pairs));
            tokio::spawn(async move {
                let (mut reader, mut writer) = tokio::try_join!(source.wire(), target.wire()).unwrap();
                loop {
                    let Some((copy_out, copy_in)) = pairs.lock().unwrap().pop_front() else { return };
                    tokio::try_join!(reader.copy_out(&copy_out), writer.copy_in(&copy_in)).unwrap();
                    Pump::new(&mut reader, &mut writer).run(|_| ()).await.unwrap();
                }
            })
        };
        for worker in (0..jobs).map(worker).collect::<Vec<_>>() {
            worker.await.unwrap();
        }
    });
    ExitCode::SUCCESS
}
