//! Sources with something in them that no statement can make again: what people are told, and that the target is as it was.

use crate::support::cluster::Cluster;
use crate::support::oracle;
use crate::support::run::Run;

/// Copies a database made by a script, which must fail; returns what the user is told.
fn failure(script: &str) -> String {
    let cluster = Cluster::shared();
    let (source, target, untouched) = (cluster.database(), cluster.database(), cluster.database());
    source.psql(script);
    let outcome = Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").outcome();
    assert_eq!(oracle::difference(&untouched, &target), None, "the target was changed");
    outcome.failure()
}

#[test]
fn a_rule_with_the_name_that_only_views_may_have_is_named_before_anything_is_made() {
    let said = failure(
        "CREATE TABLE item (id int);
         CREATE TABLE log (id int);
         CREATE RULE note AS ON INSERT TO item DO ALSO INSERT INTO log VALUES (new.id);
         UPDATE pg_rewrite SET rulename = '_RETURN' WHERE rulename = 'note';",
    );
    insta::assert_snapshot!(said, @r#"
    exit code: 1
    error: cannot copy rule "_RETURN" on public.item: no server takes CREATE RULE with the name "_RETURN"
    hint: rename it on the source with ALTER RULE … ON … RENAME TO …, or leave its table out with --exclude-tables
    "#);
}

#[test]
fn what_needs_a_function_that_is_gone_is_named_before_anything_is_made() {
    for (definition, named) in [
        ("CREATE VIEW bad AS SELECT two()", "rule _RETURN on view sales.bad"),
        ("ALTER TABLE item ADD COLUMN bad int DEFAULT two()", "default value for column bad of table sales.item"),
        ("ALTER TABLE item ADD CONSTRAINT bad CHECK (two() > id)", "constraint bad on table sales.item"),
        ("CREATE INDEX bad ON item (two())", "index sales.bad"),
        ("CREATE POLICY bad ON item USING (two() > id)", "policy bad on table sales.item"),
        ("CREATE RULE bad AS ON INSERT TO item DO ALSO SELECT two()", "rule bad on table sales.item"),
        (
            "CREATE TRIGGER bad BEFORE UPDATE ON item FOR EACH ROW WHEN (two() > 1)
             EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "trigger bad on table sales.item",
        ),
    ] {
        let said = failure(&format!(
            "CREATE SCHEMA sales;
             SET search_path = sales;
             CREATE TABLE item (id int);
             CREATE FUNCTION two() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2';
             {definition};
             CREATE VIEW whole AS SELECT id FROM item;
             DELETE FROM pg_proc WHERE proname = 'two';"
        ));
        assert!(said.starts_with("exit code: 1\nerror: could not read the catalog of the source"), "{said}");
        assert!(said.contains("detail: ERROR XX000: cache lookup failed for function "), "{said}");
        let hint =
            format!("hint: the object with that OID is gone, and needed by {named}: drop or replace what needs it");
        assert!(said.contains(&hint), "{definition}: {said}");
    }
}
