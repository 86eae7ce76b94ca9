//! Catalog structs → SQL text. Pure: no IO, not async, and no order that depends on a hash.

pub mod about;
pub mod aggregate;
pub mod base_type;
pub mod behaviour;
pub mod collation;
pub mod constraint;
pub mod database;
pub mod foreign;
pub mod function;
pub mod index;
pub mod language;
pub mod large_object;
pub mod operator;
pub mod operator_class;
pub mod privilege;
pub mod relation;
pub mod replication;
pub mod role;
pub mod schema;
pub mod script;
pub mod sequence;
pub mod sql;
pub mod statement;
pub mod table;
pub mod text_search;
pub mod types;
pub mod view;

pub use sql::QualifiedName;
pub use statement::{Action, Address, Statement};
