//! What a server says in fields: errors and notices.

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{ErrorFields, ErrorResponseBody};

use super::WireError;
use crate::connect::server_error::ServerError;

/// Makes an error of an `ErrorResponse`, without cell values.
pub(super) fn error(body: &ErrorResponseBody) -> WireError {
    WireError::Server(Box::new(server_error(&mut body.fields())))
}

/// Reads an `ErrorResponse` or a `NoticeResponse` and takes cell values out of it. Fields that cannot be read are left empty: the
/// rest still says more than a complaint about them would.
fn server_error(fields: &mut ErrorFields<'_>) -> ServerError {
    let mut error = ServerError::default();
    while let Ok(Some(field)) = fields.next() {
        let text = String::from_utf8_lossy(field.value_bytes()).into_owned();
        match field.type_() {
            // The localised severity comes first; servers before 9.6, and some poolers, send no other.
            b'S' | b'V' => error.severity = text,
            b'C' => error.code = text,
            b'M' => error.message = text,
            b'D' => error.detail = Some(text),
            b'H' => error.hint = Some(text),
            b'n' => error.constraint = Some(text),
            b'W' => error.context = Some(text),
            _ => {}
        }
    }
    error.without_values()
}

/// Notices are for those who look at the session closely.
pub(super) fn log_notice(process_id: Option<i32>, fields: &mut ErrorFields<'_>) {
    let notice = server_error(fields);
    tracing::debug!(process_id, severity = notice.severity, code = notice.code, message = notice.message, "notice");
}
