//! The source's catalog in the words of the target's version: what both mean and only one can say so.
//!
//! What a newer server cannot take over as it stands is rewritten where the meaning is plain; what an older one does not know and
//! an object can be without is taken off. [`super::newer`] names what gets lost.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalog::{Aggregate, Catalog, ObjectId, Operator, Privilege, RelationKind, SubscriptionDefinition, class};

/// The functions on arrays whose arguments are `anycompatible…` from 14 on, and were `anyelement` and `anyarray` before. What is
/// built on them must change with them.
const ARRAY_FUNCTIONS: [&str; 8] = [
    "array_append",
    "array_cat",
    "array_position",
    "array_positions",
    "array_prepend",
    "array_remove",
    "array_replace",
    "width_bucket",
];
const COMPATIBLE_ARRAYS_MAJOR: u32 = 14;
/// From here on `public` can belong to whoever owns the database.
const DATABASE_OWNER_MAJOR: u32 = 14;
const DATABASE_OWNER: &str = "pg_database_owner";
const UNLOGGED_SEQUENCES_MAJOR: u32 = 15;
const MAINTAIN: &str = "MAINTAIN";
const MAINTAIN_MAJOR: u32 = 17;

/// Storage parameters of tables by the version that has them first.
const TABLE_OPTIONS: [(u32, &str); 4] = [
    (13, "autovacuum_vacuum_insert_threshold"),
    (13, "autovacuum_vacuum_insert_scale_factor"),
    (18, "autovacuum_vacuum_max_threshold"),
    (18, "vacuum_max_eager_freeze_failure_rate"),
];

/// The storage parameter of an option `name=value`, where a version does not know it, with the one that does.
#[must_use]
pub(super) fn unknown_option(option: &str, major: u32) -> Option<(&'static str, u32)> {
    let name = option.split('=').next().unwrap_or(option);
    TABLE_OPTIONS.iter().find(|(since, known)| major < *since && *known == name).map(|(since, known)| (*known, *since))
}

/// From here on subscriptions can receive a transaction before its end; 18 does so unasked.
const STREAMING_MAJOR: u32 = 14;
const PARALLEL_STREAMING_MAJOR: u32 = 16;

/// An option of subscriptions.
struct SubscriptionOption {
    /// The version that has it first.
    since: u32,
    name: &'static str,
    has: fn(&SubscriptionDefinition) -> bool,
    take_off: fn(&mut SubscriptionDefinition),
}

impl SubscriptionOption {
    const fn new(
        since: u32,
        name: &'static str,
        has: fn(&SubscriptionDefinition) -> bool,
        take_off: fn(&mut SubscriptionDefinition),
    ) -> Self {
        Self { since, name, has, take_off }
    }

    fn is_unknown(&self, of: &SubscriptionDefinition, major: u32) -> bool {
        major < self.since && (self.has)(of)
    }
}

/// What older servers do without being asked is not among them: they run as the owner, and want no password of one.
const SUBSCRIPTION_OPTIONS: [SubscriptionOption; 7] = [
    SubscriptionOption::new(14, "binary", |of| of.binary, |of| of.binary = false),
    SubscriptionOption::new(STREAMING_MAJOR, "streaming", |of| of.streaming == "t", |of| of.streaming.clear()),
    SubscriptionOption::new(15, "two_phase", |of| of.two_phase, |of| of.two_phase = false),
    SubscriptionOption::new(15, "disable_on_error", |of| of.disable_on_error, |of| of.disable_on_error = false),
    SubscriptionOption::new(
        PARALLEL_STREAMING_MAJOR,
        "streaming = parallel",
        |of| of.streaming == "p",
        |of| "t".clone_into(&mut of.streaming),
    ),
    SubscriptionOption::new(16, "origin", |of| of.origin == "none", |of| "any".clone_into(&mut of.origin)),
    SubscriptionOption::new(17, "failover", |of| of.failover, |of| of.failover = false),
];

/// The options of a subscription that a version does not know, each with the one that does.
pub(super) fn unknown_subscription_options(
    of: &SubscriptionDefinition,
    major: u32,
) -> impl Iterator<Item = (&'static str, u32)> {
    let unknown = SUBSCRIPTION_OPTIONS.iter().filter(move |option| option.is_unknown(of, major));
    unknown.map(|option| (option.name, option.since))
}

/// The source's catalog as the target's version says it.
#[must_use]
pub fn reworded<'a>(source: &'a Catalog, target: &Catalog) -> Cow<'a, Catalog> {
    if source.major == target.major && target.major >= UNLOGGED_SEQUENCES_MAJOR {
        return Cow::Borrowed(source);
    }
    let mut catalog = source.clone();
    if source.major < target.major {
        for_newer(&mut catalog, target.major);
    } else {
        for_older(&mut catalog, target);
    }
    if target.major < UNLOGGED_SEQUENCES_MAJOR {
        log_sequences(&mut catalog);
    }
    Cow::Owned(catalog)
}

fn for_newer(catalog: &mut Catalog, target_major: u32) {
    let crosses = |major: u32| catalog.major < major && major <= target_major;
    let (arrays, maintain, partitioned) = (crosses(COMPATIBLE_ARRAYS_MAJOR), crosses(MAINTAIN_MAJOR), crosses(18));
    let streaming = crosses(STREAMING_MAJOR);
    if arrays {
        catalog.aggregates.iter_mut().for_each(reword_aggregate);
        catalog.operators.iter_mut().for_each(reword_operator);
    }
    if maintain {
        keep_reduced_owners_reduced(catalog);
    }
    for of in catalog.subscription_definitions.iter_mut().filter(|of| streaming && of.streaming.is_empty()) {
        "f".clone_into(&mut of.streaming);
    }
    // That a table without rows of its own is unlogged never meant anything, and 18 refuses it.
    for of in catalog.relations.iter_mut().filter(|_| partitioned) {
        if of.relation_kind() == RelationKind::PartitionedTable {
            "p".clone_into(&mut of.persistence);
        }
    }
}

fn reword_aggregate(of: &mut Aggregate) {
    let functions = [
        Some(&of.transition_function),
        of.final_function.as_ref(),
        of.combine_function.as_ref(),
        of.moving_transition_function.as_ref(),
        of.moving_inverse_function.as_ref(),
        of.moving_final_function.as_ref(),
    ];
    if functions.into_iter().flatten().any(|function| ARRAY_FUNCTIONS.contains(&function.as_str())) {
        let types = [&mut of.identity_arguments, &mut of.argument_types, &mut of.transition_type];
        types.into_iter().chain(&mut of.moving_type).for_each(|text| *text = compatible(text));
    }
}

fn reword_operator(of: &mut Operator) {
    if ARRAY_FUNCTIONS.contains(&of.function.as_str()) {
        let types = of.left_type.iter_mut().chain(&mut of.right_type);
        types.for_each(|text| *text = compatible(text));
    }
}

/// The same with every polymorphic type made a compatible one.
fn compatible(text: &str) -> String {
    let replaced = |word: &str| match word {
        "anyelement" => "anycompatible".to_owned(),
        "anyarray" => "anycompatiblearray".to_owned(),
        "anynonarray" => "anycompatiblenonarray".to_owned(),
        "anyrange" => "anycompatiblerange".to_owned(),
        other => other.to_owned(),
    };
    let words = text.split_inclusive([' ', ',', '(', ')']).map(|word| {
        let bare = word.trim_end_matches([' ', ',', '(', ')']);
        replaced(bare) + &word[bare.len()..]
    });
    words.collect()
}

/// An owner of a table that lost one of its privileges would still gain MAINTAIN on a server that has it.
fn keep_reduced_owners_reduced(catalog: &mut Catalog) {
    // Only tables can be truncated.
    let of_tables = catalog.privileges.iter().filter(|of| of.initial && of.privilege == "TRUNCATE" && of.sub_id == 0);
    let has = |of: &Privilege| {
        catalog.privileges.iter().any(|now| {
            !now.initial
                && (now.class, now.oid, now.sub_id) == (of.class, of.oid, of.sub_id)
                && (&now.grantor, &now.grantee, &now.privilege) == (&of.grantor, &of.grantee, &of.privilege)
        })
    };
    let is_reduced = |of: &Privilege| {
        let initial = catalog.privileges.iter().filter(|other| other.initial && other.grantee == of.grantee);
        initial.filter(|other| (other.class, other.oid, other.sub_id) == (of.class, of.oid, 0)).any(|other| !has(other))
    };
    let reduced: Vec<_> = of_tables.filter(|of| is_reduced(of)).cloned().collect();
    let maintains = reduced.into_iter().map(|of| Privilege { privilege: MAINTAIN.to_owned(), ..of });
    catalog.privileges.extend(maintains);
}

fn for_older(catalog: &mut Catalog, target: &Catalog) {
    let major = target.major;
    if major < 13 {
        catalog.statistics.iter_mut().for_each(|of| of.statistics_target = -1);
    }
    if major < 14 {
        catalog.attributes.iter_mut().for_each(|of| of.compression.clear());
        for of in &mut catalog.ranges {
            (of.multirange_schema, of.multirange_name) = (None, None);
        }
    }
    if major < DATABASE_OWNER_MAJOR {
        leave_to_the_targets_owner(catalog, target);
    }
    if major < 15 {
        let is_kept = |option: &String| !option.starts_with("security_invoker=");
        catalog.relations.iter_mut().for_each(|of| of.options.retain(is_kept));
    }
    if major < MAINTAIN_MAJOR {
        catalog.privileges.retain(|of| of.privilege != MAINTAIN);
        catalog.constraints.retain(|of| of.kind != "n" || of.domain == 0);
        for of in catalog.relations.iter_mut().filter(|of| of.relation_kind() == RelationKind::PartitionedTable) {
            of.access_method = None;
        }
    }
    if major < 18 {
        let unchecked = catalog.constraints.iter().filter(|of| of.kind == "n" && !of.validated);
        let unchecked: BTreeSet<_> = unchecked.map(|of| (of.relation, of.columns.clone())).collect();
        for of in &mut catalog.attributes {
            of.not_null = of.not_null && !unchecked.contains(&(of.relation, vec![of.number]));
        }
        catalog.constraints.retain(|of| of.kind != "n" || of.relation == 0);
    }
    for of in &mut catalog.subscription_definitions {
        for option in &SUBSCRIPTION_OPTIONS {
            if option.is_unknown(of, major) {
                (option.take_off)(of);
            }
        }
        if major < 16 {
            (of.asks_for_secret, of.run_as_owner) = (true, false);
        }
        if major < STREAMING_MAJOR {
            of.streaming.clear();
        }
    }
    for of in &mut catalog.relations {
        of.options.retain(|option| unknown_option(option, major).is_none());
        of.toast_options.retain(|option| unknown_option(option, major).is_none());
    }
}

/// Before 15 every sequence is logged, and nothing can be said of it.
fn log_sequences(catalog: &mut Catalog) {
    let unlogged = catalog.relations.iter().filter(|of| of.persistence == "u").map(|of| of.oid);
    let unlogged: BTreeSet<_> = unlogged.collect();
    let of_identity = catalog.sequences.iter().filter(|of| of.identity && unlogged.contains(&of.owning_relation));
    let of_identity: BTreeSet<_> = of_identity.map(|of| of.oid).collect();
    for of in catalog.relations.iter_mut().filter(|of| of.relation_kind() == RelationKind::Sequence) {
        // One of an identity column is not said to differ from its table.
        if of_identity.contains(&of.oid) { "u" } else { "p" }.clone_into(&mut of.persistence);
    }
}

/// A schema that is there, and on the source belongs to whoever owns the database, stays with its owner.
fn leave_to_the_targets_owner(catalog: &mut Catalog, target: &Catalog) {
    for of in catalog.namespaces.iter_mut().filter(|of| of.owner == DATABASE_OWNER) {
        let Some(there) = target.namespaces.iter().find(|there| there.name == of.name) else { continue };
        of.owner.clone_from(&there.owner);
        let object = ObjectId::new(class::NAMESPACE, of.oid);
        for item in catalog.privileges.iter_mut().filter(|item| ObjectId::new(item.class, item.oid) == object) {
            for role in [&mut item.grantor, &mut item.grantee] {
                if role == DATABASE_OWNER {
                    role.clone_from(&there.owner);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polymorphic_types_become_compatible_ones_word_by_word() {
        assert_eq!(compatible("anyelement"), "anycompatible");
        assert_eq!(compatible("VARIADIC list anyarray, integer"), "VARIADIC list anycompatiblearray, integer");
        assert_eq!(compatible("anyelement ORDER BY anyarray"), "anycompatible ORDER BY anycompatiblearray");
        assert_eq!(compatible("public.anyelements"), "public.anyelements");
    }

    #[test]
    fn options_are_known_from_a_version_on() {
        assert_eq!(unknown_option("fillfactor=70", 12), None);
        assert_eq!(unknown_option("autovacuum_vacuum_insert_threshold=1", 13), None);
        let unknown = unknown_option("autovacuum_vacuum_insert_threshold=1", 12);
        assert_eq!(unknown, Some(("autovacuum_vacuum_insert_threshold", 13)));
    }
}
