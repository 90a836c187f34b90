// Draft: check on a device. Reports each call to LiveCommunicationKit, from iOS 17.4.
// Apple: developer.apple.com/documentation/livecommunicationkit/conversationmanager

import AVFAudio
import LiveCommunicationKit
import UIKit

@MainActor
final class Calls {
    private struct Call {
        let name: String
        let began = Date()
        var isAnswered = false
    }

    /// Action on its way to the main actor: Apple's class is not Sendable.
    private nonisolated struct Passed: @unchecked Sendable {
        let action: ConversationAction
    }

    // Apple's class is not Sendable. It is used on the main actor, and its report is async.
    private nonisolated(unsafe) let manager: ConversationManager
    private let server: PushServer
    private let connection = CallConnection()
    private var calls: [UUID: Call] = [:]
    /// Time in seconds after which an unanswered call ends.
    private let ringingTime: TimeInterval = 45

    init(server: PushServer) {
        let configuration = ConversationManager.Configuration(
__CONFIGURATION__
        )
        manager = ConversationManager(configuration: configuration)
        self.server = server
        connection.calls = self
        manager.delegate = self
    }

    /// Reports the call of one push. Every push is reported, also one that cannot be read and one
    /// whose call is known already: iOS ends the app otherwise.
    func report(_ call: CallPayload) async {
        endUnansweredCalls()
        let isNew = call.isReadable && calls[call.uuid] == nil
        if isNew {
            calls[call.uuid] = Call(name: call.name)
            connection.open(call.uuid)
        }
        server.tell(.received, call.name)
        do {
            try await manager.reportNewIncomingConversation(uuid: call.uuid, update: update(call))
            wasReported(call)
        } catch {
            // The error of a second report changes nothing about a call that is known.
            guard isNew || !call.isReadable else { return }
            calls[call.uuid] = nil
            connection.close(call.uuid)
            server.tell(.failed, call.name, error: error)
        }
    }

    /// The app's own connection says that the caller hung up, or that another device took the call.
    func callerHungUp(_ uuid: UUID, reason: Conversation.EndedReason = .remoteEnded) {
        end(uuid, reason: reason)
    }

    private func update(_ call: CallPayload) -> Conversation.Update {
        let caller = Handle(
            type: handleType(call.handle), value: call.handle, displayName: call.callerName)
        var capabilities: Conversation.Capabilities = [.pausing]
        if call.hasVideo {
            capabilities.insert(.video)
        }
        return Conversation.Update(members: [caller], capabilities: capabilities)
    }

    /// A handle has one of the types that the configuration lists.
    //~ Article: it lists .generic and reports a .phoneNumber.
    private func handleType(_ handle: String) -> Handle.Kind {
__HANDLE_TYPE__
    }

    private func wasReported(_ call: CallPayload) {
        guard call.isReadable else {
            // The placeholder was shown for a moment.
            tell(.conversationEnded(Date(), .failed), about: call.uuid)
            server.tell(.failed, call.name)
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

    private func end(_ uuid: UUID, reason: Conversation.EndedReason) {
        guard let call = calls.removeValue(forKey: uuid) else { return }
        tell(.conversationEnded(Date(), reason), about: uuid)
        connection.close(uuid)
        server.tell(.ended, call.name)
    }

    private func tell(_ event: Conversation.Event, about uuid: UUID) {
        if let conversation = manager.conversations.first(where: { $0.uuid == uuid }) {
            manager.reportConversationEvent(event, for: conversation)
        }
    }

    /// Each action is fulfilled or failed: the system waits for it, and may end the call.
    private func perform(_ action: ConversationAction) {
        let uuid = action.conversationUUID
        guard let call = calls[uuid] else {
            action.fail()
            return
        }
        switch action {
        case let action as JoinConversationAction:
            join(uuid, call, action)
        case let action as EndConversationAction:
            // The user declines a call that rings, or ends one.
            calls[uuid] = nil
            connection.close(uuid)
            action.fulfill(dateEnded: Date())
            server.tell(call.isAnswered ? .ended : .declined, call.name)
        case let action as PauseConversationAction:
            connection.setHeld(uuid, action.isPaused)
            action.fulfill()
        case let action as MuteConversationAction:
            connection.setMuted(uuid, action.isMuted)
            action.fulfill()
        default:
            action.fail()
        }
    }

    private func join(_ uuid: UUID, _ call: Call, _ action: JoinConversationAction) {
        tell(.conversationStartedConnecting(Date()), about: uuid)
        do {
            // Only prepare the session: the system activates it.
            try AVAudioSession.sharedInstance().setCategory(.playAndRecord, mode: .voiceChat)
        } catch {
            action.fail()
            end(uuid, reason: .failed)
            return
        }
        calls[uuid]?.isAnswered = true
        connection.answer(uuid)
        tell(.conversationConnected(Date()), about: uuid)
        action.fulfill(dateConnected: Date())
        server.tell(.answered, call.name)
    }

    private func reset() {
        for (uuid, call) in calls {
            connection.close(uuid)
            server.tell(.ended, call.name)
        }
        calls = [:]
        connection.stopAudio()
    }
}

// Apple does not say on which queue these are called, so each goes on to the main actor.
extension Calls: ConversationManagerDelegate {
    nonisolated func conversationManagerDidBegin(_ manager: ConversationManager) {}

    nonisolated func conversationManagerDidReset(_ manager: ConversationManager) {
        Task { @MainActor in self.reset() }
    }

    nonisolated func conversationManager(
        _ manager: ConversationManager, conversationChanged conversation: Conversation
    ) {}

    nonisolated func conversationManager(
        _ manager: ConversationManager, perform action: ConversationAction
    ) {
        let passed = Passed(action: action)
        Task { @MainActor in self.perform(passed.action) }
    }

    /// Too late for fulfill and fail.
    nonisolated func conversationManager(
        _ manager: ConversationManager, timedOutPerforming action: ConversationAction
    ) {
        let uuid = action.conversationUUID
        Task { @MainActor in self.end(uuid, reason: .failed) }
    }

    nonisolated func conversationManager(
        _ manager: ConversationManager, didActivate audioSession: AVAudioSession
    ) {
        Task { @MainActor in self.connection.startAudio() }
    }

    nonisolated func conversationManager(
        _ manager: ConversationManager, didDeactivate audioSession: AVAudioSession
    ) {
        Task { @MainActor in self.connection.stopAudio() }
    }
}
