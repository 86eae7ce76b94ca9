//! The rest of libpq's parameters, each against a real server.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};

use pgsluice::error::Explain as _;

use super::secure::{NAME, SERVER_SERIAL, Secure};
use super::{endpoint, endpoint_in, environment, is_encrypted, open, refusal, value};
use crate::support::cluster::Cluster;

#[tokio::test]
async fn only_the_ways_of_logging_in_that_are_allowed_are_answered() {
    let secure = Secure::shared();
    let users = [
        ("scram-sha-256", "user=scram password='pa:ss wörd'"),
        ("md5", "user=md5 password=secret"),
        ("password", "user=cleartext password=secret"),
        ("none", "user=postgres"),
    ];
    for mode in ["disable", "require"] {
        for (method, user) in users {
            for (allowed, _) in users {
                let text = secure.named(&format!("{user} sslmode={mode} require_auth={allowed}"));
                let not = secure.named(&format!("{user} sslmode={mode} require_auth=!{allowed}"));
                let (good, bad) = if allowed == method { (text, not) } else { (not, text) };
                open(&good).await;
                endpoint(&good).wire().await.unwrap();
                let words = format!(
                    "the server asked for the authentication method {method}, which require_auth does not allow"
                );
                let [_, detail, hint] = refusal(&bad, secure.cluster.port).await;
                assert_eq!(detail, words, "{bad}");
                assert!(hint.ends_with("or allow this one with require_auth"), "{hint}");
                assert_eq!(endpoint(&bad).wire().await.unwrap_err().detail().unwrap(), words, "{bad}");
            }
        }
    }
    let several = environment().with_variable("PGREQUIREAUTH", "md5,scram-sha-256");
    endpoint_in(&secure.named("user=md5 password=secret"), &several).control().await.unwrap();
    let [_, detail, _] = refusal(&secure.named("user=stranger require_auth=md5"), secure.cluster.port).await;
    assert!(detail.contains("FATAL 28000: no pg_hba.conf entry"), "{detail}");
}

#[tokio::test]
async fn the_server_at_a_socket_is_the_users_that_was_named() {
    let cluster = Cluster::shared();
    let uid = fs::metadata(cluster.data_directory()).unwrap().uid().to_string();
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find(|line| line.split(':').nth(2) == Some(&uid)).unwrap().split(':').next().unwrap();
    let socket = format!("host={} port={} dbname=postgres", cluster.socket_directory().display(), cluster.port);
    open(&format!("{socket} requirepeer={user}")).await;
    endpoint_in(&socket, &environment().with_variable("PGREQUIREPEER", user)).wire().await.unwrap();
    let [_, detail, hint] = refusal(&format!("{socket} requirepeer=daemon"), cluster.port).await;
    assert_eq!(
        detail,
        format!("the server at the socket runs as {user}, which is not the user that requirepeer names")
    );
    assert!(hint.starts_with("make sure that this is the right server"), "{hint}");
    // It says nothing about TCP.
    open(&format!("host=127.0.0.1 port={} requirepeer=daemon", cluster.port)).await;
}

#[tokio::test]
async fn revocation_lists_are_read_from_a_directory() {
    let secure = Secure::shared();
    let files = secure.directory();
    let root = files.file("root.crt", &secure.authority.pem);
    let with = |directory: &str| secure.named(&format!("sslmode=verify-full sslrootcert={root} sslcrldir={directory}"));
    files.file("empty/0a1b2c3d.r0", &secure.authority.revoke(&[]));
    files.file("empty/notes.txt", "not looked into");
    files.file("revoked/0a1b2c3d.r0", &secure.authority.revoke(&[SERVER_SERIAL]));
    let directory = |name: &str| files.0.join(name).display().to_string();
    open(&with(&directory("empty"))).await;
    let [_, detail, _] = refusal(&with(&directory("revoked")), secure.cluster.port).await;
    assert_eq!(detail, "TLS could not be established: invalid peer certificate: Revoked");
    let [_, detail, _] = refusal(&with("/nowhere"), secure.cluster.port).await;
    assert!(detail.starts_with("file \"/nowhere\" cannot be read"), "{detail}");
}

/// Encrypts a key as PKCS #8; None where there is no openssl on this machine.
fn encrypted(key: &str, password: &str) -> Option<String> {
    let mut command = Command::new("openssl");
    command.args(["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", &format!("pass:{password}")]);
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        eprintln!("skipped: there is no openssl on this machine");
        return None;
    };
    child.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn an_encrypted_key_is_decrypted() {
    let secure = Secure::shared();
    let files = secure.directory();
    let client = secure.authority.issue("cert", &[], 11);
    let Some(key) = encrypted(&client.key, "open sesame") else { return };
    let (certificate, key) = (files.file("client.crt", &client.certificate), files.file("client.key", &key));
    let with =
        |rest: &str| secure.named(&format!("user=cert sslmode=require sslcert={certificate} sslkey={key} {rest}"));
    open(&with("sslpassword='open sesame'")).await;
    let port = secure.cluster.port;
    let [_, detail, hint] = refusal(&with(""), port).await;
    assert_eq!(detail, format!("private key file \"{key}\" is encrypted"));
    assert_eq!(hint, "give what decrypts it as sslpassword in the connection string");
    let [_, detail, _] = refusal(&with("sslpassword=wrong"), port).await;
    assert_eq!(detail, format!("private key file \"{key}\" could not be decrypted with sslpassword"));
}

#[tokio::test]
async fn versions_of_the_protocol_include_the_one_that_is_spoken() {
    let port = Cluster::shared().port;
    for rest in [
        "min_protocol_version=3.0",
        "max_protocol_version=3.0",
        "max_protocol_version=3.2",
        "max_protocol_version=latest",
    ] {
        open(&format!("host=127.0.0.1 port={port} dbname=postgres {rest}")).await;
    }
}

/// The timer of this process's connection to a port: `2` where it is that of keepalives, and when it runs out, in hundredths of a
/// second.
fn timer(control: &str, server: u16) -> Option<(u8, u64)> {
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let local = format!(":{:04X}", control.parse::<u16>().unwrap());
    let remote = format!(":{server:04X}");
    let fields = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut ours = fields.filter(|of| of.len() > 5 && of[1].ends_with(&local) && of[2].ends_with(&remote));
    let (kind, ticks) = ours.next()?[5].split_once(':')?;
    Some((kind.parse().ok()?, u64::from_str_radix(ticks, 16).ok()?))
}

#[tokio::test]
async fn idle_connections_are_probed_as_was_asked() {
    let port = Cluster::shared().port;
    let with = async |rest: &str| {
        let control = open(&format!("host=127.0.0.1 port={port} dbname=postgres sslmode=disable {rest}")).await;
        let local = value(&control, "SELECT inet_client_port()::text").await;
        // The answer's acknowledgement may be under way.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let timer = timer(&local, port);
        control.close().await;
        timer
    };
    let Some((kind, hundredths)) =
        with("keepalives=1 keepalives_idle=777 keepalives_interval=7 keepalives_count=5 tcp_user_timeout=900000").await
    else {
        eprintln!("skipped: this system does not show the timers of connections");
        return;
    };
    assert_eq!(kind, 2);
    assert!((60_000..=77_700).contains(&hundredths), "{hundredths}");
    assert_eq!(with("keepalives=0").await.map(|(kind, _)| kind), Some(0));
}

#[tokio::test]
async fn names_and_files_of_passwords_reach_the_session() {
    let secure = Secure::shared();
    let port = secure.cluster.port;
    let shown = async |rest: &str| {
        let control = open(&format!("host=127.0.0.1 port={port} dbname=postgres user=postgres {rest}")).await;
        value(&control, "SHOW application_name").await
    };
    assert_eq!(shown("").await, "pgsluice");
    assert_eq!(shown("fallback_application_name=fallback").await, "fallback");
    assert_eq!(shown("fallback_application_name=fallback application_name=own").await, "own");
    let file = secure.directory().file("passwords", &format!("{NAME}:{port}:*:cleartext:secret\n"));
    open(&secure.named(&format!("user=cleartext passfile={file}"))).await;
    assert!(is_encrypted(&open(&secure.named("user=postgres gssencmode=prefer krbsrvname=x")).await).await);
}
