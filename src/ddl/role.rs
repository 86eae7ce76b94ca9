//! Roles, their settings, and which is a member of which.

use super::about;
use super::database::settings_of;
use super::sql::{ident, join, literal, readable};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Role, RoleMember, RoleVerifier};

/// From here on a membership says whether it is inherited and allows SET ROLE, and has a grantor who must hold it.
const MEMBERSHIP_OPTIONS_MAJOR: u32 = 16;

/// How SQL refers to a role.
#[must_use]
pub fn address(of: &Role) -> Address {
    Address::global("ROLE", &of.name)
}

/// How people refer to a membership. SQL has no name for it.
#[must_use]
pub fn member_address(of: &RoleMember) -> Address {
    Address {
        kind: "ROLE",
        sql: ident(&of.member),
        readable: format!("{} (as a member of {})", readable(&of.member), readable(&of.role)),
    }
}

/// A role with its attributes and comment. Those that not everybody who creates roles may give are given one by one, so that
/// one that is refused keeps no other away.
#[must_use]
pub fn create(of: &Role, verifier: Option<&RoleVerifier>) -> Vec<Statement> {
    let address = address(of);
    let mut sql = format!("CREATE ROLE {}", address.sql);
    if of.login {
        sql.push_str(" LOGIN");
    }
    if !of.inherit {
        sql.push_str(" NOINHERIT");
    }
    if of.connection_limit != -1 {
        sql.push_str(&format!(" CONNECTION LIMIT {}", of.connection_limit));
    }
    if let Some(time) = &of.valid_until {
        sql.push_str(&format!(" VALID UNTIL {}", literal(time)));
    }
    let mut statements = vec![Statement::new(Action::Role, &address, sql)];
    let alter = |what: &str| Statement::new(Action::Tune, &address, format!("ALTER ROLE {} {what}", address.sql));
    statements.extend(verifier.map(|of| alter(&format!("PASSWORD {}", literal(&of.verifier.0))).hidden()));
    let reserved = [
        ("CREATEDB", of.create_database),
        ("CREATEROLE", of.create_role),
        ("BYPASSRLS", of.bypass_row_security),
        ("REPLICATION", of.replication),
        ("SUPERUSER", of.superuser),
    ];
    statements.extend(reserved.iter().filter(|(_, has)| *has).map(|(attribute, _)| alter(attribute)));
    statements.extend(of.comment.as_ref().map(|text| about::comment_is(&address, text)));
    statements
}

/// What a role sets in every database.
#[must_use]
pub fn settings(of: &Role) -> Vec<Statement> {
    let address = address(of);
    settings_of(&format!("ROLE {}", address.sql), &of.settings, &address)
}

/// Makes a role a member of another. `None` where the target cannot say what the source says: before 16 all members may SET
/// ROLE, and whether they inherit goes by the member alone.
///
/// The role that initdb made has another name elsewhere and is not named as grantor; nor is one from before 16 on newer
/// servers, which want a grantor to hold what it grants.
#[must_use]
pub fn grant(of: &RoleMember, member: &Role, source_major: u32, target_major: u32) -> Option<Statement> {
    let (from_old, to_old) = (source_major < MEMBERSHIP_OPTIONS_MAJOR, target_major < MEMBERSHIP_OPTIONS_MAJOR);
    let as_member = of.inherit_option.is_none_or(|inherit| inherit == member.inherit);
    if to_old && !(of.set_option && as_member) {
        return None;
    }
    let mut options = Vec::new();
    if of.admin_option {
        options.push("ADMIN OPTION".to_owned());
    }
    if let Some(inherit) = of.inherit_option.filter(|_| !to_old) {
        options.push(format!("INHERIT {}", if inherit { "TRUE" } else { "FALSE" }));
    }
    if !of.set_option {
        options.push("SET FALSE".to_owned());
    }
    let mut sql = format!("GRANT {} TO {}", ident(&of.role), ident(&of.member));
    if !options.is_empty() {
        sql.push_str(&format!(" WITH {}", join(options)));
    }
    if !of.grantor.is_empty() && (to_old || !from_old) {
        sql.push_str(&format!(" GRANTED BY {}", ident(&of.grantor)));
    }
    Some(Statement::new(Action::Tune, &member_address(of), sql))
}

/// In which attributes, settings and comment two roles differ, in words. What is stored of their passwords is not compared.
#[must_use]
pub fn differences(one: &Role, other: &Role) -> Vec<&'static str> {
    let compared = [
        ("LOGIN", one.login == other.login),
        ("SUPERUSER", one.superuser == other.superuser),
        ("CREATEDB", one.create_database == other.create_database),
        ("CREATEROLE", one.create_role == other.create_role),
        ("INHERIT", one.inherit == other.inherit),
        ("REPLICATION", one.replication == other.replication),
        ("BYPASSRLS", one.bypass_row_security == other.bypass_row_security),
        ("CONNECTION LIMIT", one.connection_limit == other.connection_limit),
        ("VALID UNTIL", one.valid_until == other.valid_until),
        ("its settings", one.settings == other.settings),
        ("its comment", one.comment == other.comment),
    ];
    compared.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(inherit: bool) -> Role {
        Role {
            oid: 1,
            name: "m".to_owned(),
            given: false,
            superuser: false,
            inherit,
            create_role: false,
            create_database: false,
            login: false,
            replication: false,
            bypass_row_security: false,
            connection_limit: -1,
            valid_until: None,
            comment: None,
            settings: Vec::new(),
            verifier_readable: true,
        }
    }

    fn member(grantor: &str, inherit_option: Option<bool>, set_option: bool) -> RoleMember {
        RoleMember {
            number: 1,
            role_oid: 2,
            role: "r".to_owned(),
            member_oid: 1,
            member: "m".to_owned(),
            grantor: grantor.to_owned(),
            admin_option: true,
            inherit_option,
            set_option,
        }
    }

    #[test]
    fn a_membership_is_written_as_the_target_knows_it_or_not_at_all() {
        let sql = |of: &RoleMember, source, target| grant(of, &role(true), source, target).map(|of| of.sql);
        let old = member("g", None, true);
        assert_eq!(sql(&old, 15, 15).unwrap(), r#"GRANT "r" TO "m" WITH ADMIN OPTION GRANTED BY "g""#);
        assert_eq!(sql(&old, 15, 16).unwrap(), r#"GRANT "r" TO "m" WITH ADMIN OPTION"#);
        let new = member("g", Some(false), false);
        let options = r#"GRANT "r" TO "m" WITH ADMIN OPTION, INHERIT FALSE, SET FALSE GRANTED BY "g""#;
        assert_eq!(sql(&new, 16, 18).unwrap(), options);
        assert_eq!(sql(&new, 16, 15), None);
        assert_eq!(sql(&member("", Some(false), true), 16, 15), None);
        assert_eq!(sql(&member("", Some(true), true), 16, 15).unwrap(), r#"GRANT "r" TO "m" WITH ADMIN OPTION"#);
    }
}
