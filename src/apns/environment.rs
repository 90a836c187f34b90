//! The environment: which APNs a push goes to.

/// Apple's two, and both again in the simulator that comes with Trill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// The APNs inside `trill`: no Apple account, nothing leaves the machine.
    #[default]
    Simulator,
    /// The same simulator, where it stands in for production.
    SimulatorProduction,
    /// Apple's development APNs, for builds run from Xcode.
    Sandbox,
    /// Apple's APNs for TestFlight, Ad Hoc, Enterprise and App Store builds.
    Production,
}

impl Environment {
    /// All of them, the safest first.
    pub const ALL: [Self; 4] = [
        Self::Simulator,
        Self::SimulatorProduction,
        Self::Sandbox,
        Self::Production,
    ];

    /// The word in paths and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::SimulatorProduction => "simulator-production",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|environment| environment.as_str() == text)
    }

    /// Whether it is a face of the simulator, and rings no real phone.
    pub fn is_simulator(self) -> bool {
        matches!(self, Self::Simulator | Self::SimulatorProduction)
    }

    /// The name the APNs server proves in its certificate. By it the simulator knows which face is asked for.
    pub fn host(self) -> &'static str {
        match self {
            Self::Simulator | Self::Sandbox => "api.sandbox.push.apple.com",
            Self::SimulatorProduction | Self::Production => "api.push.apple.com",
        }
    }
}
