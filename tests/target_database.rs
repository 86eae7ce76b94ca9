//! The target's database made by the run.

use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::run::Run;

const DEFINITION: &str = "SELECT pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, datdba::regrole
                            FROM pg_database WHERE datname = current_database()";

#[test]
fn the_database_is_made_like_the_source_on_every_version() {
    for cluster in Cluster::every_version() {
        cluster.create_roles(&["target_owner"]);
        let source = cluster.existing_database("made_source");
        let target = cluster.existing_database("Made target");
        cluster.maintenance().psql(
            "CREATE DATABASE made_source TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'
                CONNECTION LIMIT 42 OWNER target_owner;
             ALTER DATABASE made_source SET work_mem = '7MB'",
        );
        source.psql("CREATE TABLE t (id int, word text); INSERT INTO t VALUES (1, 'größer')");
        let url = target.url().replace("Made target", "Made%20target");
        let run = || Run::snapshot(&source.url(), &url).args(["--create-target", "--store", &url]);
        run().outcome().expect_done();
        assert_eq!(target.query(DEFINITION), source.query(DEFINITION), "PostgreSQL {}", cluster.installation.major);
        assert_eq!(target.value("SHOW work_mem"), "7MB");
        assert_eq!(target.value("SELECT status FROM pgstream.snapshot_requests"), "completed");
        assert_eq!(target.query("TABLE t"), source.query("TABLE t"));
        // One that is there is used as it is.
        run().args(["--clean"]).outcome().expect_done();
        cluster.maintenance().psql("DROP DATABASE \"Made target\"; DROP DATABASE made_source");
    }
}

#[test]
fn locales_of_every_provider_come_along_or_are_refused_by_name() {
    let at_hand = |major| Installation::all().iter().find(|of| of.major == major).map(Cluster::shared_of);
    let cases = [
        (
            15,
            "LOCALE_PROVIDER icu ICU_LOCALE 'und'",
            "daticulocale",
            14,
            "its locale from ICU, which PostgreSQL knows from 15",
        ),
        (
            16,
            "LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&a < g'",
            "daticurules",
            15,
            "rules for ICU, which PostgreSQL",
        ),
        (17, "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'", "datlocale", 16, "the builtin locale provider, which"),
        (
            18,
            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST'",
            "datlocale",
            17,
            "hint: the target server lacks",
        ),
    ];
    for (major, locale, column, older, words) in cases {
        let Some(cluster) = at_hand(major) else { continue };
        let source = cluster.existing_database("locale_source");
        let target = cluster.existing_database("locale_target");
        cluster.maintenance().psql(&format!("CREATE DATABASE locale_source TEMPLATE template0 {locale}"));
        Run::snapshot(&source.url(), &target.url()).arg("--create-target").outcome().expect_done();
        let made = format!("SELECT datlocprovider, {column} FROM pg_database WHERE datname = current_database()");
        assert_eq!(target.query(&made), source.query(&made));
        if let Some(older) = at_hand(older) {
            let url = older.existing_database("locale_target").url();
            let outcome = Run::snapshot(&source.url(), &url).arg("--create-target").outcome();
            assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        }
        cluster.maintenance().psql("DROP DATABASE locale_target; DROP DATABASE locale_source");
    }
}

#[test]
fn a_user_who_may_not_make_databases_is_told_what_is_missing() {
    let cluster = Cluster::start(Installation::newest(), &Options::default());
    let source = cluster.database();
    cluster.maintenance().psql("CREATE ROLE poor LOGIN");
    let url = cluster.existing_database("not_there").url_of("poor", "");
    let outcome = Run::snapshot(&source.url(), &url).args(["--create-target", "--log-level=error"]).outcome();
    let failure = outcome.failure();
    for words in [
        "exit code: 1\nerror: could not create database \"not_there\" on the target\n",
        "detail: ERROR 42501: permission denied to create database; statement: CREATE DATABASE \"not_there\" TEMPLATE",
        "hint: on the target, let a superuser run ALTER ROLE … CREATEDB for the user that connects",
    ] {
        assert!(failure.contains(words), "{failure}");
    }
    cluster.maintenance().psql("ALTER ROLE poor CREATEDB");
    Run::snapshot(&source.url(), &url)
        .args(["--create-target", "--no-owner", "--no-privileges"])
        .outcome()
        .expect_done();
}

#[test]
fn an_owner_comes_with_the_roles() {
    let [one, other] = [0, 1].map(|_| Cluster::start(Installation::newest(), &Options::default()));
    let source = one.database();
    source.psql(&format!("CREATE ROLE boss; ALTER DATABASE {} OWNER TO boss", source.name));
    let target = other.existing_database("made");
    let run = || Run::snapshot(&source.url(), &target.url()).arg("--create-target");
    let outcome = run().outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("owner of database made: ERROR 42704"), "{}", outcome.stdout);
    other.maintenance().psql("DROP DATABASE made");
    run().args(["--roles", "all"]).outcome().expect_done();
    assert_eq!(target.value("SELECT datdba::regrole FROM pg_database WHERE datname = 'made'"), "boss");
}
