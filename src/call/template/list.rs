//! List of templates, in the order in which they are offered.

use std::sync::LazyLock;

use super::{ARTICLE, Template};
use crate::apns::push_type::PushType;
use crate::call::app::{AppChoice, ReceivingApp};
use crate::call::profile::{self, Profile};

/// All templates: the article's, those of the apps by name, and those of Push to Talk.
pub fn all() -> &'static [Template] {
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
        let mut all = vec![Template {
            id: "article".to_owned(),
            name: "The article’s payload".to_owned(),
            group: "Patterns",
            push_type: PushType::Voip,
            text: ARTICLE.to_owned(),
            app: String::new(),
        }];
        for profile in profile::by_name() {
            if profile.id != all[0].id {
                add(&mut all, profile);
            }
        }
        all.extend(PUSH_TO_TALK.map(|(id, name, text)| Template {
            id: id.to_owned(),
            name: name.to_owned(),
            group: "Push to Talk",
            push_type: PushType::PushToTalk,
            text: text.to_owned(),
            app: String::new(),
        }));
        all
    });
    &ALL
}

/// Adds the templates of an app.
fn add(all: &mut Vec<Template>, profile: &Profile) {
    let texts = [
        ("", "", profile.template_text(), &profile.template),
        (
            "-cancel",
            ": end of a call",
            profile.cancel_text(),
            &profile.cancel,
        ),
    ];
    for (id, name, text, payload) in texts {
        let (Some(text), Some(payload)) = (text, payload) else {
            continue;
        };
        let is_said = match AppChoice::Recognise.resolve(payload) {
            ReceivingApp::Known(app) => app.id == profile.id,
            // Many apps have the keys of a pattern, and code of their own.
            ReceivingApp::Unknown => profile.kind == "pattern",
            ReceivingApp::Family(_) => false,
        };
        let app = if is_said { "" } else { &profile.id };
        all.push(Template {
            id: [&profile.id, id].concat(),
            name: [&profile.name, name].concat(),
            group: profile.group(),
            push_type: PushType::Voip,
            text,
            app: app.to_owned(),
        });
    }
}

/// Identifier, name and payload of the templates for Push to Talk.
///
/// Sources: Apple, “Creating a Push to Talk app”: `activeSpeaker`, and
/// `PTPushResult.leaveChannel` if no speaker is named, for which the key is the app’s own; Apple,
/// developer forums, thread 787878: `ptt-push-type` in `aps`, with
/// `incomingServiceUpdatePush` of iOS 17.2.
const PUSH_TO_TALK: [(&str, &str, &str); 3] = [
    (
        "ptt-active-speaker",
        "Push to Talk: somebody speaks",
        r#"{
  "activeSpeaker": "Alice Example",
  "sentAt": "{{iso_now}}"
}"#,
    ),
    (
        "ptt-leave",
        "Push to Talk: leave the channel",
        r#"{
  "leaveChannel": true,
  "sentAt": "{{iso_now}}"
}"#,
    ),
    (
        "ptt-service-update",
        "Push to Talk: service update",
        r#"{
  "aps": {
    "ptt-push-type": "service-update"
  },
  "update": {{counter}},
  "sentAt": "{{iso_now}}"
}"#,
    ),
];
