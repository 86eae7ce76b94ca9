//! A target whose disk is full.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::Trio;
use crate::support::cluster::Cluster;
use crate::support::oracle;

/// A file system in memory that holds so many bytes, until the value is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where the tests may not mount anything.
    fn mount(cluster: &Cluster) -> Option<Self> {
        let path = std::env::temp_dir().join(format!("pgsluice-full-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        let options = format!("size={SMALL},mode=0777");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            let _ = fs::remove_dir(&path);
            eprintln!("skipped: no file system can be mounted here, which would be the full disk");
            return None;
        }
        let disk = Self(path);
        let owner = Command::new("chown")
            .arg(format!("--reference={}", cluster.data_directory().display()))
            .arg(&disk.0)
            .status();
        assert!(owner.unwrap().success());
        Some(disk)
    }

    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", &format!("remount,size={LARGE}")]).arg(&self.0).status();
        assert!(grown.unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

const SMALL: &str = "12M";
const LARGE: &str = "200M";

#[test]
fn a_full_disk_ends_the_run_by_name_and_the_next_one_goes_on_when_there_is_room() {
    let cluster = Cluster::shared();
    let Some(disk) = SmallDisk::mount(cluster) else { return };
    let trio = Trio::new(
        cluster,
        cluster,
        "CREATE TABLE small (x int); INSERT INTO small SELECT generate_series(1, 100);
         CREATE TABLE large (x int PRIMARY KEY, y text);
         INSERT INTO large SELECT n, repeat('x', 200) FROM generate_series(1, 100000) AS n",
    );
    let name = format!("full_{}", trio.target.name);
    cluster.maintenance().psql(&format!(
        "CREATE TABLESPACE {name} LOCATION '{}'; ALTER DATABASE {} SET TABLESPACE {name}",
        disk.0.display(),
        trio.target.name
    ));
    let outcome = trio.run().outcome();
    assert_eq!(outcome.exit_code, Some(1), "{outcome:?}");
    assert!(outcome.stderr.contains("public.large") && outcome.stderr.contains("ERROR 53100"), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: "), "{outcome:?}");
    assert!(!outcome.stderr.contains("trying again"), "{outcome:?}");
    assert_eq!(trio.store.value("SELECT status FROM pgstream.snapshot_requests"), "requested");
    assert!(trio.store.value("SELECT errors FROM pgstream.snapshot_requests").contains("large"));

    disk.grow();
    trio.run().outcome().expect_done();
    oracle::assert_same(&trio.source, &trio.target);
    cluster
        .maintenance()
        .psql(&format!("ALTER DATABASE {} SET TABLESPACE pg_default; DROP TABLESPACE {name}", trio.target.name));
}
