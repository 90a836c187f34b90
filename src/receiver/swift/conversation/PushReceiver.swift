// Draft: check on a device. Gets the device token and the pushes, and has a conversation reported
// for every push.
// Apple: developer.apple.com/documentation/pushkit/pkpushregistrydelegate
// No function here is async: woken in the background, iOS does not call those forms reliably.

import PushKit

// Not on the main queue: each push waits here until its conversation is reported.
nonisolated final class PushReceiver: NSObject, PKPushRegistryDelegate {
    private let registry: PKPushRegistry
    private let queue: DispatchQueue
    private let calls: Calls
    private let server: PushServer

    init(calls: Calls, server: PushServer) {
        self.calls = calls
        self.server = server
        let queue = DispatchQueue(label: "TrillCalls.pushes")
        self.queue = queue
        registry = PKPushRegistry(queue: queue)
        super.init()
        registry.delegate = self
        // This comes last, because it starts the registration.
        registry.desiredPushTypes = [.voIP]
    }

    func pushRegistry(
        _ registry: PKPushRegistry, didUpdate pushCredentials: PKPushCredentials,
        for type: PKPushType
    ) {
        let server = self.server
        let token = pushCredentials.token
        Task { @MainActor in server.register(token) }
    }

    func pushRegistry(_ registry: PKPushRegistry, didInvalidatePushTokenFor type: PKPushType) {
        let server = self.server
        Task { @MainActor in server.withdraw() }
    }

    /// Before iOS 26.4. The label of the last parameter differs from that of the newer form.
    //~ Article: it reports no call for a payload that it cannot read, and iOS ends the app.
    func pushRegistry(
        _ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload,
        for type: PKPushType, completion: @escaping () -> Void
    ) {
        report(CallPayload(payload.dictionaryPayload))
        completion()
    }

    /// From iOS 26.4. If metadata.mustReport is true and no call is reported, iOS ends the app. It
    /// is false in the foreground, during a call and for a late push; a report is right then too.
    @available(iOS 26.4, *)
    func pushRegistry(
        _ registry: PKPushRegistry, didReceiveIncomingVoIPPushWith payload: PKPushPayload,
        metadata: PKVoIPPushMetadata, withCompletionHandler completion: @escaping () -> Void
    ) {
        report(CallPayload(payload.dictionaryPayload))
        completion()
    }

    /// The report must be made before the delegate's function returns, and LiveCommunicationKit
    /// has only an async function for it: so this queue waits for the main actor, for 4 s at most.
    private func report(_ call: CallPayload) {
        let calls = self.calls
        let isReported = DispatchSemaphore(value: 0)
        Task { @MainActor in
            await calls.report(call)
            isReported.signal()
        }
        _ = isReported.wait(timeout: .now() + 4)
    }
}
