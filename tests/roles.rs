//! Roles, on clusters of their own, because roles belong to the whole server. `pg_dumpall` is the judge where it is new enough.

use std::path::Path;
use std::process::Command;

use crate::support::cluster::{Cluster, Options};
use crate::support::database::{Database, without_libpq_variables};
use crate::support::installation::{Installation, psql};
use crate::support::run::Run;

const ROLES: &str = r#"
    SET password_encryption = 'scram-sha-256';
    CREATE ROLE "Odd ""name" NOINHERIT VALID UNTIL '2042-02-03 04:05:06+02';
    CREATE ROLE app LOGIN PASSWORD 'app''s secret' CONNECTION LIMIT 7;
    CREATE ROLE boss SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS VALID UNTIL 'infinity';
    CREATE ROLE readers; CREATE ROLE writers; CREATE ROLE lead NOINHERIT; CREATE ROLE second;
    SET password_encryption = 'md5';
    CREATE ROLE old LOGIN PASSWORD 'old secret';
    COMMENT ON ROLE app IS 'it''s the application';
    ALTER ROLE app SET search_path = app, "Odd, one", public;
    ALTER ROLE app SET work_mem = '7MB';
    ALTER ROLE second SET app.tenant = 'x\y';
    GRANT pg_read_all_data TO readers;
    GRANT readers TO writers WITH ADMIN OPTION;
    GRANT readers TO lead WITH ADMIN OPTION;
    GRANT writers TO app;
    SET ROLE lead; GRANT readers TO second; RESET ROLE;"#;

/// On 16 and later a membership has options and more than one grantor.
const NEWER_MEMBERSHIPS: &str = r#"
    GRANT readers TO app WITH INHERIT FALSE, SET FALSE;
    GRANT readers TO second WITH ADMIN OPTION GRANTED BY writers;
    GRANT readers TO "Odd ""name" GRANTED BY second;
    GRANT writers TO lead WITH INHERIT TRUE;"#;

const ATTRIBUTES: &str = "
    SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit,
           rolpassword, rolvaliduntil, shobj_description(oid, 'pg_authid'),
           (SELECT setconfig FROM pg_db_role_setting WHERE setrole = r.oid AND setdatabase = 0)
      FROM pg_authid r WHERE rolname !~ '^pg_' ORDER BY 1";

fn memberships(database: &Database) -> Vec<Vec<String>> {
    let options = if database.cluster.installation.major < 16 { "" } else { ", inherit_option, set_option" };
    database.query(&format!(
        "SELECT roleid::regrole, member::regrole, grantor::regrole, admin_option{options} FROM pg_auth_members
          WHERE member::regrole::text !~ '^pg_' ORDER BY roleid::regrole::text, member::regrole::text, grantor::regrole::text"
    ))
}

/// Two clusters of one version, and on each a database.
fn with_pair(installation: &'static Installation, test: impl FnOnce(&Database, &Database)) {
    with_clusters(installation, installation, test);
}

fn with_clusters(one: &'static Installation, other: &'static Installation, test: impl FnOnce(&Database, &Database)) {
    let (one, other) = (Cluster::start(one, &Options::default()), Cluster::start(other, &Options::default()));
    let (source, target) = (one.database(), other.database());
    for database in [&source, &target] {
        // It has another salt in every cluster.
        database.psql("ALTER ROLE postgres PASSWORD NULL");
    }
    test(&source, &target);
}

/// The roles as `pg_dumpall` writes them; None where it is older than the server.
fn dumpall(database: &Database) -> Option<String> {
    let bin: &Path = psql().parent()?;
    let candidates = Installation::all().iter().map(|of| of.bin.as_path()).chain([bin, Path::new("/usr/bin")]);
    for program in candidates.map(|bin| bin.join("pg_dumpall")).filter(|program| program.is_file()) {
        let mut command = without_libpq_variables(Command::new(program));
        command.args(["--roles-only", "-U", "postgres", "-p", &database.cluster.port.to_string(), "-h"]);
        let output = command.arg(database.cluster.socket_directory()).output().unwrap();
        if output.status.success() {
            let text = String::from_utf8(output.stdout).unwrap();
            return Some(text.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n"));
        }
    }
    None
}

fn copy(source: &Database, target: &Database, roles: &str) -> Run {
    Run::snapshot(&source.url(), &target.url()).args(["--roles", roles, "--log-level", "trace"])
}

#[test]
fn roles_come_with_everything_they_have_on_every_version() {
    for installation in Installation::all() {
        with_pair(installation, |source, target| {
            let script =
                if installation.major < 14 { ROLES.replace("pg_read_all_data", "pg_monitor") } else { ROLES.into() };
            source.psql(&script);
            if installation.major >= 16 {
                source.psql(NEWER_MEMBERSHIPS);
            }
            source.psql("CREATE TABLE t (id int); ALTER TABLE t OWNER TO app; GRANT SELECT ON t TO readers");
            let outcome = copy(source, target, "all").outcome().expect_done();
            assert_eq!(target.query(ATTRIBUTES), source.query(ATTRIBUTES), "PostgreSQL {}", installation.major);
            assert_eq!(memberships(target), memberships(source), "PostgreSQL {}", installation.major);
            assert_eq!(dumpall(target), dumpall(source));
            assert_eq!(target.value("SELECT relowner::regrole FROM pg_class WHERE relname = 't'"), "app");
            for secret in ["SCRAM-SHA-256", "md5", "secret'"] {
                assert!(!outcome.stderr.contains(secret) && !outcome.stdout.contains(secret), "{}", outcome.stderr);
            }
            // The script makes the same roles.
            target.psql("DROP TABLE t");
            let script =
                Run::new(["schema", "--source", &source.url(), "--roles", "all"]).outcome().expect_done().stdout;
            let third = Cluster::start(installation, &Options::default());
            let loaded = third.database();
            loaded.psql("ALTER ROLE postgres PASSWORD NULL");
            loaded.psql(&script);
            assert_eq!(loaded.query(ATTRIBUTES), source.query(ATTRIBUTES), "PostgreSQL {}", installation.major);
            assert_eq!(memberships(&loaded), memberships(source), "PostgreSQL {}", installation.major);
        });
    }
}

#[test]
fn without_passwords_nobody_has_one_and_the_summary_says_so() {
    with_pair(Installation::newest(), |source, target| {
        source.psql(ROLES);
        let outcome = copy(source, target, "no_passwords").outcome().expect_done();
        assert!(outcome.stdout.contains("passwords of roles: because of --roles no-passwords"), "{}", outcome.stdout);
        let with_password = "SELECT count(*) FROM pg_authid WHERE rolpassword IS NOT NULL AND rolname <> 'postgres'";
        assert_eq!(target.value(with_password), "0");
        assert_eq!(target.value("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'app'"), "7");
    });
}

#[test]
fn passwords_that_cannot_be_read_are_missing_and_said_to_be() {
    with_pair(Installation::newest(), |source, target| {
        source.psql("CREATE ROLE reader LOGIN PASSWORD 'r'; CREATE ROLE app LOGIN PASSWORD 'a'");
        let run = Run::snapshot(&source.url_of("reader", "r"), &target.url()).args(["--roles", "all"]);
        let outcome = run.outcome();
        assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("left out:\n  passwords of roles: they cannot be read"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("GRANT SELECT ON pg_catalog.pg_authid"), "{}", outcome.stdout);
        assert_eq!(target.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'app'"), "t");
        source.psql("GRANT SELECT ON pg_authid TO reader");
        target.psql("DROP ROLE app; DROP ROLE reader");
        Run::snapshot(&source.url_of("reader", "r"), &target.url()).args(["--roles", "all"]).outcome().expect_done();
        assert_eq!(target.query(ATTRIBUTES), source.query(ATTRIBUTES));
    });
}

#[test]
fn a_role_that_is_there_stays_as_it_is_and_becomes_a_member() {
    with_pair(Installation::newest(), |source, target| {
        source.psql(ROLES);
        target.psql("CREATE ROLE app NOLOGIN PASSWORD 'kept'; CREATE ROLE writers; CREATE ROLE readers; GRANT readers TO writers");
        let kept = "SELECT rolcanlogin, rolpassword, rolconnlimit FROM pg_authid WHERE rolname = 'app'";
        let before = target.query(kept);
        let outcome = copy(source, target, "all").outcome().expect_done();
        assert_eq!(target.query(kept), before);
        for line in [
            "role app: it is on the target and stays as it is there; they differ in LOGIN, CONNECTION LIMIT, its settings, its comment",
            "role writers (as a member of readers): it is on the target and stays as it is there, where it allows less",
        ] {
            assert!(outcome.stdout.contains(line), "{}", outcome.stdout);
        }
        assert_eq!(target.value("SELECT pg_has_role('app', 'writers', 'MEMBER')"), "t");
        // A second time there is nothing to make.
        copy(source, target, "all").outcome().expect_done();
    });
}

#[test]
fn with_a_selection_come_only_roles_that_it_names_and_those_they_are_members_of() {
    with_pair(Installation::newest(), |source, target| {
        source.psql(
            "CREATE ROLE owner; CREATE ROLE grantee; CREATE ROLE above; CREATE ROLE admitted; CREATE ROLE stranger;
             CREATE ROLE policy_role; CREATE ROLE defaults_role; CREATE ROLE schema_owner; CREATE ROLE stranger_member;
             GRANT above TO owner; GRANT admitted TO above; GRANT stranger TO stranger_member; GRANT owner TO stranger_member;
             CREATE SCHEMA app AUTHORIZATION schema_owner; CREATE TABLE app.t (id int); ALTER TABLE app.t OWNER TO owner;
             GRANT SELECT ON app.t TO grantee; CREATE POLICY p ON app.t TO policy_role USING (true);
             ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO defaults_role;
             CREATE TABLE other (id int); ALTER TABLE other OWNER TO stranger",
        );
        copy(source, target, "all").args(["--schemas", "app"]).outcome().expect_done();
        let names = target.query("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND oid <> 10 ORDER BY 1");
        let expected = ["above", "admitted", "defaults_role", "grantee", "owner", "policy_role", "schema_owner"];
        assert_eq!(names.concat(), expected);
    });
}

#[test]
fn a_user_without_createrole_is_told_what_is_missing() {
    with_pair(Installation::newest(), |source, target| {
        source.psql("CREATE ROLE app LOGIN PASSWORD 'very secret'; CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        target.psql(&format!("CREATE ROLE poor LOGIN; ALTER DATABASE {} OWNER TO poor", target.name));
        let run = Run::snapshot(&source.url(), &target.url_of("poor", "")).args(["--roles", "all", "--no-owner"]);
        let outcome = run.outcome();
        assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("role app: ERROR 42501"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("allowed by: ALTER ROLE \"poor\" CREATEROLE"), "{}", outcome.stdout);
        assert!(!outcome.stdout.contains("SCRAM") && !outcome.stderr.contains("SCRAM"), "{}", outcome.stdout);
        assert_eq!(target.value("SELECT count(*) FROM t"), "1");
    });
}

#[test]
fn memberships_cross_versions_or_are_named() {
    let at_hand = |major| Installation::all().iter().find(|of| of.major == major);
    let (Some(older), Some(newer)) = (at_hand(15), at_hand(16)) else { return };
    let named = |database: &Database| {
        database.query(
            "SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members
              WHERE member::regrole::text !~ '^pg_' ORDER BY roleid::regrole::text, member::regrole::text, grantor::regrole::text",
        )
    };
    with_clusters(older, newer, |source, target| {
        source.psql(ROLES);
        copy(source, target, "all").outcome().expect_done();
        assert_eq!(target.query(ATTRIBUTES), source.query(ATTRIBUTES));
        assert_eq!(named(target), named(source));
        let inherits = "SELECT inherit_option FROM pg_auth_members WHERE member = 'second'::regrole";
        assert_eq!(target.value(inherits), "t");
    });
    with_clusters(newer, older, |source, target| {
        source.psql(
            "CREATE ROLE a; CREATE ROLE b; CREATE ROLE c; GRANT a TO b WITH SET FALSE; GRANT a TO c WITH ADMIN OPTION",
        );
        let outcome = copy(source, target, "all").outcome();
        assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("role b (as a member of a): before PostgreSQL 16"), "{}", outcome.stdout);
        assert_eq!(named(target), [["a", "c", "t"]]);
    });
}

#[test]
fn a_user_with_createrole_alone_makes_what_it_may() {
    with_pair(Installation::newest(), |source, target| {
        source.psql("CREATE ROLE boss SUPERUSER; CREATE ROLE app LOGIN CONNECTION LIMIT 3; CREATE ROLE readers; GRANT readers TO app");
        target.psql(&format!("CREATE ROLE poor LOGIN CREATEROLE; ALTER DATABASE {} OWNER TO poor", target.name));
        let run = Run::snapshot(&source.url(), &target.url_of("poor", "")).args(["--roles", "all", "--no-owner"]);
        let outcome = run.outcome();
        assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
        assert_eq!(outcome.stdout.matches("ERROR 42501").count(), 1, "{}", outcome.stdout);
        assert!(outcome.stdout.contains("settings of role boss: ERROR 42501"), "{}", outcome.stdout);
        assert_eq!(target.value("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'app'"), "3");
        assert_eq!(target.value("SELECT pg_has_role('app', 'readers', 'MEMBER')"), "t");
    });
}
