//! The ground itself: a test that stands on a server that is not what it says proves nothing.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::cluster::{Cluster, Options};
use crate::support::installation::{Installation, psql};

#[test]
fn every_version_at_hand_answers() {
    for cluster in Cluster::every_version() {
        let database = cluster.database();
        let version: u32 = database.value("SELECT current_setting('server_version_num')").parse().unwrap();
        assert_eq!(version / 10_000, cluster.installation.major);
        assert_eq!(database.value("SELECT current_database()"), database.name);
    }
}

#[test]
fn a_query_keeps_null_and_the_empty_string_apart() {
    let database = Cluster::shared().database();
    let rows = database.query("SELECT '', NULL, E'a\\nb' UNION ALL SELECT 'x', 'y', 'z'");
    assert_eq!(rows, [["", "\\N", "a\nb"], ["x", "y", "z"]]);
}

#[test]
fn a_cluster_of_ones_own_has_its_settings_and_is_gone_when_dropped() {
    let options = Options {
        settings: vec![("work_mem".into(), "1234kB".into())],
        pg_hba: Some("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n".into()),
        files: vec![("note.txt".into(), "it's here".into())],
        ..Options::default()
    };
    let cluster = Cluster::start(Installation::newest(), &options);
    let database = cluster.database();
    assert_eq!(database.value("SHOW work_mem"), "1234kB");
    assert!(cluster.log().contains("database system is ready"), "{}", cluster.log());
    let refused = Command::new(psql()).arg(database.url_of("postgres", "wrong")).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("password authentication failed"), "{refused:?}");
    for url in [database.url(), database.socket_url()] {
        let answer = Command::new(psql()).args(["-XAtc", "SELECT current_database()", &url]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), database.name, "{answer:?}");
    }
    assert_eq!(database.value("SELECT pg_read_file('note.txt')"), "it's here");
    drop(database);
    let (directory, pid) = (cluster.socket_directory().to_owned(), cluster.postmaster_pid());
    drop(cluster);
    assert!(!directory.exists());
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
}

#[test]
fn roles_are_created_once() {
    let cluster = Cluster::shared();
    cluster.create_roles(&["ground_one", "Ground \"two\""]);
    cluster.create_roles(&["ground_one"]);
    let count = cluster.maintenance().value("SELECT count(*) FROM pg_roles WHERE rolname ILIKE 'ground%'");
    assert_eq!(count, "2");
}

#[test]
fn a_script_stops_at_its_first_error_and_says_it() {
    let database = Cluster::shared().database();
    let file = std::env::temp_dir().join(format!("pgsluice-ground-{}.sql", std::process::id()));
    std::fs::write(&file, "SELECT 1/0;\nCREATE TABLE after();\n").unwrap();
    assert!(database.psql_file(&file).unwrap_err().contains("division by zero"));
    assert_eq!(database.value("SELECT to_regclass('after')"), "\\N");
    assert!(database.psql_file_past_errors(&file).contains("division by zero"));
    assert_eq!(database.value("SELECT to_regclass('after')"), "after");
    assert!(database.has_extension("plpgsql") && !database.has_extension("no_such_extension"));
    std::fs::remove_file(file).unwrap();
}

/// Starts this test binary again with the test below, kills it as no handler can catch, and looks for its server.
#[test]
fn a_server_does_not_outlive_a_killed_test_run() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ground::starts_a_server_and_waits_to_be_killed", "--nocapture"])
        .env("PGSLUICE_TEST_WAIT_TO_BE_KILLED", "1")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let directory = format!("/tmp/pgsluice-test-{}-0", child.id());
    let pid_file = Path::new(&directory).join("data/postmaster.pid");
    let ready = || std::fs::read_to_string(&pid_file).is_ok_and(|text| text.contains("ready"));
    assert!(within(Duration::from_secs(60), ready), "the server of the other test run did not start");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(within(Duration::from_secs(30), || !Path::new(&directory).exists()), "{directory} is still there");
}

#[test]
fn starts_a_server_and_waits_to_be_killed() {
    let cluster = Cluster::shared();
    assert!(Path::new(&cluster.data_directory()).exists());
    if std::env::var_os("PGSLUICE_TEST_WAIT_TO_BE_KILLED").is_some() {
        thread::sleep(Duration::from_mins(1));
    }
}

fn within(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}
