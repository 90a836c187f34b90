// Registers the device token with the push server, and tells it what becomes of each call.
// Apple: developer.apple.com/documentation/pushkit/supporting-pushkit-notifications-in-your-app

import UIKit

@MainActor
final class PushServer {
    enum Event: String {
        case received, reported, failed, answered, declined, ended
    }

    private let address = __ADDRESS__
    /// Trill shows it once, when you register the app there. It can send no push.
    private let secret = "paste the secret of the app here"

    private let session: URLSession
    private var token: String?
    private let registeredKey = "TrillCalls.registered"
    private let withdrawnKey = "TrillCalls.withdrawn"

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        // The first request waits while iOS asks the user about the local network.
        configuration.waitsForConnectivity = true
        configuration.timeoutIntervalForResource = 20
        session = URLSession(configuration: configuration)
        // Register in the foreground too: in the background iOS denies the local network
        // without a question, and then no receipt arrives (Apple, Technical Note TN3179).
        _ = NotificationCenter.default.addObserver(
            forName: UIApplication.didBecomeActiveNotification, object: nil, queue: .main
        ) { @Sendable _ in
            MainActor.assumeIsolated { self.sendRegistration() }
        }
        sendWithdrawal()
    }

    /// PushKit gives a token at every launch, and again when it changes.
    func register(_ data: Data) {
        //~ Article: %02X writes upper case; Apple's own examples are in lower case, and both work.
        let new = data.map { String(format: "%02x", $0) }.joined()
        let last = UserDefaults.standard.string(forKey: registeredKey)
        if let last, last != new {
            withdraw()
        }
        token = new
        sendRegistration()
    }

    /// PushKit names no token when it withdraws one: it is the last that was registered.
    func withdraw() {
        token = nil
        let store = UserDefaults.standard
        // Before the first unlock after a restart the store reads empty: nothing is withdrawn.
        guard let last = store.string(forKey: registeredKey) else { return }
        store.set(last, forKey: withdrawnKey)
        store.removeObject(forKey: registeredKey)
        sendWithdrawal()
    }

    /// The push server computes with its own clock and shows that of the device.
    func tell(_ event: Event, _ call: String, error: (any Error)? = nil) {
        let now = Int(Date().timeIntervalSince1970 * 1000)
        var receipt: [String: Any] = ["call": call, "event": event.rawValue, "at_ms": now]
        if let token {
            receipt["device_token"] = token
        }
        if let error, let cause = (error as Any) as? NSError {
            receipt["error"] = ["domain": cause.domain, "code": cause.code] as [String: Any]
        }
        send("POST", "/api/receipts", receipt)
    }

    private func sendRegistration() {
        guard let token else { return }
        let about = Bundle.main
        let device: [String: Any] = [
            "bundle_id": about.bundleIdentifier ?? "",
            "environment": PushEnvironment.current,
            "kinds": ["voip"],
            // The tokens of one device have this in common, of whatever kind they are.
            "device_id": UIDevice.current.identifierForVendor?.uuidString ?? "",
            // "iPhone", unless Apple has granted the entitlement for the name the user gave it.
            "device_name": UIDevice.current.name,
            "system_version": UIDevice.current.systemVersion,
            "app_version": about.infoDictionary?["CFBundleShortVersionString"] as? String ?? "",
            "region": Locale.current.region?.identifier ?? "",
        ]
        send("PUT", "/api/devices/" + token, device) { status in
            if status / 100 == 2 {
                UserDefaults.standard.set(token, forKey: self.registeredKey)
            }
        }
    }

    /// What fails now is tried again at the next launch.
    private func sendWithdrawal() {
        guard let last = UserDefaults.standard.string(forKey: withdrawnKey), last != token else {
            return
        }
        send("DELETE", "/api/devices/" + last) { status in
            if status / 100 == 2 || status == 404 {
                UserDefaults.standard.removeObject(forKey: self.withdrawnKey)
            }
        }
    }

    private func send(
        _ method: String, _ path: String, _ body: [String: Any]? = nil,
        done: @escaping @MainActor @Sendable (Int) -> Void = { _ in }
    ) {
        guard let url = URL(string: address + path) else { return }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue(secret, forHTTPHeaderField: "trill-app")
        if let body {
            request.setValue("application/json", forHTTPHeaderField: "content-type")
            request.httpBody = try? JSONSerialization.data(withJSONObject: body)
        }
        // iOS may suspend the app soon after a push; this holds it awake until the answer.
        let awake = UIApplication.shared.beginBackgroundTask(withName: "PushServer")
        // URLSession answers on a queue of its own: @Sendable keeps this off the main actor.
        session.dataTask(with: request) { @Sendable _, response, _ in
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            Task { @MainActor in
                done(status)
                UIApplication.shared.endBackgroundTask(awake)
            }
        }.resume()
    }
}
