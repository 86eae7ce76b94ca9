//! The settings of a look at what stands in the way of a run.

use clap::ArgMatches;

use super::error::Error;
use super::layers::{Environment, File, Layers};
use super::secret::Secret;
use super::{CheckSettings, resolve, table};

/// Resolves the settings of a look at what stands in the way of a run, by the same rules as [`super::resolve`]; only that a target
/// need not be named.
///
/// # Errors
///
/// As for [`super::resolve`].
pub fn resolve_check(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<CheckSettings, Error> {
    let layers = Layers { matches, environment, file };
    let target = layers.secret(&table::TARGET)?;
    let source_alone = target.is_none();
    Ok(CheckSettings {
        run: resolve::run(&layers, || Ok(target.unwrap_or_else(|| Secret::new(String::new()))))?,
        source_alone,
        json: layers.as_json()?,
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn a_target_need_not_be_named() {
        let resolved = |words: &[&str]| {
            let invocation = crate::cli::parse(words.iter().map(OsString::from)).unwrap();
            resolve_check(&invocation.matches, &Environment::default(), &File::default())
        };
        let settings = resolved(&["pgsluice", "check", "--source", "s", "--jobs=3"]).unwrap();
        assert!(settings.source_alone && !settings.json);
        assert_eq!((settings.run.source.expose(), settings.run.jobs), ("s", 3));
        assert!(!resolved(&["pgsluice", "check", "--source=s", "--target=t", "--json"]).unwrap().source_alone);
        assert!(matches!(resolved(&["pgsluice", "check"]), Err(Error::Missing { flag: "source", .. })));
    }
}
