//! APNs environment, to which a key or a device token belongs or which a server simulates.

use serde::Serialize;

use crate::apns::Environment;

/// Host name that only the production environment of APNs has.
const PRODUCTION_HOST: &str = "api.push.apple.com";

/// Environment of APNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AppleEnvironment {
    /// Development environment, for builds run from Xcode.
    Sandbox,
    /// Environment for all other builds.
    Production,
}

impl AppleEnvironment {
    /// Both environments.
    pub(crate) const ALL: [Self; 2] = [Self::Sandbox, Self::Production];

    /// Returns the environment that a client selects by the host name it expects in the server
    /// certificate.
    pub(crate) fn of_host(name: Option<&str>) -> Self {
        match name {
            Some(PRODUCTION_HOST) => Self::Production,
            _ => Self::Sandbox,
        }
    }

    /// Returns Apple's environment.
    pub(crate) fn environment(self) -> Environment {
        match self {
            Self::Sandbox => Environment::Sandbox,
            Self::Production => Environment::Production,
        }
    }

    /// Returns the environment of the simulator that corresponds to Apple's.
    pub(crate) fn in_simulator(self) -> Environment {
        match self {
            Self::Sandbox => Environment::Simulator,
            Self::Production => Environment::SimulatorProduction,
        }
    }

    /// Parses the name used in bodies of the control interface.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "sandbox" => Some(Self::Sandbox),
            "production" => Some(Self::Production),
            _ => None,
        }
    }
}
