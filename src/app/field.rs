//! A field of the form: a text input with a name in the document and a label on the page.

use crate::call::OwnPart;

/// A text input of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the fields of `Form`, by the same names
pub enum Field {
    KeyId,
    TeamId,
    Certificate,
    BundleId,
    DeviceToken,
    Priority,
    Expiration,
    CollapseId,
    Payload,
    App,
    Own(OwnPart),
}

impl Field {
    /// All fields, in the order of the page.
    pub const ALL: [Self; 20] = [
        Self::KeyId,
        Self::TeamId,
        Self::Certificate,
        Self::BundleId,
        Self::DeviceToken,
        Self::Priority,
        Self::Expiration,
        Self::CollapseId,
        Self::Payload,
        Self::App,
        Self::Own(OwnPart::Name),
        Self::Own(OwnPart::Handle),
        Self::Own(OwnPart::CallerName),
        Self::Own(OwnPart::CallUuid),
        Self::Own(OwnPart::HasVideo),
        Self::Own(OwnPart::SentAt),
        Self::Own(OwnPart::MakesUuid),
        Self::Own(OwnPart::EndPath),
        Self::Own(OwnPart::EndValue),
        Self::Own(OwnPart::Unreadable),
    ];

    /// Returns the field with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Label of the field in sentences of the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::KeyId => "Key ID",
            Self::TeamId => "Team ID",
            Self::Certificate => "certificate",
            Self::BundleId => "bundle ID",
            Self::DeviceToken => "device token",
            Self::Priority => "priority",
            Self::Expiration => "expiration",
            Self::CollapseId => "collapse ID",
            Self::Payload => "payload",
            Self::App => "app",
            Self::Own(part) => part.label(),
        }
    }

    /// Name of the field in the document and in a draft.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyId => "key-id",
            Self::TeamId => "team-id",
            Self::Certificate => "certificate",
            Self::BundleId => "bundle-id",
            Self::DeviceToken => "device-token",
            Self::Priority => "priority",
            Self::Expiration => "expiration",
            Self::CollapseId => "collapse-id",
            Self::Payload => "payload",
            Self::App => "app-profile",
            Self::Own(part) => part.name(),
        }
    }
}
