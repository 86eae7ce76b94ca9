//! The nodes that the target refused, and those left out because they need one. Pure.

use std::collections::BTreeMap;

use crate::plan::steps::{Place, Step};

/// What is left out so far, with the words for it.
#[derive(Debug, Default)]
pub struct Refused {
    places: BTreeMap<Place, String>,
}

impl Refused {
    /// Notes a node. Nothing needs what has none.
    pub(super) fn insert(&mut self, place: Option<Place>, object: &str) {
        if let Some(place) = place {
            self.places.insert(place, object.to_owned());
        }
    }

    /// Whether a node is left out.
    pub(super) fn contains(&self, place: Option<Place>) -> bool {
        place.is_some_and(|place| self.places.contains_key(&place))
    }

    /// The first of some nodes that is left out.
    pub(super) fn needed_by(&self, rests_on: &[Place]) -> Option<String> {
        rests_on.iter().find_map(|place| self.places.get(place)).cloned()
    }

    /// Whether a step need not be tried.
    pub(super) fn blocks(&self, step: &Step) -> bool {
        self.contains(step.place) || self.needed_by(&step.rests_on).is_some()
    }
}
