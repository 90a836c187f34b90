//! Environment: the APNs server that a push is sent to.

/// Environment of Apple's, or its counterpart in the simulator included in Trill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// The simulator of APNs inside `trill`: needs no Apple account, sends nothing to the network.
    #[default]
    Simulator,
    /// The simulator in the role of production.
    SimulatorProduction,
    /// Apple's development APNs, for builds run from Xcode.
    Sandbox,
    /// Apple's APNs for TestFlight, Ad Hoc, Enterprise and App Store builds.
    Production,
}

impl Environment {
    /// All environments, the safest first.
    pub const ALL: [Self; 4] = [
        Self::Simulator,
        Self::SimulatorProduction,
        Self::Sandbox,
        Self::Production,
    ];

    /// Name of the environment in paths and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::SimulatorProduction => "simulator-production",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// Parses the name of an environment.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|environment| environment.as_str() == text)
    }

    /// Returns `true` for the environments of the simulator, which ring no real phone.
    pub fn is_simulator(self) -> bool {
        matches!(self, Self::Simulator | Self::SimulatorProduction)
    }

    /// Host name that the APNs server proves in its certificate. The simulator uses it to determine
    /// which of its environments is requested.
    pub fn host(self) -> &'static str {
        match self {
            Self::Simulator | Self::Sandbox => "api.sandbox.push.apple.com",
            Self::SimulatorProduction | Self::Production => "api.push.apple.com",
        }
    }
}
