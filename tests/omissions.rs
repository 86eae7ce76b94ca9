//! Targets whose user may do little: what is left out, what would have allowed it, and what the exit code and the store say.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::{Outcome, Run};

/// Every statement of this that a superuser made is refused to the owner of a database, and nothing that rows need.
const SOURCE: &str = "
    CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item SELECT n, 'item ' || n FROM generate_series(1, 100) n;
    CREATE TABLE guarded (id int); INSERT INTO guarded VALUES (1), (2), (3);
    ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
    CREATE POLICY few ON guarded USING (id > 2);
    CREATE FUNCTION fast(int, int) RETURNS int LANGUAGE internal STRICT AS 'int4pl';
    CREATE VIEW sums AS SELECT fast(id, 1) FROM item;
    CREATE VIEW sums_again AS SELECT * FROM sums;
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON sql_drop EXECUTE FUNCTION watch();
    CREATE FOREIGN DATA WRAPPER far;
    CREATE SERVER farther FOREIGN DATA WRAPPER far;
    CREATE PUBLICATION everything FOR ALL TABLES;
    ALTER TABLE item OWNER TO omission_owner;
    GRANT SELECT ON item TO omission_reader WITH GRANT OPTION;
    SET ROLE omission_reader; GRANT SELECT ON item TO PUBLIC; RESET ROLE;";

/// A source with all that, and a target that belongs to a user who may do nothing else.
struct Poor {
    source: Database<'static>,
    target: Database<'static>,
    store: Database<'static>,
    user: String,
}

impl Poor {
    fn new(user: &str, script: &str) -> Self {
        let cluster = Cluster::shared();
        cluster.create_roles(&["omission_owner", "omission_reader", user]);
        let poor = Self {
            source: cluster.database(),
            target: cluster.database(),
            store: cluster.database(),
            user: user.to_owned(),
        };
        cluster.maintenance().psql(&format!("ALTER ROLE {user} LOGIN"));
        poor.source.psql(script);
        let name = &poor.target.name;
        poor.target.psql(&format!("ALTER DATABASE {name} OWNER TO {user}; ALTER SCHEMA public OWNER TO {user}"));
        poor
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let run = Run::snapshot(&self.source.url(), &self.target.url_of(&self.user, ""));
        run.args(["--store", &self.store.url(), "--log-level", "warn"]).args(arguments).outcome()
    }

    fn store_says(&self) -> (String, String) {
        let rows = self.store.query("SELECT status, errors FROM pgstream.snapshot_requests");
        (rows[0][0].clone(), rows[0][1].clone())
    }
}

impl Drop for Poor {
    /// A role that owns something cannot be used by another test in the same way.
    fn drop(&mut self) {
        let name = &self.target.name;
        self.target
            .psql(&format!("ALTER DATABASE {name} OWNER TO postgres; REASSIGN OWNED BY {} TO postgres", self.user));
    }
}

/// What the summary says of what is missing, and the exit code.
fn missing(outcome: &Outcome) -> String {
    let from = outcome.stdout.find("\nleft out").unwrap_or(outcome.stdout.len());
    format!("{}{}", &outcome.stdout[from..], outcome.failure())
}

/// Puts one word in the place of a database's name, which has a number in it.
fn shown(poor: &Poor, text: &str) -> String {
    // The words of servers before 16.
    text.replace(&poor.target.name, "DATABASE").replace("must be able to SET ROLE", "must be member of role")
}

#[test]
fn what_the_owner_of_a_database_may_not_make_is_named_with_what_would_allow_it() {
    let poor = Poor::new("omission_alone", SOURCE);
    let outcome = poor.run(&[]);
    insta::assert_snapshot!(shown(&poor, &missing(&outcome)));
    assert_eq!(outcome.exit_code, Some(1));
    assert_eq!(poor.target.value("SELECT count(*) FROM item"), "100");
    assert_eq!(poor.target.value("SELECT count(*) FROM guarded"), "3");
    assert_eq!(poor.target.value("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'guarded'"), "t");
    let (status, errors) = poor.store_says();
    assert_eq!(status, "requested");
    assert!(errors.contains("event trigger watcher was left out"), "{errors}");
}

#[test]
fn what_was_accepted_beforehand_is_named_and_fails_nothing() {
    let poor = Poor::new("omission_accepting", SOURCE);
    let outcome = poor.run(&["--allow-omissions", "all"]);
    insta::assert_snapshot!(shown(&poor, &missing(&outcome)));
    assert_eq!(outcome.exit_code, Some(0));
    assert_eq!(poor.store_says(), ("completed".to_owned(), "\\N".to_owned()));
}

#[test]
fn accepting_one_kind_accepts_no_other() {
    let poor = Poor::new("omission_picky", SOURCE);
    let outcome = poor.run(&["--allow-omissions", "owner,event-trigger"]);
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    let (before, accepted) = outcome.stdout.split_once("left out, as --allow-omissions accepts:").unwrap();
    assert!(
        accepted.contains("event trigger watcher") && accepted.contains("owner of table public.item"),
        "{accepted}"
    );
    assert!(!accepted.contains("publication") && before.contains("publication everything"), "{before}");
    let (status, errors) = poor.store_says();
    assert!(status == "requested" && !errors.contains("watcher") && errors.contains("everything"), "{status} {errors}");
}

#[test]
fn rows_are_never_left_out_whatever_was_accepted() {
    let poor = Poor::new(
        "omission_rows",
        "CREATE FUNCTION fast(int, int) RETURNS int LANGUAGE internal STRICT AS 'int4pl';
         CREATE TABLE t (id int CHECK (fast(id, 1) > 0)); INSERT INTO t VALUES (1)",
    );
    let outcome = poor.run(&["--allow-omissions", "all"]);
    insta::assert_snapshot!(outcome.failure());
    assert_eq!(outcome.exit_code, Some(1));
    assert_eq!(poor.store_says().0, "requested");
}

#[test]
fn a_member_of_the_owners_loses_nothing() {
    let poor = Poor::new(
        "omission_member",
        "CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) SELECT 'x' FROM generate_series(1, 50);
         CREATE INDEX ON item (name); CREATE VIEW names AS SELECT name FROM item;
         CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM item;
         ALTER TABLE item OWNER TO omission_owner; ALTER VIEW names OWNER TO omission_owner;
         ALTER MATERIALIZED VIEW kept OWNER TO omission_owner;
         GRANT SELECT ON item TO omission_reader",
    );
    let member = "GRANT omission_owner TO omission_member; ALTER ROLE omission_member INHERIT";
    Cluster::shared().maintenance().psql(member);
    poor.target.psql("GRANT CREATE ON SCHEMA public TO omission_owner");
    poor.run(&[]).expect_done();
    assert_eq!(poor.target.value("SELECT relowner::regrole FROM pg_class WHERE relname = 'item'"), "omission_owner");
    assert_eq!(poor.target.value("SELECT nextval('item_id_seq')"), "51");
    assert_eq!(poor.target.value("SELECT count FROM kept"), "50");
}

/// The owner of a schema is set before its tables are made, and who does not inherit from that owner then lacks its rights.
#[test]
fn a_member_that_does_not_inherit_from_the_owner_of_a_schema_is_told_so_before_any_row() {
    let poor = Poor::new(
        "omission_noinherit",
        "CREATE SCHEMA held AUTHORIZATION omission_owner; CREATE TABLE held.item (id int);
         INSERT INTO held.item SELECT generate_series(1, 50)",
    );
    let member = "ALTER ROLE omission_noinherit NOINHERIT; GRANT omission_owner TO omission_noinherit";
    Cluster::shared().maintenance().psql(member);
    poor.target.psql(&format!("GRANT CREATE ON DATABASE {} TO omission_owner", poor.target.name));
    let outcome = poor.run(&["--allow-omissions", "all", "--schemas", "held"]);
    insta::assert_snapshot!(outcome.failure());
    assert_eq!(outcome.exit_code, Some(1));
    assert_eq!(poor.store_says().0, "requested");
}

#[test]
fn an_unknown_kind_is_refused_with_those_that_exist() {
    let run = Run::snapshot("postgres://h", "postgres://h").args(["--allow-omissions", "owner,rows"]);
    insta::assert_snapshot!(run.outcome().failure());
}

#[test]
fn what_needs_a_refused_index_is_named_as_well() {
    let poor = Poor::new(
        "omission_opclass",
        "CREATE OPERATOR CLASS own_ops FOR TYPE int4 USING btree AS
             OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
         CREATE TABLE parent (id int); INSERT INTO parent VALUES (1);
         CREATE UNIQUE INDEX parent_id ON parent (id own_ops);
         CREATE TABLE child (p int REFERENCES parent (id)); INSERT INTO child VALUES (1);",
    );
    let accepted = "--allow-omissions=operator-class,operator-family,index,owner,privilege";
    let outcome = poor.run(&[accepted]);
    let text = missing(&outcome);
    assert_eq!(poor.target.value("SELECT count(*) FROM pg_constraint WHERE conname = 'child_p_fkey'"), "0", "{text}");
    assert!(text.contains("child_p_fkey"), "{text}");
    assert_eq!(outcome.exit_code, Some(1), "a constraint was not accepted: {text}");
}
