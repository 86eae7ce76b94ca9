//! Compares what would be made of the two databases, statement by statement. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{DifferenceKind, Verdict};
use crate::catalog::{Catalog, FamilyFunction, FamilyOperator, class};
use crate::ddl::{Action, Address, Statement, schema};
use crate::plan::{self, LeftOut, Plan, omission};

/// What the definitions of both sides say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definitions {
    /// Objects and properties that were compared.
    pub compared: usize,
    /// What differs.
    pub differences: Vec<DefinitionDifference>,
    /// What could not be compared: the object and why.
    pub not_verified: Vec<LeftOut>,
}

/// An object, or a property of one, that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionDifference {
    /// The object, or what of it, such as `owner of table public.orders`.
    pub object: String,
    /// How.
    pub kind: DifferenceKind,
    /// The word `--allow-omissions` takes for it.
    pub omission: &'static str,
    /// Whether the user accepts that it is missing.
    pub is_accepted: bool,
    /// The statements that only the source has.
    pub source: Vec<String>,
    /// The statements that only the target has.
    pub target: Vec<String>,
}

impl Definitions {
    /// What they come to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.differences.iter().any(|difference| !difference.is_accepted) {
            Verdict::Different
        } else if self.not_verified.is_empty() {
            Verdict::Same
        } else {
            Verdict::NotVerified
        }
    }

    /// Adds others.
    pub fn add(&mut self, others: Self) {
        self.compared += others.compared;
        self.differences.extend(others.differences);
        self.not_verified.extend(others.not_verified);
    }

    /// How many come to this.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Same => 0,
            Verdict::NotVerified => self.not_verified.len(),
            Verdict::Different => self.differences.iter().filter(|difference| !difference.is_accepted).count(),
        }
    }

    /// What differs or could not be compared, in words.
    pub fn findings(&self) -> impl Iterator<Item = String> {
        let differences = self.differences.iter().filter(|difference| !difference.is_accepted);
        let differences = differences.map(|of| format!("{}: {} on the target", of.object, of.kind.words()));
        let others = self.not_verified.iter().map(|of| format!("{}: not verified: {}", of.object, of.reason));
        differences.chain(others)
    }
}

impl DifferenceKind {
    /// The word for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Different => "different",
        }
    }
}

/// What would be made of one database.
#[derive(Debug, Default)]
pub struct Made {
    /// The statements, in any order.
    pub statements: Vec<Statement>,
    /// What cannot be said of it.
    pub left_out: Vec<LeftOut>,
}

impl From<Plan> for Made {
    fn from(plan: Plan) -> Self {
        Self { statements: plan.statements(true, true).cloned().collect(), left_out: plan.left_out }
    }
}

/// What both sides are planned for: a database of the target's server that holds nothing, but has the target's name and its `public`,
/// so that what is said of that schema is what would have to be changed about it.
#[must_use]
pub fn ground(target: &Catalog) -> Catalog {
    const PUBLIC: &str = "public";
    let namespaces: Vec<_> = target.namespaces.iter().filter(|of| of.name == PUBLIC).cloned().collect();
    let is_about = |class: u32, oid: u32| class == class::NAMESPACE && namespaces.iter().any(|of| of.oid == oid);
    let comments = target.comments.iter().filter(|of| is_about(of.class, of.oid)).cloned().collect();
    let privileges = target.privileges.iter().filter(|of| is_about(of.class, of.oid)).cloned().collect();
    Catalog { namespaces, comments, privileges, database: target.database.clone(), ..Catalog::fresh(target.major) }
}

/// From here on a member that an operator class can be without belongs to its family, and types that are arrays name the function
/// that takes elements out of them.
const LOOSE_MEMBERS_MAJOR: u32 = 14;

/// Both catalogs, the source's first, as far as servers of both versions know what they say.
#[must_use]
pub fn in_common_words<'a>(source: &'a Catalog, target: &'a Catalog) -> (Cow<'a, Catalog>, Cow<'a, Catalog>) {
    let (mut ours, mut theirs) = (Cow::Borrowed(source), Cow::Borrowed(target));
    if source.major < target.major {
        // What an older source cannot say, such as the name of a NOT NULL, is nothing that the target could have otherwise. But a
        // plan says owners of schemas, and privileges, in the words of the target.
        theirs = plan::reworded(target, source);
        theirs.to_mut().privileges.clone_from(&target.privileges);
        theirs.to_mut().namespaces.clone_from(&target.namespaces);
    }
    let [is_ours_old, is_theirs_old] = [source, target].map(|of| of.major < LOOSE_MEMBERS_MAJOR);
    if is_ours_old != is_theirs_old {
        for catalog in [&mut ours, &mut theirs] {
            loosen_members(catalog.to_mut());
        }
    }
    if is_ours_old && !is_theirs_old {
        theirs.to_mut().base_types.iter_mut().for_each(|of| of.subscript = None);
    }
    (ours, theirs)
}

/// Lets the members of operator classes belong to the families alone, in an order of their own.
fn loosen_members(catalog: &mut Catalog) {
    catalog.family_operators.iter_mut().for_each(|of| of.operator_class = 0);
    catalog.family_functions.iter_mut().for_each(|of| of.operator_class = 0);
    let is_member = |of: u32| of == class::AMOP || of == class::AMPROC;
    catalog.depends.retain(|of| !(is_member(of.class) && of.referenced_class == class::OPCLASS));
    catalog.family_operators.sort_by(|one, other| {
        let key = |of: &FamilyOperator| (of.family, of.strategy, of.left_type.clone(), of.right_type.clone());
        key(one).cmp(&key(other))
    });
    catalog.family_functions.sort_by(|one, other| {
        let key = |of: &FamilyFunction| (of.family, of.number, of.left_type.clone(), of.right_type.clone());
        key(one).cmp(&key(other))
    });
}

/// The extensions that have another version on the target, as a run leaves them that finds another package there.
#[must_use]
pub fn extension_versions(source: &Catalog, target: &Catalog) -> Vec<LeftOut> {
    let other = source.extensions.iter().filter_map(|of| {
        let there = target.extensions.iter().find(|there| there.name == of.name && there.version != of.version)?;
        Some(LeftOut {
            object: format!("version {} of {}", of.version, schema::extension_address(of)),
            reason: format!("the target has version {}", there.version),
            kind: None,
        })
    });
    other.collect()
}

/// Whether both sides' servers write the same definition in the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// They are of one major version.
    Same,
    /// They are not: from 16 on columns of a query's only table are written without the table, from 14 on arguments of procedures
    /// with `IN`.
    OtherVersion,
}

impl Words {
    /// What identifies an object.
    fn key(self, object: &Address) -> (&'static str, String) {
        let is_said_otherwise = self == Self::OtherVersion && object.kind == "PROCEDURE";
        (object.kind, if is_said_otherwise { without_in(&object.sql) } else { object.sql.clone() })
    }

    /// Whether two statements say the same.
    fn are_same(self, one: &Statement, other: &Statement) -> bool {
        one.sql == other.sql
            || (self == Self::OtherVersion && same_but_for_qualifiers(&without_in(&one.sql), &without_in(&other.sql)))
    }
}

/// A list of arguments without their usual mode.
fn without_in(sql: &str) -> String {
    sql.replace("(IN ", "(").replace(", IN ", ", ")
}

/// Whether two texts differ in blanks, and in qualifiers that one of them has more, alone.
fn same_but_for_qualifiers(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    let (mut one, mut other) = (one.as_slice(), other.as_slice());
    loop {
        match (one, other) {
            ([], []) => return true,
            ([first, ours @ ..], [second, theirs @ ..]) if first == second && !is_extra(one, other) => {
                (one, other) = (ours, theirs);
            }
            ([_, ".", ours @ ..], _) if ours.first() == other.first() => one = ours,
            (_, [_, ".", theirs @ ..]) if theirs.first() == one.first() => other = theirs,
            _ => return false,
        }
    }
}

/// Whether two texts begin alike and one goes on with a qualified name where the other does not: `t.t` and `t`.
fn is_extra(one: &[&str], other: &[&str]) -> bool {
    let is_qualified = |tokens: &[&str]| tokens.get(1) == Some(&".");
    is_qualified(one) != is_qualified(other)
}

/// The words of a text, its other characters one by one, and what is in quotes in one piece.
fn tokens(sql: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '\'' | '"' => quoted_length(rest, first),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind.trim_start();
    }
    tokens
}

/// The length of the quoted piece that a text begins with; a quote that is written twice does not end it.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut quotes = text.match_indices(quote).map(|(place, _)| place).skip(1).peekable();
    while let Some(place) = quotes.next() {
        if quotes.next_if_eq(&(place + 1)).is_none() {
            return place + 1;
        }
    }
    text.len()
}

/// Compares what would be made of the source with what would be made of the target, on the same server.
#[must_use]
pub fn compare(source: &Made, target: &Made, words: Words, accepted: &[&'static str]) -> Definitions {
    // Neither side's silence says that something is missing.
    let unknown = source.left_out.iter().chain(&target.left_out).filter(|of| of.kind.is_some());
    let not_verified: BTreeMap<&str, &LeftOut> = unknown.map(|of| (of.object.as_str(), of)).collect();
    let (here, there) = (by_object(&source.statements, words), by_object(&target.statements, words));
    let objects: BTreeSet<_> = here.keys().chain(there.keys()).collect();
    let mut definitions = Definitions::default();
    let nothing = Parts::new();
    for key in objects {
        let [ours, theirs] = [&here, &there].map(|of| of.get(key).map_or(&nothing, |(_, parts)| parts));
        let Some((object, _)) = here.get(key).or_else(|| there.get(key)) else { continue };
        if not_verified.contains_key(object.to_string().as_str()) {
            continue;
        }
        definitions.compared += ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>().len();
        definitions.differences.extend(differences(object, ours, theirs, words, accepted));
    }
    let is_open = |of: &&LeftOut| of.kind.is_some_and(|kind| !accepted.contains(&kind));
    definitions.not_verified = not_verified.into_values().filter(is_open).cloned().collect();
    definitions
}

/// The statements about an object by what they do.
type Parts<'a> = BTreeMap<Action, Vec<&'a Statement>>;

/// The objects with what is said of each, by what identifies them.
type Objects<'a> = BTreeMap<(&'static str, String), (&'a Address, Parts<'a>)>;

fn by_object(statements: &[Statement], words: Words) -> Objects<'_> {
    let mut objects = Objects::new();
    for statement in statements {
        let object = objects.entry(words.key(&statement.object));
        let (_, parts) = object.or_insert_with(|| (&statement.object, Parts::new()));
        parts.entry(statement.action).or_default().push(statement);
    }
    objects
}

fn differences(
    object: &Address,
    ours: &Parts<'_>,
    theirs: &Parts<'_>,
    words: Words,
    accepted: &[&'static str],
) -> Vec<DefinitionDifference> {
    let one_side = [(ours, theirs, DifferenceKind::Missing), (theirs, ours, DifferenceKind::Extra)];
    for (has, has_not, kind) in one_side {
        // What an object is without needs no mention where all of it is missing.
        if let (Some(creating), true) = (has.get(&Action::Create).and_then(|made| made.first()), has_not.is_empty()) {
            return vec![difference(object.to_string(), kind, creating, accepted, [&[], &[]])];
        }
    }
    let actions: BTreeSet<_> = ours.keys().chain(theirs.keys()).copied().collect();
    let differing = actions.into_iter().filter_map(|action| {
        let [ours, theirs] = [ours, theirs].map(|of| of.get(&action).map_or(&[][..], Vec::as_slice));
        let (only_ours, only_theirs) = (without(ours, theirs, words), without(theirs, ours, words));
        let first = only_ours.first().or(only_theirs.first())?;
        let kind = match (ours.is_empty(), theirs.is_empty(), action) {
            (_, _, Action::Drop) | (true, false, _) => DifferenceKind::Extra,
            (false, true, _) => DifferenceKind::Missing,
            _ => DifferenceKind::Different,
        };
        Some(difference(property(object, action), kind, first, accepted, [&only_ours, &only_theirs]))
    });
    differing.collect()
}

fn difference(
    object: String,
    kind: DifferenceKind,
    statement: &Statement,
    accepted: &[&'static str],
    sides: [&[&Statement]; 2],
) -> DefinitionDifference {
    let omission = omission::kind(statement);
    let [source, target] = sides.map(|statements| statements.iter().map(|of| of.shown().to_owned()).collect());
    let is_accepted = kind != DifferenceKind::Extra && accepted.contains(&omission);
    DefinitionDifference { object, kind, omission, is_accepted, source, target }
}

/// What a statement sets of an object.
fn property(object: &Address, action: Action) -> String {
    match action {
        Action::Attach => format!("attachment of {object}"),
        _ => omission::words(object, action),
    }
}

/// The statements that the other side does not have, as often as it has them less.
fn without<'a>(all: &[&'a Statement], others: &[&'a Statement], words: Words) -> Vec<&'a Statement> {
    let mut there = others.to_vec();
    let is_alone = |statement: &&&Statement| {
        let found = there.iter().position(|other| words.are_same(statement, other));
        found.map(|place| there.swap_remove(place)).is_none()
    };
    all.iter().filter(is_alone).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(statements: &[(Action, &str, &str)]) -> Made {
        let statement = |(action, name, sql): &(Action, &str, &str)| {
            Statement::new(*action, &Address::in_schema("TABLE", "public", name), *sql)
        };
        Made { statements: statements.iter().map(statement).collect(), left_out: Vec::new() }
    }

    fn shown(source: &[(Action, &str, &str)], target: &[(Action, &str, &str)]) -> Vec<String> {
        let definitions = compare(&made(source), &made(target), Words::Same, &["comment"]);
        let line = |of: &DefinitionDifference| {
            format!("{}: {:?} {:?} {:?} {}", of.object, of.kind, of.source, of.target, of.is_accepted)
        };
        definitions.differences.iter().map(line).collect()
    }

    #[test]
    fn what_is_missing_as_a_whole_is_named_once() {
        let table = [(Action::Create, "t", "CREATE"), (Action::Owner, "t", "OWNER"), (Action::Comment, "t", "COMMENT")];
        assert_eq!(shown(&table, &[]), ["table public.t: Missing [] [] false"]);
        assert_eq!(shown(&[], &table), ["table public.t: Extra [] [] false"]);
        assert_eq!(shown(&table, &table), [""; 0]);
    }

    #[test]
    fn a_property_is_named_with_what_differs() {
        let source = [(Action::Create, "t", "A"), (Action::Alter, "t", "B"), (Action::Alter, "t", "C")];
        let target = [(Action::Alter, "t", "C"), (Action::Create, "t", "A"), (Action::Alter, "t", "D")];
        assert_eq!(shown(&source, &target), [r#"settings of table public.t: Different ["B"] ["D"] false"#]);
        let source = [(Action::Create, "t", "A"), (Action::Comment, "t", "C")];
        assert_eq!(shown(&source, &source[..1]), [r#"comment on table public.t: Missing ["C"] [] true"#]);
    }

    #[test]
    fn what_cannot_be_said_of_one_side_is_not_missing() {
        let source = made(&[(Action::Create, "t", "A")]);
        let left_out =
            LeftOut { object: "table public.t".to_owned(), reason: "cannot be read".to_owned(), kind: Some("table") };
        let target = Made { left_out: vec![left_out], ..Made::default() };
        let definitions = compare(&source, &target, Words::Same, &[]);
        assert_eq!(definitions.verdict(), Verdict::NotVerified);
        assert_eq!(compare(&source, &target, Words::Same, &["table"]).verdict(), Verdict::Same);
    }

    #[test]
    fn qualifiers_that_one_version_writes_are_no_difference() {
        for (one, other) in [
            ("SELECT i.id, f(i.id)\n FROM a.item i", "SELECT id, f(id) FROM a.item i"),
            ("SELECT t.t FROM t", "SELECT t FROM t"),
            ("SELECT \"a \"\"1\"\"\".\"x.y\"", "SELECT \"x.y\""),
            ("SELECT \"A b\".x = 'a.b' FROM \"A b\"", "SELECT x = 'a.b' FROM \"A b\""),
        ] {
            assert!(same_but_for_qualifiers(one, other) && same_but_for_qualifiers(other, one), "{one}");
        }
        for (one, other) in [("SELECT a.x", "SELECT b.x"), ("SELECT 'a.b'", "SELECT 'b'"), ("SELECT a.x", "SELECT y")] {
            assert!(!same_but_for_qualifiers(one, other), "{one}");
        }
        assert_eq!(without_in("app.p(IN integer, IN text)"), "app.p(integer, text)");
    }
}
