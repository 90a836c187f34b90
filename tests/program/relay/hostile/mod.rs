//! Hostile clients: pages of strangers, crafted requests, crowds and floods.
//!
//! Where each bad request of `reliability.md` §7.5, restated for this relay's routes, is shown to be refused:
//!
//! | id | input | test |
//! | --- | --- | --- |
//! | B114 | `Host` missing, empty, twice: 400 | `origin_guard::origins::only_the_names_of_the_loopback_with_the_real_port_are_served` |
//! | B115 | a foreign `Host`: 421 | `matrix` |
//! | B116 | a foreign `Origin`: 403 | `matrix`, `origin_guard::origins::a_push_comes_from_this_page_or_from_no_page` |
//! | B117 | a foreign `Sec-Fetch-Site`: 403 | the same two |
//! | B118 | any method but POST on a push: 405, no CORS | `bad_requests::a_push_is_posted_and_nothing_else` |
//! | B119 | another content type: 415 | `origin_guard::bodies::a_body_is_plain_json_or_what_curl_says` |
//! | B120 | nothing that no form makes: 403 | `origin_guard::origins::a_request_without_origin_carries_something_no_form_can_make` |
//! | B121 | an unclear length: 400 or 411, closed | `smuggling`, `origin_guard::bodies::a_body_is_announced_and_small` |
//! | B122 | a monstrous size: 413, 414, 431 | `bad_requests::oversized_requests_are_refused`, `flood::an_endless_request_is_cut_off` |
//! | B123 | half a message: 408 or closed | `bad_requests::an_incomplete_request_times_out`, `listener::slow_heads_and_idle_connections_end` |
//! | B124 | a malformed enrolment: 400 or 422 | `bad_requests::a_malformed_enrolment_names_its_field` |
//! | B125 | an unknown environment: 404 naming the known | `origin_guard::paths::paths_are_exact_and_methods_few`, `paths::no_request_can_choose_its_target_host` |
//! | B126 | an unknown `apns-*` or `trill-*` header, a query: 400 | `paths::no_request_can_choose_its_target_host`, `origin_guard::paths::fields_are_known_single_and_legal` |
//! | B127 | a private key: 422 | `origin_guard::secrets::a_private_key_in_a_request_is_refused` |
//! | B128 | the same push again: the stored answer | `idempotency::an_accepted_push_is_not_sent_twice` |
//! | B129 | another push of the same name: 409 | `idempotency::another_push_with_the_same_apns_id_is_refused` |
//! | B130 | no access, or a session that is over: 401 | `access::token::everything_but_the_page_needs_access`, `access::sessions::only_an_open_session_of_this_relay_counts` |
//! | B131 | a user header from anywhere but the proxy: ignored | `access::guests::only_a_trusted_proxy_can_name_a_user` |
//! | B132 | another protocol: 400, 505 or closed | `smuggling`, `listener::heads_are_limited_and_nonsense_costs_one_connection` |
//! | B133 | a path that only looks right: 404 | `paths::similar_paths_are_not_found` |
//! | B134 | 10,000 requests in one breath | `flood::ten_thousand_pipelined_requests_are_answered_in_order` |
//!
//! And each threat of §5 that concerns relay and page (`browser` and `peers` are test programs of their own):
//!
//! | id | threat | test |
//! | --- | --- | --- |
//! | T01 | DNS rebinding | `matrix`; `browser`: `strangers::a_name_that_was_led_here_opens_nothing` |
//! | T02, T03 | another tab, another port of this machine | `browser`: `strangers::no_page_of_another_site_rings_a_phone_or_reads_a_word` |
//! | T04 | the loopback by other spellings | `matrix` |
//! | T05 | a cookie of another page, or another port | `access::sessions` |
//! | T07 | the open network | `cli`: `start::refusals::what_is_unsafe_does_not_start_and_is_told_the_fix` |
//! | T06 | a target in the request | `paths::no_request_can_choose_its_target_host` |
//! | T08 | somebody else's provider token | `connections::each_credential_has_its_own_connection` |
//! | T09, T23 | secrets and line breaks in logs | `canaries`, `logs`, `audit` |
//! | T10 | the key leaves the browser | `origin_guard::secrets::a_private_key_in_a_request_is_refused`; `browser`: `own_key`, `demo` |
//! | T11, T12 | a text that is a program or a link | `browser`: `threats::no_text_becomes_a_program`, `phone::hostile_text_is_shown_and_never_run` |
//! | T13 | a frame around the page | `browser`: `strangers::the_page_is_not_framed` |
//! | T14 | third parties | `browser`: every test that ends with `assert_own_origin_only` |
//! | T15 | injected headers | `origin_guard::paths::fields_are_known_single_and_legal`; `apns`: `properties` |
//! | T16 | injected paths | `origin_guard::paths::fields_are_known_single_and_legal`; `apns`: `properties::the_path_is_always_three_device_hex` |
//! | T17 | smuggling | `smuggling`; `peers`: `proxies` |
//! | T18 | oversize | `bad_requests::oversized_requests_are_refused`, `flood` |
//! | T19 | slow clients | `crowd`, `bad_requests::an_incomplete_request_times_out`; `peers`: `slow` |
//! | T20, T30 | floods of sends, guessed logins, prank calls | `access::token::guessing_the_token_is_throttled_and_locks_out_no_other_client`, and the tests of the rates |
//! | T21 | a hostile APNs | `failures`, `connections`; `simulator`: `faults::hostile` |
//! | T22 | a forged user | `access::guests::only_a_trusted_proxy_can_name_a_user` |
//! | T24 | secrets in addresses | `browser`: `threats::nothing_secret_stands_in_an_address` |
//! | T25 | a foreign page at the simulator's switches | `matrix`; `browser`: `strangers`, all of them |
//! | T34 | another program behind an open page | `browser`: `bad_input::a_stopped_relay_means_not_sent_and_a_returned_one_sends` |
//! | T35 | neighbours on this machine | `access::token::the_token_can_be_required_on_loopback_too` |

mod bad_requests;
mod crowd;
mod flood;
mod matrix;
mod paths;
mod smuggling;

use trill::apns::Environment;
use trill::relay::{Config, Override};

use super::peer::Peer;
use super::running::in_front_of;

/// The configuration of a relay whose sandbox and production are both `peer`.
fn in_front_of_both(peer: &Peer) -> Config {
    let config = in_front_of(peer);
    let production = Override {
        environment: Environment::Production,
        ..config.upstreams[0].clone()
    };
    let upstreams = [config.upstreams.clone(), vec![production]].concat();
    Config {
        upstreams,
        ..config
    }
}
