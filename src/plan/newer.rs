//! What one server version knows and the target's does not, as a table. What shows only in an expression or query as the source's
//! server writes it is not found here: the target refuses it by name when its turn comes.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::lacks::{Goes, Lack};
use super::node::{Kind, NodeId};
use super::{address, omission, reworded};
use crate::catalog::{
    Attribute, Catalog, Constraint, Lookup, ObjectId, Privilege, Range, Relation, RelationKind, class,
};
use crate::ddl::sql::{QualifiedName, readable};
use crate::ddl::{Address, relation};

/// Something servers know from a major version on.
struct Feature {
    /// What it is, as the end of "PostgreSQL … is the first to know".
    what: &'static str,
    since: u32,
    find: fn(&Seen<'_>) -> Vec<Found>,
}

/// Where it is used.
enum Found {
    /// The object cannot be without it.
    Object(Option<NodeId>),
    /// The object of the node can be without it: what is lost, and its kind.
    Property(Option<NodeId>, String, &'static str),
}

/// What is searched.
struct Seen<'a> {
    graph: &'a Graph,
    lookup: &'a Lookup<'a>,
}

/// From here on there are no postfix operators.
const WITHOUT_POSTFIX_OPERATORS_MAJOR: u32 = 14;

const fn feature(since: u32, what: &'static str, find: fn(&Seen<'_>) -> Vec<Found>) -> Feature {
    Feature { what, since, find }
}

const FEATURES: &[Feature] = &[
    feature(13, "the type of a column or an argument", |seen| seen.newer_types(NEW_TYPES_13)),
    feature(13, "targets of extended statistics", |seen| {
        let of = seen.lookup.catalog.statistics.iter().filter(|of| of.statistics_target >= 0);
        of.map(|of| seen.property(class::STATISTIC_EXT, of.oid, "the target of", "statistics")).collect()
    }),
    feature(13, "publications that publish partitions as their root", |seen| {
        let of = seen.lookup.catalog.publications.iter().filter(|of| of.via_root);
        of.map(|of| seen.object(class::PUBLICATION, of.oid)).collect()
    }),
    feature(13, "partitioned tables in publications", |seen| {
        let of = seen.lookup.catalog.publication_tables.iter().filter(|of| seen.is_partitioned(of.relation));
        of.map(|of| seen.object(class::PUBLICATION_REL, of.oid)).collect()
    }),
    feature(13, "BEFORE triggers for each row of partitioned tables", |seen| {
        let of = seen.lookup.catalog.triggers.iter().filter(|of| seen.is_partitioned(of.relation));
        let of = of.filter(|of| says(&of.definition, " BEFORE ") && says(&of.definition, " FOR EACH ROW "));
        of.map(|of| seen.object(class::TRIGGER, of.oid)).collect()
    }),
    feature(13, "the parameter deduplicate_items", |seen| {
        let set = |options: &[String]| options.iter().any(|option| option.starts_with("deduplicate_items="));
        let of = seen.lookup.catalog.indexes.iter().filter(|of| set(&of.options));
        of.map(|of| seen.object(class::CLASS, of.oid)).collect()
    }),
    feature(14, "the type of a column or an argument", |seen| seen.newer_types(NEW_TYPES_14)),
    feature(14, "compression methods of columns", |seen| {
        let of = seen.lookup.catalog.attributes.iter().filter(|of| !of.compression.is_empty());
        of.map(|of| seen.of_column(of, "the compression of")).collect()
    }),
    feature(14, "functions with a body in SQL", |seen| {
        let of = seen.lookup.catalog.functions.iter().filter(|of| has_sql_body(&of.definition));
        of.map(|of| seen.object(class::PROC, of.oid)).collect()
    }),
    feature(14, "OUT arguments of procedures", |seen| {
        let has_out = |arguments: &str| arguments.split(", ").any(|argument| argument.starts_with("OUT "));
        let of = seen.lookup.catalog.functions.iter();
        let of = of.filter(|of| of.kind == "p" && has_out(&of.identity_arguments));
        of.map(|of| seen.object(class::PROC, of.oid)).collect()
    }),
    feature(14, "extended statistics on expressions", |seen| {
        let on_expressions = |definition: &str| on_expressions(definition);
        let of = seen.lookup.catalog.statistics.iter().filter(|of| on_expressions(&of.definition));
        of.map(|of| seen.object(class::STATISTIC_EXT, of.oid)).collect()
    }),
    feature(14, "subscripting functions of types", |seen| {
        let of = seen.lookup.catalog.base_types.iter().filter(|of| of.subscript.is_some());
        of.map(|of| seen.object(class::TYPE, of.oid)).collect()
    }),
    feature(14, "names of multirange types", |seen| {
        let of = seen.lookup.catalog.ranges.iter().filter(|of| names_its_multirange(of));
        of.map(|of| seen.property(class::TYPE, of.oid, "the multirange type of", "type")).collect()
    }),
    feature(15, "NULLS NOT DISTINCT", |seen| {
        const WORDS: &str = " NULLS NOT DISTINCT";
        let keys = seen.constraints("u", |of| of.definition.starts_with("UNIQUE NULLS NOT DISTINCT"));
        let indexes = seen.lookup.catalog.indexes.iter();
        let indexes = indexes.filter(|of| of.constraint_oid == 0 && says(&of.definition, WORDS));
        keys.into_iter().chain(indexes.map(|of| seen.object(class::CLASS, of.oid))).collect()
    }),
    feature(15, "views with security_invoker", |seen| {
        let invokes = |of: &&Relation| {
            let mut values = of.options.iter().filter_map(|option| option.strip_prefix("security_invoker="));
            values.any(|value| !["false", "off", "no", "0"].contains(&value))
        };
        let of = seen.lookup.catalog.relations.iter().filter(invokes);
        of.map(|of| seen.object(class::CLASS, of.oid)).collect()
    }),
    feature(15, "column lists and row filters of publications", |seen| {
        let of = seen.lookup.catalog.publication_tables.iter();
        let of = of.filter(|of| !of.columns.is_empty() || of.condition.is_some());
        of.map(|of| seen.object(class::PUBLICATION_REL, of.oid)).collect()
    }),
    feature(15, "schemas in publications", |seen| {
        let of = seen.lookup.catalog.publication_schemas.iter();
        of.map(|of| seen.object(class::PUBLICATION_NAMESPACE, of.oid)).collect()
    }),
    feature(15, "foreign keys that set some of their columns", |seen| {
        let sets_some = |of: &Constraint| says(&of.definition, " SET NULL (") || says(&of.definition, " SET DEFAULT (");
        seen.constraints("f", sets_some)
    }),
    feature(15, "unlogged sequences", |seen| {
        let of = seen.lookup.catalog.relations.iter().filter(|of| seen.is_unlogged_by_itself(of));
        // One of an identity column goes with its table.
        let unlogged = of.map(|of| {
            let id = seen.graph.resolve(ObjectId::relation(of.oid));
            Found::Property(id, format!("UNLOGGED of {}", relation::address(of)), omission::OTHER)
        });
        unlogged.collect()
    }),
    feature(15, "numbers with a scale outside their precision", |seen| {
        let attributes = seen.lookup.catalog.attributes.iter().filter(|of| has_new_scale(&of.type_name));
        let domains = seen.lookup.catalog.domains.iter().filter(|of| has_new_scale(&of.base_type));
        let domains = domains.map(|of| seen.object(class::TYPE, of.oid));
        attributes.map(|of| seen.object(class::CLASS, of.relation)).chain(domains).collect()
    }),
    feature(16, "tailoring rules of collations", |seen| {
        let of = seen.lookup.catalog.collations.iter().filter(|of| of.rules.is_some());
        of.map(|of| seen.object(class::COLLATION, of.oid)).collect()
    }),
    feature(17, "collations of the builtin provider", |seen| {
        let of = seen.lookup.catalog.collations.iter().filter(|of| of.provider == "b");
        of.map(|of| seen.object(class::COLLATION, of.oid)).collect()
    }),
    feature(17, "identity columns of partitions", |seen| {
        let of = seen.lookup.catalog.attributes.iter().filter(|of| !of.identity.is_empty());
        let of = of.filter(|of| seen.lookup.relation(of.relation).is_some_and(Relation::is_partition));
        of.map(|of| seen.object(class::CLASS, of.relation)).collect()
    }),
    feature(17, "exclusion constraints of partitioned tables", |seen| {
        seen.constraints("x", |of| seen.is_partitioned(of.relation))
    }),
    feature(17, "access methods of partitioned tables", |seen| {
        let of = seen.lookup.catalog.relations.iter();
        let of = of.filter(|of| of.relation_kind() == RelationKind::PartitionedTable && of.access_method.is_some());
        of.map(|of| seen.property(class::CLASS, of.oid, "the access method of", "table")).collect()
    }),
    feature(17, "the privilege MAINTAIN", |seen| {
        let of = seen.maintains().into_iter();
        of.map(|of| {
            let id = seen.graph.find(Kind::Privileges, of).or_else(|| seen.graph.find(Kind::DefaultPrivileges, of));
            let object = id.map(|id| address::describe(seen.graph, seen.lookup, id)).unwrap_or_default();
            let kind = id.map_or(omission::OTHER, |id| omission::of_node(seen.graph, seen.lookup, id));
            Found::Property(id, format!("MAINTAIN in {object}"), kind)
        })
        .collect()
    }),
    feature(17, "event triggers for logins", |seen| {
        let of = seen.lookup.catalog.event_triggers.iter().filter(|of| of.event == "login");
        of.map(|of| seen.object(class::EVENT_TRIGGER, of.oid)).collect()
    }),
    feature(17, "names of NOT NULL in domains", |seen| {
        let of = seen.lookup.catalog.constraints.iter().filter(|of| of.kind == "n" && of.domain != 0);
        let named = of.filter(|of| {
            let domain = seen.lookup.domain(of.domain);
            domain.is_some_and(|domain| !is_usual_name(&of.name, &domain.name, None))
        });
        named.map(|of| seen.of_constraint(of, "the name of")).collect()
    }),
    feature(18, "virtual generated columns", |seen| {
        let of = seen.lookup.catalog.attributes.iter().filter(|of| of.generated == "v");
        of.map(|of| seen.object(class::CLASS, of.relation)).collect()
    }),
    feature(18, "constraints that are NOT ENFORCED", |seen| {
        let constraints = |kind| seen.constraints(kind, |of| says(&of.definition, " NOT ENFORCED"));
        constraints("c").into_iter().chain(constraints("f")).collect()
    }),
    feature(18, "WITHOUT OVERLAPS and PERIOD", |seen| {
        let of = seen.lookup.catalog.constraints.iter().filter(|of| of.temporal);
        of.map(|of| seen.object(class::CONSTRAINT, of.oid)).collect()
    }),
    feature(18, "NOT NULL with a name, NOT VALID or NO INHERIT", marked_not_nulls),
    feature(18, "foreign keys of partitioned tables that are NOT VALID", |seen| {
        let is_new = |of: &Constraint| !of.validated && !says(&of.definition, " NOT ENFORCED");
        seen.constraints("f", |of| is_new(of) && seen.is_partitioned(of.relation))
    }),
    feature(18, "generated columns in publications", |seen| {
        let of = seen.lookup.catalog.publications.iter().filter(|of| of.generated_columns == "s");
        of.map(|of| seen.object(class::PUBLICATION, of.oid)).collect()
    }),
    feature(18, "default privileges on large objects", |seen| {
        let of = seen.lookup.catalog.default_acls.iter().filter(|of| of.object_type == "L");
        of.map(|of| Found::Object(seen.graph.find(Kind::DefaultPrivileges, ObjectId::new(class::DEFAULT_ACL, of.oid))))
            .collect()
    }),
];

/// Built-in types by the version that has them first.
const NEW_TYPES_13: &[&str] =
    &["xid8", "pg_snapshot", "regcollation", "anycompatible", "anycompatiblearray", "anycompatiblenonarray"];
const NEW_TYPES_14: &[&str] = &[
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
    "anymultirange",
    "anycompatiblemultirange",
];

/// Finds what a server of the target's version does not know, or no longer. The graph is that of `source` in other words.
#[must_use]
pub(super) fn lacks(graph: &Graph, source: &Catalog, target_major: u32) -> Vec<Lack> {
    if source.major == target_major {
        return Vec::new();
    }
    let lookup = Lookup::new(source);
    let seen = Seen { graph, lookup: &lookup };
    let mut lacks = seen.postfix_operators(target_major);
    lacks.extend(seen.unknown_options(target_major));
    for of in FEATURES.iter().filter(|of| target_major < of.since && of.since <= source.major) {
        let reason = format!("PostgreSQL {} is the first to know {}", of.since, of.what);
        let advice = format!("copy into PostgreSQL {} or newer, or change it on the source", of.since);
        for found in (of.find)(&seen) {
            lacks.extend(match found {
                Found::Object(id) => id.map(|id| Lack::of_node(graph, &lookup, id, reason.clone(), advice.clone())),
                Found::Property(id, object, kind) => id.map(|id| Lack {
                    object,
                    reason: reason.clone(),
                    advice: advice.clone(),
                    kinds: BTreeSet::from([kind]),
                    goes: Goes::Property(id),
                }),
            });
        }
    }
    lacks
}

impl Seen<'_> {
    fn postfix_operators(&self, target_major: u32) -> Vec<Lack> {
        if target_major < WITHOUT_POSTFIX_OPERATORS_MAJOR {
            return Vec::new();
        }
        let of = self.lookup.catalog.operators.iter().filter(|of| of.right_type.is_none());
        let lacks = of.filter_map(|of| {
            let id = self.graph.resolve(ObjectId::new(class::OPERATOR, of.oid))?;
            let reason = format!("there are no postfix operators from PostgreSQL {WITHOUT_POSTFIX_OPERATORS_MAJOR} on");
            Some(Lack::of_node(self.graph, self.lookup, id, reason, "drop it on the source".to_owned()))
        });
        lacks.collect()
    }

    /// Storage parameters of relations and options of subscriptions.
    fn unknown_options(&self, target_major: u32) -> Vec<Lack> {
        let relations = self.lookup.catalog.relations.iter().filter_map(|of| {
            let mut options = of.options.iter().chain(&of.toast_options);
            let (name, since) = options.find_map(|option| reworded::unknown_option(option, target_major))?;
            self.unknown_option(ObjectId::relation(of.oid), "parameter", name, since)
        });
        let subscriptions = self.lookup.catalog.subscription_definitions.iter().flat_map(|of| {
            let id = ObjectId::new(class::SUBSCRIPTION, of.oid);
            let options = reworded::unknown_subscription_options(of, target_major);
            options.filter_map(move |(name, since)| self.unknown_option(id, "option", name, since))
        });
        relations.chain(subscriptions).collect()
    }

    fn unknown_option(&self, object: ObjectId, what: &str, name: &str, since: u32) -> Option<Lack> {
        let id = self.graph.resolve(object)?;
        Some(Lack {
            object: format!("the {what} {name} of {}", address::describe(self.graph, self.lookup, id)),
            reason: format!("PostgreSQL {since} is the first to know it"),
            advice: format!("copy into PostgreSQL {since} or newer, or change it on the source"),
            kinds: BTreeSet::from([omission::OTHER]),
            goes: Goes::Property(id),
        })
    }

    fn object(&self, class: u32, oid: u32) -> Found {
        Found::Object(self.graph.resolve(ObjectId::new(class, oid)))
    }

    fn property(&self, class: u32, oid: u32, what: &str, kind: &'static str) -> Found {
        let id = self.graph.resolve(ObjectId::new(class, oid));
        let object = id.map(|id| address::describe(self.graph, self.lookup, id)).unwrap_or_default();
        Found::Property(id, format!("{what} {object}"), kind)
    }

    fn of_column(&self, of: &Attribute, what: &str) -> Found {
        let id = self.graph.resolve(ObjectId::relation(of.relation));
        let table = self.lookup.relation(of.relation).map(relation::address);
        let column = table.map(|table| Address::column(&of.name, &table).to_string()).unwrap_or_default();
        Found::Property(id, format!("{what} {column}"), "column")
    }

    fn of_constraint(&self, of: &Constraint, what: &str) -> Found {
        let table = self.lookup.relation(of.relation).map(Relation::qualified_name);
        let domain = self.lookup.domain(of.domain).map(|of| QualifiedName::new(&of.schema, &of.name));
        let owner = table.or(domain).map(|owner| owner.to_string()).unwrap_or_default();
        let object = match of.domain {
            0 => ObjectId::relation(of.relation),
            domain => ObjectId::new(class::TYPE, domain),
        };
        let words = format!("{what} constraint {} on {owner}", readable(&of.name));
        Found::Property(self.graph.resolve(object), words, "constraint")
    }

    fn constraints(&self, kind: &str, is_meant: impl Fn(&Constraint) -> bool) -> Vec<Found> {
        let of = self.lookup.catalog.constraints.iter().filter(|of| of.kind == kind && is_meant(of));
        of.map(|of| self.object(class::CONSTRAINT, of.oid)).collect()
    }

    fn is_partitioned(&self, relation: u32) -> bool {
        self.lookup.relation(relation).is_some_and(|of| of.relation_kind() == RelationKind::PartitionedTable)
    }

    /// A sequence of an unlogged table's own column is unlogged because the table is.
    fn is_unlogged_by_itself(&self, of: &Relation) -> bool {
        let owner = self.lookup.sequence(of.oid).and_then(|sequence| self.lookup.relation(sequence.owning_relation));
        of.relation_kind() == RelationKind::Sequence
            && of.persistence == "u"
            && owner.is_none_or(|table| table.persistence != "u")
    }

    /// Objects with columns, arguments or base types of these built-in types, or of multirange types that users made.
    fn newer_types(&self, types: &[&str]) -> Vec<Found> {
        let catalog = self.lookup.catalog;
        let own: Vec<String> = if types == NEW_TYPES_14 {
            let named =
                |of: &Range| Some(QualifiedName::new(of.multirange_schema.as_ref()?, of.multirange_name.as_ref()?));
            catalog.ranges.iter().filter_map(named).map(|name| name.to_string()).collect()
        } else {
            Vec::new()
        };
        let is_newer = |name: &str| {
            let name = name.trim_end_matches("[]");
            types.contains(&name) || own.iter().any(|own| own == name)
        };
        let columns = catalog.attributes.iter().filter(|of| is_newer(&of.type_name));
        let columns = columns.map(|of| self.object(class::CLASS, of.relation));
        let domains = catalog.domains.iter().filter(|of| is_newer(&of.base_type));
        let domains = domains.map(|of| self.object(class::TYPE, of.oid));
        let takes = |arguments: &str| arguments.split(", ").any(is_newer);
        let functions = catalog.functions.iter().filter(|of| takes(&of.argument_types)).map(|of| of.oid);
        let aggregates = catalog.aggregates.iter().filter(|of| takes(&of.argument_types)).map(|of| of.oid);
        let routines = functions.chain(aggregates).map(|oid| self.object(class::PROC, oid));
        columns.chain(domains).chain(routines).collect()
    }

    /// Objects whose MAINTAIN differs from what older servers take for granted: granted to others than the owner, or the only
    /// thing that was taken from the owner.
    fn maintains(&self) -> BTreeSet<ObjectId> {
        let privileges = &self.lookup.catalog.privileges;
        let object = |of: &Privilege| ObjectId::new(of.class, of.oid);
        let of_maintain = privileges.iter().filter(|of| of.privilege == "MAINTAIN").map(object);
        of_maintain
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|object| is_maintain_told(self.lookup.privileges(*object)))
            .collect()
    }
}

/// NOT NULL that says more than that NULL is refused, where it is not just inherited.
fn marked_not_nulls(seen: &Seen<'_>) -> Vec<Found> {
    let of_tables = seen.lookup.catalog.constraints.iter().filter(|of| of.kind == "n" && of.relation != 0 && of.local);
    let marked = of_tables.filter_map(|of| {
        let table = seen.lookup.relation(of.relation)?;
        // A partition has its parent's, under whatever name.
        let parents = seen.lookup.parents(of.relation).iter();
        let mut of_parents = parents.flat_map(|parent| seen.lookup.constraints_of(ObjectId::relation(*parent)));
        if table.is_partition() && of_parents.any(|parent| parent.kind == "n" && parent.name == of.name) {
            return None;
        }
        let mut columns = seen.lookup.attributes(of.relation).iter();
        let column = columns.find(|column| of.columns == [column.number])?;
        let what = if !of.validated {
            "NOT VALID of"
        } else if of.no_inherit {
            "NO INHERIT of"
        } else if !is_usual_name(&of.name, &table.name, Some(&column.name)) {
            "the name of"
        } else {
            return None;
        };
        Some(seen.of_constraint(of, what))
    });
    marked.collect()
}

/// Whether privileges of one object say something of MAINTAIN that goes missing without it.
fn is_maintain_told(privileges: &[&Privilege]) -> bool {
    let same = |one: &Privilege, other: &Privilege| {
        (&one.grantor, &one.grantee, &one.privilege, one.grantable)
            == (&other.grantor, &other.grantee, &other.privilege, other.grantable)
    };
    let differs = |of: &&&Privilege| !privileges.iter().any(|other| other.initial != of.initial && same(of, other));
    let different = privileges.iter().filter(differs);
    let (revoked, granted): (Vec<&Privilege>, Vec<&Privilege>) = different.copied().partition(|of| of.initial);
    let is_maintain = |of: &&Privilege| of.privilege == "MAINTAIN";
    granted.iter().any(is_maintain) || (!revoked.is_empty() && revoked.iter().all(is_maintain))
}

/// The text outside quotes holds some words.
fn says(definition: &str, words: &str) -> bool {
    without_quoted(definition).contains(words)
}

/// A text without what stands between single or double quotes.
fn without_quoted(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, _) => kept.push(character),
        }
    }
    kept
}

/// Whether a function's body is parsed when the function is made: it has no AS then.
fn has_sql_body(definition: &str) -> bool {
    let head = definition.split("\nAS ").next().unwrap_or(definition);
    let head = without_quoted(head);
    head.contains("\nBEGIN ATOMIC") || head.contains("\nRETURN ")
}

/// Whether an expression is among the columns of `CREATE STATISTICS … ON … FROM …`.
fn on_expressions(definition: &str) -> bool {
    let text = without_quoted(definition);
    let columns = text.split_once(" ON ").map_or("", |(_, rest)| rest);
    columns.split(" FROM ").next().is_some_and(|columns| columns.contains('('))
}

/// Whether a range's multirange type has another name than the server would give it.
fn names_its_multirange(of: &Range) -> bool {
    let usual = if of.name.contains("range") {
        of.name.replacen("range", "multirange", 1)
    } else {
        format!("{}_multirange", of.name)
    };
    of.multirange_name.as_ref().is_some_and(|name| *name != usual) || of.multirange_schema.as_ref() != Some(&of.schema)
}

/// Whether a type is a `numeric(precision,scale)` whose scale is negative or more than its precision.
fn has_new_scale(type_name: &str) -> bool {
    let numbers = type_name.strip_prefix("numeric(").and_then(|rest| rest.split(')').next()?.split_once(','));
    let numbers = numbers.and_then(|(precision, scale)| Some((precision.parse().ok()?, scale.parse().ok()?)));
    numbers.is_some_and(|(precision, scale): (i32, i32)| scale < 0 || scale > precision)
}

/// Whether a constraint has the name that the server gives NOT NULL, with a number where that was taken.
fn is_usual_name(name: &str, owner: &str, column: Option<&str>) -> bool {
    const NAME_BYTES_MAX: usize = 63;
    const LABEL: &str = "not_null";
    let (mut owner, mut column) = (owner, column);
    let length = |owner: &str, column: Option<&str>| owner.len() + column.map_or(0, |column| column.len() + 1);
    while length(owner, column) + LABEL.len() + 1 > NAME_BYTES_MAX {
        match &mut column {
            Some(column) if column.len() >= owner.len() => *column = without_last(column),
            _ => owner = without_last(owner),
        }
    }
    let column = column.map_or_else(String::new, |column| format!("_{column}"));
    let usual = format!("{owner}{column}_{LABEL}");
    name.strip_prefix(&usual).is_some_and(|rest| rest.chars().all(|digit| digit.is_ascii_digit()))
}

fn without_last(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next_back();
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_quotes_say_nothing() {
        assert!(says("CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT", " NULLS NOT DISTINCT"));
        assert!(!says("CREATE INDEX i ON t ((a || ' NULLS NOT DISTINCT'::text))", " NULLS NOT DISTINCT"));
        assert!(!says("CREATE INDEX i ON t (\"it''s NULLS NOT DISTINCT\")", " NULLS NOT DISTINCT"));
    }

    #[test]
    fn a_body_in_sql_is_told_from_one_in_quotes() {
        assert!(has_sql_body(
            "CREATE OR REPLACE FUNCTION f()\n RETURNS integer\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT 1;\nEND\n"
        ));
        assert!(has_sql_body("CREATE OR REPLACE FUNCTION f()\n RETURNS integer\n LANGUAGE sql\nRETURN 1\n"));
        let quoted = "CREATE OR REPLACE FUNCTION f()\n RETURNS integer\n LANGUAGE sql\nAS $function$\nBEGIN ATOMIC\n$function$\n";
        assert!(!has_sql_body(quoted));
    }

    #[test]
    fn expressions_are_told_from_columns() {
        assert!(on_expressions("CREATE STATISTICS s.x (ndistinct) ON a, (b + 1) FROM s.t"));
        assert!(!on_expressions("CREATE STATISTICS s.x (ndistinct) ON a, \"b (c\" FROM s.t"));
    }

    #[test]
    fn scales_outside_the_precision() {
        for (name, is_new) in
            [("numeric(3,-3)", true), ("numeric(2,5)[]", true), ("numeric(5,2)", false), ("numeric", false)]
        {
            assert_eq!(has_new_scale(name), is_new, "{name}");
        }
    }

    #[test]
    fn usual_names_of_not_null() {
        assert!(is_usual_name("t_a_not_null", "t", Some("a")));
        assert!(is_usual_name("t_a_not_null1", "t", Some("a")));
        assert!(!is_usual_name("t_b_not_null", "t", Some("a")));
        let (table, column) = ("t".repeat(40), "c".repeat(40));
        assert!(is_usual_name(&format!("{}_{}_not_null", &table[..27], &column[..26]), &table, Some(&column)));
    }
}
