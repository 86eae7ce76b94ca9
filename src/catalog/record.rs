//! A record is one row of one catalog query as a plain struct: its fields are the query's columns, by name.

use tokio_postgres::Row;

/// A struct that is read from a query's row.
pub(crate) trait Record: Sized {
    /// Reads one row. Fails where a column is missing or has another type, which is a defect of the query.
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// Declares a struct together with its [`Record`] implementation, so that no column is named twice.
macro_rules! record {
    ($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $type,)*
        }

        impl $crate::catalog::record::Record for $name {
            fn from_row(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?,)* })
            }
        }
    };
}

pub(crate) use record;
