//! List of the built-in profiles.

use std::sync::{Arc, LazyLock, OnceLock};

use super::compact::compact;
use super::{Profile, SharedProfile};
use crate::apns::similar;

/// `true` if the texts of the profiles have their prose, which would be half of their weight on the
/// page. The page loads that of the app that it shows.
const HAS_PROSE: bool = !cfg!(target_arch = "wasm32");

/// Identifier of a profile, and the text of its file without its layout, which would add a
/// kilobyte to the page.
macro_rules! profile {
    ($id:literal) => {{
        const FILE: &[u8] = include_bytes!(concat!("apps/", $id, ".json"));
        const TEXT: &[u8] = &compact::<{ compact::<0>(FILE, HAS_PROSE).1 }>(FILE, HAS_PROSE).0;
        match str::from_utf8(TEXT) {
            Ok(text) => ($id, text),
            Err(_) => panic!("a profile is not UTF-8"),
        }
    }};
}

/// Number of the profiles.
const COUNT: usize = 60;

/// Texts of the profiles, by identifier.
pub const FILES: [(&str, &str); COUNT] = [
    profile!("acs-calling"),
    profile!("acs-ui-library"),
    profile!("agorachat-callkit"),
    profile!("apple"),
    profile!("article"),
    profile!("codenameone"),
    profile!("cometchat-sample"),
    profile!("connectycube-flutter-call-kit"),
    profile!("connectycube-react-native"),
    profile!("deltachat"),
    profile!("dyte-sample"),
    profile!("easemob-callkit"),
    profile!("element-classic"),
    profile!("element-x"),
    profile!("expo-callkit-telecom"),
    profile!("flutter-callkit-incoming"),
    profile!("flutter-ios-voip-kit"),
    profile!("flutter-webrtc-callkeep"),
    profile!("freeswitch-mod-apn"),
    profile!("infobip"),
    profile!("jitsi-meet-sdk"),
    profile!("kazoo-pusher"),
    profile!("linphone"),
    profile!("livekit-sample"),
    profile!("mattermost"),
    profile!("nexmo-legacy"),
    profile!("nextcloud-talk"),
    profile!("pjsip-ipjsua"),
    profile!("quickblox-conference-and-push-samples"),
    profile!("quickblox-flutter"),
    profile!("quickblox-react-native"),
    profile!("quickblox-videochat-objc"),
    profile!("quickblox-videochat-swift"),
    profile!("react-native-callkeep"),
    profile!("react-native-vonage-voice"),
    profile!("rocketchat"),
    profile!("sendbird-calls"),
    profile!("sendbird-calls-react-native"),
    profile!("signal"),
    profile!("sinch"),
    profile!("stream-rn-callingx"),
    profile!("stream-rn-pre-1-32"),
    profile!("stream-video-flutter"),
    profile!("stream-video-swift"),
    profile!("telegram"),
    profile!("telnyx-flutter"),
    profile!("telnyx-ios"),
    profile!("telnyx-react-native"),
    profile!("tencent-tuicallkit"),
    profile!("tinode"),
    profile!("twilio-voice-ios"),
    profile!("twilio-voice-react-native"),
    profile!("videosdk-rn-sample"),
    profile!("videosdk-swiftui-sample"),
    profile!("vonage-client-sdk"),
    profile!("voximplant-flutter"),
    profile!("voximplant-ios-demo"),
    profile!("voximplant-react-native"),
    profile!("wire"),
    profile!("zego"),
];

/// Built-in profiles, in the order of their identifiers.
pub fn all() -> &'static [SharedProfile] {
    static ALL: LazyLock<Vec<SharedProfile>> = LazyLock::new(|| {
        // A test reads every file, so none is left out here.
        FILES
            .iter()
            .filter_map(|(_, text)| Profile::parse(text).ok().map(Arc::new))
            .collect()
    });
    &ALL
}

/// Built-in profile with this identifier.
pub fn find(id: &str) -> Option<SharedProfile> {
    let place = all().iter().position(|profile| profile.id == id);
    place.and_then(supplied).cloned()
}

/// Profiles that were supplied, in the order of all.
static SUPPLIED: [OnceLock<SharedProfile>; COUNT] = [const { OnceLock::new() }; COUNT];

/// Takes over a built-in profile with its prose, where the program was compiled without it.
pub fn supply(text: &str) {
    let Ok(profile) = Profile::parse(text) else {
        return;
    };
    let place = all().iter().position(|other| other.id == profile.id);
    if let Some(place) = place {
        // The prose of a profile never changes, so the first one is as good as any.
        let _ = SUPPLIED[place].set(Arc::new(profile));
    }
}

/// The profile at this place of all, as it was supplied, or else as it is.
pub(super) fn supplied(place: usize) -> Option<&'static SharedProfile> {
    let supplied = SUPPLIED.get(place).and_then(OnceLock::get);
    supplied.or(all().get(place))
}

/// Identifier of the built-in profile that is most similar to a mistyped one.
pub fn nearest(id: &str) -> Option<&'static str> {
    let ids: Vec<&'static str> = all().iter().map(|profile| profile.id.as_str()).collect();
    similar::nearest(id, &ids).or_else(|| {
        let id = id.to_ascii_lowercase();
        ids.into_iter()
            .find(|other| id.len() >= 4 && other.contains(id.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_as_it_was_supplied() {
        let (id, text) = FILES[0];
        supply("{");
        supply(r#"{"id": "no-such-app", "name": "x"}"#);
        let built_in = &all()[0];
        assert!(find(id).is_some_and(|found| Arc::ptr_eq(&found, built_in)));
        supply(text);
        let found = find(id).expect("it is built in");
        assert!(!Arc::ptr_eq(&found, built_in));
        assert_eq!(found, *built_in);
        supply(text);
        assert!(find(id).is_some_and(|other| Arc::ptr_eq(&other, &found)));
    }
}
