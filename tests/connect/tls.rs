//! Encryption: every `sslmode`, who is trusted, client certificates, channel binding.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pgsluice::error::Explain as _;

use super::authority::{Authority, self_signed};
use super::secure::{Directory, NAME, SERVER_SERIAL, Secure, start_tls};
use super::{endpoint_in, environment, is_encrypted, lines, open, refusal};
use crate::support::cluster::Cluster;
use crate::support::installation::Installation;

#[tokio::test]
async fn channel_binding_on_the_oldest_and_the_newest_server() {
    for installation in [Installation::all().first().unwrap(), Installation::newest()] {
        let secure = Secure::start(installation);
        let scram = secure.named("user=scram password='pa:ss wörd' sslmode=require");
        open(&format!("{scram} channel_binding=require")).await;
        open(&format!("{scram} channel_binding=disable")).await;
        open(&format!("{scram} channel_binding=require ssl_max_protocol_version=TLSv1.2")).await;
    }
}

#[tokio::test]
async fn required_channel_binding_is_not_given_up() {
    let secure = Secure::shared();
    for rest in [
        "user=scram password='pa:ss wörd' sslmode=disable",
        "user=md5 password=secret sslmode=require",
        "user=cleartext password=secret sslmode=require",
        "user=postgres sslmode=require",
    ] {
        let [_, detail, hint] =
            refusal(&secure.named(&format!("{rest} channel_binding=require")), secure.cluster.port).await;
        assert_eq!(detail, "channel binding is required, but the server did not use it", "{rest}");
        assert!(hint.starts_with("channel_binding=require needs TLS and a SCRAM-SHA-256 password"), "{hint}");
    }
}

#[tokio::test]
async fn sslmodes_fall_back_as_libpq_does() {
    let secure = Secure::shared();
    let encrypted = async |rest: &str| is_encrypted(&open(&secure.named(rest)).await).await;
    assert!(!encrypted("user=postgres sslmode=allow").await);
    assert!(encrypted("user=postgres sslmode=prefer").await);
    assert!(encrypted("user=tls_only password=secret sslmode=allow").await);
    assert!(!encrypted("user=clear_only password=secret sslmode=prefer").await);
    let clear = Cluster::shared();
    assert!(!is_encrypted(&open(&format!("host=127.0.0.1 port={} sslmode=prefer", clear.port)).await).await);
    // Sockets are never encrypted, whatever sslmode asks for.
    let directory = secure.cluster.socket_directory().display();
    let socket = format!("host={directory} port={} sslmode=require", secure.cluster.port);
    assert!(!is_encrypted(&open(&socket).await).await);
    let [_, detail, hint] = refusal(&format!("host=127.0.0.1 port={} sslmode=require", clear.port), clear.port).await;
    assert_eq!(detail, "the server does not support TLS, and sslmode requires it");
    assert!(hint.starts_with("switch ssl on at the server"), "{hint}");
    // A certificate that cannot be trusted makes prefer go on in clear, and require stop.
    let files = secure.directory();
    let other = files.file("other.crt", &Authority::new("another authority").pem);
    assert!(!encrypted(&format!("user=postgres sslmode=prefer sslrootcert={other}")).await);
}

#[tokio::test]
async fn verification_checks_authority_and_name() {
    let secure = Secure::shared();
    let files = secure.directory();
    let root = files.file("root.crt", &secure.authority.pem);
    let other = files.file("other.crt", &Authority::new("another authority").pem);
    let by_address = format!("host=127.0.0.1 port={} dbname=postgres", secure.cluster.port);
    for good in [
        secure.named(&format!("sslmode=verify-full sslrootcert={root}")),
        secure.named(&format!("sslmode=verify-full sslrootcert={root} sslsni=0 ssl_max_protocol_version=TLSv1.2")),
        format!("{by_address} sslmode=verify-ca sslrootcert={root}"),
        format!("{by_address} sslmode=require sslrootcert={root}"),
        format!("{by_address} sslmode=require"),
    ] {
        assert!(is_encrypted(&open(&good).await).await, "{good}");
    }
    let port = secure.cluster.port;
    let [_, detail, hint] = refusal(&format!("{by_address} sslmode=verify-full sslrootcert={root}"), port).await;
    assert!(detail.starts_with("TLS could not be established: invalid peer certificate"), "{detail}");
    assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
    for mode in ["require", "verify-ca", "verify-full"] {
        let [_, detail, hint] = refusal(&secure.named(&format!("sslmode={mode} sslrootcert={other}")), port).await;
        assert_eq!(detail, "TLS could not be established: invalid peer certificate: UnknownIssuer", "{mode}");
        assert_eq!(hint, "name the certificate of the server's authority with sslrootcert");
    }
    let [message, detail, hint] = refusal(&secure.named("sslmode=verify-full"), port).await;
    assert_eq!(message, "could not prepare TLS for the source");
    assert_eq!(detail, "there is no root certificate to check the server's certificate with");
    assert!(hint.starts_with("name the certificate of the server's authority with sslrootcert=FILE"), "{hint}");
    let nameless = format!("hostaddr=127.0.0.1 port={port} sslmode=verify-full sslrootcert={root}");
    assert_eq!(
        refusal(&nameless, port).await[1],
        "there is no valid host name to check the server's certificate against"
    );
}

#[tokio::test]
async fn the_home_directory_s_root_certificate_is_used_unasked() {
    let secure = Secure::shared();
    let (good, bad) = (secure.directory(), secure.directory());
    good.file(".postgresql/root.crt", &secure.authority.pem);
    bad.file(".postgresql/root.crt", &Authority::new("another authority").pem);
    let in_home = |home: &Directory, rest: &str| endpoint_in(&secure.named(rest), &environment().with_home(&home.0));
    in_home(&good, "sslmode=verify-full").control().await.unwrap();
    in_home(&bad, "sslmode=disable").control().await.unwrap();
    let error = in_home(&bad, "sslmode=require").control().await.unwrap_err();
    assert!(error.detail().unwrap().ends_with("UnknownIssuer"));
}

#[tokio::test]
async fn revoked_and_expired_certificates_are_refused() {
    let secure = Secure::shared();
    let files = secure.directory();
    let root = files.file("root.crt", &secure.authority.pem);
    let empty = files.file("empty.crl", &secure.authority.revoke(&[]));
    let revoked = files.file("revoked.crl", &secure.authority.revoke(&[SERVER_SERIAL]));
    open(&secure.named(&format!("sslmode=verify-full sslrootcert={root} sslcrl={empty}"))).await;
    let text = secure.named(&format!("sslmode=verify-full sslrootcert={root} sslcrl={revoked}"));
    let [_, detail, hint] = refusal(&text, secure.cluster.port).await;
    assert_eq!(detail, "TLS could not be established: invalid peer certificate: Revoked");
    assert_eq!(hint, "the server's certificate is revoked; it needs a new one");

    let expired = secure.authority.issue_expired(NAME);
    let cluster = start_tls(Installation::newest(), &expired.certificate, &expired.key, &secure.authority.pem);
    let place = format!("host={NAME} hostaddr=127.0.0.1 port={}", cluster.port);
    open(&format!("{place} sslmode=require")).await;
    let [_, detail, hint] = refusal(&format!("{place} sslmode=verify-ca sslrootcert={root}"), cluster.port).await;
    assert!(detail.contains("certificate expired"), "{detail}");
    assert_eq!(hint, "the server needs a new certificate");
}

#[tokio::test]
async fn a_self_signed_server_is_its_own_authority() {
    let server = self_signed(NAME);
    let cluster = start_tls(Installation::newest(), &server.certificate, &server.key, &server.certificate);
    let root = Directory::new(cluster.socket_directory()).file("root.crt", &server.certificate);
    let with = |host: &str, mode: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={} sslmode={mode} sslrootcert={root}", cluster.port)
    };
    open(&with(NAME, "verify-full")).await;
    open(&with("elsewhere", "verify-ca")).await;
    let [_, _, hint] = refusal(&with("elsewhere", "verify-full"), cluster.port).await;
    assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
}

#[tokio::test]
async fn certificates_of_version_1_are_checked_too() {
    let authority = Authority::new("pgsluice test authority");
    let server = authority.issue_version_1(NAME);
    let cluster = start_tls(Installation::newest(), &server.certificate, &server.key, &authority.pem);
    let files = Directory::new(cluster.socket_directory());
    let root = files.file("root.crt", &authority.pem);
    // The same name and another key.
    let impostor = files.file("impostor.crt", &Authority::new("pgsluice test authority").pem);
    let with = |host: &str, mode: &str, root: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={} sslmode={mode} {root}", cluster.port)
    };
    for version in ["TLSv1.2", "TLSv1.3"] {
        let (root, impostor) = (
            format!("sslrootcert={root} ssl_max_protocol_version={version}"),
            format!("sslrootcert={impostor} ssl_max_protocol_version={version}"),
        );
        open(&with(NAME, "require", &format!("ssl_max_protocol_version={version}"))).await;
        open(&with(NAME, "verify-full", &root)).await;
        open(&with("elsewhere", "verify-ca", &root)).await;
        let [_, _, hint] = refusal(&with("elsewhere", "verify-full", &root), cluster.port).await;
        assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
        let [_, detail, _] = refusal(&with(NAME, "verify-ca", &impostor), cluster.port).await;
        assert!(detail.starts_with("TLS could not be established: invalid peer certificate"), "{detail}");
    }
}

#[tokio::test]
async fn client_certificates_log_in() {
    let secure = Secure::shared();
    let files = secure.directory();
    let client = secure.authority.issue("cert", &[], 5);
    let certificate = files.file(".postgresql/postgresql.crt", &client.certificate);
    let key = files.file(".postgresql/postgresql.key", &client.key);
    let named = |rest: &str| secure.named(&format!("user=cert sslmode=require {rest}"));
    open(&named(&format!("sslcert={certificate} sslkey={key}"))).await;
    open(&named(&format!("sslcert={certificate} sslkey={key} ssl_max_protocol_version=TLSv1.2"))).await;
    let in_home = environment().with_home(&files.0);
    endpoint_in(&named(""), &in_home).control().await.unwrap();

    let port = secure.cluster.port;
    let without = endpoint_in(&named("sslcertmode=disable"), &in_home).control().await.unwrap_err();
    assert!(lines(&without, port)[1].contains("28000: connection requires a valid client certificate"), "{without:?}");
    let forged = Authority::new("another authority").issue("cert", &[], 5);
    let (forged, forged_key) = (files.file("forged.crt", &forged.certificate), files.file("forged.key", &forged.key));
    for version in ["TLSv1.2", "TLSv1.3"] {
        let text = named(&format!("sslcert={forged} sslkey={forged_key} ssl_max_protocol_version={version}"));
        let [_, detail, hint] = refusal(&text, port).await;
        assert!(detail.starts_with("TLS could not be established: received fatal alert"), "{version}: {detail}");
        assert_eq!(hint, "the server refused our certificate or our TLS version; its log says why");
    }
    let stranger = files.file("stranger.key", &secure.authority.issue("cert", &[], 6).key);
    let [message, detail, hint] = refusal(&named(&format!("sslcert={certificate} sslkey={stranger}")), port).await;
    assert_eq!(message, "could not prepare TLS for the source");
    assert!(detail.starts_with("the certificates cannot be used: "), "{detail}");
    assert_eq!(hint, "check that sslcert and sslkey belong together");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let [_, detail, hint] = refusal(&named(&format!("sslcert={certificate} sslkey={key}")), port).await;
    assert_eq!(detail, format!("private key file \"{key}\" can be read by its group or others"));
    assert_eq!(hint, "chmod 0600 that file");
    let missing = refusal(&named("sslcert=/nowhere/x.crt"), port).await;
    assert!(missing[1].starts_with("file \"/nowhere/x.crt\" cannot be read"), "{missing:?}");
}

#[tokio::test]
async fn direct_tls_where_the_server_has_it() {
    let secure = Secure::shared();
    let text = secure.named("sslmode=require sslnegotiation=direct");
    if secure.cluster.installation.major >= 17 {
        assert!(is_encrypted(&open(&text).await).await);
    }
    let old = Installation::all().first().unwrap();
    if old.major < 17 {
        let cluster = Secure::start(old);
        let [_, detail, _] =
            refusal(&cluster.named("sslmode=require sslnegotiation=direct"), cluster.cluster.port).await;
        assert!(detail.starts_with("TLS could not be established"), "{detail}");
    }
}
