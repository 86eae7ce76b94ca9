//! Rows that are as large as a server can send, and larger ones.

use std::fs;
use std::io::Read as _;
use std::thread;
use std::time::Duration;

use crate::support::cluster::Cluster;
use crate::support::run::Run;

/// 600 MB in one value: more than 1 GB as text, and therefore more than a server can send so.
const LARGE: &str = "
    CREATE TABLE large (id int, x bytea);
    INSERT INTO large SELECT n, 'small' FROM generate_series(1, 500) AS n;
    INSERT INTO large VALUES (501, repeat('0123456789', 60000000)::bytea), (502, 'after');";

/// The most memory a process had, in KiB, by the kernel's count; None when it has ended.
fn memory_kib_max(process_id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_row_passes_that_only_its_binary_form_fits_and_one_that_does_not_fit_is_named() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(LARGE);
    let mut child = Run::snapshot(&source.url(), &target.url()).arg("--no-progress").spawn();
    let mut memory_kib = 0;
    let status = loop {
        memory_kib = memory_kib.max(memory_kib_max(child.id()).unwrap_or_default());
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(status.success(), "{stderr}");
    assert!((1..64 << 10).contains(&memory_kib), "600 MB passed through {memory_kib} KiB");
    let digest = "SELECT count(*), sum(length(x)), md5(string_agg(md5(x), '' ORDER BY id)) FROM large";
    assert_eq!(target.query(digest), source.query(digest));

    let ctid = source.value("SELECT ctid FROM large WHERE id = 501");
    target.psql("DROP TABLE large");
    let outcome = Run::snapshot(&source.url(), &target.url()).args(["--copy-format", "text"]).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
    let said = format!(
        "error: could not copy table \"public.large\": the source cannot send its row at ctid {ctid} as text: it is too large\n\
         detail: ERROR XX000: invalid memory alloc request size 1200000003\n\
         hint: text may take up 1 GB in one piece"
    );
    assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
    assert_eq!(target.value("SELECT count(*) FROM large"), "0");
}
