//! Who signs: the key, its Key ID and the team.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, HtmlTextAreaElement, InputEvent};
use yew::TargetCast;
use zeroize::Zeroizing;

use crate::apns::{SigningKey, token_schedule};
use crate::app::action::Action;
use crate::app::browser::files;
use crate::app::components::field::{self, beneath};
use crate::app::components::file_picker::picker;
use crate::app::form::Field;
use crate::app::message::{Link, Message};
use crate::app::panels::certificate;
use crate::app::panels::findings;
use crate::app::panels::notice;
use crate::app::remark::Remark;
use crate::app::secret_guard::Place;
use crate::app::state::State;
use crate::app::tag::{On, Tag, button, card, details, tag};

const WRONG: &str = "What will go wrong with the signature";

/// The first question.
pub fn view(state: &State, link: &Link, remarks: Vec<Remark>) -> Tag {
    let card = card("card signer", "who-signs", "Who signs")
        .with_all(notice::view(state))
        .with(certificate::choice(state, link));
    let card = card.with(field::kept_out(state, Place::Page));
    if let Some(certificate) = state.certificate() {
        // A certificate needs no key, but a key that was offered gets its answer.
        let refusal = state
            .key_error
            .is_some()
            .then(|| beneath(&state.key_finding(), None));
        return card
            .with(refusal)
            .with(certificate::view(certificate))
            .with(findings::some(remarks, link, WRONG));
    }
    let pair = tag("div", "pair")
        .with(field::input(
            state,
            link,
            Field::KeyId,
            "Key ID",
            "ABC123DEFG",
            None,
        ))
        .with(field::input(
            state,
            link,
            Field::TeamId,
            "Team ID",
            "DEF123GHIJ",
            None,
        ));
    card.with(key_place(state, link))
        .with(pair)
        .with(findings::some(remarks, link, WRONG))
        .with(provider_token(state))
}

/// The provider token of the last send, taken apart; its signature is nobody's business.
fn provider_token(state: &State) -> Option<Tag> {
    let issued_at = state.report.as_ref()?.issued_at?;
    let now = (state.clock().now as i64 - state.clock_difference.unwrap_or_default()) as u64;
    let age = now.saturating_sub(issued_at) / 60;
    let next = token_schedule::next_change(now, issued_at)
        .saturating_sub(now)
        .div_ceil(60);
    let (key_id, team_id) = (state.form.key_id.trim(), state.form.team_id.trim());
    let parts = [
        r#"{"alg":"ES256","kid":""#,
        key_id,
        r#""} {"iss":""#,
        team_id,
        r#"","iat":"#,
        &issued_at.to_string(),
        "}",
    ]
    .concat();
    let summary = [
        "Provider token: ",
        &age.to_string(),
        " min old, the next in ",
        &next.to_string(),
        " min at the earliest",
    ]
    .concat();
    let wrong_by = state
        .clock_difference
        .filter(|seconds| seconds.abs() > 5)
        .map(|seconds| {
            let side = if seconds > 0 {
                " s ahead of"
            } else {
                " s behind"
            };
            [
                " This computer’s clock is ",
                &seconds.abs().to_string(),
                side,
                " the relay’s; the relay’s is used.",
            ]
            .concat()
        });
    let hint = tag("p", "hint")
        .with(
            "ES256, signed in this page. The relay names the time, \
             so that everybody with this key makes the same token.",
        )
        .with(wrong_by.unwrap_or_default());
    Some(
        details("more", summary)
            .test("provider-token")
            .with(tag("p", "mono").with(parts))
            .with(hint),
    )
}

fn key_place(state: &State, link: &Link) -> Tag {
    let hint = "The key never leaves this page: it signs here.";
    let place = |class| {
        tag("div", class)
            .test("key-file")
            .on(On::DragEnter, link, take_drag)
            .on(On::DragOver, link, take_drag)
            .on(On::Drop, link, |event| {
                event.prevent_default();
                files::dropped(event.unchecked_ref::<DragEvent>()).map(Message::KeyFile)
            })
    };
    match &state.key {
        Some(key) => place("key-place held")
            .with(tag("p", "key-held").with(key.source.clone()))
            .with(tag("p", "hint").with("In this tab’s memory only. Closing the tab forgets it."))
            .with(
                tag("div", "row")
                    .with(key_picker(link, "Another key"))
                    .with(button("quiet", "forget-key", "Forget", link, || {
                        Message::Do(Action::ForgetKey)
                    })),
            )
            .with(beneath(&state.key_finding(), None)),
        None => place("key-place")
            .with(
                tag("p", "key-wanted")
                    .with("Drop ")
                    .with(tag("span", "mono").with("AuthKey_XXXXXXXXXX.p8"))
                    .with(" here"),
            )
            .with(tag("div", "row").with(key_picker(link, "Choose file")))
            .with(paste_box(link))
            .with(beneath(&state.key_finding(), Some(hint.into()))),
    }
}

/// A browser lets things be dropped only where a drag is answered.
pub fn take_drag(event: &Event) -> Option<Message> {
    event.prevent_default();
    None
}

/// Asks for a key file.
pub fn key_picker(link: &Link, label: &'static str) -> Tag {
    picker(
        link,
        "key-picker",
        label,
        ".p8,.pem,.key,.txt",
        Message::KeyFile,
    )
}

/// The text stays in the element, never in the state, and leaves it as soon as it is a key.
fn paste_box(link: &Link) -> Tag {
    field::verbatim(tag("textarea", "mono paste"))
        .test("key-paste")
        .set("aria-label", "Paste the text of the key")
        .set(
            "placeholder",
            "or paste its text: -----BEGIN PRIVATE KEY-----",
        )
        .set("rows", "1")
        .on(On::Input, link, |event| {
            let action = offer(&event.target_unchecked_into());
            // A paste is whole at once; whoever types is not finished before the box is left.
            let input: &InputEvent = event.unchecked_ref();
            let is_typed = input.input_type() != "insertFromPaste"
                && input.data().is_none_or(|data| data.chars().count() < 2);
            let is_unfinished = is_typed && matches!(action, Action::OfferKey(_, Err(_)));
            (!is_unfinished).then_some(Message::Do(action))
        })
        .on(On::Change, link, |event| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            Some(Message::Do(if area.value().is_empty() {
                Action::ForgetKey
            } else {
                offer(&area)
            }))
        })
}

fn offer(area: &HtmlTextAreaElement) -> Action {
    let offered = SigningKey::from_text(&Zeroizing::new(area.value()));
    if offered.is_ok() {
        area.set_value("");
    }
    Action::OfferKey("Pasted key".to_owned(), offered)
}
