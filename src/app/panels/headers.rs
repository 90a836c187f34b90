//! The headers: which kind of push, how urgent, until when. For a call they are right as they are.

use crate::apns::PushType;
use crate::app::action::Action;
use crate::app::components::field;
use crate::app::form::Field;
use crate::app::message::{Link, Message};
use crate::app::state::State;
use crate::app::tag::{Tag, details, list, tag};

/// Behind one line, which says what is set.
pub fn view(state: &State, link: &Link) -> Tag {
    let chosen = state.form.push_type;
    let push_type = tag("div", "field")
        .with(tag("label", "").set("for", "push-type").with("Push type"))
        .with(push_types(chosen, link))
        .with(
            tag("p", "hint")
                .set("id", "push-type-note")
                .with(chosen.about()),
        );
    let pair = tag("div", "pair")
        .with(field::input(
            state,
            link,
            Field::Priority,
            "Priority",
            chosen.usual_priority().as_str(),
            None,
        ))
        .with(field::input(
            state,
            link,
            Field::Expiration,
            "Expiration",
            "0 or in 30 s",
            None,
        ));
    let collapse_id = field::input(state, link, Field::CollapseId, "Collapse ID", "none", None);
    let summary = tag("span", "")
        .with("Headers: push type ")
        .with(tag("span", "mono").with(chosen.as_str()));
    details("more", summary).test("headers").with(
        tag("div", "stack")
            .with(push_type)
            .with(pair)
            .with(collapse_id),
    )
}

fn push_types(chosen: PushType, link: &Link) -> Tag {
    let entries = PushType::ALL
        .map(|each| (each.as_str().to_owned(), each.as_str().to_owned()))
        .to_vec();
    let choose = |word: &str| {
        PushType::parse(word).map(|push_type| Message::Do(Action::ChooseType(push_type)))
    };
    list("push-type", entries, chosen.as_str(), link, choose)
        .set("id", "push-type")
        .set("aria-describedby", "push-type-note")
}
