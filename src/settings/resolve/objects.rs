//! Which objects are copied, and what of them.

use super::Error;
use crate::plan::object_types::{self, ObjectTypes};
use crate::plan::pattern::{self, PatternList};
use crate::plan::roles::Roles;
use crate::plan::shape::Property;
use crate::settings::Objects;
use crate::settings::layers::{Found, Layers};
use crate::settings::table::{self, Setting};
use crate::settings::value;

impl Layers<'_> {
    pub(super) fn objects(&self) -> Result<Objects, Error> {
        let switches = [
            (self.switch(&table::NO_OWNER)?, Property::Owner),
            (self.switch(&table::NO_PRIVILEGES)?, Property::Privileges),
            (self.switch(&table::NO_COMMENTS)?, Property::Comments),
            (self.switch(&table::NO_SECURITY_LABELS)?, Property::SecurityLabels),
            (self.switch(&table::NO_PUBLICATIONS)?, Property::Publications),
            (self.switch(&table::NO_SUBSCRIPTIONS)?, Property::Subscriptions),
            (self.switch(&table::NO_TABLESPACES)?, Property::Tablespaces),
            (self.read(&table::REFRESH_MATERIALIZED_VIEWS, value::boolean)? == Some(false), Property::MaterializedRows),
        ];
        let unwanted = switches.into_iter().filter(|(is_unwanted, _)| *is_unwanted);
        Ok(Objects {
            tables: self.patterns(&table::TABLES)?,
            exclude_tables: self.patterns(&table::EXCLUDE_TABLES)?,
            schemas: self.patterns_by(&table::SCHEMAS, PatternList::parse_schemas)?,
            exclude_schemas: self.patterns_by(&table::EXCLUDE_SCHEMAS, PatternList::parse_schemas)?,
            global_objects: self.switch(&table::INCLUDE_GLOBAL_DB_OBJECTS)?,
            subscriptions: self.subscriptions()?,
            roles: self.roles()?,
            object_types: self.object_types()?,
            unwanted: unwanted.map(|(_, property)| property).collect(),
            exclude_security_labels: self.patterns_by(&table::EXCLUDE_SECURITY_LABELS, PatternList::parse_schemas)?,
        })
    }

    /// Not to name them and to copy them exclude each other.
    fn subscriptions(&self) -> Result<bool, Error> {
        let (wanted, unnamed) = (self.switch(&table::SUBSCRIPTIONS)?, self.switch(&table::NO_SUBSCRIPTIONS)?);
        match (self.find(&table::SUBSCRIPTIONS)?, self.find(&table::NO_SUBSCRIPTIONS)?) {
            (Some(one), Some(other)) if wanted && unnamed => {
                Err(Error::Conflict { first: one.origin, second: other.origin })
            }
            _ => Ok(wanted),
        }
    }

    /// Some types of objects, or all but some; both exclude each other, as in pgstream.
    fn object_types(&self) -> Result<ObjectTypes, Error> {
        match (self.find(&table::INCLUDE_OBJECT_TYPES)?, self.find(&table::EXCLUDE_OBJECT_TYPES)?) {
            (None, None) => Ok(ObjectTypes::All),
            (Some(only), None) => Ok(ObjectTypes::Only(only.read(object_types::parse)?)),
            (None, Some(except)) => Ok(ObjectTypes::Except(except.read(object_types::parse)?)),
            (Some(only), Some(except)) => Err(Error::Conflict { first: only.origin, second: except.origin }),
        }
    }

    /// pgstream's words for the same are taken too.
    fn roles(&self) -> Result<Roles, Error> {
        let choices = [
            ("all", Roles::All),
            ("no-passwords", Roles::NoPasswords),
            ("none", Roles::None),
            ("enabled", Roles::All),
            ("no_passwords", Roles::NoPasswords),
            ("disabled", Roles::None),
        ];
        Ok(self.read(&table::ROLES, |text| value::choice(text, &choices))?.unwrap_or_default())
    }

    pub(super) fn patterns(&self, setting: &'static Setting) -> Result<PatternList, Error> {
        self.patterns_by(setting, PatternList::parse)
    }

    fn patterns_by(
        &self,
        setting: &'static Setting,
        parse: impl FnOnce(&str) -> Result<PatternList, pattern::Error>,
    ) -> Result<PatternList, Error> {
        let Some(Found { text, origin }) = self.find(setting)? else { return Ok(PatternList::default()) };
        match parse(&text) {
            // A list of commas alone must not turn into everything.
            Ok(list) if list.is_empty() => Err(Error::Invalid { origin, expected: "at least one pattern".to_owned() }),
            Ok(list) => Ok(list),
            Err(source) => Err(Error::Pattern { origin, source }),
        }
    }
}
