//! Place: a value in a profile, and the path at which it stands.
//!
//! Reading goes on after an error, with an empty value in place of the refused one. The first error
//! of the profile is kept.

use std::cell::OnceCell;

use serde_json::Value;

use super::error::ProfileError;
use crate::apns::path::Path;

/// Maximum number of entries of a list.
const MOST_ENTRIES: usize = 64;

/// Value in the profile, and its place.
pub(super) struct Place<'a> {
    pub(super) value: &'a Value,
    /// Path of the value, such as `rules[2].if`; `profile` for the whole profile.
    pub(super) at: String,
    /// First error of the profile.
    pub(super) first_error: &'a OnceCell<ProfileError>,
}

impl Place<'_> {
    pub(super) fn refuse(&self, error: ProfileError) {
        // An error after the first one may only follow from it.
        let _ = self.first_error.set(error);
    }

    pub(super) fn wrong(&self, wanted: &str) {
        self.refuse(ProfileError::Wrong {
            at: self.at.clone(),
            wanted: wanted.to_owned(),
        });
    }

    pub(super) fn not_one_of(&self, words: impl Iterator<Item = &'static str>) {
        let words: Vec<&str> = words.collect();
        self.wrong(&["one of ", &words.join(", ")].concat());
    }

    /// Refuses everything but an object with these keys.
    pub(super) fn check_keys(&self, keys: &[&str]) {
        let Some(members) = self.value.as_object() else {
            return self.wrong("an object");
        };
        if members.keys().any(|key| !keys.contains(&key.as_str())) {
            self.refuse(ProfileError::UnknownKey {
                at: self.at.clone(),
                hint: format!("Known keys: {}.", keys.join(", ")),
            });
        }
    }

    /// Member of an object; its value is null if the object does not have it.
    pub(super) fn member(&self, key: &str) -> Self {
        let at = if self.at == "profile" {
            key.to_owned()
        } else {
            [&self.at, ".", key].concat()
        };
        Self {
            value: &self.value[key],
            at,
            first_error: self.first_error,
        }
    }

    pub(super) fn needed(&self, key: &'static str) -> Self {
        let member = self.member(key);
        if !member.is_given() {
            self.refuse(ProfileError::Missing {
                at: self.at.clone(),
                key,
            });
        }
        member
    }

    pub(super) fn is_given(&self) -> bool {
        !self.value.is_null()
    }

    pub(super) fn text(&self) -> String {
        match self.value.as_str() {
            Some(text) => text.to_owned(),
            None => {
                self.wrong("a text");
                String::new()
            }
        }
    }

    pub(super) fn optional_text(&self, key: &str) -> Option<String> {
        let member = self.member(key);
        member.is_given().then(|| member.text())
    }

    pub(super) fn text_or(&self, key: &str, otherwise: &str) -> String {
        self.optional_text(key)
            .unwrap_or_else(|| otherwise.to_owned())
    }

    pub(super) fn boolean(&self) -> bool {
        if !self.value.is_boolean() {
            self.wrong("true or false");
        }
        *self.value == Value::Bool(true)
    }

    /// Flag of an object, which is `false` if it is not given.
    pub(super) fn flag(&self, key: &str) -> bool {
        let member = self.member(key);
        member.is_given() && member.boolean()
    }

    pub(super) fn number(&self) -> u64 {
        if !self.value.is_u64() {
            self.wrong("a whole number");
        }
        self.value.as_u64().unwrap_or_default()
    }

    pub(super) fn path(&self) -> Path {
        Path::parse(&self.text()).unwrap_or_else(|error| {
            self.refuse(ProfileError::BadPath {
                at: self.at.clone(),
                error,
            });
            Path::default()
        })
    }

    /// Entries of a list.
    pub(super) fn entries(&self) -> Vec<Self> {
        let entries = self.value.as_array().map_or(&[][..], Vec::as_slice);
        if !self.value.is_array() {
            self.wrong("a list");
        }
        if entries.len() > MOST_ENTRIES {
            self.refuse(ProfileError::TooMany {
                at: self.at.clone(),
                most: MOST_ENTRIES,
            });
        }
        let mut places = Vec::new();
        for (index, value) in entries.iter().take(MOST_ENTRIES).enumerate() {
            places.push(Self {
                value,
                at: format!("{}[{index}]", self.at),
                first_error: self.first_error,
            });
        }
        places
    }

    /// Entries of a list of an object, which is empty if it is not given.
    pub(super) fn list(&self, key: &str) -> Vec<Self> {
        let member = self.member(key);
        if member.is_given() {
            member.entries()
        } else {
            Vec::new()
        }
    }

    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.list(key).iter().map(Self::text).collect()
    }

    pub(super) fn paths(&self, key: &str) -> Vec<Path> {
        self.list(key).iter().map(Self::path).collect()
    }

    pub(super) fn values(&self, key: &str) -> Vec<Value> {
        let values = self.list(key);
        values.iter().map(|place| place.value.clone()).collect()
    }
}
