// Makes the calls and the push registry at every launch, also at one in the background.
// Apple: developer.apple.com/documentation/pushkit/supporting-pushkit-notifications-in-your-app
//~ Article: its voipRegistration has no parentheses and does not compile.
//~ Article: its registry is a local constant; here the app holds it, or it may get no more pushes.

import UIKit

/// In a SwiftUI app write: @UIApplicationDelegateAdaptor(AppDelegate.self) private var delegate
@MainActor
final class AppDelegate: NSObject, UIApplicationDelegate {
    private let server = PushServer()
    private var calls: Calls?
    private var pushes: PushReceiver?

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]? = nil
    ) -> Bool {
        // The calls come first: a push may wait for the registry, and it must be reported at once.
        let calls = Calls(server: server)
        self.calls = calls
        pushes = PushReceiver(calls: calls, server: server)
        return true
    }
}
