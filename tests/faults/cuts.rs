//! Connections that are cut at random bytes.

use super::{SHOP, Trio, proxy, seeds};
use crate::support::cluster::Cluster;
use crate::support::proxy::{Cut, Network, Way};

/// More than passes through any one connection, so that some are left alone.
const CUT_BYTES: u64 = 1 << 21;

/// A network that cuts, by number: each direction in turn, and later and later connections.
fn cutting(seed: u64) -> Network {
    let way = Way { cut: Some(Cut::Within(CUT_BYTES)), ..Way::default() };
    let (to_server, to_client) = if seed.is_multiple_of(2) { (way, Way::default()) } else { (Way::default(), way) };
    Network { seed, uncut: seed / 2 % 12, to_server, to_client }
}

/// Copies through networks that cut on one side. `PGSLUICE_TEST_CUTS` says how many.
fn copies(is_source_side: bool) {
    let cluster = Cluster::shared();
    let source = cluster.database();
    source.psql(SHOP);
    let (mut survived, mut failed) = (0, 0);
    let only: Option<u64> = std::env::var("ONLY").ok().map(|x| x.parse().unwrap());
    for seed in 0..seeds("PGSLUICE_TEST_CUTS", 100) {
        if only.is_some_and(|o| o != seed) {
            continue;
        }
        let trio = Trio {
            source: cluster.existing_database(&source.name),
            target: cluster.database(),
            store: cluster.database(),
        };
        let (bad, good) = (proxy(&source, cutting(seed)), proxy(&source, Network::default()));
        let (there, here) = if is_source_side { (&bad, &good) } else { (&good, &bad) };
        let run = || trio.run_between(&trio.source.url_through(there), &trio.target.url_through(here));
        let outcome = run().outcome();
        let cuts = bad.cuts();
        bad.heal();
        trio.settle(&outcome, &format!("seed {seed}, {cuts} cuts"), run);
        if only.is_some() {
            eprintln!("{}", outcome.stderr);
        }
        if outcome.exit_code != Some(0) {
            eprintln!(
                "seed {seed}: {}",
                outcome
                    .stderr
                    .lines()
                    .filter(|line| line.starts_with("error") || line.starts_with("detail"))
                    .collect::<Vec<_>>()
                    .join(" | ")
            );
        }
        match (cuts, outcome.exit_code) {
            (0, _) => {}
            (_, Some(0)) => survived += 1,
            (_, _) => failed += 1,
        }
    }
    eprintln!(
        "cut connections on the {}: {survived} runs survived, {failed} did not",
        if is_source_side { "source" } else { "target" }
    );
    assert!(survived > failed, "{survived} runs survived, {failed} did not");
}

#[test]
fn a_source_that_is_cut_off_leaves_no_row_behind_and_none_twice() {
    copies(true);
}

#[test]
fn a_target_that_is_cut_off_leaves_no_row_behind_and_none_twice() {
    copies(false);
}
