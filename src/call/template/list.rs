//! List of templates, in the order in which they are offered.
//!
//! Each has the keys its SDK reads or, if the SDK leaves parsing to the app, those of its sample.
//! Not every SDK takes the call UUID from the payload: Twilio's and Linphone's give CallKit a UUID
//! they generate. Their templates have the UUID in a key of our own and in the SIP Call-ID, which
//! may be any text.

use std::sync::LazyLock;

use super::{ARTICLE, Template};
use crate::apns::path::Path;
use crate::apns::push_type::PushType;
use crate::call::call_field::CallField;
use crate::call::mapping::Mapping;

/// All templates.
pub fn all() -> &'static [Template] {
    static ALL: LazyLock<Vec<Template>> =
        LazyLock::new(|| ENTRIES.iter().map(Entry::template).collect());
    &ALL
}

/// Template in the form used in this file.
struct Entry {
    id: &'static str,
    name: &'static str,
    push_type: PushType,
    /// Paths of the fields in the order of [`CallField::ALL`]; an empty string means none.
    paths: [&'static str; 4],
    source: &'static str,
    text: &'static str,
}

impl Entry {
    fn template(&self) -> Template {
        let mut mapping = Mapping::default();
        for (part, path) in CallField::ALL.into_iter().zip(self.paths) {
            mapping.set(part, Path::parse(path).ok());
        }
        Template {
            id: self.id,
            name: self.name,
            push_type: self.push_type,
            text: self.text,
            mapping,
            source: self.source,
        }
    }
}

const NO_CALL: [&str; 4] = [""; 4];

static ENTRIES: [Entry; 14] = [
    Entry {
        id: "article",
        name: "The article’s payload",
        push_type: PushType::Voip,
        paths: ["handle", "", "callUUID", ""],
        source: "How to Send and Handle VoIP Push Notifications in iOS, “Payload”",
        text: ARTICLE,
    },
    Entry {
        id: "apple",
        name: "CallKit, Apple’s keys",
        push_type: PushType::Voip,
        paths: ["handle", "callerName", "callUUID", "hasVideo"],
        source: "Apple, “Responding to VoIP Notifications from PushKit”: handle and callUUID; the rest is the app’s own",
        text: r#"{
  "callUUID": "{{uuid}}",
  "handle": "+15551234567",
  "callerName": "Alice Example",
  "hasVideo": false,
  "sentAt": "{{iso_now}}"
}"#,
    },
    Entry {
        id: "flutter-callkit-incoming",
        name: "flutter_callkit_incoming",
        push_type: PushType::Voip,
        paths: ["handle", "nameCaller", "id", "isVideo"],
        source: "hiennguyen92/flutter_callkit_incoming, example/ios/Runner/AppDelegate.swift",
        text: r#"{
  "id": "{{uuid}}",
  "nameCaller": "Alice Example",
  "handle": "+15551234567",
  "isVideo": false,
  "extra": {
    "sentAt": "{{iso_now}}"
  }
}"#,
    },
    Entry {
        id: "react-native-callkeep",
        name: "React Native VoIP push and CallKeep",
        push_type: PushType::Voip,
        paths: ["handle", "callerName", "uuid", ""],
        source: "react-native-webrtc/react-native-voip-push-notification, README.md",
        text: r#"{
  "uuid": "{{uuid}}",
  "callerName": "Alice Example",
  "handle": "+15551234567",
  "sentAt": "{{iso_now}}"
}"#,
    },
    // The delegate of this SDK reports no call for a payload with `aps`.
    Entry {
        id: "flutter-webrtc-callkeep",
        name: "flutter-webrtc CallKeep",
        push_type: PushType::Voip,
        paths: ["caller_id", "caller_name", "uuid", "has_video"],
        source: "flutter-webrtc/callkeep, CallKeep.m: didReceiveIncomingPushWithPayload",
        text: r#"{
  "uuid": "{{uuid}}",
  "caller_id": "+15551234567",
  "caller_name": "Alice Example",
  "caller_id_type": "number",
  "has_video": false
}"#,
    },
    Entry {
        id: "telnyx",
        name: "Telnyx",
        push_type: PushType::Voip,
        paths: [
            "metadata.caller_number",
            "metadata.caller_name",
            "metadata.call_id",
            "",
        ],
        source: "team-telnyx/telnyx-webrtc-ios, docs-markdown/push-notification/app-setup.md",
        text: r#"{
  "metadata": {
    "voice_sdk_id": "00000000-0000-4000-8000-000000000000",
    "call_id": "{{uuid}}",
    "caller_name": "Alice Example",
    "caller_number": "+15551234567"
  }
}"#,
    },
    Entry {
        id: "twilio",
        name: "Twilio Voice",
        push_type: PushType::Voip,
        paths: ["twi_from", "", "callUUID", ""],
        source: "Twilio, “Client Call Notification Webhook”; TVOCallInvite; twilio/twilio-voice-ios #58",
        text: r#"{
  "twi_message_type": "twilio.voice.call",
  "twi_account_sid": "AC00000000000000000000000000000000",
  "twi_call_sid": "CA00000000000000000000000000000000",
  "twi_message_id": "WB00000000000000000000000000000000",
  "twi_from": "client:alice",
  "twi_to": "client:bob",
  "twi_bridge_token": "the token Twilio made for this call",
  "twi_params": "sentAt={{now}}",
  "callUUID": "{{uuid}}"
}"#,
    },
    Entry {
        id: "vonage",
        name: "Vonage Client SDK",
        push_type: PushType::Voip,
        paths: [
            "body.channel.from.number",
            "push_info.from_user.name",
            "body.channel.id",
            "",
        ],
        source: "Vonage, “iOS Push Notification Payload Example”; body.channel.id is the ID of the leg",
        text: r#"{
  "application_id": "00000000-0000-4000-8000-000000000000",
  "timestamp": "{{iso_now}}",
  "event_type": "member:invited",
  "conversation_id": "CON-00000000-0000-4000-8000-000000000000",
  "user_id": "USR-00000000-0000-4000-8000-000000000000",
  "push_info": {
    "priority": "immediate",
    "conversation": { "name": "NAM-00000000-0000-4000-8000-000000000000" },
    "from_user": { "name": "Alice Example", "user_id": "USR-00000000-0000-4000-8000-000000000001" },
    "to_user": { "name": "Bob Example", "user_id": "USR-00000000-0000-4000-8000-000000000000" }
  },
  "body": {
    "channel": {
      "id": "{{uuid}}",
      "type": "app",
      "from": { "type": "phone", "number": "15551234567" },
      "to": { "type": "app", "user": "Bob Example" }
    },
    "timestamp": { "invited": "{{iso_now}}" }
  }
}"#,
    },
    // The `uuid` that Flexisip puts into `aps` is the instance of the phone, not the call; a phone
    // discards a push with another phone's.
    Entry {
        id: "linphone",
        name: "Linphone and Flexisip (SIP)",
        push_type: PushType::Voip,
        paths: ["from-uri", "display-name", "aps.call-id", ""],
        source: "BelledonneCommunications/flexisip, src/pushnotification/apple/apple-request.cc; liblinphone reads aps.call-id",
        text: r#"{
  "aps": {
    "sound": "",
    "loc-key": "IC_MSG",
    "loc-args": ["Alice Example"],
    "call-id": "{{uuid}}",
    "send-time": "{{iso_now}}"
  },
  "from-uri": "sip:alice@example.com",
  "display-name": "Alice Example",
  "pn_ttl": 60,
  "customPayload": {}
}"#,
    },
    Entry {
        id: "jitsi",
        name: "Jitsi Meet",
        push_type: PushType::Voip,
        paths: ["handle", "displayName", "UUID", "hasVideo"],
        source: "jitsi/jitsi-meet #2864, JMCallKitProxy.reportNewIncomingCall(UUID:handle:displayName:hasVideo:); the app reads the payload",
        text: r#"{
  "UUID": "{{uuid}}",
  "handle": "trill-room-{{counter}}",
  "displayName": "Alice Example",
  "hasVideo": true,
  "sentAt": "{{iso_now}}"
}"#,
    },
    // The `caller_id` is a number; CallKit gets the session as the handle.
    Entry {
        id: "connectycube",
        name: "ConnectyCube for Flutter",
        push_type: PushType::Voip,
        paths: ["session_id", "caller_name", "session_id", ""],
        source: "ConnectyCube/connectycube-flutter-call-kit, VoIPController.swift and CallKitController.swift; #144",
        text: r#"{
  "session_id": "{{uuid}}",
  "signal_type": "startCall",
  "call_type": 0,
  "caller_id": 1001,
  "caller_name": "Alice Example",
  "call_opponents": "1002",
  "user_info": "sentAt {{iso_now}}"
}"#,
    },
    Entry {
        id: "ptt-active-speaker",
        name: "Push to Talk: somebody speaks",
        push_type: PushType::PushToTalk,
        paths: NO_CALL,
        source: "Apple, “Creating a Push to Talk app”: activeSpeaker",
        text: r#"{
  "activeSpeaker": "Alice Example",
  "sentAt": "{{iso_now}}"
}"#,
    },
    // Apple's sample leaves the channel if no speaker is named; the key that says so is the app's
    // own.
    Entry {
        id: "ptt-leave",
        name: "Push to Talk: leave the channel",
        push_type: PushType::PushToTalk,
        paths: NO_CALL,
        source: "Apple, “Creating a Push to Talk app”: PTPushResult.leaveChannel when there is no activeSpeaker",
        text: r#"{
  "leaveChannel": true,
  "sentAt": "{{iso_now}}"
}"#,
    },
    Entry {
        id: "ptt-service-update",
        name: "Push to Talk: service update",
        push_type: PushType::PushToTalk,
        paths: NO_CALL,
        source: "Apple, developer forums, thread 787878: ptt-push-type in aps; incomingServiceUpdatePush, iOS 17.2",
        text: r#"{
  "aps": {
    "ptt-push-type": "service-update"
  },
  "update": {{counter}},
  "sentAt": "{{iso_now}}"
}"#,
    },
];
