//! Connection strings, by the manual's examples and by its rules.

use proptest::prelude::*;

use super::*;
use crate::connect::{Error, HostAddress, RootCertificates, SslMode};
use crate::error::Explain as _;

fn environment() -> Environment {
    Environment::default().with_user("me").with_home("/home/me")
}

fn parse(text: &str) -> Conninfo {
    Conninfo::parse(text, &environment()).unwrap()
}

fn refusal(text: &str) -> ConninfoError {
    refusal_in(text, &environment())
}

fn refusal_in(text: &str, environment: &Environment) -> ConninfoError {
    match Conninfo::parse(text, environment).unwrap_err() {
        Error::Conninfo(error) => error,
        other => panic!("unexpected {other:?}"),
    }
}

fn places(conninfo: &Conninfo) -> String {
    conninfo.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

const DEFAULT_PLACES: &str = "/var/run/postgresql:5432 /tmp:5432 localhost:5432";

#[test]
fn the_manual_s_uris() {
    let cases = [
        ("postgresql://", DEFAULT_PLACES, "me", "me"),
        ("postgresql://localhost", "localhost:5432", "me", "me"),
        ("postgresql://localhost:5433", "localhost:5433", "me", "me"),
        ("postgresql://localhost/mydb", "localhost:5432", "me", "mydb"),
        ("postgresql://user@localhost", "localhost:5432", "user", "user"),
        ("postgresql://user:secret@localhost", "localhost:5432", "user", "user"),
        ("postgresql://other@localhost/otherdb?connect_timeout=10", "localhost:5432", "other", "otherdb"),
        (
            "postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp",
            "host1:123 host2:456",
            "me",
            "somedb",
        ),
        ("postgresql:///mydb?host=localhost&port=5433", "localhost:5433", "me", "mydb"),
        ("postgresql://[2001:db8::1234]/database", "[2001:db8::1234]:5432", "me", "database"),
        ("postgresql:///dbname?host=/var/lib/postgresql", "/var/lib/postgresql:5432", "me", "dbname"),
        ("postgresql://%2Fvar%2Flib%2Fpostgresql/dbname", "/var/lib/postgresql:5432", "me", "dbname"),
        ("postgres://postgres:postgres@localhost:5432?sslmode=disable", "localhost:5432", "postgres", "postgres"),
        ("postgres://u%40corp@h/d%20b", "h:5432", "u@corp", "d b"),
        ("postgres://u:p?w@h/db", "h:5432", "u", "db"),
        ("postgres://[::1]:5433,b/db", "[::1]:5433 b:5432", "me", "db"),
        ("postgres://@h:/", "h:5432", "me", "me"),
        ("postgres://first/db?host=second", "second:5432", "me", "db"),
    ];
    for (text, hosts, user, database) in cases {
        let conninfo = parse(text);
        let found = (places(&conninfo), conninfo.user, conninfo.database);
        assert_eq!(found, (hosts.to_owned(), user.to_owned(), database.to_owned()), "{text}");
    }
}

#[test]
fn keywords_and_values_follow_libpq_s_quoting() {
    let conninfo = parse("host=localhost port=5432 dbname=mydb connect_timeout=10");
    assert_eq!(places(&conninfo), "localhost:5432");
    assert_eq!(conninfo.connect_timeout, Some(Duration::from_secs(10)));
    let conninfo = parse(r"  user = 'it\'s a \\ user'  password=a\ b\\c dbname=''application_name='x y'");
    assert_eq!(conninfo.user, r"it's a \ user");
    assert_eq!(conninfo.database, r"it's a \ user");
    assert_eq!(conninfo.password, Some(Password::new(r"a b\c")));
    assert_eq!(conninfo.application_name, "x y");
}

#[test]
fn a_bare_word_is_a_database() {
    assert_eq!(parse("mydb").database, "mydb");
    assert_eq!(parse("").database, "me");
    assert_eq!(places(&parse("mydb")), DEFAULT_PLACES);
}

#[test]
fn lists_of_hosts_addresses_and_ports() {
    assert_eq!(places(&parse("host=a,b port=1")), "a:1 b:1");
    assert_eq!(places(&parse("host=a,b port=1,")), "a:1 b:5432");
    assert_eq!(places(&parse("host=a, hostaddr=10.0.0.1,::1")), "a:5432 [::1]:5432");
    assert_eq!(places(&parse("host=,b")), format!("{DEFAULT_PLACES} b:5432"));
    assert_eq!(places(&parse("host=@abstract")), "@abstract:5432");
    assert!(matches!(
        refusal("host=a,b port=1,2,3"),
        ConninfoError::ListLength { hosts: 2, others: 3, keyword: "port" }
    ));
    assert!(matches!(refusal("host=a hostaddr=::1,::2"), ConninfoError::ListLength { keyword: "hostaddr", .. }));
    assert!(matches!(refusal("hostaddr=localhost"), ConninfoError::Value { keyword: "hostaddr", .. }));
    for port in ["0", "65536", "-1", "x", "5432.0"] {
        assert!(matches!(refusal(&format!("port={port}")), ConninfoError::Port), "{port}");
    }
}

#[test]
fn an_address_spares_the_look_up_but_keeps_the_name() {
    let HostAddress::Machine { name, address, is_named } = &parse("host=db hostaddr=10.0.0.1").hosts[0].address else {
        panic!("not a machine");
    };
    assert_eq!((name.as_str(), address.unwrap().to_string().as_str(), *is_named), ("db", "10.0.0.1", true));
}

#[test]
fn the_string_beats_the_environment_and_nothing_means_the_default() {
    let environment = environment()
        .with_variable("PGHOST", "envhost")
        .with_variable("PGPORT", "6000")
        .with_variable("PGUSER", "envuser")
        .with_variable("PGDATABASE", "envdb")
        .with_variable("PGPASSWORD", "envpw")
        .with_variable("PGSSLMODE", "require")
        .with_variable("PGAPPNAME", "envapp")
        .with_variable("PGOPTIONS", "-c a.b=1")
        .with_variable("PGCONNECT_TIMEOUT", "7");
    let conninfo = Conninfo::parse("", &environment).unwrap();
    assert_eq!(places(&conninfo), "envhost:6000");
    assert_eq!((conninfo.user.as_str(), conninfo.database.as_str()), ("envuser", "envdb"));
    assert_eq!(conninfo.password, Some(Password::new("envpw")));
    assert_eq!(conninfo.tls.mode, SslMode::Require);
    assert_eq!(conninfo.options.as_deref(), Some("-c a.b=1"));
    assert_eq!(conninfo.application_name, "envapp");
    assert_eq!(conninfo.connect_timeout, Some(Duration::from_secs(7)));
    let conninfo = Conninfo::parse("host=h user='' sslmode=disable", &environment).unwrap();
    assert_eq!(places(&conninfo), "h:6000");
    assert_eq!((conninfo.user.as_str(), conninfo.tls.mode), ("me", SslMode::Disable));
}

#[test]
fn defaults_are_libpq_s() {
    let conninfo = parse("");
    assert_eq!(conninfo.tls.mode, SslMode::Prefer);
    assert_eq!(conninfo.channel_binding, ChannelBindingMode::Prefer);
    assert_eq!(conninfo.target_session_attrs, TargetSessionAttrs::Any);
    assert_eq!(conninfo.application_name, "pgsluice");
    assert_eq!(conninfo.connect_timeout, None);
    assert!(conninfo.keepalive.is_enabled && !conninfo.is_load_balanced && conninfo.tls.sends_name);
    let RootCertificates::File(file) = conninfo.tls.roots else { panic!("no root file") };
    assert_eq!((file.path.to_str(), file.is_named), (Some("/home/me/.postgresql/root.crt"), false));
    assert_eq!(parse("fallback_application_name=x").application_name, "x");
}

#[test]
fn every_value_of_the_word_keywords() {
    for text in [
        "sslmode=allow",
        "sslmode=verify-ca",
        "sslmode=verify-full sslnegotiation=direct sslsni=0",
        "gssencmode=disable krbsrvname=postgres sslcompression=0",
        "channel_binding=require target_session_attrs=prefer-standby load_balance_hosts=random",
        "keepalives=0 keepalives_idle=0 keepalives_interval=-1 keepalives_count=3 tcp_user_timeout=1000",
        "client_encoding=utf-8 sslcertmode=disable",
        "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.3",
    ] {
        parse(text);
    }
    let conninfo = parse("keepalives=0 keepalives_idle=0 keepalives_count=3 tcp_user_timeout=1500");
    let expected = Keepalive {
        is_enabled: false,
        idle: None,
        interval: Some(Duration::from_secs(15)),
        count: Some(3),
        tcp_user_timeout: Some(Duration::from_millis(1500)),
    };
    assert_eq!(conninfo.keepalive, expected);
    let usual = parse("keepalives_interval=0").keepalive;
    assert_eq!((usual.is_enabled, usual.idle, usual.interval), (true, Some(Duration::from_secs(60)), None));
    assert_eq!(parse("sslrootcert=system").tls.mode, SslMode::VerifyFull);
    assert_eq!(parse("postgres://h/?ssl=true").tls.mode, SslMode::Require);
}

#[test]
fn refusals_say_what_and_what_to_do() {
    let cases = [
        ("sslmod=disable", "connection keyword \"sslmod\" does not exist", "did you mean \"sslmode\"?"),
        (
            "postgres://h/?aplication_name=x",
            "connection keyword \"aplication_name\" does not exist",
            "did you mean \"application_name\"?",
        ),
        (
            "require_auth=kerberos",
            "\"kerberos\" is no value of connection keyword \"require_auth\"",
            "allowed: a list of password, md5, gss, sspi, scram-sha-256, none, or of the same with ! before each",
        ),
        (
            "min_protocol_version=3.2",
            "\"3.2\" is no value of connection keyword \"min_protocol_version\"",
            "allowed: 3.0, the version that is spoken",
        ),
        (
            "replication=database",
            "connection keyword \"replication\" is not supported: replication connections are not supported",
            "leave \"replication\" out",
        ),
        (
            "sslmode=on",
            "\"on\" is no value of connection keyword \"sslmode\"",
            "allowed: disable, allow, prefer, require, verify-ca, verify-full",
        ),
        (
            "gssencmode=require",
            "\"require\" is no value of connection keyword \"gssencmode\"",
            "allowed: disable or prefer, without effect",
        ),
        (
            "client_encoding=LATIN1",
            "\"LATIN1\" is no value of connection keyword \"client_encoding\"",
            "allowed: UTF8, because both sides of a copy must use the same encoding (unset PGCLIENTENCODING)",
        ),
        (
            "sslnegotiation=direct",
            "connection settings contradict each other: sslnegotiation=direct needs sslmode=require or stricter",
            "change one of the two",
        ),
        (
            "sslrootcert=system sslmode=require",
            "connection settings contradict each other: sslrootcert=system needs sslmode=verify-full",
            "change one of the two",
        ),
        (
            "mysql://u:pw@h/db",
            "the connection string's scheme is not postgres://",
            "write postgres://user@host:5432/database",
        ),
        (
            "service=nowhere",
            "service \"nowhere\" is not defined",
            "define it in ~/.pg_service.conf, or name its file in PGSERVICEFILE",
        ),
    ];
    for (text, message, hint) in cases {
        let error = refusal(text);
        assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (message, Some(hint)), "{text}");
    }
    assert!(matches!(refusal_in("", &Environment::default()), ConninfoError::NoUser));
    for keyword in ["sslkeylogfile", "scram_client_key", "scram_server_key", "oauth_issuer", "oauth_client_id"] {
        let error = refusal(&format!("{keyword}=x"));
        assert!(matches!(&error, ConninfoError::KeywordRefused { name, .. } if name == keyword), "{error}");
    }
}

#[test]
fn unreadable_strings_are_refused_without_a_password_in_the_words() {
    for text in [
        "postgres://u:hun@ter2@h/db",
        "postgres://u:hun/ter2@h/db",
        "postgres://u:12/hunter2@h/db",
        "postgres://u:hunter2%zz@h/db",
        "postgres://u:hunter2%00@h/db",
        "postgres://u:hunter2%ff@h/db",
        "postgres://u:hunter2@[::1/db",
        "postgres://u:hunter2@[]/db",
        "postgres://u:hunter2@[::1]x/db",
        "postgres://u:hunter2@h:x/db",
        "postgres://u:hunter2@h/db?sslmode",
        "postgres://u:hunter2@h/db?sslmode=a=b",
        "postgres://u:12/3?hunter2=x@h/db",
        "user=u password=my hunter2",
        "user=u password=my hunter2=x",
        "user=u password='hunter2",
        "user=u password",
        "user=u password = hun ter2 host = h",
        "u:hunter2@h/db",
        "user=u password=hunter2\0",
        "jdbc:postgresql://h/db?user=u&password=hunter2",
        "password=hunter2 port=x",
        "password=hunter2 sslmode=x",
    ] {
        let error = refusal(text);
        let words = format!("{error} {error:?} {:?} {:?}", error.detail(), error.hint());
        assert!(!words.contains("hunter2") && !words.contains("ter2"), "{text}: {words}");
    }
}

#[test]
fn passwords_are_redacted() {
    let conninfo = parse("postgres://u:hunter2@h/db");
    assert_eq!(conninfo.password, Some(Password::new("hunter2")));
    assert!(!format!("{conninfo:?}").contains("hunter2"));
    let environment = environment().with_variable("PGPASSWORD", "hunter2");
    assert!(!format!("{environment:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(postgres://|host=|)[ -~\\PC]{0,60}") {
        let _ = Conninfo::parse(&text, &environment());
    }

    #[test]
    fn encoded_credentials_come_back(user in "\\PC{1,20}", password in "\\PC{1,20}") {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let conninfo = parse(&format!("postgres://{}:{}@h/db", encode(&user), encode(&password)));
        prop_assert_eq!(conninfo.user, user);
        prop_assert_eq!(conninfo.password, Some(Password::new(password)));
    }

    #[test]
    fn quoted_values_come_back(value in "\\PC{1,20}") {
        let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
        prop_assert_eq!(parse(&format!("user='{quoted}' dbname=x")).user, value);
    }
}
