//! What runs: functions, triggers, rules, policies and event triggers.

use super::record::record;

record! {
    /// A function, procedure or window function: `sql/catalog/functions.sql`.
    Function {
        /// OID in `pg_proc`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// `prokind`: `f` function, `p` procedure, `w` window function.
        kind: String,
        /// The arguments that tell it from others of its name, as `pg_get_function_identity_arguments` writes them.
        identity_arguments: String,
        /// The types of these arguments alone: two functions of a name that differ only in arguments' names cannot be.
        argument_types: String,
        /// The role that owns it.
        owner: String,
        /// `CREATE OR REPLACE …`, as `pg_get_functiondef` writes it.
        definition: String,
    }
}

record! {
    /// A trigger, or a partition's clone of one that is enabled otherwise than its parent: `sql/catalog/triggers.sql`.
    Trigger {
        /// OID in `pg_trigger`.
        oid: u32,
        /// Its name.
        name: String,
        /// The table or view it is on.
        relation: u32,
        /// `CREATE TRIGGER …`, as `pg_get_triggerdef` writes it.
        definition: String,
        /// `tgenabled`: `O` origin, `D` disabled, `R` replica, `A` always.
        enabled: String,
        /// Whether the server makes it by itself from the parent table's trigger.
        is_clone: bool,
    }
}

record! {
    /// A rewrite rule: `sql/catalog/rules.sql`.
    Rule {
        /// OID in `pg_rewrite`.
        oid: u32,
        /// Its name.
        name: String,
        /// The table or view it is on.
        relation: u32,
        /// `CREATE RULE …`, as `pg_get_ruledef` writes it.
        definition: String,
        /// `ev_enabled`: `O` origin, `D` disabled, `R` replica, `A` always.
        enabled: String,
    }
}

record! {
    /// A row-level security policy: `sql/catalog/policies.sql`.
    Policy {
        /// OID in `pg_policy`.
        oid: u32,
        /// Its name.
        name: String,
        /// The table it is on.
        relation: u32,
        /// `polcmd`: `r` select, `a` insert, `w` update, `d` delete, `*` all.
        command: String,
        /// False for a restrictive policy.
        permissive: bool,
        /// The roles it holds for; PUBLIC is an empty name.
        roles: Vec<String>,
        /// USING.
        using_expression: Option<String>,
        /// WITH CHECK.
        check_expression: Option<String>,
    }
}

record! {
    /// An event trigger: `sql/catalog/event_triggers.sql`.
    EventTrigger {
        /// OID in `pg_event_trigger`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The event, such as `ddl_command_end`.
        event: String,
        /// The commands it fires for; any where empty.
        tags: Vec<String>,
        /// The schema of the function it calls.
        function_schema: String,
        /// The name of the function it calls.
        function_name: String,
        /// `evtenabled`: `O` origin, `D` disabled, `R` replica, `A` always.
        enabled: String,
    }
}
