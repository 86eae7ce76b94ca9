//! The wire session's own login and its requests to cancel.

use std::time::Duration;

use pgsluice::connect::{Error, HostError, LoginError, WireError};

use super::secure::Secure;
use super::{endpoint, open, value};
use crate::support::cluster::Cluster;

#[tokio::test]
async fn every_password_method_with_and_without_tls() {
    let secure = Secure::shared();
    for mode in ["disable", "require"] {
        for (user, password) in [("scram", "'pa:ss wörd'"), ("md5", "secret"), ("cleartext", "secret")] {
            let text = secure.named(&format!("user={user} password={password} sslmode={mode}"));
            let mut wire = endpoint(&text).wire().await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(wire.execute("SELECT 1").await.unwrap()[0].as_str(), "SELECT 1");
            assert_eq!(wire.parameter("session_authorization"), Some(user));
            wire.close().await;
        }
    }
    let bound = secure.named("user=scram password='pa:ss wörd' sslmode=require channel_binding=require");
    endpoint(&bound).wire().await.unwrap();
    endpoint(&bound.replace("=require channel", "=require ssl_max_protocol_version=TLSv1.2 channel"))
        .wire()
        .await
        .unwrap();
    endpoint(&bound.replace("channel_binding=require", "channel_binding=disable")).wire().await.unwrap();
}

#[tokio::test]
async fn every_version_is_spoken() {
    for cluster in Cluster::every_version() {
        for url in [cluster.maintenance().url(), cluster.maintenance().socket_url()] {
            let mut wire = endpoint(&url).wire().await.unwrap();
            assert!(wire.execute("BEGIN; SELECT 1; COMMIT").await.unwrap().len() == 3);
            wire.close().await;
        }
    }
}

async fn login_error(rest: &str) -> LoginError {
    match endpoint(&Secure::shared().named(rest)).wire().await.expect_err(rest) {
        Error::Connect { mut attempts, .. } => match attempts.pop().unwrap().error {
            HostError::Login(error) => error,
            other => panic!("{rest}: {other:?}"),
        },
        other => panic!("{rest}: {other:?}"),
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for rest in [
        "user=scram password='pa:ss wörd' sslmode=disable",
        "user=md5 password=secret sslmode=require",
        "user=cleartext password=secret sslmode=require",
        "user=postgres sslmode=require",
    ] {
        let error = login_error(&format!("{rest} channel_binding=require")).await;
        assert!(matches!(error, LoginError::ChannelBinding), "{rest}: {error:?}");
    }
    for user in ["scram", "md5", "cleartext"] {
        let error = login_error(&format!("user={user} sslmode=disable")).await;
        assert!(matches!(error, LoginError::PasswordMissing), "{user}: {error:?}");
        let LoginError::Server(error) = login_error(&format!("user={user} password=wrong sslmode=disable")).await
        else {
            panic!("{user}")
        };
        assert_eq!(error.code, "28P01");
        assert_eq!(error.message, format!("password authentication failed for user \"{user}\""));
    }
}

#[tokio::test]
async fn sessions_are_chosen_by_what_they_are_good_for() {
    let secure = Secure::shared();
    let reader = secure.named("user=reader sslmode=disable target_session_attrs");
    endpoint(&format!("{reader}=read-only")).wire().await.unwrap();
    endpoint(&format!("{reader}=primary")).wire().await.unwrap();
    endpoint(&format!("{reader}=read-write")).wire().await.unwrap_err();
}

#[tokio::test]
async fn a_request_to_cancel_reaches_the_session_over_any_transport() {
    let secure = Secure::shared();
    let socket = secure.cluster.maintenance().socket_url();
    for text in [secure.named("user=postgres sslmode=disable"), secure.named("user=postgres sslmode=require"), socket] {
        let endpoint = endpoint(&text);
        let mut wire = endpoint.wire().await.unwrap();
        let key = wire.cancel_key().unwrap().clone();
        let shown = format!("{key:?}");
        let canceller = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            endpoint.cancel(&key).await;
        });
        let sleep = tokio::time::timeout(Duration::from_secs(20), wire.execute("SELECT pg_sleep(60)")).await;
        assert_eq!(sleep.expect("the cancelling arrives").unwrap_err().code(), Some("57014"));
        canceller.await.unwrap();
        wire.execute("SELECT 1").await.unwrap();
        assert!(shown.starts_with("CancelKey { process_id: ") && shown.ends_with(", .. }"), "{shown}");
    }
}

#[tokio::test]
async fn a_session_that_is_ended_says_why() {
    let secure = Secure::shared();
    let control = open(&secure.named("user=postgres")).await;
    let mut wire = endpoint(&secure.named("user=postgres application_name=doomed")).wire().await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE application_name = 'doomed'";
    assert_eq!(value(&control, end).await, "1");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let error = wire.execute("SELECT 1").await.unwrap_err();
    assert_eq!(error.code(), Some("57P01"), "{error:?}");
    assert!(matches!(wire.execute("SELECT 1").await, Err(WireError::Unusable)));
}
