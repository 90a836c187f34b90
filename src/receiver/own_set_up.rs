//! Set-up of an SDK or app that has a receiver of its own.

use std::fmt;

use crate::call::Profile;
use crate::call::profile::Source;

/// Set-up of an SDK or app that has a receiver of its own, for which Trill writes no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSetUp {
    /// Name of the app.
    pub app: String,
    /// Page that describes the set-up, or else the code that was read; empty if neither is known.
    pub address: String,
    /// `true` if the address is a page that describes it.
    pub is_page: bool,
}

impl OwnSetUp {
    pub(super) fn of(profile: &Profile) -> Self {
        let page = profile
            .sources
            .iter()
            .find(|source| !source.page.is_empty());
        let source = page.or_else(|| profile.sources.first());
        Self {
            app: profile.name.clone(),
            address: source.map(Source::address).unwrap_or_default(),
            is_page: page.is_some(),
        }
    }
}

impl fmt::Display for OwnSetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { app, address, .. } = self;
        write!(
            f,
            "{app} has a receiver of its own, so Trill writes none for it. "
        )?;
        match (self.is_page, address.is_empty()) {
            (true, _) => write!(f, "Its documentation: {address}"),
            (false, false) => write!(
                f,
                "Trill knows no page that describes its set-up; its code is at {address}"
            ),
            (false, true) => f.write_str("Trill knows no page that describes its set-up."),
        }
    }
}
