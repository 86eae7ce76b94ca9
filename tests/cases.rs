//! One file for each feature of a database: pgsluice copies it, and the oracle finds no difference.
//!
//! A file starts with `-- what it shows`; lines of the form `-- key: value` may follow:
//!
//! - `server`: the versions it is for, such as `>= 14` or `>= 13, < 18`
//! - `roles`: roles to create first, separated by spaces
//! - `extensions`: extensions without which it cannot be run; where one is missing that is said and the file skipped
//! - `exit`: the exit code to expect instead of 0; the databases are compared only where it is 0
//! - `says`: a text that must appear on standard output or error; may be given several times
//! - `pg_dump differs`: the versions on which a copy made by `pg_dump` is not the same, see below
//! - `pg_dump differs into`: the same for the version of the target, where the source's is older
//!
//! The rest is SQL for psql, run in a fresh database. `PGSLUICE_TEST_CASE=text` runs only the files whose path has the text.
//! `PGSLUICE_TEST_COPIER=pg_dump` copies by `pg_dump` and psql instead, which shows that the files and the oracle are right.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

macro_rules! folders {
    ($($folder:ident)*) => {
        const FOLDERS: &[&str] = &[$(stringify!($folder)),*];
        $(
            #[test]
            fn $folder() {
                run_files(&files(stringify!($folder)));
            }
        )*
    };
}

folders! {
    access_methods aggregates base_types casts collations comments composites constraints conversions data_types default_privileges domains enums event_triggers extensions foreign functions indexes inheritance languages large_objects materialized_views operator_classes operators owners partitions policies privileges publications ranges rules schemas sequences tables text_search transforms triggers views
}

#[test]
fn tutorial() {
    run_files(&[directory().join("tutorial.sql")]);
}

#[test]
fn every_folder_has_a_test() {
    let mut folders: Vec<String> = entries(&directory())
        .iter()
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, FOLDERS, "the folders of tests/cases, and those named in tests/cases.rs");
}

/// What the comments at the top of a file say.
#[derive(Debug, Default, PartialEq)]
struct Header {
    roles: Vec<String>,
    extensions: Vec<String>,
    exit_code: i32,
    says: Vec<String>,
    server: Vec<(String, u32)>,
    pg_dump_differs: Option<Vec<(String, u32)>>,
    pg_dump_differs_into: Option<Vec<(String, u32)>>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map_while(|line| line.strip_prefix("-- "));
        let title = lines.next().filter(|title| !title.trim().is_empty());
        title.ok_or("the first line is not `-- what it shows`")?;
        let mut header = Self::default();
        for line in lines {
            let (key, value) = line.split_once(": ").ok_or_else(|| format!("`-- {line}` is not `-- key: value`"))?;
            let words = value.split_whitespace().map(str::to_owned);
            match key {
                "roles" => header.roles.extend(words),
                "extensions" => header.extensions.extend(words),
                "exit" => header.exit_code = value.parse().map_err(|_| format!("exit: {value} is not a number"))?,
                "says" => header.says.push(value.to_owned()),
                "server" => header.server = bounds(value)?,
                "pg_dump differs" => header.pg_dump_differs = Some(bounds(value)?),
                "pg_dump differs into" => header.pg_dump_differs_into = Some(bounds(value)?),
                _ => return Err(format!("no key {key} is known")),
            }
        }
        Ok(header)
    }

    fn is_for(&self, major: u32) -> bool {
        is_within(&self.server, major)
    }

    fn pg_dump_differs(&self, major: u32) -> bool {
        self.pg_dump_differs.as_ref().is_some_and(|bounds| is_within(bounds, major))
    }
}

fn is_within(bounds: &[(String, u32)], major: u32) -> bool {
    bounds.iter().all(|(operator, bound)| if operator == "<" { major < *bound } else { major >= *bound })
}

fn bounds(text: &str) -> Result<Vec<(String, u32)>, String> {
    let bound = |bound: &str| {
        let (operator, major) = bound.trim().split_once(' ')?;
        (operator == "<" || operator == ">=").then_some((operator.to_owned(), major.parse().ok()?))
    };
    text.split(',').map(|part| bound(part).ok_or_else(|| format!("{text} is not `>= N, < M`"))).collect()
}

#[test]
fn a_header_says_what_a_file_needs() {
    let text = "-- what it shows\n-- server: >= 13, < 18\n-- roles: a b\n-- pg_dump differs: < 14\n-- exit: 1\n-- says: no\n\n-- roles: c\n";
    let header = Header::parse(text).unwrap();
    assert_eq!((header.roles, header.exit_code), (vec!["a".to_owned(), "b".to_owned()], 1));
    assert_eq!(header.says, ["no"]);
    let header = Header::parse(text).unwrap();
    assert_eq!([12, 13, 17, 18].map(|major| header.is_for(major)), [false, true, true, false]);
    assert_eq!([13, 14].map(|major| header.pg_dump_differs(major)), [true, false]);
    for wrong in ["CREATE TABLE t ()", "-- a\n-- rolls: a", "-- a\n-- server: 14", "-- a\n-- exit: no"] {
        assert!(Header::parse(wrong).is_err(), "{wrong}");
    }
}

fn run_files(paths: &[PathBuf]) {
    assert!(!paths.is_empty(), "no case files");
    let only = env::var("PGSLUICE_TEST_CASE").unwrap_or_default();
    let mut failures = String::new();
    for path in paths.iter().filter(|path| path.to_string_lossy().contains(&only)) {
        let name = path.strip_prefix(directory()).unwrap().display().to_string();
        let text = fs::read_to_string(path).unwrap();
        let header = Header::parse(&text).unwrap_or_else(|message| panic!("{name}: {message}"));
        for cluster in Cluster::every_version() {
            let major = cluster.installation.major;
            if !header.is_for(major) {
                continue;
            }
            if let Err(message) = run_file(cluster, path, &header) {
                writeln!(failures, "{name} on PostgreSQL {major}: {message}\n").unwrap();
            }
        }
        for (older, newer) in pairs() {
            if let Err(message) = run_pair(older, newer, path, &header) {
                let [older, newer] = [older, newer].map(|cluster| cluster.installation.major);
                writeln!(failures, "{name} from PostgreSQL {older} into {newer}: {message}\n").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn run_file(cluster: &Cluster, path: &Path, header: &Header) -> Result<(), String> {
    let (source, target) = (cluster.database(), cluster.database());
    if let Some(missing) = header.extensions.iter().find(|extension| !source.has_extension(extension)) {
        let major = cluster.installation.major;
        eprintln!("skipped {}: PostgreSQL {major} here has no extension {missing}", path.display());
        return Ok(());
    }
    cluster.create_roles(&header.roles.iter().map(String::as_str).collect::<Vec<_>>());
    source.psql_file(path).map_err(|message| format!("the file does not load: {message}"))?;
    let by_pg_dump = env::var("PGSLUICE_TEST_COPIER").is_ok_and(|copier| copier == "pg_dump");
    if by_pg_dump {
        if header.exit_code != 0 || header.pg_dump_differs(cluster.installation.major) {
            return Ok(());
        }
        oracle::copy_by_pg_dump(&source, &target)?;
    } else {
        let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
        check_outcome(&outcome, header)?;
    }
    if header.exit_code != 0 {
        return Ok(());
    }
    oracle::difference(&source, &target).map_or(Ok(()), Err)?;
    verify(&source, &target)?;
    if by_pg_dump { Ok(()) } else { same_script(cluster, &source, &target) }
}

/// The servers at hand that a database is moved between to a newer version.
fn pairs() -> Vec<(&'static Cluster, &'static Cluster)> {
    const PAIRS: [(u32, u32); 6] = [(12, 18), (13, 17), (14, 18), (15, 16), (15, 18), (17, 18)];
    let clusters = Cluster::every_version();
    let of = |major| clusters.iter().copied().find(|cluster| cluster.installation.major == major);
    PAIRS.into_iter().filter_map(|(older, newer)| Some((of(older)?, of(newer)?))).collect()
}

/// Copies into a newer server. What older and newer servers say of the same object differs in words, so the copy is compared
/// with one that `pg_dump` made on the same server.
fn run_pair(older: &Cluster, newer: &Cluster, path: &Path, header: &Header) -> Result<(), String> {
    let majors = [older, newer].map(|cluster| cluster.installation.major);
    let (source, target, judge) = (older.database(), newer.database(), newer.database());
    let has_extensions = |database: &Database| header.extensions.iter().all(|of| database.has_extension(of));
    if header.exit_code != 0
        || majors.iter().any(|major| !header.is_for(*major))
        || !(has_extensions(&source) && has_extensions(&target))
    {
        return Ok(());
    }
    let roles: Vec<_> = header.roles.iter().map(String::as_str).collect();
    older.create_roles(&roles);
    newer.create_roles(&roles);
    source.psql_file(path).map_err(|message| format!("the file does not load: {message}"))?;
    check_outcome(&Run::snapshot(&source.url(), &target.url()).outcome(), header)?;
    if let Some(difference) = oracle::content_difference(&source, &target) {
        return Err(difference);
    }
    verify(&source, &target)?;
    let differs_into = header.pg_dump_differs_into.as_ref().is_some_and(|bounds| is_within(bounds, majors[1]));
    if differs_into || majors.iter().any(|major| header.pg_dump_differs(*major)) {
        return Ok(());
    }
    oracle::copy_by_pg_dump(&source, &judge)?;
    oracle::schema_difference(&judge, &target).map_or(Ok(()), Err)
}

/// pgsluice finds no difference either.
fn verify(source: &Database, target: &Database) -> Result<(), String> {
    let outcome = Run::new(["verify", "--source", &source.url(), "--target", &target.url()]).outcome();
    let Outcome { exit_code, stdout, stderr } = outcome;
    if exit_code == Some(0) { Ok(()) } else { Err(format!("verify: exit code {exit_code:?}\n{stdout}{stderr}")) }
}

/// The schema's script is the same for source and copy, byte for byte, and psql makes the same schema of it again.
fn same_script(cluster: &Cluster, source: &Database, target: &Database) -> Result<(), String> {
    let script = |database: &Database| Run::new(["schema", "--source", &database.url()]).outcome().expect_done().stdout;
    let text = script(source);
    if text != script(target) {
        return Err(format!("the scripts of source and copy differ; the source's:\n{text}"));
    }
    let loaded = cluster.database();
    loaded.psql(&text);
    oracle::schema_difference(source, &loaded).map_or(Ok(()), |difference| Err(format!("the script: {difference}")))
}

fn check_outcome(outcome: &Outcome, header: &Header) -> Result<(), String> {
    let Outcome { exit_code, stdout, stderr } = outcome;
    if *exit_code != Some(header.exit_code) {
        return Err(format!("exit code {exit_code:?}, not {}\n{stdout}{stderr}", header.exit_code));
    }
    let said = format!("{stdout}{stderr}");
    match header.says.iter().find(|text| !said.contains(text.as_str())) {
        Some(missing) => Err(format!("it does not say `{missing}`:\n{said}")),
        None => Ok(()),
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn files(folder: &str) -> Vec<PathBuf> {
    entries(&directory().join(folder)).into_iter().filter(|path| path.extension().is_some_and(|e| e == "sql")).collect()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
