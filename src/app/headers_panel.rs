//! The headers: which kind of push, how urgent, until when. For a call they are right as they are.

use web_sys::HtmlSelectElement;
use yew::TargetCast;

use super::action::Action;
use super::field;
use super::form::Field;
use super::message::{Link, Message};
use super::state::State;
use super::tag::{On, Tag, details, tag};
use crate::apns::PushType;

/// Behind one line, which says what is set.
pub fn view(state: &State, link: &Link) -> Tag {
    let chosen = state.form.push_type;
    let push_type = tag("div", "field")
        .with(tag("label", "").set("for", "push-type").with("Push type"))
        .with(push_types(chosen, link))
        .with(tag("p", "hint").set("id", "push-type-note").with(state.catalogue.say(&chosen.about())));
    let pair = tag("div", "pair")
        .with(field::input(state, link, Field::Priority, "Priority", chosen.usual_priority().as_str(), None))
        .with(field::input(state, link, Field::Expiration, "Expiration", "0 or in 30 s", None));
    let collapse_id = field::input(state, link, Field::CollapseId, "Collapse ID", "none", None);
    let summary = tag("span", "").with("Headers: push type ").with(tag("span", "mono").with(chosen.as_str()));
    details("more", summary).test("headers").with(tag("div", "stack").with(push_type).with(pair).with(collapse_id))
}

fn push_types(chosen: PushType, link: &Link) -> Tag {
    let options = PushType::ALL.map(|each| tag("option", "").set("value", each.as_str()).selected(each == chosen).with(each.as_str()));
    tag("select", "quiet")
        .set("id", "push-type")
        .test("push-type")
        .set("aria-describedby", "push-type-note")
        .on(On::Change, link, |event| {
            let list: HtmlSelectElement = event.target_unchecked_into();
            PushType::parse(&list.value()).map(|push_type| Message::Do(Action::ChooseType(push_type)))
        })
        .with_all(options)
}
