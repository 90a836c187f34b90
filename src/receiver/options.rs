//! Options of the receiver: what no profile says and its user decides.

use thiserror::Error;

/// Framework to which the receiver reports a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flavour {
    /// CallKit.
    #[default]
    CallKit,
    /// LiveCommunicationKit, as a draft: its report was not seen to be in time on a device.
    LiveCommunicationKit,
}

impl Flavour {
    /// All flavours.
    pub const ALL: [Self; 2] = [Self::CallKit, Self::LiveCommunicationKit];

    /// Name of the flavour in options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CallKit => "callkit",
            Self::LiveCommunicationKit => "livecommunicationkit",
        }
    }
}

/// Type of a handle: the kind of address by which the system knows a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleType {
    /// User name, SIP address or any other text.
    Generic,
    /// Telephone number, which is looked for in the user's contacts.
    PhoneNumber,
    /// E-mail address, which is looked for in the user's contacts.
    EmailAddress,
}

impl HandleType {
    /// All types, in the order of their raw values.
    pub const ALL: [Self; 3] = [Self::Generic, Self::PhoneNumber, Self::EmailAddress];

    /// Name of the type in options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::PhoneNumber => "phone-number",
            Self::EmailAddress => "email-address",
        }
    }

    /// Case of Apple's enumeration.
    pub(super) fn case(self) -> &'static str {
        match self {
            Self::Generic => ".generic",
            Self::PhoneNumber => ".phoneNumber",
            Self::EmailAddress => ".emailAddress",
        }
    }

    /// Likely type of this handle.
    pub fn of(handle: &str) -> Self {
        let digits = handle.strip_prefix('+').unwrap_or(handle);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::PhoneNumber
        } else if handle.contains('@') && !handle.contains(':') {
            Self::EmailAddress
        } else {
            Self::Generic
        }
    }
}

/// Options of the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Framework to which the receiver reports a call.
    pub flavour: Flavour,
    /// `supportsVideo`: the app takes video calls.
    pub supports_video: bool,
    /// `supportedHandleTypes`: the types that the app's handles have; at least one.
    pub handle_types: Vec<HandleType>,
    /// `maximumCallGroups`: how many calls there may be beside each other, one of them not on hold.
    pub call_groups: u8,
    /// `maximumCallsPerCallGroup`: how many callers may be in one conference.
    pub calls_per_group: u8,
    /// `ringtoneSound`: sound file in the app; empty for the system's ringtone.
    pub ringtone: String,
    /// Name of the image for the call screen in the app's assets; empty for none.
    pub icon: String,
    /// Address of the push server, without a path; empty if it is not known.
    pub server: String,
    /// Bundle ID of the app; empty if it is not known.
    pub bundle_id: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            flavour: Flavour::CallKit,
            supports_video: false,
            handle_types: vec![HandleType::Generic],
            call_groups: 2,
            calls_per_group: 1,
            ringtone: String::new(),
            icon: String::new(),
            server: String::new(),
            bundle_id: String::new(),
        }
    }
}

impl Options {
    /// First problem of the options, if they have one.
    pub fn problem(&self) -> Option<OptionsProblem> {
        if !self.server.is_empty() && !is_address(&self.server) {
            Some(OptionsProblem::Server)
        } else if self.handle_types.is_empty() {
            Some(OptionsProblem::NoHandleType)
        } else if self.call_groups == 0 || self.calls_per_group == 0 {
            Some(OptionsProblem::NoCall)
        } else if self.ringtone.contains('/') {
            Some(OptionsProblem::Ringtone)
        } else {
            None
        }
    }
}

/// Reason why no receiver can be made with some options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OptionsProblem {
    /// The address of the push server has another form.
    #[error(
        "The push server is not an address such as https://trill.example:7465: write scheme, host \
         and port, without a path."
    )]
    Server,
    /// No handle type is listed.
    #[error("The receiver has no handle type: list at least one, such as generic.")]
    NoHandleType,
    /// A limit of calls is 0.
    #[error("A limit of calls is 0, so no call could ring: make it at least 1.")]
    NoCall,
    /// The ringtone is a path.
    #[error("The ringtone is a path: write the name of a sound file in the app, such as ring.caf.")]
    Ringtone,
}

/// Returns `true` if the text is scheme, host and perhaps port, and can stand in a string.
fn is_address(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        !host.is_empty() && host.bytes().all(fits)
    })
}
