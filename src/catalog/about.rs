//! What is said about objects of any kind: comments, security labels, privileges, dependencies.

use super::object::ObjectId;
use super::record::record;

record! {
    /// A comment: `sql/catalog/comments.sql`.
    Comment {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The column's number; 0 for the object itself.
        sub_id: i32,
        /// The comment.
        text: String,
    }
}

record! {
    /// One privilege of one role: `sql/catalog/privileges.sql`.
    Privilege {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The column's number; 0 for the object itself.
        sub_id: i32,
        /// Whether this is what the object started with, rather than what it has.
        initial: bool,
        /// The entry's place in the object's ACL.
        position: i64,
        /// The role that granted it.
        grantor: String,
        /// The role that has it; PUBLIC is an empty name.
        grantee: String,
        /// The privilege, such as `SELECT`.
        privilege: String,
        /// WITH GRANT OPTION.
        grantable: bool,
    }
}

record! {
    /// A row of `pg_depend`: `sql/catalog/depends.sql`.
    Dependency {
        /// The catalog of the dependent object.
        class: u32,
        /// The dependent object's OID.
        oid: u32,
        /// The dependent column; 0 for the whole object.
        sub_id: i32,
        /// The catalog of the object it depends on.
        referenced_class: u32,
        /// The OID of the object it depends on.
        referenced_oid: u32,
        /// The column it depends on; 0 for the whole object.
        referenced_sub_id: i32,
        /// `deptype`: `n` normal, `a` automatic, `i` internal, `P` and `S` partition, `e` extension member, `x` automatic on an extension.
        kind: String,
    }
}

impl Dependency {
    /// The dependent object.
    #[must_use]
    pub fn dependent(&self) -> ObjectId {
        ObjectId::new(self.class, self.oid)
    }

    /// The object it depends on.
    #[must_use]
    pub fn referenced(&self) -> ObjectId {
        ObjectId::new(self.referenced_class, self.referenced_oid)
    }
}

record! {
    /// A security label: `sql/catalog/security_labels.sql`.
    SecurityLabel {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The column's number; 0 for the object itself.
        sub_id: i32,
        /// The label provider.
        provider: String,
        /// The label.
        label: String,
        /// The kind of object, as `pg_identify_object` writes it.
        kind: String,
        /// Which one it is, as `pg_identify_object` writes it, which SQL can read.
        identity: String,
    }
}

record! {
    /// An object that came with the server or an extension and has privileges of its own: `sql/catalog/given_objects.sql`.
    GivenObject {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The extension it came with; 0 for the server.
        extension: u32,
        /// The word GRANT has for its kind, such as `FUNCTION`.
        kind: String,
        /// The schema it is in; empty where it is in none.
        schema: String,
        /// Its name.
        name: String,
        /// The types of a function's arguments; `None` for what has no arguments.
        arguments: Option<String>,
        /// The role that owns it.
        owner: String,
        /// The columns with privileges of their own, by number.
        column_numbers: Vec<i16>,
        /// Their names, in the same order.
        column_names: Vec<String>,
    }
}

impl GivenObject {
    /// The name of a column that has privileges of its own.
    #[must_use]
    pub fn column_name(&self, number: i32) -> Option<&str> {
        let place = self.column_numbers.iter().position(|of| i32::from(*of) == number)?;
        self.column_names.get(place).map(String::as_str)
    }
}

record! {
    /// Default privileges: `sql/catalog/default_acls.sql`.
    DefaultAcl {
        /// OID in `pg_default_acl`.
        oid: u32,
        /// The role whose objects they are for.
        role: String,
        /// The schema they are for; empty for every schema.
        schema: String,
        /// `defaclobjtype`: `r` tables, `S` sequences, `f` functions, `T` types, `n` schemas, `L` large objects.
        object_type: String,
    }
}
