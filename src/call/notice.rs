//! The notices: what the page says of itself: of its network, its access and its policy, of its key, and of what it
//! asks before it sends.

use crate::sentence::Wordings;

pub(super) const WORDINGS: Wordings = &[
    (
        "insecure-http",
        "This network can read and change this page, and so take your key. Use no real key here; have trill served at an https address.",
    ),
    (
        "insecure-no-auth",
        "Anybody who reaches this page can send with it. Have trill started with an access token, or behind a proxy that names its users.",
    ),
    ("environment-off", "{0} is off by this relay’s policy."),
    (
        "token-of-all",
        "ES256, signed in this page. The relay names the time, so that everybody with this key makes the same token.",
    ),
    (
        "send-stopped",
        "Nothing was sent: first mend what is marked with ✕. Everything you typed is still there.",
    ),
    (
        "app-killed",
        "Killing app because it never posted an incoming call to the system after receiving a PushKit VoIP push.",
    ),
];
