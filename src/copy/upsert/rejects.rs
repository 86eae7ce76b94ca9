//! The file of refused rows: the one place that holds row values, and only where the user asked for it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use crate::connect::server_error::ServerError;
use crate::ddl::sql::QualifiedName;

/// Takes refused rows; clones write to the same file.
#[derive(Debug, Clone)]
pub struct Rejects(Arc<Mutex<File>>);

impl Rejects {
    /// Makes the file, which only its owner can read.
    ///
    /// # Errors
    ///
    /// When it cannot be made, also because it is there: rows that were refused before are not lost.
    pub async fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }

    /// Writes lines, and waits until they are on the disk.
    ///
    /// Not cancel safe: the lines may be there in part.
    pub(super) async fn write(&self, lines: &str) -> io::Result<()> {
        let mut file = self.0.lock().await;
        file.write_all(lines.as_bytes()).await?;
        file.sync_data().await
    }
}

/// A refused row as a line of JSON. `row` is a JSON object already.
pub(super) fn line(table: &QualifiedName, error: &ServerError, row: &str) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let constraint = error.constraint.as_deref().map_or_else(|| "null".to_owned(), text);
    format!(
        "{{\"table\":{},\"sqlstate\":{},\"constraint\":{constraint},\"message\":{},\"row\":{row}}}\n",
        text(&table.to_string()),
        text(&error.code),
        text(&error.message)
    )
}

/// Whether an error is about the row that was written, not about the session, the server or the statement: a value, a
/// constraint, or what a trigger raised.
pub(super) fn is_about_the_row(error: &ServerError) -> bool {
    ["22", "23", "44", "P0"].iter().any(|class| error.code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object() {
        let error = ServerError {
            code: "23514".into(),
            message: "violates \"c\"".into(),
            constraint: Some("c".into()),
            ..ServerError::default()
        };
        assert_eq!(
            line(&QualifiedName::new("public", "t"), &error, r#"{"a":"1"}"#),
            "{\"table\":\"public.t\",\"sqlstate\":\"23514\",\"constraint\":\"c\",\"message\":\"violates \\\"c\\\"\",\"row\":{\"a\":\"1\"}}\n"
        );
    }
}
