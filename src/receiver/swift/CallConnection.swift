// The app's own connection to its call server. Write your code into these functions.
// Apple: developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit

import Foundation

@MainActor
final class CallConnection {
    /// When the caller hangs up, call calls?.callerHungUp(call). No second push is needed for it.
    weak var calls: Calls?

    /// A call rings. Connect to your server now, beside the call screen.
    func open(_ call: UUID) {}

    /// The user took the call.
    func answer(_ call: UUID) {}

    /// The call is over, or the user declined it.
    func close(_ call: UUID) {}

    func setMuted(_ call: UUID, _ isMuted: Bool) {}

    func setHeld(_ call: UUID, _ isHeld: Bool) {}

    /// iOS has activated the audio session: start microphone and speaker now, not earlier.
    func startAudio() {}

    func stopAudio() {}
}
