//! Faults drawn from a seed: scripts for the simulator's fault switches.
//!
//! The simulator stays honest in all of it: what it says was not processed was not, and what it answers with success was.

use serde_json::{Value, json};

use super::dice::Dice;

/// The largest seed the simulator takes.
const LARGEST_SEED: u64 = (1 << 53) - 1;

/// With a request, whatever else is open on its connection.
const OF_REQUESTS: &str = r#"[
    {"fault": "reset", "code": "REFUSED_STREAM"}, {"fault": "reset", "code": "REFUSED_STREAM"},
    {"fault": "reset", "code": "NO_ERROR"}, {"fault": "reset", "code": "PROTOCOL_ERROR"}, {"fault": "reset", "code": "INTERNAL_ERROR"},
    {"fault": "reset", "code": "FLOW_CONTROL_ERROR"}, {"fault": "reset", "code": "SETTINGS_TIMEOUT"}, {"fault": "reset", "code": "STREAM_CLOSED"},
    {"fault": "reset", "code": "FRAME_SIZE_ERROR"}, {"fault": "reset", "code": "CANCEL"}, {"fault": "reset", "code": "COMPRESSION_ERROR"},
    {"fault": "reset", "code": "CONNECT_ERROR"}, {"fault": "reset", "code": "ENHANCE_YOUR_CALM"}, {"fault": "reset", "code": "INADEQUATE_SECURITY"},
    {"fault": "reset", "code": "HTTP_1_1_REQUIRED"}, {"fault": "reset", "code": "CANCEL", "judged": false},
    {"fault": "answer-lost"}, {"fault": "silence"}, {"fault": "half-open"}, {"fault": "half-open", "judged": false},
    {"fault": "hang-up", "when": "headers"}, {"fault": "hang-up", "when": "headers", "how": "reset"},
    {"fault": "hang-up", "when": "judged"}, {"fault": "hang-up", "when": "judged", "how": "reset"},
    {"fault": "hang-up", "when": "answered"}, {"fault": "hang-up", "when": "answered", "how": "reset"},
    {"fault": "goaway", "last": "above"}, {"fault": "goaway", "last": "above", "answer": "before", "times": 3},
    {"fault": "goaway", "last": "above", "answer": "never"}, {"fault": "goaway", "last": "above", "closes": false},
    {"fault": "goaway", "last": "above", "code": "INTERNAL_ERROR"}, {"fault": "goaway", "last": "above", "code": "ENHANCE_YOUR_CALM", "answer": "never"},
    {"fault": "goaway", "last": "above", "reason": "Shutdown"}, {"fault": "goaway", "last": "above", "junk_bytes": 2000},
    {"fault": "delay", "ms": 5}, {"fault": "delay", "ms": 50}, {"fault": "delay", "ms": 300},
    {"fault": "refuse", "reason": "TooManyRequests"}, {"fault": "refuse", "reason": "ServiceUnavailable"}, {"fault": "refuse", "reason": "InternalServerError"},
    {"fault": "refuse", "reason": "ExpiredProviderToken"}, {"fault": "refuse", "reason": "ExpiredProviderToken", "sticks": true},
    {"fault": "refuse", "reason": "Unregistered"}, {"fault": "refuse", "reason": "BadDeviceToken"},
    {"fault": "answer", "status": 202}, {"fault": "answer", "status": 200, "informational": 103}, {"fault": "answer", "status": 202, "informational": 103},
    {"fault": "answer", "status": 200, "apns_id": "missing"}, {"fault": "answer", "status": 200, "apns_id": "different"},
    {"fault": "answer", "status": 418}, {"fault": "answer", "status": 500, "body_nesting": 1000}, {"fault": "answer", "status": 400, "body_bytes": 100000},
    {"fault": "body-unfinished", "status": 400},
    {"fault": "cut", "after_bytes": 0}, {"fault": "cut", "after_bytes": 5}, {"fault": "cut", "after_bytes": 20, "how": "reset"}, {"fault": "cut", "after_bytes": 60},
    {"fault": "settings-change", "initial_window_size": 10}, {"fault": "settings-change", "max_concurrent_streams": 1},
    {"fault": "settings-change", "max_frame_size": 20000}, {"fault": "settings-change", "max_header_list_size": 500},
    {"fault": "hostile", "frames": "window-overflow"}, {"fault": "hostile", "frames": "push-promise"}, {"fault": "hostile", "frames": "data-on-idle"},
    {"fault": "hostile", "frames": "oversized-frame"}, {"fault": "hostile", "frames": "truncated-frame"}, {"fault": "hostile", "frames": "unknown-frames"},
    {"fault": "hostile", "frames": "junk"}, {"fault": "hostile", "frames": "ping-flood", "count": 200}, {"fault": "hostile", "frames": "settings-flood", "count": 200},
    {"fault": "hostile", "frames": "empty-data-flood", "count": 200}, {"fault": "hostile", "frames": "reset-flood", "count": 50},
    {"fault": "hostile", "frames": "huge-header", "count": 4}, {"fault": "hostile", "frames": "continuation-flood", "count": 100},
    {"fault": "restart", "down_ms": 20}, {"fault": "restart", "down_ms": 150}, {"fault": "restart", "down_ms": 80, "judged": false}
]"#;

/// With a request, and with every later one on its connection.
const GOAWAYS: &str = r#"[
    {"fault": "goaway", "last": "at"}, {"fault": "goaway", "last": "at", "answer": "before"}, {"fault": "goaway", "last": "at", "answer": "never"},
    {"fault": "goaway", "last": "at", "answer": "never", "code": "INTERNAL_ERROR"}, {"fault": "goaway", "last": "at", "closes": false},
    {"fault": "goaway", "last": "at", "times": 5, "reason": "Shutdown"},
    {"fault": "goaway", "last": "below"}, {"fault": "goaway", "last": "below", "closes": false},
    {"fault": "goaway", "last": "below", "code": "ENHANCE_YOUR_CALM", "reason": "TooManyRequests"}, {"fault": "goaway", "last": "below", "times": 3},
    {"fault": "shutdown"}
]"#;

/// GOAWAY frames in every form, and a stream that is refused: none of them is a reason for a push to come twice.
pub(crate) fn goaways(rate: f64, dice: &mut Dice) -> Value {
    let mut faults = vec![
        json!({ "fault": "shutdown" }),
        json!({ "fault": "reset", "code": "REFUSED_STREAM" }),
    ];
    let ways = [
        ("above", "before"),
        ("above", "after"),
        ("above", "never"),
        ("at", "before"),
        ("at", "after"),
        ("at", "never"),
        ("below", "never"),
    ];
    for ((last, answer), closes) in ways.into_iter().flat_map(|way| [(way, true), (way, false)]) {
        for (code, times) in [("NO_ERROR", 1), ("NO_ERROR", 3), ("ENHANCE_YOUR_CALM", 1)] {
            faults.push(json!({ "fault": "goaway", "last": last, "answer": answer, "closes": closes, "code": code, "times": times }));
        }
    }
    let each = rate / faults.len() as f64;
    for fault in &mut faults {
        fault["rate"] = json!(each);
        fault["seed"] = json!(dice.number() & LARGEST_SEED);
    }
    Value::from(faults)
}

/// With a new connection.
const OF_CONNECTIONS: &str = r#"[
    {"fault": "tls-stall"}, {"fault": "settings-never"}, {"fault": "ping-silence"}, {"fault": "window-zero"},
    {"fault": "tls-certificate", "certificate": "wrong-name"}, {"fault": "tls-certificate", "certificate": "expired"},
    {"fault": "tls-certificate", "certificate": "not-yet-valid"}, {"fault": "tls-certificate", "certificate": "self-signed"},
    {"fault": "tls-certificate", "certificate": "unknown-authority"},
    {"fault": "tls-alpn", "alpn": "none"}, {"fault": "tls-alpn", "alpn": "http/1.1"},
    {"fault": "settings", "max_concurrent_streams": 1}, {"fault": "settings", "max_concurrent_streams": 3},
    {"fault": "settings", "initial_window_size": 10}, {"fault": "settings", "max_header_list_size": 400},
    {"fault": "slow", "bytes": 50, "pause_ms": 1}, {"fault": "trust-slowly", "limit": 1, "then": 4},
    {"fault": "hang-up", "when": "connect"}, {"fault": "hang-up", "when": "connect", "how": "reset"},
    {"fault": "hang-up", "when": "tls"}, {"fault": "hang-up", "when": "tls", "how": "reset"}
]"#;

/// Much goes wrong by chance, as long as this script is switched on.
pub(crate) fn storm(dice: &mut Dice) -> Value {
    let mut script = Vec::new();
    let mut draw = |list: &str, count: usize, thousandths: usize, dice: &mut Dice| {
        for _ in 0..count {
            let mut fault = one_of(list, dice);
            fault["rate"] = json!((5 + dice.below(thousandths)) as f64 / 1_000.0);
            fault["seed"] = json!(dice.number() & LARGEST_SEED);
            script.push(fault);
        }
    };
    draw(OF_REQUESTS, 8, 6, dice);
    draw(GOAWAYS, 2, 40, dice);
    draw(OF_CONNECTIONS, 2, 300, dice);
    Value::from(script)
}

/// One thing goes wrong, a few times; and its name.
pub(crate) fn blow(dice: &mut Dice) -> (String, Value) {
    let list = *dice.one_of(&[OF_REQUESTS, OF_REQUESTS, GOAWAYS, OF_CONNECTIONS]);
    let mut fault = one_of(list, dice);
    let name = fault.to_string();
    let is_restart = fault["fault"] == "restart";
    fault["next"] = json!(if is_restart { 1 } else { 1 + dice.below(5) });
    let mut script = vec![fault];
    if list == OF_CONNECTIONS {
        // Connections last: without this, no new one would meet it.
        script.push(json!({ "fault": "hang-up", "when": "answered", "next": 3 }));
    }
    (name, Value::from(script))
}

fn one_of(list: &str, dice: &mut Dice) -> Value {
    let faults: Vec<Value> = serde_json::from_str(list).expect("a list");
    dice.one_of(&faults).clone()
}
