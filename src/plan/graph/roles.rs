//! Roles, and what names them.

use std::collections::BTreeSet;

use super::Graph;
use crate::catalog::{Lookup, ObjectId, RoleMember, class};
use crate::plan::node::{Kind, NodeId};

impl Graph {
    /// Adds the roles that were read, but for the server's own and the one that initdb made. What names a role needs it.
    pub(super) fn add_roles(&mut self, lookup: &Lookup<'_>) {
        for of in lookup.catalog.roles.iter().filter(|of| !of.given) {
            let object = ObjectId::new(class::AUTHID, of.oid);
            let role = self.add_main(Kind::Role, object, "", &of.name, "");
            if !of.settings.is_empty() {
                let settings = self.add(Kind::RoleSettings, object, "", &of.name, "");
                self.nodes[settings].part_of = Some(role);
                self.nodes[settings].needs.insert(role);
            }
        }
        self.add_role_members(lookup);
        for of in &lookup.catalog.role_uses {
            let Some(role) = self.role(of.role_oid) else { continue };
            let object = ObjectId::new(of.class, of.oid);
            let named = [Kind::Privileges, Kind::DefaultPrivileges].map(|kind| self.find(kind, object));
            for id in named.into_iter().chain([self.resolve(object)]).flatten() {
                self.nodes[id].needs.insert(role);
            }
        }
        for of in &lookup.catalog.database_settings {
            let settings = self.find(Kind::DatabaseSettings, ObjectId::new(class::DB_ROLE_SETTING, of.role_oid));
            if let (Some(settings), Some(role)) = (settings, self.role(of.role_oid)) {
                self.nodes[settings].needs.insert(role);
            }
        }
    }

    fn role(&self, oid: u32) -> Option<NodeId> {
        self.find(Kind::Role, ObjectId::new(class::AUTHID, oid))
    }

    /// A membership goes with the member. It needs one by which its grantor may grant it, if there is one: more could need each
    /// other, because two roles can each have granted the other what both hold from a third.
    fn add_role_members(&mut self, lookup: &Lookup<'_>) {
        let mut waiting: Vec<&RoleMember> = lookup.catalog.role_members.iter().collect();
        waiting.sort_by_key(|of| of.number);
        let mut granted: Vec<&RoleMember> = Vec::new();
        while !waiting.is_empty() {
            let by_which = |of: &RoleMember| {
                let mut options = granted.iter().filter(|option| option.admin_option && option.role_oid == of.role_oid);
                options.find(|option| option.member == of.grantor).copied()
            };
            let (ready, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|of| of.grantor.is_empty() || by_which(of).is_some());
            // Before 16 a grantor need not hold what it granted.
            let (placed, later) = if ready.is_empty() { (later, Vec::new()) } else { (ready, later) };
            for of in &placed {
                self.add_role_member(of, by_which(of));
            }
            granted.extend(placed);
            waiting = later;
        }
    }

    fn add_role_member(&mut self, of: &RoleMember, by_which: Option<&RoleMember>) {
        let Some(member) = self.role(of.member_oid) else { return };
        let object = ObjectId::new(class::AUTH_MEMBERS, of.number);
        let id = self.add(Kind::RoleMember, object, "", &of.member, &format!("{} {}", of.role, of.grantor));
        let option = by_which.and_then(|of| self.find(Kind::RoleMember, ObjectId::new(class::AUTH_MEMBERS, of.number)));
        let needs: BTreeSet<_> = [Some(member), self.role(of.role_oid), option].into_iter().flatten().collect();
        self.nodes[id].part_of = Some(member);
        self.nodes[id].needs = needs;
    }
}
