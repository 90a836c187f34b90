// Reads the call from the payload of a push. App: __APP__.
// PushKit interprets nothing of a payload; its keys are an agreement of app and server.
// Apple: developer.apple.com/documentation/pushkit/pkpushpayload/dictionarypayload

__IMPORTS__

/// Call that a payload describes.
nonisolated struct CallPayload: Sendable {
    /// False for a payload that describes no call. It is reported all the same: see Calls.
    let isReadable: Bool
    let uuid: UUID
    /// Name of the call in receipts: the one that its sender gave it, or else its UUID.
    let name: String
    let handle: String
    let callerName: String?
    let hasVideo: Bool

    init(_ payload: [AnyHashable: Any]) {
__FIELDS__
        self.callerName = callerName
        self.hasVideo = hasVideo
        if let callUUID, let handle {
            isReadable = true
            uuid = callUUID
            self.handle = handle
        } else {
            // A UUID of its own: that of the payload may belong to a call that is in progress.
            isReadable = false
            uuid = UUID()
            self.handle = "Unknown"
        }
        // CallKit writes UUIDs in upper case, and payloads often in lower case.
        name = givenName ?? (callUUID ?? uuid).uuidString.lowercased()
    }__FUNCTIONS__
}
