//! Connections that are cut at random bytes.

use super::{AT_ONCE, SHOP, at_every_seed, proxy, survived};
use crate::support::cluster::Cluster;
use crate::support::proxy::{Cut, Network, Way};

/// More than passes through any one connection, so that some are left alone.
const CUT_BYTES: u64 = 1 << 19;

/// A network that cuts, by number: each direction in turn, mostly from the connections on that carry rows, and at times from the first;
/// a few connections, so that one run differs from another, and at times as many as there are.
fn cutting(seed: u64) -> Network {
    let way = Way { cut: Some(Cut::Within(CUT_BYTES)), ..Way::default() };
    let (to_server, to_client) = if seed.is_multiple_of(2) { (way, Way::default()) } else { (Way::default(), way) };
    let uncut = if seed % 8 < 2 { seed / 8 % 4 } else { 4 + seed % 5 };
    let cut_max = (!seed.is_multiple_of(10)).then_some(1 + seed % 7);
    Network { seed, uncut, cut_max, to_server, to_client, ..Network::default() }
}

/// Copies through networks that cut on one side.
fn copies(is_source_side: bool) {
    let cluster = Cluster::shared();
    let outcomes = at_every_seed(60, AT_ONCE, (cluster, cluster), SHOP, |trio, seed| {
        let (bad, good) = (proxy(&trio.source, cutting(seed)), proxy(&trio.source, Network::default()));
        let (there, here) = if is_source_side { (&bad, &good) } else { (&good, &bad) };
        let run = || trio.run_between(&trio.source.url_through(there), &trio.target.url_through(here));
        let outcome = run().outcome();
        let cuts = bad.cuts();
        bad.heal();
        trio.settle(&outcome, &format!("seed {seed}, {cuts} cuts"), run);
        (cuts, outcome)
    });
    let (cuts, hit): (Vec<_>, Vec<_>) = outcomes.into_iter().filter(|(cuts, _)| *cuts > 0).unzip();
    let side = if is_source_side { "source" } else { "target" };
    let (cuts, survived, hit) = (cuts.iter().sum::<u64>(), survived(&hit), hit.len());
    eprintln!("{cuts} connections to the {side} cut: {survived} of {hit} runs survived");
    assert!(survived > 0, "none of {hit} runs survived");
}

#[test]
fn a_source_that_is_cut_off_leaves_no_row_behind_and_none_twice() {
    copies(true);
}

#[test]
fn a_target_that_is_cut_off_leaves_no_row_behind_and_none_twice() {
    copies(false);
}
