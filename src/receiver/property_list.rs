//! Property lists of the receiver: the entries for the app's `Info.plist` and its entitlements.

use super::options::Options;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
"#;
const END: &str = "</dict>\n</plist>\n";

const BACKGROUND: &str = "\
\t<key>UIBackgroundModes</key>
\t<array>
\t\t<string>audio</string>
\t\t<string>voip</string>
\t</array>
\t<key>NSMicrophoneUsageDescription</key>
\t<string>The other side of a call hears you.</string>
";
const CAMERA: &str = "\
\t<key>NSCameraUsageDescription</key>
\t<string>The other side of a video call sees you.</string>
";
const LOCAL_NETWORK: &str = "\
\t<key>NSLocalNetworkUsageDescription</key>
\t<string>The app registers at a push server in this network.</string>
";
/// Plain HTTP to an IP address, an unqualified name or one in `.local`; iOS 17 asks for it.
const PLAIN_HTTP: &str = "\
\t<key>NSAppTransportSecurity</key>
\t<dict>
\t\t<key>NSAllowsLocalNetworking</key>
\t\t<true/>
\t</dict>
";
/// Xcode writes `production` into what it signs for the App Store.
const ENVIRONMENT: &str = "\
\t<key>aps-environment</key>
\t<string>development</string>
";

/// Entries for `Info.plist`.
pub(super) fn info(options: &Options) -> String {
    let camera = if options.supports_video { CAMERA } else { "" };
    let plain_http = if options.server.starts_with("http://") {
        PLAIN_HTTP
    } else {
        ""
    };
    [HEAD, BACKGROUND, camera, LOCAL_NETWORK, plain_http, END].concat()
}

/// Entries for the entitlements.
pub(super) fn entitlements() -> String {
    [HEAD, ENVIRONMENT, END].concat()
}
