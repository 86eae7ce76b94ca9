//! What is never copied, by design: it is named, and does not make a run fail. What only the source's rights hide does.

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

#[test]
fn a_user_mapping_whose_password_is_hidden_is_named_and_not_made() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let role = format!("reader_of_{}", source.name);
    source.psql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'secret';\n\
         GRANT pg_read_all_data TO {role};\n\
         CREATE FOREIGN DATA WRAPPER dummy;\n\
         CREATE SERVER far FOREIGN DATA WRAPPER dummy;\n\
         CREATE USER MAPPING FOR postgres SERVER far OPTIONS (password 'hidden');\n\
         CREATE USER MAPPING FOR {role} SERVER far;\n\
         GRANT USAGE ON FOREIGN SERVER far TO {role};",
    ));
    let outcome = Run::snapshot(&source.url_of(&role, "secret"), &target.url()).outcome();
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(outcome.exit_code, Some(1), "{said}");
    assert!(said.contains("user mapping of postgres on server far: its options, which may hold a secret"), "{said}");
    let mappings = "SELECT usename FROM pg_user_mappings ORDER BY 1";
    assert_eq!(target.query(mappings), [[role.as_str()]], "{said}");
    for database in [&source, &target] {
        database.psql(&format!("DROP OWNED BY {role}"));
    }
    source.psql(&format!("DROP ROLE {role}"));
}

#[test]
fn no_log_shows_the_password_of_a_user_mapping() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "CREATE FOREIGN DATA WRAPPER dummy;\n\
         CREATE SERVER far FOREIGN DATA WRAPPER dummy;\n\
         CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'hidden');",
    );
    let outcome = Run::snapshot(&source.url(), &target.url()).arg("--log-level").arg("trace").outcome().expect_done();
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(said.contains("CREATE SERVER") && !said.contains("hidden"), "{said}");
    assert_eq!(target.value("SELECT umoptions FROM pg_user_mappings"), "{password=hidden}");
}
