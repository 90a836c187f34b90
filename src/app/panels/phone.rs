//! The virtual iPhone: the heart of the page. It shows what the simulator's phone does.

use yew::prelude::*;

use super::demo::Demo;
use super::phone_screen::PhoneScreen;
use crate::app::page::use_page;
use crate::app::state::State;

/// Phone, and the button that rings it.
#[component]
pub fn PhonePanel() -> Html {
    let state = use_page().state;
    // Only the simulator's phones can be watched.
    let is_watched = state.form.environment.is_simulator();
    let is_lost = is_watched && state.is_phone_lost;
    let doing = doing(&state);
    html! {
        <section class="phone-place" aria-label="Virtual iPhone">
            <div
                class={classes!("phone", (!is_watched).then_some("elsewhere"))}
                data-test="phone"
                data-state={doing.clone()}
                data-link={if is_lost { "lost" } else { "live" }}
            >
                <div class="screen">
                    <div class="island" aria-hidden="true" />
                    <PhoneScreen {doing} />
                </div>
            </div>
            <p class="caption" role="status">{ state.caption().to_owned() }</p>
            <Demo />
        </section>
    }
}

/// What the phone is shown doing.
fn doing(state: &State) -> String {
    let doing = state.phone.state.as_str();
    let has_call = matches!(doing, "ringing" | "in-call");
    // A call nobody can answer from here does not ring here either.
    let is_hidden = has_call && state.is_phone_lost || !state.form.environment.is_simulator();
    if doing.is_empty() || is_hidden {
        "idle".to_owned()
    } else {
        doing.to_owned()
    }
}
