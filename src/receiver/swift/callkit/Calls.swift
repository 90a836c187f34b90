// Reports each call to CallKit, and does what the user asks for on the call screen.
// Apple: developer.apple.com/documentation/callkit/cxprovider

import AVFAudio
import CallKit
import UIKit

@MainActor
final class Calls: NSObject {
    private struct Call {
        let name: String
        let began = Date()
        var isAnswered = false
    }

    private let provider: CXProvider
    private let server: PushServer
    private let connection = CallConnection()
    private var calls: [UUID: Call] = [:]
    /// PushKit's completions, one slot per push, until CallKit has answered the report.
    private var slots: [UUID: () -> Void] = [:]
    /// Time in seconds after which an unanswered call ends.
    private let ringingTime: TimeInterval = 45

    init(server: PushServer) {
        let configuration = CXProviderConfiguration()
__CONFIGURATION__
        provider = CXProvider(configuration: configuration)
        self.server = server
        super.init()
        connection.calls = self
        // CallKit answers on this queue, and holds it weakly: .main stays.
        //~ Article: it gives nil, and then the completion of a report comes on another queue.
        provider.setDelegate(self, queue: .main)
    }

    /// Reports the call of one push. Every push is reported before the delegate's function returns,
    /// also one that cannot be read and one whose call is known: iOS ends the app otherwise.
    func report(_ call: CallPayload, completion: @escaping () -> Void) {
        endUnansweredCalls()
        let slot = UUID()
        slots[slot] = completion
        let isNew = call.isReadable && calls[call.uuid] == nil
        if isNew {
            calls[call.uuid] = Call(name: call.name)
            connection.open(call.uuid)
        }
        provider.reportNewIncomingCall(with: call.uuid, update: update(call)) { error in
            MainActor.assumeIsolated {
                self.wasReported(call, isNew: isNew, error: error)
                // Earlier, the call screen may not come.
                self.slots.removeValue(forKey: slot)?()
            }
        }
        server.tell(.received, call.name)
    }

    /// The app's own connection says that the caller hung up, or that another device took the call.
    func callerHungUp(_ uuid: UUID, reason: CXCallEndedReason = .remoteEnded) {
        end(uuid, reason: reason)
    }

    private func update(_ call: CallPayload) -> CXCallUpdate {
        let update = CXCallUpdate()
        update.remoteHandle = CXHandle(type: handleType(call.handle), value: call.handle)
        update.localizedCallerName = call.callerName
        update.hasVideo = call.hasVideo
        update.supportsHolding = true
        update.supportsGrouping = false
        update.supportsUngrouping = false
        update.supportsDTMF = false
        return update
    }

    /// A handle has one of the types that the configuration lists.
    //~ Article: it lists .generic and reports a .phoneNumber.
    private func handleType(_ handle: String) -> CXHandle.HandleType {
__HANDLE_TYPE__
    }

    private func wasReported(_ call: CallPayload, isNew: Bool, error: (any Error)?) {
        guard call.isReadable else {
            // The placeholder was shown for a moment.
            provider.reportCall(with: call.uuid, endedAt: nil, reason: .failed)
            server.tell(.failed, call.name, error: error)
            return
        }
        // A call with this UUID rings already: the second report counts, and changes nothing.
        let isKnown = (error as? CXErrorCodeIncomingCallError)?.code == .callUUIDAlreadyExists
        if let error, !isKnown {
            // Do Not Disturb and the block list come here: there is no call screen.
            server.tell(.failed, call.name, error: error)
            if isNew {
                calls[call.uuid] = nil
                connection.close(call.uuid)
            }
            return
        }
        server.tell(.reported, call.name)
        DispatchQueue.main.asyncAfter(deadline: .now() + ringingTime) {
            MainActor.assumeIsolated { self.endUnansweredCalls() }
        }
    }

    /// A timer stands still while the app is suspended, so each push looks for stale calls too.
    private func endUnansweredCalls() {
        let latest = Date(timeIntervalSinceNow: -ringingTime)
        for (uuid, call) in calls where !call.isAnswered && call.began <= latest {
            end(uuid, reason: .unanswered)
        }
    }

    private func end(_ uuid: UUID, reason: CXCallEndedReason) {
        guard let call = calls.removeValue(forKey: uuid) else { return }
        provider.reportCall(with: uuid, endedAt: nil, reason: reason)
        connection.close(uuid)
        server.tell(.ended, call.name)
    }
}

// The provider calls on the main queue, so its delegate may belong to the main actor.
// Each action is fulfilled or failed: CallKit waits for it, and may end the call.
extension Calls: @preconcurrency CXProviderDelegate {
    func providerDidReset(_ provider: CXProvider) {
        for (uuid, call) in calls {
            connection.close(uuid)
            server.tell(.ended, call.name)
        }
        calls = [:]
        connection.stopAudio()
    }

    func provider(_ provider: CXProvider, perform action: CXAnswerCallAction) {
        guard let call = calls[action.callUUID] else {
            action.fail()
            return
        }
        do {
            // Only prepare the session: CallKit activates it, and setActive(true) fails here.
            try AVAudioSession.sharedInstance().setCategory(.playAndRecord, mode: .voiceChat)
        } catch {
            action.fail()
            end(action.callUUID, reason: .failed)
            return
        }
        calls[action.callUUID]?.isAnswered = true
        connection.answer(action.callUUID)
        action.fulfill()
        server.tell(.answered, call.name)
    }

    /// The user declines a call that rings, or ends one.
    func provider(_ provider: CXProvider, perform action: CXEndCallAction) {
        guard let call = calls.removeValue(forKey: action.callUUID) else {
            action.fail()
            return
        }
        connection.close(action.callUUID)
        action.fulfill()
        server.tell(call.isAnswered ? .ended : .declined, call.name)
    }

    func provider(_ provider: CXProvider, perform action: CXSetHeldCallAction) {
        connection.setHeld(action.callUUID, action.isOnHold)
        action.fulfill()
    }

    func provider(_ provider: CXProvider, perform action: CXSetMutedCallAction) {
        connection.setMuted(action.callUUID, action.isMuted)
        action.fulfill()
    }

    /// Too late for fulfill and fail.
    func provider(_ provider: CXProvider, timedOutPerforming action: CXAction) {
        if let action = action as? CXCallAction {
            end(action.callUUID, reason: .failed)
        }
    }

    func provider(_ provider: CXProvider, didActivate audioSession: AVAudioSession) {
        connection.startAudio()
    }

    func provider(_ provider: CXProvider, didDeactivate audioSession: AVAudioSession) {
        connection.stopAudio()
    }
}
