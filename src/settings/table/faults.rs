//! The settings of what passes by itself: how often and how fast it is tried again, and when a connection counts as dead.

use super::{ROW, Setting, Takes};

/// How often something is tried again.
pub static RETRIES: Setting = Setting {
    flag: "retries",
    env: Some("PGSLUICE_RETRIES"),
    pgstream: &[
        "PGSTREAM_POSTGRES_WRITER_EXP_BACKOFF_MAX_RETRIES",
        "PGSTREAM_POSTGRES_LISTENER_EXP_BACKOFF_MAX_RETRIES",
        "PGSTREAM_POSTGRES_WRITER_BACKOFF_MAX_RETRIES",
        "PGSTREAM_POSTGRES_LISTENER_BACKOFF_MAX_RETRIES",
    ],
    takes: Takes::One("N"),
    default: "20",
    unit: "tries after the first",
    help: "How often a piece of a table is copied again after a failure that passes by itself: a lost connection, a server that is \
           restarted or has no connection left, a deadlock. Every piece is on the target once, however often it was tried; each \
           counts for itself",
    ..ROW
};

/// The first wait.
pub static RETRY_DELAY: Setting = Setting {
    flag: "retry-delay",
    env: Some("PGSLUICE_RETRY_DELAY"),
    pgstream: &[
        "PGSTREAM_POSTGRES_WRITER_EXP_BACKOFF_INITIAL_INTERVAL",
        "PGSTREAM_POSTGRES_LISTENER_EXP_BACKOFF_INITIAL_INTERVAL",
        "PGSTREAM_POSTGRES_WRITER_BACKOFF_INTERVAL",
        "PGSTREAM_POSTGRES_LISTENER_BACKOFF_INTERVAL",
    ],
    takes: Takes::One("DURATION"),
    default: "500ms",
    unit: "a number with ms, s, m or h",
    help: "Wait before the second try; before each further one it is twice as long. By pgstream's names without EXP it is always the same",
    ..ROW
};

/// The longest wait.
pub static RETRY_DELAY_MAX: Setting = Setting {
    flag: "retry-delay-max",
    env: Some("PGSLUICE_RETRY_DELAY_MAX"),
    pgstream: &[
        "PGSTREAM_POSTGRES_WRITER_EXP_BACKOFF_MAX_INTERVAL",
        "PGSTREAM_POSTGRES_LISTENER_EXP_BACKOFF_MAX_INTERVAL",
    ],
    takes: Takes::One("DURATION"),
    default: "10s",
    unit: "a number with ms, s, m or h",
    help: "Longest wait before another try",
    ..ROW
};

/// Whether nothing is tried again.
pub static NO_RETRIES: Setting = Setting {
    flag: "no-retries",
    env: Some("PGSLUICE_NO_RETRIES"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_DISABLE_RETRIES", "PGSTREAM_POSTGRES_LISTENER_DISABLE_RETRIES"],
    default: "false",
    help: "Try nothing again, whatever --retries says",
    ..ROW
};

/// When a connection counts as dead.
pub static STALL_TIMEOUT: Setting = Setting {
    flag: "stall-timeout",
    env: Some("PGSLUICE_STALL_TIMEOUT"),
    takes: Takes::One("DURATION"),
    default: "5m",
    unit: "a number with ms, s, m or h; 0 for never",
    help: "How long no byte of a piece of a table, or of a statement's answer, may move while the servers wait for pgsluice, as they \
           do where a proxy or firewall between has lost a connection without a word; then the connection counts as lost. A server \
           at work, or one that waits for a lock or its disk, may take as long as it likes. It is the limit of a login as well, where \
           the connection string has no connect_timeout",
    ..ROW
};
