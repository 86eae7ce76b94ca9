//! Users who may not do everything.

use super::{bare_cluster, check, check_urls, only};
use crate::support::cluster::Cluster;
use crate::support::run::Run;

#[test]
fn what_the_sources_user_may_not_read_is_named_table_by_table() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "DROP ROLE IF EXISTS check_blind; CREATE ROLE check_blind LOGIN;
         CREATE SCHEMA closed; CREATE TABLE closed.secret (id serial);
         CREATE TABLE seen (id int); CREATE TABLE unseen (id serial); CREATE TABLE hidden (id int);
         ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON hidden USING (id > 1);
         GRANT SELECT ON seen, hidden TO check_blind; SELECT lo_create(4711)",
    );
    let url = source.url_of("check_blind", "");
    let outcome = check_urls(&url, &target.url(), &["--no-owner"]);
    insta::assert_snapshot!(only(&outcome, "error"));
    assert_eq!(Run::snapshot(&url, &target.url()).arg("--no-owner").outcome().exit_code, Some(1));
    // What the advice says helps.
    source.psql(
        "GRANT USAGE ON SCHEMA closed TO check_blind; GRANT SELECT ON ALL TABLES IN SCHEMA closed, public TO check_blind;
         GRANT SELECT ON ALL SEQUENCES IN SCHEMA closed, public TO check_blind; GRANT SELECT ON LARGE OBJECT 4711 TO check_blind;
         ALTER ROLE check_blind BYPASSRLS",
    );
    let outcome = check_urls(&url, &target.url(), &["--no-owner"]);
    assert_eq!(outcome.exit_code, Some(0), "{}", outcome.stdout);
    Run::snapshot(&url, &target.url()).arg("--no-owner").outcome().expect_done();
    drop((source, target));
    cluster.maintenance().psql("DROP ROLE check_blind");
}

#[test]
fn what_the_targets_user_may_not_make_is_said_as_far_as_it_can_be_known() {
    Cluster::shared().create_roles(&["check_boss"]);
    let (source, target) = (Cluster::shared().database(), bare_cluster().database());
    source.psql(
        "CREATE SCHEMA shop; CREATE TABLE shop.item (id serial PRIMARY KEY); CREATE TABLE plain (id int);
         ALTER TABLE plain OWNER TO check_boss;
         CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION noted(); ALTER EVENT TRIGGER noted DISABLE",
    );
    bare_cluster().create_roles(&["check_boss"]);
    target.psql(
        "DROP ROLE IF EXISTS check_maker; CREATE ROLE check_maker LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    );
    let url = target.url_of("check_maker", "");
    let outcome = check_urls(&source.url(), &url, &["--roles=no-passwords"]);
    let shown = format!("{}{}", only(&outcome, "error"), only(&outcome, "warning"));
    insta::assert_snapshot!(shown.replace(&target.name, "TARGET"));
    assert_eq!(Run::snapshot(&source.url(), &url).outcome().exit_code, Some(1));
    target.psql(&format!(
        "GRANT CREATE ON DATABASE {} TO check_maker, check_boss; GRANT CREATE ON SCHEMA public TO check_maker, check_boss;
         GRANT check_boss TO check_maker; CREATE ROLE check_super SUPERUSER",
        target.name
    ));
    let accepting = ["--allow-omissions=event-trigger,owner,privilege,comment"];
    let outcome = check_urls(&source.url(), &url, &accepting);
    assert_eq!(outcome.exit_code, Some(0), "{}", outcome.stdout);
    Run::snapshot(&source.url(), &url).args(accepting).outcome().expect_done();
    drop(target);
    bare_cluster().maintenance().psql("DROP OWNED BY check_maker; DROP ROLE check_maker; DROP ROLE check_super");
}

#[test]
fn rows_need_privileges_on_the_tables_they_go_into() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let tables = "CREATE TABLE item (id serial PRIMARY KEY, name text); CREATE TABLE line (n int)";
    source.psql(tables);
    target.psql(tables);
    target
        .psql("DROP ROLE IF EXISTS check_writer; CREATE ROLE check_writer LOGIN; GRANT INSERT ON item TO check_writer");
    let url = target.url_of("check_writer", "");
    let arguments = ["--mode=data", "--on-conflict=update", "--no-arbiter=insert"];
    let outcome = check_urls(&source.url(), &url, &arguments);
    insta::assert_snapshot!(only(&outcome, "error"));
    assert_eq!(Run::snapshot(&source.url(), &url).args(arguments).outcome().exit_code, Some(1));
    target.psql(
        "GRANT SELECT, INSERT, UPDATE ON item, line TO check_writer; GRANT USAGE, UPDATE ON SEQUENCE item_id_seq TO check_writer",
    );
    assert_eq!(check(&source, &target, &arguments).exit_code, Some(0));
    let outcome = check_urls(&source.url(), &url, &arguments);
    assert_eq!(outcome.exit_code, Some(0), "{}", outcome.stdout);
    Run::snapshot(&source.url(), &url).args(arguments).outcome().expect_done();
    drop(target);
    cluster.maintenance().psql("DROP ROLE check_writer");
}
