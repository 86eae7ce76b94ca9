//! Security labels that a provider takes: a library of our own, built where a C compiler and the server's headers are at hand.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::Run;

/// A provider that takes every label but one.
const PROVIDER: &str = r#"
#include "postgres.h"
#include "commands/seclabel.h"
#include "fmgr.h"
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
static void check(const ObjectAddress *object, const char *label)
{
    if (label != NULL && strcmp(label, "refused") == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("no such label")));
}
void _PG_init(void) { register_label_provider("guard", check); }
"#;

/// Everything that SECURITY LABEL takes and a copy makes.
const LABELLED: &str = "
    CREATE SCHEMA app;
    CREATE TABLE app.item (id int PRIMARY KEY, secret text);
    CREATE VIEW app.items AS SELECT id FROM app.item;
    CREATE MATERIALIZED VIEW app.counted AS SELECT count(*) AS n FROM app.item;
    CREATE SEQUENCE app.numbers;
    CREATE TYPE app.pair AS (one int, other int);
    CREATE DOMAIN app.positive AS int CHECK (value > 0);
    CREATE FUNCTION app.one(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE app.nothing() LANGUAGE sql AS '';
    CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int);
    CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION app.on_ddl();
    CREATE PUBLICATION changes;
    CREATE SUBSCRIPTION others CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
    CREATE ROLE labels_owner;
    CREATE ROLE labels_given;
    SECURITY LABEL FOR guard ON SCHEMA app IS 'n';
    SECURITY LABEL FOR guard ON TABLE app.item IS 'it''s';
    SECURITY LABEL FOR guard ON COLUMN app.item.secret IS 'c';
    SECURITY LABEL FOR guard ON VIEW app.items IS 'v';
    SECURITY LABEL FOR guard ON MATERIALIZED VIEW app.counted IS 'm';
    SECURITY LABEL FOR guard ON SEQUENCE app.numbers IS 's';
    SECURITY LABEL FOR guard ON TYPE app.pair IS 't';
    SECURITY LABEL FOR guard ON DOMAIN app.positive IS 'd';
    SECURITY LABEL FOR guard ON FUNCTION app.one(int) IS 'f';
    SECURITY LABEL FOR guard ON PROCEDURE app.nothing() IS 'p';
    SECURITY LABEL FOR guard ON AGGREGATE app.total(int) IS 'a';
    SECURITY LABEL FOR guard ON EVENT TRIGGER watching IS 'e';
    SECURITY LABEL FOR guard ON PUBLICATION changes IS 'pub';
    SECURITY LABEL FOR guard ON SUBSCRIPTION others IS 'sub';
    SECURITY LABEL FOR guard ON ROLE labels_owner IS 'r';
    SECURITY LABEL FOR guard ON ROLE labels_given IS 'g';
    SELECT lo_create(4711);
    SECURITY LABEL FOR guard ON LARGE OBJECT 4711 IS 'l';";

/// Every label and what it is on.
const LABELS: &str = "
    SELECT i.type || ' ' || i.identity, s.provider, s.label
      FROM pg_seclabels AS s, pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i
     ORDER BY 1, 2";

/// The installation whose headers are at hand, and the provider's library for it.
fn provider() -> Option<(&'static Installation, PathBuf)> {
    let ask = |option: &str| {
        let output = Command::new("pg_config").arg(option).output().ok()?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    let headers = ask("--includedir-server").filter(|path| Path::new(path).join("postgres.h").is_file())?;
    let version = ask("--version")?;
    let is_of = |of: &&Installation| version.starts_with(&format!("PostgreSQL {}.", of.major));
    let installation = Installation::all().iter().find(is_of)?;
    let directory = std::env::temp_dir().join(format!("pgsluice-labels-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    let (source, library) = (directory.join("guard.c"), directory.join("guard.so"));
    fs::write(&source, PROVIDER).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(format!("-I{headers}")).arg(&source);
    let built = compiler.output().ok()?;
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    fs::set_permissions(&library, fs::Permissions::from_mode(0o755)).unwrap();
    Some((installation, library))
}

fn labels(database: &Database) -> Vec<Vec<String>> {
    database.query(LABELS)
}

#[test]
fn labels_that_the_target_takes_are_there_afterwards() {
    let Some((installation, library)) = provider() else {
        eprintln!("skipped: no C compiler, or no headers of a server at hand, to build a label provider with");
        return;
    };
    let settings = vec![("shared_preload_libraries".to_owned(), library.to_str().unwrap().to_owned())];
    let options = Options { settings, ..Options::default() };
    let clusters = [Cluster::start(installation, &options), Cluster::start(installation, &options)];
    let [source, target] = [clusters[0].database(), clusters[1].database()];
    source.psql(LABELLED);
    // A role that is there already keeps what it has.
    target.psql("CREATE ROLE labels_given; SECURITY LABEL FOR guard ON ROLE labels_given IS 'kept'");
    let copy = |arguments: &[&str]| Run::snapshot(&source.url(), &target.url()).args(arguments).outcome();
    copy(&["--roles=all", "--subscriptions"]).expect_done();
    let mut expected = labels(&source);
    assert_eq!(expected.len(), 17, "{expected:?}");
    let given = expected.iter_mut().find(|of| of[0] == "role labels_given").unwrap();
    "kept".clone_into(&mut given[2]);
    assert_eq!(labels(&target), expected);
    assert_eq!(oracle::content_difference(&source, &target), None);

    // Neither roles nor subscriptions were asked for, so their labels are not missing; what the provider refuses is.
    source.psql("UPDATE pg_seclabel SET label = 'refused' WHERE objoid = 'app.items'::regclass");
    let other = clusters[1].database();
    let outcome = Run::snapshot(&source.url(), &other.url()).arg("--allow-omissions=owner").outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("no such label"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("role "), "{}", outcome.stdout);
    for database in [&source, &target] {
        database.psql("ALTER SUBSCRIPTION others SET (slot_name = NONE); DROP SUBSCRIPTION others");
    }
    let _ = fs::remove_dir_all(library.parent().unwrap());
}
