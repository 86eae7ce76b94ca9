//! The plan of a real database: the same whatever order the catalog's rows come in, and nothing before what it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;

use pgsluice::catalog::{self, Catalog, Lookup, Sessions};
use pgsluice::connect::{Conninfo, Endpoint, Environment, snapshot};
use pgsluice::error::Side;
use pgsluice::plan::earlier::Earlier;
use pgsluice::plan::graph::Graph;
use pgsluice::plan::merge::Rows;
use pgsluice::plan::node::{Kind, Node, NodeId};
use pgsluice::plan::object_types::ObjectTypes;
use pgsluice::plan::order::{self, Repair};
use pgsluice::plan::roles::Roles;
use pgsluice::plan::select::Selection;
use pgsluice::plan::{self, Mode, Options};

use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// How many orders are tried.
const SHUFFLES: u64 = 20;

/// Loops of every kind that can be cut, and names that sort otherwise than their needs.
const LOOPS: &str = "
    CREATE SCHEMA loops; SET search_path = loops;
    CREATE TABLE a (id int, total int);
    CREATE FUNCTION total_of(a) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    ALTER TABLE a ALTER total SET DEFAULT total_of(NULL::a), ADD CONSTRAINT a_total CHECK (total_of(a) = 1);
    CREATE DOMAIN d AS int;
    CREATE FUNCTION is_d(d) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
    ALTER DOMAIN d ADD CONSTRAINT d_is_d CHECK (is_d(VALUE));
    CREATE VIEW v AS SELECT 1 AS one;
    CREATE FUNCTION reads_v(v) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE OR REPLACE VIEW v AS SELECT reads_v(NULL::v) AS one;
    CREATE TABLE z (id int PRIMARY KEY); CREATE TABLE y (id int PRIMARY KEY REFERENCES z);
    ALTER TABLE z ADD FOREIGN KEY (id) REFERENCES y;
    CREATE VIEW b AS SELECT * FROM v; CREATE VIEW aa AS SELECT * FROM b;
    CREATE TYPE t;
    CREATE FUNCTION t_in(cstring) RETURNS t LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
    CREATE FUNCTION t_out(t) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
    CREATE TYPE t (INPUT = t_in, OUTPUT = t_out, INTERNALLENGTH = 4, PASSEDBYVALUE);
    CREATE FUNCTION less(t, t) RETURNS bool LANGUAGE internal IMMUTABLE AS 'int4lt';
    CREATE FUNCTION compare(t, t) RETURNS int LANGUAGE internal IMMUTABLE AS 'btint4cmp';
    CREATE OPERATOR < (FUNCTION = less, LEFTARG = t, RIGHTARG = t, COMMUTATOR = >);
    CREATE OPERATOR CLASS t_ops DEFAULT FOR TYPE t USING btree AS OPERATOR 1 <, FUNCTION 1 compare(t, t);
    CREATE CAST (int AS t) WITHOUT FUNCTION; CREATE CAST (t AS int) WITHOUT FUNCTION;
    CREATE TYPE r; CREATE FUNCTION canonical(r) RETURNS r LANGUAGE internal IMMUTABLE AS 'int4range_canonical';
    CREATE TYPE r AS RANGE (SUBTYPE = t, CANONICAL = canonical);
    CREATE COLLATION plain (LOCALE = 'C'); CREATE COLLATION posix (LOCALE = 'POSIX');
    CREATE TEXT SEARCH DICTIONARY simple (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
    ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR asciiword WITH loops.simple, pg_catalog.simple;
    CREATE MATERIALIZED VIEW n AS SELECT * FROM z; CREATE MATERIALIZED VIEW m AS SELECT * FROM n; CREATE INDEX ON m (id);";

fn catalog(script: &str) -> Catalog {
    let database: Database<'static> = Cluster::shared().database();
    database.psql(script);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let conninfo = Conninfo::parse(&database.url(), &Environment::default()).unwrap();
        let session = snapshot::reading(&Endpoint::new(Side::Source, conninfo).unwrap()).await.unwrap();
        let sessions = Sessions { locking: session.client(), lockless: session.client() };
        let still = catalog::read_still(session.client(), session.major(), Side::Source);
        let catalog = Box::pin(catalog::read(sessions, session.major(), Side::Source, still)).await.unwrap();
        session.close().await;
        catalog
    })
}

fn catalogs() -> Vec<Catalog> {
    let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/quickstart.sql");
    let mut scripts = vec![LOOPS.to_owned(), format!("\\set purchases 10\n\\i {}\n", quickstart.display())];
    scripts.extend(
        crate::corpora::file("adventureworks.sql")
            .map(|path| format!("\\set ON_ERROR_STOP 0\n\\i {}\n", path.display())),
    );
    scripts.iter().map(|script| catalog(script)).collect()
}

/// Numbers that look random and are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Shuffles groups of items that have a key in common; within a group they keep their order.
    fn shuffle_groups<T>(&mut self, items: &mut [T], key: impl Fn(&T) -> (u32, u32)) {
        let mut keys: Vec<_> = items.iter().map(&key).collect::<BTreeSet<_>>().into_iter().collect();
        self.shuffle(&mut keys);
        let places: BTreeMap<_, _> = keys.into_iter().enumerate().map(|(place, key)| (key, place)).collect();
        items.sort_by_key(|item| places[&key(item)]);
    }
}

/// The catalog with its rows in another order. Columns stay in order within their table, members within their operator class,
/// mappings within their configuration, comments and privileges within their object: that order has a meaning.
fn shuffled(catalog: &Catalog, seed: u64) -> Catalog {
    let (mut catalog, mut numbers) = (catalog.clone(), Numbers(seed));
    macro_rules! shuffle {
        ($($field:ident)*) => { $(numbers.shuffle(&mut catalog.$field);)* };
    }
    shuffle! {
        namespaces extensions enums composites domains ranges relations inherits constraints indexes sequences functions aggregates
        collations base_types shell_types operators operator_families operator_classes casts conversions languages transforms
        access_methods text_search_parsers text_search_templates text_search_dictionaries text_search_configurations
        triggers rules policies statistics collation_uses depends table_sizes binary_unsafe hash_partitioned
    }
    numbers.shuffle_groups(&mut catalog.attributes, |of| (0, of.relation));
    numbers.shuffle_groups(&mut catalog.family_operators, |of| (of.family, of.operator_class));
    numbers.shuffle_groups(&mut catalog.family_functions, |of| (of.family, of.operator_class));
    numbers.shuffle_groups(&mut catalog.text_search_mappings, |of| (0, of.configuration));
    numbers.shuffle_groups(&mut catalog.comments, |of| (of.class, of.oid));
    numbers.shuffle_groups(&mut catalog.security_labels, |of| (of.class, of.oid));
    numbers.shuffle_groups(&mut catalog.privileges, |of| (of.class, of.oid));
    catalog
}

#[test]
fn the_plan_does_not_depend_on_the_order_of_the_catalogs_rows() {
    let options = Options {
        mode: Mode::Full,
        selection: Selection::default(),
        object_types: ObjectTypes::All,
        unwanted: Vec::new(),
        unlabelled_providers: Vec::new(),
        subscriptions: false,
        roles: Roles::None,
        accepted: Vec::new(),
        clean: true,
        copy_format: None,
        jobs: 4,
        streams_per_table: 4,
        forced_chunk: None,
        rows: Rows::default(),
        analyze: true,
        earlier: Earlier::default(),
        unknown_locales: Vec::new(),
    };
    for catalog in catalogs() {
        // Against a target that is in the way, so that the drops are compared as well.
        let plan = plan::build(&catalog, &catalog, &options).unwrap();
        assert!(!plan.pre_data.is_empty() && !plan.clean.is_empty());
        for seed in 1..=SHUFFLES {
            let other = plan::build(&shuffled(&catalog, seed), &shuffled(&catalog, seed + 99), &options).unwrap();
            same(&plan.clean, &other.clean, seed);
            same(&plan.pre_data, &other.pre_data, seed);
            same(&plan.loads, &other.loads, seed);
            same(&plan.sequences, &other.sequences, seed);
            same(&plan.post_data, &other.post_data, seed);
            same(&plan.left_out, &other.left_out, seed);
            same(&plan.repairs, &other.repairs, seed);
            assert!(plan == other, "with seed {seed}");
        }
    }
}

/// Two lists, item by item, so that a failure shows the first that differs.
#[track_caller]
fn same<T: PartialEq + Debug>(ours: &[T], theirs: &[T], seed: u64) {
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours, theirs, "with seed {seed}");
    }
    assert_eq!(ours.len(), theirs.len(), "with seed {seed}");
}

#[test]
fn everything_comes_after_what_it_needs_but_for_the_loops_that_were_cut() {
    let mut cut = BTreeSet::new();
    for catalog in catalogs() {
        let lookup = Lookup::new(&catalog);
        let before = Graph::new(&lookup);
        let mut graph = before.clone();
        let everything = (0..graph.nodes.len()).collect();
        let order = order::order(&mut graph, &everything).unwrap();
        let made: Vec<NodeId> = order.pre_data.iter().chain(&order.post_data).copied().collect();
        let places: BTreeMap<NodeId, usize> = made.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        assert_eq!(places.len(), made.len(), "something is made twice");
        let rows = |id: &NodeId| graph.nodes[*id].key.kind == Kind::Rows;
        for id in everything.iter().filter(|id| !rows(id)) {
            assert!(places.contains_key(id), "{:?} is not made", graph.nodes[*id]);
        }
        let pre_data: BTreeSet<_> = order.pre_data.iter().collect();
        assert!(pre_data.iter().all(|id| !graph.nodes[**id].after_rows));

        let late = |nodes: &[Node], id: NodeId| {
            let needs = nodes[id].needs.union(&nodes[id].query_needs).copied();
            needs.filter(|need| places.get(need) > places.get(&id)).collect::<Vec<_>>()
        };
        for &id in &made {
            assert_eq!(late(&graph.nodes, id), Vec::<NodeId>::new(), "{:?}", graph.nodes[id]);
        }
        // The original needs: one that is not kept is the one a repair is about.
        let repaired: BTreeSet<NodeId> = order.repairs.iter().map(|repair| part(*repair)).collect();
        for id in (0..before.nodes.len()).filter(|id| places.contains_key(id)) {
            for need in late(&before.nodes, id) {
                assert!(repaired.contains(&id) || repaired.contains(&need), "{:?}", before.nodes[id]);
            }
        }
        cut.extend(order.repairs.iter().map(|repair| format!("{repair:?}").split('(').next().unwrap().to_owned()));
    }
    assert_eq!(cut, ["CheckApart", "DefaultApart", "TypeShell", "ViewStandIn"].map(str::to_owned).into());
}

fn part(repair: Repair) -> NodeId {
    match repair {
        Repair::TypeShell(id) | Repair::DefaultApart(id) | Repair::CheckApart(id) | Repair::ViewStandIn(id) => id,
    }
}
