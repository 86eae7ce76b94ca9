//! What is never copied, by design: it is named, and does not make a run fail.

use crate::support::cluster::Cluster;
use crate::support::run::Run;

#[test]
fn a_subscription_is_named_and_not_copied() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "CREATE TABLE item (id int PRIMARY KEY);\n\
         CREATE SUBSCRIPTION \"My sub\" CONNECTION 'dbname=nowhere password=hidden' PUBLICATION p\n\
         WITH (connect = false, enabled = false, slot_name = NONE);",
    );
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    source.psql("DROP SUBSCRIPTION \"My sub\"");
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(said.contains("subscription \"My sub\": subscriptions are never copied"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
    outcome.expect_done();
    assert_eq!(target.value("SELECT count(*) FROM pg_subscription"), "0");
    assert_eq!(target.value("SELECT count(*) FROM item"), "0");
}
