//! Environment of APNs: the one that a key or a device token belongs to, or that a server stands in
//! for.

use serde::Serialize;

use crate::apns::Environment;

/// The name only the production APNs goes by.
const PRODUCTION_HOST: &str = "api.push.apple.com";

/// One of Apple's two environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AppleEnvironment {
    /// The development APNs, for builds run from Xcode.
    Sandbox,
    /// The APNs for everything else.
    Production,
}

impl AppleEnvironment {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Sandbox, Self::Production];

    /// The environment a client asks for by the name it expects in the certificate.
    pub(crate) fn of_host(name: Option<&str>) -> Self {
        match name {
            Some(PRODUCTION_HOST) => Self::Production,
            _ => Self::Sandbox,
        }
    }

    /// The environment it is.
    pub(crate) fn environment(self) -> Environment {
        match self {
            Self::Sandbox => Environment::Sandbox,
            Self::Production => Environment::Production,
        }
    }

    /// Its counterpart in the simulator.
    pub(crate) fn in_simulator(self) -> Environment {
        match self {
            Self::Sandbox => Environment::Simulator,
            Self::Production => Environment::SimulatorProduction,
        }
    }

    /// Reads the word used in bodies.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "sandbox" => Some(Self::Sandbox),
            "production" => Some(Self::Production),
            _ => None,
        }
    }
}
