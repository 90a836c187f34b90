// Gets the device token and the pushes, and has a call reported for every push.
// Apple: developer.apple.com/documentation/pushkit/pkpushregistrydelegate
// No function here is async: woken in the background, iOS does not call those forms reliably.

import PushKit

@MainActor
final class PushReceiver: NSObject {
    private let registry = PKPushRegistry(queue: .main)
    private let calls: Calls
    private let server: PushServer

    init(calls: Calls, server: PushServer) {
        self.calls = calls
        self.server = server
        super.init()
        registry.delegate = self
        // This comes last, because it starts the registration.
        registry.desiredPushTypes = [.voIP]
    }
}

// The registry calls on the main queue, so its delegate may belong to the main actor.
extension PushReceiver: @preconcurrency PKPushRegistryDelegate {
    func pushRegistry(
        _ registry: PKPushRegistry, didUpdate pushCredentials: PKPushCredentials,
        for type: PKPushType
    ) {
        server.register(pushCredentials.token)
    }

    func pushRegistry(_ registry: PKPushRegistry, didInvalidatePushTokenFor type: PKPushType) {
        server.withdraw()
    }

    /// Before iOS 26.4. The label of the last parameter differs from that of the newer form.
    //~ Article: it reports no call for a payload that it cannot read, and iOS ends the app.
    func pushRegistry(
        _ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload,
        for type: PKPushType, completion: @escaping () -> Void
    ) {
        calls.report(CallPayload(payload.dictionaryPayload), completion: completion)
    }

    /// From iOS 26.4. If metadata.mustReport is true and no call is reported, iOS ends the app. It
    /// is false in the foreground, during a call and for a late push; a report is right then too.
    @available(iOS 26.4, *)
    func pushRegistry(
        _ registry: PKPushRegistry, didReceiveIncomingVoIPPushWith payload: PKPushPayload,
        metadata: PKVoIPPushMetadata, withCompletionHandler completion: @escaping () -> Void
    ) {
        calls.report(CallPayload(payload.dictionaryPayload), completion: completion)
    }
}
