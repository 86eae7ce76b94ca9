//! Compares what large objects have beside their bytes, as far as both sides have them: owners, comments, security labels, privileges.

use std::collections::{BTreeMap, BTreeSet};

use super::definitions::{self, DefinitionDifference, Definitions, Made, Words};
use crate::apply;
use crate::connect::Control;
use crate::ddl::Statement;
use crate::error::Side;
use crate::plan;

/// Large objects that are compared at once.
const BATCH_OBJECTS: i64 = 1000;

/// Compares them as definitions. So many differences are named one by one, and the others counted.
///
/// Dropping the future leaves queries under way on both sessions.
///
/// # Errors
///
/// When one of the servers cannot be asked.
pub async fn large_object_properties(
    (source, target): (&Control, &Control),
    options: &plan::Options,
    accepted: &[&'static str],
    differences_max: usize,
) -> Result<Definitions, apply::Error> {
    let mut found = Definitions::default();
    let mut others: BTreeMap<_, usize> = BTreeMap::new();
    let mut after = 0;
    loop {
        let oids = apply::large_object_oids(source, Side::Source, after, BATCH_OBJECTS).await?;
        let Some(&last) = oids.last() else { break };
        after = last;
        let wants_labels_of = |provider: &str| options.wants_labels_of(provider);
        let (ours, theirs) = tokio::try_join!(
            apply::large_object_properties(source, Side::Source, &oids, wants_labels_of),
            apply::large_object_properties(target, Side::Target, &oids, wants_labels_of),
        )?;
        let there: BTreeSet<String> = theirs.iter().map(|of| of.object.sql.clone()).collect();
        let made = |statements: Vec<Statement>| {
            let wanted = statements.into_iter().filter(|of| there.contains(&of.object.sql) && options.wants(of));
            Made { statements: wanted.collect(), left_out: Vec::new() }
        };
        let compared = definitions::compare(&made(ours), &made(theirs), Words::Same, accepted);
        found.compared += compared.compared;
        for difference in compared.differences {
            if found.differences.len() < differences_max {
                found.differences.push(difference);
            } else {
                *others.entry((difference.omission, difference.kind, difference.is_accepted)).or_default() += 1;
            }
        }
    }
    found.differences.extend(others.into_iter().map(|((omission, kind, is_accepted), count)| DefinitionDifference {
        object: format!("{omission} of {count} more of the large objects"),
        kind,
        omission,
        is_accepted,
        source: Vec::new(),
        target: Vec::new(),
    }));
    Ok(found)
}
