//! The provider token of the last send, decoded, without its signature.

use yew::prelude::*;

use crate::apns::token_schedule;
use crate::app::browser::clock;
use crate::app::components::text::{hint, paragraph};
use crate::app::page::Page;
use crate::app::state::State;

/// Difference between two clocks that is not reported, in seconds.
const SAME_TIME: i64 = 5;

/// The provider token, collapsed behind a line with its times.
pub fn provider_token(page: &Page) -> Html {
    let state = page.state;
    let Some(issued_at) = state.report.as_ref().and_then(|report| report.issued_at) else {
        // The line exists before the first send, so that nothing moves then.
        return hint("Provider token: signed with each send.");
    };
    let (key_id, team_id) = (state.form.key_id.trim(), state.form.team_id.trim());
    let parts =
        format!(r#"{{"alg":"ES256","kid":"{key_id}"}} {{"iss":"{team_id}","iat":{issued_at}}}"#);
    html! {
        <details class="more" data-test="provider-token">
            <summary>{ times(state, issued_at) }</summary>
            { paragraph("mono", "", &parts) }
            <p class="hint">
                { "ES256, signed in this page. Apple allows a new one only every 20 minutes, so " }
                { "everyone with this key shares it: the relay names its issue time." }
                { wrong_clock(state) }
            </p>
        </details>
    }
}

fn times(state: &State, issued_at: u64) -> String {
    let now = (state.clock().now as i64 - state.clock_difference.unwrap_or_default()) as u64;
    let next_at = token_schedule::next_change(now, issued_at);
    let [issued, next] = [issued_at, next_at].map(clock::time_of_day_at);
    format!("Provider token issued {issued}, reused until {next}")
}

fn wrong_clock(state: &State) -> String {
    let seconds = state.clock_difference.unwrap_or_default();
    if seconds.abs() <= SAME_TIME {
        return String::new();
    }
    let side = if seconds > 0 { "ahead of" } else { "behind" };
    let seconds = seconds.abs();
    format!(" This computer’s clock is {seconds} s {side} the relay’s; the relay’s is used.")
}
