//! The certificate, the alternative to a signing key. The relay holds it with its private key; the
//! page selects it by name.

use serde_json::Value;
use yew::prelude::*;

use crate::apns::PushType;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::finding_line::finding_line;
use crate::app::components::select::Select;
use crate::app::components::text::{hint, paragraph, span};
use crate::app::form::{Field, Severity};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_info::{name, texts};

/// Choice between a signing key and the relay's certificates; empty if there are none.
pub fn certificate_choice(page: &Page) -> Html {
    let certificates = page.state.relay_info.certificates();
    let mut entries = vec![(String::new(), "A signing key".to_owned())];
    for certificate in certificates {
        let name = name(certificate);
        entries.push((name.to_owned(), ["Certificate ", name].concat()));
    }
    let list = Select {
        test: AttrValue::Static("certificate"),
        name: Some("What vouches for the push"),
        entries,
        current: page.state.form.certificate.clone(),
        onchoose: page.on(|name| Some(Message::Do(Action::Edit(Field::Certificate, name)))),
        onblur: Some(page.act(|| Action::EndStep)),
        ..Select::default()
    };
    html! {
        if !certificates.is_empty() {
            { list.html() }
        }
    }
}

/// Subject, validity and warning of the selected certificate.
pub fn certificate(page: &Page) -> Html {
    let Some(certificate) = page.state.certificate() else {
        return html! {};
    };
    html! {
        <div class="key-place held" data-test="identity">
            { paragraph("key-held", "", certificate["subject"].as_str().unwrap_or_default()) }
            { hint(&validity(certificate)) }
            if let Some(warning) = certificate["warning"].as_str() {
                { finding_line("certificate-expires", Severity::Warning, warning) }
            }
        </div>
    }
}

fn validity(certificate: &Value) -> String {
    let days = certificate["days_left"].as_u64().unwrap_or_default();
    let environments = texts(&certificate["environments"]).join(", ");
    format!("For {environments}, {days} days left. The relay holds its key.")
}

/// Topics of the certificate, as buttons that put the topic's bundle ID into the form.
pub fn certificate_topics(page: &Page) -> Html {
    let Some(certificate) = page.state.certificate() else {
        return html! {};
    };
    let topics = texts(&certificate["topics"]);
    html! {
        <div class="row topics">
            { span("hint", "The certificate’s topics:") }
            { for topics.into_iter().map(|topic| topic_button(page, topic)) }
        </div>
    }
}

fn topic_button(page: &Page, topic: &str) -> Html {
    let suffix = PushType::Voip.topic_suffix();
    let bundle_id = topic.strip_suffix(suffix).unwrap_or(topic).to_owned();
    let onclick = page.on(move |_| {
        let action = Action::Fix(Field::BundleId, bundle_id.clone());
        Some(Message::Do(action))
    });
    button("quiet small", "topic", topic, onclick)
}
