//! Which types of objects are copied: pgstream's categories, as a choice of some or all but some.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict::{Made, Taken};
use super::graph::Graph;
use super::lacks::needing;
use super::node::{Kind, NodeId};
use super::{Error, LeftOut, address};
use crate::catalog::{Catalog, Lookup};

/// A category of objects. Schemas and roles are in none: they are never left out this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectType {
    /// Tables and foreign tables with their defaults and checks, and their rows.
    Tables,
    /// Sequences, but for those of identity columns.
    Sequences,
    /// Types and domains.
    Types,
    /// Indexes that no constraint needs.
    Indexes,
    /// Constraints that are added to tables: keys, exclusion, foreign keys, checks that were never validated.
    Constraints,
    /// Functions, procedures and aggregates.
    Functions,
    /// Views.
    Views,
    /// Materialized views.
    MaterializedViews,
    /// Triggers.
    Triggers,
    /// Event triggers.
    EventTriggers,
    /// Policies and row-level security.
    Policies,
    /// Rules.
    Rules,
    /// Comments.
    Comments,
    /// Extensions.
    Extensions,
    /// Collations.
    Collations,
    /// Text search configurations, dictionaries, parsers and templates.
    TextSearch,
}

/// Every category with its word.
const WORDS: [(&str, ObjectType); 16] = [
    ("tables", ObjectType::Tables),
    ("sequences", ObjectType::Sequences),
    ("types", ObjectType::Types),
    ("indexes", ObjectType::Indexes),
    ("constraints", ObjectType::Constraints),
    ("functions", ObjectType::Functions),
    ("views", ObjectType::Views),
    ("materialized_views", ObjectType::MaterializedViews),
    ("triggers", ObjectType::Triggers),
    ("event_triggers", ObjectType::EventTriggers),
    ("policies", ObjectType::Policies),
    ("rules", ObjectType::Rules),
    ("comments", ObjectType::Comments),
    ("extensions", ObjectType::Extensions),
    ("collations", ObjectType::Collations),
    ("text_search", ObjectType::TextSearch),
];

/// Which types of objects are copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ObjectTypes {
    /// All of them.
    #[default]
    All,
    /// These, and nothing that is in another category or in none.
    Only(BTreeSet<ObjectType>),
    /// All but these.
    Except(BTreeSet<ObjectType>),
}

/// Reads a list of categories, separated by commas or spaces. A hyphen is as good as an underscore.
///
/// # Errors
///
/// What was expected, with the nearest word to one that is none.
pub fn parse(text: &str) -> Result<BTreeSet<ObjectType>, String> {
    let words = || WORDS.map(|(word, _)| word).join(", ");
    let mut types = BTreeSet::new();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        let spelt = word.to_lowercase().replace('-', "_");
        let Some((_, of)) = WORDS.iter().find(|(known, _)| *known == spelt) else {
            let distance = |known: &str| strsim::damerau_levenshtein(known, &spelt);
            let nearest = WORDS.iter().min_by_key(|(known, _)| distance(known)).map_or("", |(known, _)| known);
            return Err(format!("types of objects, where '{word}' is none (is '{nearest}' meant?): {}", words()));
        };
        types.insert(*of);
    }
    if types.is_empty() { Err(format!("types of objects: {}", words())) } else { Ok(types) }
}

impl ObjectTypes {
    /// Whether objects of a category are copied.
    #[must_use]
    pub fn include(&self, of: ObjectType) -> bool {
        match self {
            Self::All => true,
            Self::Only(types) => types.contains(&of),
            Self::Except(types) => !types.contains(&of),
        }
    }

    fn flag(&self) -> &'static str {
        if matches!(self, Self::Only(_)) { "--include-object-types" } else { "--exclude-object-types" }
    }

    /// Takes out of `nodes` what is not chosen, and what needs that; names all of it, the former by numbers.
    /// A table or sequence that needs what is not chosen, and the target does not have it, is added to `problems`.
    pub(super) fn choose(
        &self,
        graph: &Graph,
        lookup: &Lookup<'_>,
        target: &Catalog,
        nodes: &mut BTreeSet<NodeId>,
        problems: &mut Vec<Error>,
    ) -> Vec<LeftOut> {
        if *self == Self::All {
            return Vec::new();
        }
        let (unwanted, mut wanted): (BTreeSet<_>, BTreeSet<_>) = nodes.iter().partition(|id| !self.wants(graph, **id));
        let taken = Taken::on(target);
        let is_there = |id: NodeId| {
            let node = &graph.nodes[id];
            let is_extension = node.key.kind == Kind::Extension;
            // Of a target nothing is known of, everything is expected that was not asked for.
            target.provided_names.is_empty()
                || Made::new(lookup, node).is_some_and(|made| taken.has(&made))
                || (is_extension && target.extensions.iter().any(|of| of.name == node.name))
        };
        let gone: BTreeSet<_> = unwanted.iter().copied().filter(|id| !is_there(*id)).collect();
        let mut named = self.counted(graph, lookup, &unwanted);
        let needing = needing(graph, &wanted, &gone);
        let needs: BTreeMap<NodeId, NodeId> = needing.iter().copied().collect();
        for (id, need) in needing {
            wanted.remove(&id);
            let node = &graph.nodes[id];
            // A table needs its defaults, and those something else.
            let mut need = need;
            while let Some(next) = needs.get(&need) {
                need = *next;
            }
            let (object, needs) = (address::describe(graph, lookup, id), address::describe(graph, lookup, need));
            if matches!(node.key.kind, Kind::Table | Kind::Sequence) {
                problems.push(Error::NotChosen { object, needs, flag: self.flag() });
            } else if node.within.is_none() && node.part_of.is_none_or(|owner| wanted.contains(&owner)) {
                named.push(LeftOut { object, reason: format!("it needs {needs}, which is not copied"), kind: None });
            }
        }
        *nodes = wanted;
        named
    }

    /// Whether a node is of a type that is copied.
    pub(super) fn wants(&self, graph: &Graph, id: NodeId) -> bool {
        let node = &graph.nodes[id];
        match (node.key.kind, node.within.or(node.part_of)) {
            (Kind::Schema | Kind::Role | Kind::RoleMember | Kind::RoleSettings | Kind::Rows, _) => true,
            // What is made within a statement goes with it.
            (_, Some(owner)) if node.within.is_some() => self.wants(graph, owner),
            (kind, owner) => match (category(kind), owner) {
                (Some(of), _) => self.include(of),
                (None, Some(owner)) => self.wants(graph, owner),
                (None, None) => !matches!(self, Self::Only(_)),
            },
        }
    }

    /// How many of each category stay behind.
    fn counted(&self, graph: &Graph, lookup: &Lookup<'_>, unwanted: &BTreeSet<NodeId>) -> Vec<LeftOut> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let objects = unwanted.iter().map(|id| &graph.nodes[*id]).filter(|node| node.within.is_none());
        for node in objects {
            let of_category = category(node.key.kind).and_then(|of| WORDS.iter().find(|(_, known)| *known == of));
            let words = match of_category {
                // Its attachment or owner is no object of its own.
                Some(_)
                    if matches!(
                        node.key.kind,
                        Kind::TableAttach | Kind::SequenceOwner | Kind::IndexAttach | Kind::TypeShell
                    ) =>
                {
                    continue;
                }
                Some((word, _)) => word.replace('_', " "),
                None if node.part_of.is_some() => continue,
                None => match address::address(lookup, node) {
                    Some(address) => address.kind_words(),
                    None => continue,
                },
            };
            *counts.entry(words).or_default() += 1;
        }
        let mut left_out: Vec<_> = counts
            .into_iter()
            .map(|(words, count)| LeftOut {
                object: format!("{words} ({count})"),
                reason: format!("because of {}", self.flag()),
                kind: None,
            })
            .collect();
        if !self.include(ObjectType::Comments) {
            left_out.push(LeftOut {
                object: "comments".to_owned(),
                reason: format!("because of {}", self.flag()),
                kind: None,
            });
        }
        left_out
    }
}

/// The category of a node's kind. Parts that are in none go with what they are part of.
fn category(kind: Kind) -> Option<ObjectType> {
    Some(match kind {
        Kind::Table | Kind::TableAttach => ObjectType::Tables,
        Kind::Sequence | Kind::SequenceOwner => ObjectType::Sequences,
        Kind::Type | Kind::TypeShell => ObjectType::Types,
        Kind::Index => ObjectType::Indexes,
        Kind::KeyConstraint | Kind::ForeignKey | Kind::Check => ObjectType::Constraints,
        Kind::Function | Kind::Aggregate => ObjectType::Functions,
        Kind::View | Kind::ViewQuery => ObjectType::Views,
        Kind::MaterializedView => ObjectType::MaterializedViews,
        Kind::Trigger => ObjectType::Triggers,
        Kind::EventTrigger => ObjectType::EventTriggers,
        Kind::Policy | Kind::RowSecurity => ObjectType::Policies,
        Kind::Rule => ObjectType::Rules,
        Kind::Extension => ObjectType::Extensions,
        Kind::Collation => ObjectType::Collations,
        Kind::TextSearchConfiguration
        | Kind::TextSearchDictionary
        | Kind::TextSearchParser
        | Kind::TextSearchTemplate => ObjectType::TextSearch,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_read_and_misspelt_ones_get_the_nearest() {
        let both = BTreeSet::from([ObjectType::Tables, ObjectType::MaterializedViews]);
        assert_eq!(parse("tables, Materialized-Views"), Ok(both));
        assert!(
            parse("tabels").unwrap_err().starts_with("types of objects, where 'tabels' is none (is 'tables' meant?)")
        );
        assert!(parse("policy").unwrap_err().contains("'policies'"));
        assert!(parse(" , ").unwrap_err().starts_with("types of objects: tables, "));
    }

    #[test]
    fn a_choice_leaves_the_others_out() {
        let some = BTreeSet::from([ObjectType::Views]);
        assert!(ObjectTypes::All.include(ObjectType::Rules));
        assert!(ObjectTypes::Only(some.clone()).include(ObjectType::Views));
        assert!(!ObjectTypes::Only(some.clone()).include(ObjectType::Rules));
        assert!(!ObjectTypes::Except(some).include(ObjectType::Views));
    }
}
