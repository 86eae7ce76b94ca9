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
    assert!(said.contains("subscription \"My sub\": subscriptions are not copied unasked"), "{said}");
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

#[test]
fn subscriptions_are_copied_disabled_on_request_and_their_secrets_never_shown() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(
            "CREATE SUBSCRIPTION \"My feed\" CONNECTION 'dbname=nowhere password=hidden' PUBLICATION p, \"Q q\"
                 WITH (connect = false, slot_name = 'the_slot', synchronous_commit = 'local');
             COMMENT ON SUBSCRIPTION \"My feed\" IS 'far'",
        );
        let copied = "SELECT subname, subenabled, subconninfo, subslotname, subsynccommit, subpublications,
                             obj_description(oid, 'pg_subscription') FROM pg_subscription";
        let of_this = "WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let run = || Run::snapshot(&source.url(), &target.url()).args(["--subscriptions", "--log-level", "trace"]);
        let outcome = run().outcome();
        let on_the_target = || target.query(&format!("{copied} {of_this}"));
        let rows = on_the_target();
        // What is there already is in the way. It is dropped without its slot, which is the source's too: nobody connects anywhere.
        let in_the_way = run().outcome();
        let again = run().arg("--clean").outcome();
        let rows_again = on_the_target();
        for database in [&source, &target] {
            database.psql("ALTER SUBSCRIPTION \"My feed\" SET (slot_name = NONE); DROP SUBSCRIPTION \"My feed\"");
        }
        for said in [&outcome, &in_the_way, &again].map(|of| format!("{}{}", of.stdout, of.stderr)) {
            assert!(!said.contains("hidden"), "{said}");
        }
        outcome.expect_done();
        again.expect_done();
        let expected = ["My feed", "f", "dbname=nowhere password=hidden", "the_slot", "local", "{p,\"Q q\"}", "far"];
        assert_eq!(rows, [expected], "PostgreSQL {}", cluster.installation.major);
        assert_eq!(rows_again, rows);
        assert!(in_the_way.stderr.contains("subscription \"My feed\""), "{}", in_the_way.stderr);
    }
}

#[test]
fn subscriptions_that_cannot_be_read_are_missing_and_said_to_be() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let role = format!("feed_reader_of_{}", source.name);
    source.psql(&format!(
        "CREATE SUBSCRIPTION unread CONNECTION 'dbname=nowhere password=hidden' PUBLICATION p
             WITH (connect = false, slot_name = NONE);
         CREATE ROLE {role} LOGIN"
    ));
    let outcome = Run::snapshot(&source.url_of(&role, ""), &target.url()).arg("--subscriptions").outcome();
    source.psql(&format!("DROP SUBSCRIPTION unread; DROP OWNED BY {role}; DROP ROLE {role}"));
    assert!(outcome.stdout.contains("subscription unread: how it connects cannot be read"), "{}", outcome.stdout);
    assert_eq!(outcome.exit_code, Some(1));
}
