//! The settings of a look at the store.

use clap::ArgMatches;

use super::error::Error;
use super::layers::{Environment, File, Layers};
use super::{StatusSettings, table};

/// Resolves the settings of a look at the store, by the same rules as [`super::resolve`].
///
/// # Errors
///
/// As for [`super::resolve`].
pub fn resolve_status(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<StatusSettings, Error> {
    let layers = Layers { matches, environment, file };
    let warnings = layers.check_names()?;
    Ok(StatusSettings {
        store: layers.required(&table::STORE)?,
        json: layers.as_json()?,
        logging: layers.logging()?,
        warnings,
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::resolve;
    use super::*;

    #[test]
    fn a_store_is_repeatable_by_its_name_in_pgstream() {
        let invocation = crate::cli::parse(["pgsluice", "snapshot"].map(OsString::from)).unwrap();
        for (value, repeat) in [("true", true), ("false", false)] {
            let lines =
                format!("PGSLUICE_SOURCE=s\nPGSLUICE_TARGET=t\nPGSTREAM_POSTGRES_SNAPSHOT_STORE_REPEATABLE={value}");
            let file = File::parse("a.env", lines.as_bytes()).unwrap();
            let settings = resolve(&invocation.matches, &Environment::default(), &file).unwrap();
            assert_eq!(settings.repeat, repeat);
        }
    }

    #[test]
    fn a_look_at_the_store_needs_the_store_alone() {
        let parse = |words: &[&str]| crate::cli::parse(words.iter().map(OsString::from)).unwrap();
        let resolved =
            |words: &[&str]| resolve_status(&parse(words).matches, &Environment::default(), &File::default());
        let settings = resolved(&["pgsluice", "status", "--store", "s", "--json"]).unwrap();
        assert_eq!((settings.store.expose(), settings.json), ("s", true));
        assert!(matches!(resolved(&["pgsluice", "status"]), Err(Error::Missing { flag: "store", .. })));
    }
}
