//# value

    /// Value at a path. A text on the way is opened as JSON, because some servers send objects so.
    private static func value(_ path: [AnyHashable], in payload: [AnyHashable: Any]) -> Any? {
        var value: Any? = payload
        for step in path {
            if let json = value as? String {
                value = try? JSONSerialization.jsonObject(with: Data(json.utf8))
            }
            if let index = step as? Int, let list = value as? [Any] {
                value = list.indices.contains(index) ? list[index] : nil
            } else {
                value = (value as? [AnyHashable: Any])?[step]
            }
        }
        return value
    }
//# nonEmpty

    private static func nonEmpty(_ value: Any?) -> String? {
        guard let text = value as? String, !text.isEmpty else { return nil }
        return text
    }
//# text

    /// Text, also that of a number.
    private static func text(_ value: Any?) -> String? {
        (value as? String) ?? (value as? NSNumber)?.stringValue
    }
//# uuid

    private static func uuid(_ value: Any?) -> UUID? {
        (value as? String).flatMap { UUID(uuidString: $0) }
    }
//# derivedUUID

    /// UUID made from a call ID: the same text gives the same UUID, so a second push is recognised.
    private static func derivedUUID(_ value: Any?) -> UUID? {
        guard let text = value as? String, !text.isEmpty else { return nil }
        if let uuid = UUID(uuidString: text) {
            return uuid
        }
        let bytes = Array(SHA256.hash(data: Data(text.utf8)))
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
//# isVideo

    /// Returns nil if there is no value. A number and a flag are alike here: true is 1.
    private static func isVideo(_ value: Any?) -> Bool? {
        value.map { __IS_VIDEO__.contains("\($0)") }
    }
