//! The certificate: the other way to authenticate. The relay holds it and its key; the page chooses it by its name.

use serde_json::Value;

use crate::apns::PushType;
use crate::app::action::Action;
use crate::app::form::Field;
use crate::app::message::{Link, Message};
use crate::app::panels::findings::once;
use crate::app::relay_info::{name, texts};
use crate::app::state::State;
use crate::app::tag::{Tag, list, tag};

/// The choice between a key and the certificates, where there are any.
pub fn choice(state: &State, link: &Link) -> Option<Tag> {
    let mut entries = vec![(String::new(), "A signing key".to_owned())];
    for certificate in state.relay_info.certificates() {
        let name = name(certificate);
        entries.push((name.to_owned(), ["Certificate ", name].concat()));
    }
    let is_any = entries.len() > 1;
    let choose = |name: &str| {
        Some(Message::Do(Action::Edit(
            Field::Certificate,
            name.to_owned(),
        )))
    };
    is_any.then(|| {
        list(
            "certificate",
            entries,
            &state.form.certificate,
            link,
            choose,
        )
        .set("aria-label", "What vouches for the push")
    })
}

/// What there is to know of the one that is chosen.
pub fn view(certificate: &Value) -> Tag {
    let days = certificate["days_left"]
        .as_u64()
        .unwrap_or_default()
        .to_string();
    let mut hint = String::from("For");
    for environment in texts(&certificate["environments"]) {
        hint.extend([" ", environment, ","]);
    }
    hint.extend([" ", &days, " days left. The relay holds its key."]);
    let warning = certificate["warning"].as_str().map(|warning| {
        tag("p", "finding")
            .test("finding")
            .set("data-rule", "certificate-expires")
            .set("data-severity", "warning")
            .with(warning.to_owned())
    });
    tag("div", "key-place held")
        .test("identity")
        .with(
            tag("p", "key-held").with(
                certificate["subject"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            ),
        )
        .with(tag("p", "hint").with(hint))
        .with(warning)
}

/// Its topics, each of which can become the app of the push.
pub fn topics(certificate: &Value, link: &Link) -> Tag {
    let offer = |topic: &str| {
        let bundle_id = topic
            .strip_suffix(PushType::Voip.topic_suffix())
            .unwrap_or(topic)
            .to_owned();
        once(
            "quiet small",
            "topic",
            topic.to_owned(),
            link,
            Action::Fix(Field::BundleId, bundle_id),
        )
    };
    tag("div", "row topics")
        .with(tag("span", "hint").with("The certificate’s topics:"))
        .with_all(texts(&certificate["topics"]).into_iter().map(offer))
}
