//! Roles: which are made, and how those differ that the target has already.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::{LeftOut, Options};
use crate::catalog::{Catalog, Lookup, Role, RoleMember};
use crate::ddl::{Statement, role};

/// Whether roles are copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Roles {
    /// Not at all: the target has those that are needed.
    #[default]
    None,
    /// Without what the server stores of their passwords.
    NoPasswords,
    /// With it.
    All,
}

/// The statements that make a role. A role that is there stays as it is.
pub(super) fn create(lookup: &Lookup<'_>, target: &Catalog, oid: u32) -> Option<Vec<Statement>> {
    let of = missing(lookup, target, oid)?;
    Some(role::create(of, lookup.role_verifier(oid)))
}

/// The statements that make a role's settings, unless the role is there.
pub(super) fn settings(lookup: &Lookup<'_>, target: &Catalog, oid: u32) -> Option<Vec<Statement>> {
    Some(role::settings(missing(lookup, target, oid)?))
}

/// The statement that makes a role a member of another, unless it is one.
pub(super) fn grant(lookup: &Lookup<'_>, target: &Catalog, number: u32) -> Option<Vec<Statement>> {
    let of = lookup.role_member(number)?;
    if existing_member(target, of).is_some() {
        return None;
    }
    role::grant(of, lookup.role(of.member_oid)?, lookup.catalog.major, target.major).map(|statement| vec![statement])
}

/// Names the passwords that are not copied, the roles that are on the target and differ, and what the target cannot express.
pub(super) fn left_out(
    lookup: &Lookup<'_>,
    target: &Catalog,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> Vec<LeftOut> {
    let of_kind = |kind| nodes.iter().map(|id| graph.nodes[*id].key).filter(move |key| key.kind == kind);
    let roles: Vec<&Role> = of_kind(Kind::Role).filter_map(|key| lookup.role(key.object.oid)).collect();
    let members = of_kind(Kind::RoleMember).filter_map(|key| lookup.role_member(key.object.oid));
    let is_made = roles.iter().any(|of| existing(target, &of.name).is_none());
    let different = roles.iter().filter_map(|of| {
        let differences = role::differences(of, existing(target, &of.name)?);
        (!differences.is_empty()).then(|| LeftOut {
            object: role::address(of).to_string(),
            reason: format!("it is on the target and stays as it is there; they differ in {}", differences.join(", ")),
            kind: None,
        })
    });
    let members = members.filter_map(|of| left_out_member(lookup, target, of));
    different.chain(members).chain(left_out_passwords(&roles, options.roles).filter(|_| is_made)).collect()
}

fn left_out_passwords(roles: &[&Role], wanted: Roles) -> impl Iterator<Item = LeftOut> {
    let left_out =
        |reason: &str, kind| LeftOut { object: "passwords of roles".to_owned(), reason: reason.to_owned(), kind };
    let of = match wanted {
        Roles::NoPasswords => Some(left_out("because of --roles no-passwords", None)),
        Roles::All if roles.iter().any(|of| !of.verifier_readable) => Some(left_out(
            "they cannot be read on the source; read as a superuser, let one run GRANT SELECT ON pg_catalog.pg_authid TO the user \
             that reads, or use --roles no-passwords",
            Some("role"),
        )),
        _ => None,
    };
    of.into_iter()
}

fn left_out_member(lookup: &Lookup<'_>, target: &Catalog, of: &RoleMember) -> Option<LeftOut> {
    let member = lookup.role(of.member_oid)?;
    let (reason, kind) = match existing_member(target, of) {
        Some(there) => {
            let has_less = (of.admin_option && !there.admin_option)
                || (of.set_option && !there.set_option)
                || (of.inherit_option == Some(true) && there.inherit_option == Some(false));
            has_less.then_some(("it is on the target and stays as it is there, where it allows less", None))?
        }
        None if role::grant(of, member, lookup.catalog.major, target.major).is_none() => (
            "before PostgreSQL 16 a membership cannot say that it is not inherited or allows no SET ROLE",
            Some("role"),
        ),
        None => return None,
    };
    Some(LeftOut { object: role::member_address(of).to_string(), reason: reason.to_owned(), kind })
}

fn existing<'a>(target: &'a Catalog, name: &str) -> Option<&'a Role> {
    target.roles.iter().find(|of| of.name == name)
}

/// Who granted it makes no other membership: what a member may do is what counts.
fn existing_member<'a>(target: &'a Catalog, of: &RoleMember) -> Option<&'a RoleMember> {
    target.role_members.iter().find(|there| there.role == of.role && there.member == of.member)
}

fn missing<'a>(lookup: &Lookup<'a>, target: &Catalog, oid: u32) -> Option<&'a Role> {
    lookup.role(oid).filter(|of| existing(target, &of.name).is_none())
}
