// Environment of this build's device tokens: a token of one environment is unknown in the other.
// Apple: developer.apple.com/documentation/bundleresources/entitlements/aps-environment

import Foundation

nonisolated enum PushEnvironment {
    /// The build's own provisioning profile decides; whether it is a debug build does not.
    static var current: String {
        #if targetEnvironment(simulator)
            return "sandbox"
        #else
            let bundle = Bundle.main
            guard let file = bundle.url(forResource: "embedded", withExtension: "mobileprovision"),
                let data = try? Data(contentsOf: file),
                let text = String(data: data, encoding: .isoLatin1),
                let start = text.range(of: "<?xml")?.lowerBound,
                let end = text.range(of: "</plist>", range: start..<text.endIndex)?.upperBound,
                let profile = try? PropertyListSerialization.propertyList(
                    from: Data(text[start..<end].utf8), format: nil) as? [String: Any],
                let entitlements = profile["Entitlements"] as? [String: Any]
            else {
                // An app from the App Store or TestFlight holds no profile.
                return "production"
            }
            let isDevelopment = entitlements["aps-environment"] as? String == "development"
            return isDevelopment ? "sandbox" : "production"
        #endif
    }
}
