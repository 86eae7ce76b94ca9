//! The static binary on a host with nothing: no library, no shell, no /proc.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, process};

use super::secure::{NAME, Secure};

/// A directory that is the root of all, gone when dropped.
struct Root(PathBuf);

impl Root {
    /// An empty host but for the binary, the names of hosts, and the certificate of an authority.
    fn new(binary: &Path, hosts: &str, authority: &str) -> Self {
        let root = Self(env::temp_dir().join(format!("pgsluice-root-{}", process::id())));
        fs::create_dir_all(root.0.join("etc")).unwrap();
        fs::copy(binary, root.0.join("pgsluice")).unwrap();
        fs::set_permissions(root.0.join("pgsluice"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(root.0.join("etc/hosts"), hosts).unwrap();
        fs::write(root.0.join("etc/resolv.conf"), "nameserver 127.0.0.1\n").unwrap();
        fs::write(root.0.join("authority.pem"), authority).unwrap();
        root
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("chroot");
        command.arg(&self.0).arg("/pgsluice").args(arguments);
        for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
            command.env_remove(name);
        }
        command.output().unwrap()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What `scripts/build-static` made, where it did and this user may change the root directory.
fn static_binary() -> Option<PathBuf> {
    let Some(binary) = env::var_os("PGSLUICE_TEST_STATIC") else {
        eprintln!("skipped: PGSLUICE_TEST_STATIC names no binary made by scripts/build-static");
        return None;
    };
    if !Command::new("chroot").args(["/", "true"]).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: this user may not change the root directory");
        return None;
    }
    Some(binary.into())
}

#[test]
fn the_static_binary_copies_from_an_empty_host() {
    let Some(binary) = static_binary() else { return };
    let secure = Secure::shared();
    let (source, target) = (secure.cluster.database(), secure.cluster.database());
    source.psql("CREATE TABLE t (x int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 1000)");
    let root = Root::new(&binary, &format!("127.0.0.1 {NAME}\n"), &secure.authority.pem);
    let url = |name: &str, authority: &str| {
        let port = secure.cluster.port;
        format!("postgres://postgres@{NAME}:{port}/{name}?sslmode=verify-full&sslrootcert={authority}")
    };
    let copied = root.run(&[
        "snapshot",
        "--source",
        &url(&source.name, "/authority.pem"),
        "--target",
        &url(&target.name, "/authority.pem"),
    ]);
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    assert_eq!(target.value("SELECT count(*) || ' ' || sum(x) FROM t"), "1000 500500");

    let unknown = root.run(&["schema", "--source", "postgres://postgres@nowhere.example.org/shop"]);
    let message = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert_eq!(unknown.status.code(), Some(1), "{message}");
    assert!(message.contains("nowhere.example.org"), "{message}");
}
