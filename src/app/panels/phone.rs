//! The virtual iPhone: the heart of the page. It shows what the simulator's phone does.

use crate::app::action::Action;
use crate::app::browser::clock;
use crate::app::components::icons;
use crate::app::message::{Link, Message};
use crate::app::phone_view::CallView;
use crate::app::state::State;
use crate::app::tag::{On, Tag, bare_button, button, tag};
use crate::call::PhoneRule;

/// A title longer than this, such as an address, is set smaller so that it fits on one line.
const LONG_TITLE: usize = 14;

/// The phone, and the button that rings it.
pub fn view(state: &State, link: &Link) -> Tag {
    // Only the simulator's phones can be watched.
    let watched = state.form.environment.is_simulator();
    let is_lost = watched && state.is_phone_lost;
    let doing = match state.phone.state.as_str() {
        "" => "idle",
        // A call nobody can answer from here does not ring here either.
        "ringing" | "in-call" if is_lost => "idle",
        doing if watched => doing,
        _ => "idle",
    };
    let island = tag("div", "island").set("aria-hidden", "true");
    let phone = tag("div", if watched { "phone" } else { "phone elsewhere" })
        .test("phone")
        .set("data-state", doing.to_owned())
        .set("data-link", if is_lost { "lost" } else { "live" })
        .with(
            tag("div", "screen")
                .with(island)
                .with(screen(state, doing, link)),
        );
    tag("section", "phone-place")
        .set("aria-label", "Virtual iPhone")
        .with(phone)
        .with(
            tag("p", "caption")
                .set("role", "status")
                .with(state.caption().to_owned()),
        )
        .with(demo(state, link))
}

fn screen(state: &State, doing: &str, link: &Link) -> Tag {
    let call = state.phone.call.clone().unwrap_or_default();
    match doing {
        "ringing" => {
            let (kind, icon) = if call.video {
                ("Incoming video call", icons::camera())
            } else {
                ("Incoming call", icons::handset())
            };
            let buttons = tag("div", "call-buttons")
                .with(call_button(
                    link,
                    "decline",
                    "Decline",
                    "decline",
                    icons::handset(),
                ))
                .with(call_button(link, "accept", "Accept", "answer", icon));
            tag("div", "call").with(caller(call, kind)).with(buttons)
        }
        "in-call" => {
            let end = call_button(link, "decline", "End", "decline", icons::handset());
            tag("div", "call")
                .with(caller(call, "Connected"))
                .with(tag("div", "call-buttons one").with(end))
        }
        "killed" => {
            let log = "Killing app because it never posted an incoming call to the system \
                       after receiving a PushKit VoIP push.";
            tag("div", "crash")
                .with(tag("p", "crash-title").with("The app was killed"))
                .with(tag("p", "crash-text mono").with(log))
        }
        _ => tag("div", "lock")
            .with(tag("p", "lock-day").with(clock::day()))
            .with(tag("p", "lock-time").with(clock::time_of_day()))
            .with(note(state, doing).map(|note| tag("p", "lock-note").with(note))),
    }
}

/// Why the screen shows no call.
fn note(state: &State, doing: &str) -> Option<&'static str> {
    if state.is_phone_lost && state.form.environment.is_simulator() {
        return Some("No connection to Trill");
    }
    if doing != "silent" {
        return None;
    }
    Some(match state.phone.rule {
        Some(PhoneRule::DoNotDisturb | PhoneRule::NotifiedSilently) => "☾ Do Not Disturb",
        Some(PhoneRule::BlockedCaller) => "A blocked caller was turned away",
        Some(
            PhoneRule::Offline
            | PhoneRule::Stored
            | PhoneRule::StoredReplaced
            | PhoneRule::StoredExpired,
        ) => "✈ Offline",
        Some(PhoneRule::DeliveryStopped) => "No more VoIP pushes for this app",
        _ => "Nothing was shown",
    })
}

fn caller(call: CallView, state: &'static str) -> Tag {
    // The style sheet makes it a capital; Rust's tables for that would weigh more than the phone.
    let initial = call
        .title
        .chars()
        .find(|character| !character.is_ascii_punctuation() && *character != ' ')
        .unwrap_or('?');
    let name = tag(
        "p",
        if call.title.len() > LONG_TITLE {
            "caller-name long"
        } else {
            "caller-name"
        },
    );
    let avatar = tag("div", "avatar")
        .set("aria-hidden", "true")
        .with_all([(); 3].map(|()| tag("span", "ring")))
        .with(tag("span", "initial").with(initial.to_string()));
    tag("div", "caller")
        .with(tag("p", "call-state").with(state))
        .with(name.with(call.title))
        .with(
            call.handle
                .map(|handle| tag("p", "caller-handle").with(handle)),
        )
        .with(avatar)
}

fn call_button(
    link: &Link,
    kind: &'static str,
    label: &'static str,
    press: &'static str,
    icon: Tag,
) -> Tag {
    let button = bare_button(kind, kind)
        .with(icon)
        .on(On::Click, link, move |_| Some(Message::Phone(press)))
        .set("aria-label", label);
    tag("div", "call-button")
        .with(button)
        .with(tag("span", "").set("aria-hidden", "true").with(label))
}

fn demo(state: &State, link: &Link) -> Tag {
    let label = if state.sending {
        "Ringing…"
    } else {
        "Ring the demo phone"
    };
    let ring = button("demo-button", "demo", label, link, || Message::Demo)
        .flag("aria-disabled", state.sending);
    let hint = if state.set_aside.is_some() {
        let bring_back = button("as-link", "bring-back", "Bring them back", link, || {
            Message::Do(Action::BringBack)
        });
        tag("p", "hint")
            .with("Your own values are kept. ")
            .with(bring_back)
    } else {
        tag("p", "hint").with(
            "No Apple account: a real key, a real signature and a real push, all on this machine.",
        )
    };
    let faults = state.faults_aside.is_some().then(|| {
        let on = button("as-link", "faults-on", "Switch them on again", link, || {
            Message::FaultsOn
        });
        tag("p", "hint")
            .with("Faults were switched off so that it rings. ")
            .with(on)
    });
    tag("div", "demo").with(ring).with(faults).with(hint)
}
