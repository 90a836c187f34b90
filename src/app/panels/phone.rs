//! The virtual iPhone, which shows what the simulator's phone does.

use yew::prelude::*;

use super::demo::demo;
use super::phone_screen::phone_screen;
use crate::app::page::Page;
use crate::app::state::State;

/// Element ID of the phone's space.
pub const PHONE_SPACE: &str = "phone-space";

/// The phone, and the demo's button.
pub fn phone_panel(page: &Page) -> Html {
    let state = page.state;
    // Only the simulator's phones can be followed.
    let is_watched = state.form.environment.is_simulator();
    let is_lost = is_watched && state.is_phone_lost;
    let doing = doing(state);
    let is_banner = state.is_phone_out_of_view && matches!(doing.as_str(), "ringing" | "in-call");
    let classes = classes!(
        "phone",
        (!is_watched).then_some("elsewhere"),
        is_banner.then_some("banner")
    );
    let announcement = announcement(state, &doing);
    html! {
        <section class="phone-place" id="iphone" tabindex="-1" aria-label="Virtual iPhone">
            // Reserves the phone's space when the phone becomes a banner at the top of the window.
            <div class="phone-space" id={PHONE_SPACE}>
                <div
                    class={classes}
                    data-test="phone"
                    data-state={doing.clone()}
                    data-link={if is_lost { "lost" } else { "live" }}
                >
                    <div class="screen">
                        <div class="island" aria-hidden="true" />
                        { phone_screen(page, &doing) }
                    </div>
                </div>
            </div>
            <p class="unseen" role="alert" data-test="announcement">{ announcement }</p>
            <p class="caption" role="status">{ state.caption() }</p>
            { demo(page) }
        </section>
    }
}

/// Returns the announcement of an incoming call for screen readers.
fn announcement(state: &State, doing: &str) -> String {
    let call = state.phone.call.as_ref().filter(|_| doing == "ringing");
    let Some(call) = call else {
        return String::new();
    };
    let kind = if call.video {
        "Incoming video call"
    } else {
        "Incoming call"
    };
    format!("{kind} from {}", call.title)
}

/// Returns the phone's state to show: `idle`, `ringing`, `in-call`, `killed` or `silent`.
fn doing(state: &State) -> String {
    let doing = state.phone.state.as_str();
    let has_call = matches!(doing, "ringing" | "in-call");
    // A call that cannot be answered from this page is not shown.
    let is_hidden = has_call && state.is_phone_lost || !state.form.environment.is_simulator();
    if doing.is_empty() || is_hidden {
        "idle".to_owned()
    } else {
        doing.to_owned()
    }
}
