//! The environment: which APNs a push goes to.

/// Apple's two, and the simulator that comes with Trill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// The APNs inside `trill`: no Apple account, nothing leaves the machine.
    #[default]
    Simulator,
    /// Apple's development APNs, for builds run from Xcode.
    Sandbox,
    /// Apple's APNs for TestFlight, Ad Hoc, Enterprise and App Store builds.
    Production,
}

impl Environment {
    /// All of them, the safest first.
    pub const ALL: [Self; 3] = [Self::Simulator, Self::Sandbox, Self::Production];

    /// The word in paths and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.as_str() == text)
    }

    /// The name the APNs server proves in its certificate. The simulator stands in for the development host.
    pub fn host(self) -> &'static str {
        match self {
            Self::Simulator | Self::Sandbox => "api.sandbox.push.apple.com",
            Self::Production => "api.push.apple.com",
        }
    }
}
