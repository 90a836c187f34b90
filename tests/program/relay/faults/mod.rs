//! Faults on the way to APNs, each with the outcome it must have and the simulator's journal beside it: what was
//! accepted stands there once, what was not sent or rejected never does, and nothing waits for ever.
//!
//! Which test shows which fault of the list (paths are modules of `tests`, unless a file is named):
//!
//! | fault | what goes wrong | shown by |
//! | --- | --- | --- |
//! | F01 | nothing listens | `relay::failures::nothing_listens`, `connects::connections_that_end_before_they_are_ready_are_tried_three_times`; peers `upstream::a_server_that_is_not_there_was_sent_nothing` |
//! | F02 | the connect is swallowed | `connects::an_unanswered_tcp_connect_is_given_up_and_not_retried`; `upstream/dial.rs` for several addresses |
//! | F03 | the name does not resolve | `relay::failures::the_name_does_not_resolve` |
//! | F04 | wrong certificates | `connects::wrong_certificates_have_distinct_errors_and_are_not_retried`, `relay::failures::wrong_certificates_have_distinct_errors` |
//! | F05 | TLS stalls | `connects::a_stalled_handshake_is_given_up_and_not_retried`, `relay::failures::the_handshake_stalls`; peers `upstream::a_server_that_never_shakes_hands_was_sent_nothing` with the real deadlines |
//! | F06 | no HTTP/2 | `connects::a_server_without_http2_gets_no_push` |
//! | F07 | SETTINGS never arrive | `connects::a_stalled_handshake_is_given_up_and_not_retried`, `relay::failures::settings_never_arrive` |
//! | F08 | one stream until the first valid token | `streams::twenty_at_once_wait_for_the_first_valid_token` |
//! | F09 | the limit of streams is lowered | `streams::a_lower_limit_is_kept`, `streams::a_push_held_back_until_its_deadline_never_leaves` |
//! | F10 | REFUSED_STREAM once | `streams::a_refused_stream_is_sent_again` |
//! | F11 | REFUSED_STREAM always | `streams::a_refused_stream_is_sent_again`, `relay::idempotency::a_refused_stream_is_tried_three_times` |
//! | F12 | another RST_STREAM | `streams::any_other_reset_leaves_the_outcome_unknown` |
//! | F13 | GOAWAY, and the answer still comes | `goaways::an_answer_after_the_goaway_counts` |
//! | F14 | GOAWAY that covers the push, then the end | `goaways::a_covered_push_without_an_answer_is_unknown` |
//! | F15 | GOAWAY below the push | `goaways::a_push_above_the_last_stream_is_sent_again` |
//! | F16 | GOAWAY with a reason, junk, control bytes | `goaways::goaway_debug_data_is_shown_escaped`, `relay::idempotency::the_goaway_debug_data_of_a_server_is_shown` |
//! | F17 | two GOAWAYs | `goaways::an_answer_after_the_goaway_counts`, `goaways::a_push_above_the_last_stream_is_sent_again` |
//! | F18 | GOAWAY while idle | `goaways::a_goaway_while_idle_fails_no_push` |
//! | F19 | TCP reset before, during, after | `streams::a_connection_that_breaks_is_unknown_once_the_push_has_left`, `connects::connections_that_end_before_they_are_ready_are_tried_three_times` |
//! | F20 | the end while idle | `streams::a_connection_that_ends_while_idle_fails_no_push`, `relay::connections::a_connection_that_died_while_idle_is_replaced` |
//! | F21 | half open | `streams::a_half_open_connection_is_unknown_and_replaced`, `streams::an_idle_connection_that_answers_no_ping_is_replaced_before_it_costs_a_push`, `relay::failures::an_unanswered_ping_ends_the_connection` |
//! | F22 | no PING is answered | `connects::a_stalled_handshake_is_given_up_and_not_retried`, `relay::failures::an_unanswered_ping_ends_the_connection` |
//! | F23 | the answer is lost | `streams::a_lost_answer_is_unknown_and_nothing_is_sent_twice` |
//! | F24 | the body never ends | `answers::an_unfinished_body_leaves_the_outcome_to_the_status` |
//! | F25 | bodies that are none | `answers::unusual_bodies_are_passed_on_and_cut` |
//! | F26 | strange statuses | `answers::only_200_is_accepted`, `relay::sends::answers_are_passed_on_unchanged_with_their_outcome` |
//! | F27 | no `apns-id`, or another | `answers::an_answer_belongs_to_its_stream_whatever_id_it_has` |
//! | F28 | every reason | `answers::every_reason_is_passed_on_unchanged`; `apns::reasons` and `call::diagnosis` for the text |
//! | F29 | TooManyProviderTokenUpdates | `clocks::a_token_refused_as_changed_too_soon_is_not_replaced` |
//! | F30 | ExpiredProviderToken, and a wedged connection | `answers::a_stuck_connection_is_abandoned`, `relay::connections::an_expired_token_costs_its_connection` |
//! | F31 | 503 and GOAWAY under load | `load::a_shutdown_under_load_gives_each_push_one_end` |
//! | F32 | many 500 | `answers::refusals_of_the_server_are_not_repeated` |
//! | F33 | slow answers | `streams::a_slow_answer_is_an_answer_until_the_deadline` |
//! | F34 | bytes that drip | `streams::an_answer_in_small_slow_pieces_is_read` |
//! | F35 | no window | `streams::a_body_without_a_window_is_unknown_at_the_deadline` |
//! | F36 | hostile frames | `hostile::invalid_frames_cost_one_connection` |
//! | F37 | stream numbers run out | `a_connection_that_runs_out_of_streams_is_replaced` in `upstream/mod.rs` |
//! | F38 | the server restarts under load | `load::a_restart_under_load_loses_nothing` |
//! | F39 | SIGTERM with pushes in flight | `relay::life::sigterm_with_fifty_in_flight_is_fifty_answers_and_a_clean_end`, `relay::life::a_push_longer_than_the_shutdown_deadline_is_unknown` |
//! | F40 | the relay is killed while the page waits | browser `faults::a_relay_killed_while_the_page_waits_leaves_the_outcome_unknown` |
//! | F41 | the page is gone in mid-send | `clients::a_push_whose_client_disconnects_is_completed`; browser `faults::a_reload_in_mid_send_sends_nothing_twice_and_keeps_the_draft` |
//! | F42 | offline, asleep | browser `faults::a_page_without_a_network_sends_nothing_late`; `clocks::a_clock_that_jumps_costs_one_refusal_at_most` for two hours |
//! | F43 | the clock jumps | `clocks::a_clock_that_jumps_costs_one_refusal_at_most` |
//! | F44 | few file descriptors | `relay::life::two_hundred_idle_connections_with_sixty_four_files_block_no_request` |
//! | F45 | the audit log cannot be written | `relay::audit::full_disk::a_full_disk_stops_sends_before_they_leave_until_there_is_room`, `relay::audit::full_disk::a_full_disk_delays_lines_where_sends_continue` |
//! | F46 | the port is taken | `relay::listener::a_relay_that_cannot_start_prints_the_reason`, `cli::what_cannot_start_is_2_and_says_how_it_could` |
//! | F47 | a body of 2 GiB | `clients::a_body_of_two_gigabytes_is_refused_by_its_length` |
//! | F48 | a panic | `relay::listener::a_panic_costs_one_answer` |

mod answers;
mod clients;
mod clocks;
mod connects;
mod goaways;
mod hostile;
mod load;
mod streams;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::relay::{Config, Deadlines};
use trill::simulator::ControlRequest;

use super::raw_http1::{Answer, Request};
use super::running::{DEVICE_TOKEN, Running, short};

const KEY_ID: &str = "KEY0000001";
const TEAM_ID: &str = "TEAM000001";

/// A relay, its simulator with a key and a phone, and what became of each push.
struct Scene {
    relay: Running,
    key: SigningKey,
    token: String,
    outcomes: Mutex<HashMap<String, String>>,
}

impl Scene {
    /// With short deadlines.
    async fn new() -> Self {
        Self::with(Config {
            deadlines: short(),
            ..Config::default()
        })
        .await
    }

    /// With these.
    async fn within(deadlines: Deadlines) -> Self {
        Self::with(Config {
            deadlines,
            ..Config::default()
        })
        .await
    }

    async fn with(config: Config) -> Self {
        let now = (config.clock)()
            .duration_since(UNIX_EPOCH)
            .expect("it is later")
            .as_secs();
        let relay = Running::start(config).await;
        let key =
            SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
        let token = ProviderToken::sign(&key, KEY_ID, TEAM_ID, now).authorization();
        let scene = Self {
            relay,
            key,
            token,
            outcomes: Mutex::default(),
        };
        scene.control(
            Method::PUT,
            &["keys", KEY_ID],
            &json!({ "team_id": TEAM_ID, "public_key": scene.key.public_key().to_pem() }),
        );
        scene.control(
            Method::PUT,
            &["devices", DEVICE_TOKEN],
            &json!({ "bundle_id": "com.example.calls" }),
        );
        scene
    }

    fn control(&self, method: Method, path: &[&str], body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.relay.simulator.control(
            &Caller::Owner,
            &ControlRequest::new(&method, path, body.as_bytes()),
        );
        answer.expect("it is taken").body.unwrap_or_default()
    }

    /// Has this go wrong, and nothing else.
    fn switch(&self, fault: Value) {
        self.control(Method::PUT, &["faults"], &json!([fault]));
    }

    /// Has it go wrong the next time.
    fn once(&self, mut fault: Value) {
        fault["next"] = json!(1);
        self.switch(fault);
    }

    fn clear(&self) {
        self.control(Method::DELETE, &["faults"], &Value::Null);
    }

    /// Number of times that the fault has struck.
    fn struck(&self) -> u64 {
        self.control(Method::GET, &["faults"], &Value::Null)["counts"][0]["struck"]
            .as_u64()
            .expect("a number")
    }

    /// The decisions of the simulator.
    fn journal(&self) -> Vec<Value> {
        self.control(Method::GET, &["journal"], &Value::Null)["decisions"]
            .as_array()
            .cloned()
            .expect("a list")
    }

    /// Number of pushes that were accepted.
    fn accepted(&self) -> usize {
        self.journal()
            .iter()
            .filter(|decision| decision["rule"] == "accepted")
            .count()
    }

    fn request(&self, apns_id: &str, token: &str) -> Request {
        let request = self
            .relay
            .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"));
        let request = request
            .header("apns-topic", "com.example.calls.voip")
            .header("apns-push-type", "voip");
        request
            .header("apns-id", apns_id)
            .header("authorization", token)
            .body(r#"{"handle":"alice"}"#)
    }

    /// Sends a push of its own name.
    async fn push(&self) -> Answer {
        self.push_with(&self.token).await
    }

    /// The same with another provider token.
    async fn push_with(&self, token: &str) -> Answer {
        let apns_id = {
            let mut outcomes = self.outcomes.lock().expect("not poisoned");
            let apns_id = format!("00000000-0000-4000-8000-{:012}", outcomes.len());
            outcomes.insert(apns_id.clone(), "none".to_owned());
            apns_id
        };
        let start = Instant::now();
        let answer = self.relay.send(self.request(&apns_id, token)).await;
        assert!(
            start.elapsed() < Duration::from_secs(16),
            "{:?}",
            start.elapsed()
        );
        assert!(
            ["accepted", "rejected", "not-sent", "unknown"].contains(&answer.outcome()),
            "{answer:?}"
        );
        self.outcomes
            .lock()
            .expect("not poisoned")
            .insert(apns_id, answer.outcome().to_owned());
        answer
    }

    /// Sends a push that ends so, with this status and code.
    async fn ends(&self, status: u16, code: &str, outcome: &str) -> Answer {
        let answer = self.push().await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (status, code, outcome),
            "{answer:?}"
        );
        answer
    }

    /// Sees a push accepted.
    async fn is_well(&self) {
        let answer = self.push().await;
        assert_eq!(
            (answer.status, answer.outcome()),
            (200, "accepted"),
            "{answer:?}"
        );
    }

    /// Compares the journal with the outcomes.
    fn check(&self) {
        let outcomes = self.outcomes.lock().expect("not poisoned");
        let mut accepted: HashMap<String, usize> = HashMap::new();
        for decision in self
            .journal()
            .iter()
            .filter(|decision| decision["rule"] == "accepted")
        {
            *accepted
                .entry(decision["apns_id"].as_str().expect("a string").to_owned())
                .or_default() += 1;
        }
        assert!(
            accepted.keys().all(|id| outcomes.contains_key(id)),
            "somebody else sent: {accepted:?}"
        );
        for (apns_id, outcome) in outcomes.iter() {
            let times = accepted.get(apns_id).copied().unwrap_or_default();
            let allowed = match outcome.as_str() {
                "accepted" => 1..=1,
                "unknown" => 0..=1,
                _ => 0..=0,
            };
            assert!(
                allowed.contains(&times),
                "{apns_id} is {outcome} and was accepted {times} times"
            );
        }
    }
}

fn seconds_since_1970() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later")
        .as_secs()
}
