//! The device token: its form, its environment and its kind.

use serde_json::json;

use super::{BARE_PHONE, PRODUCTION_PHONE, Row, accepted, row, to};
use crate::simulator::{BUNDLE_ID, PHONE, Stage};

pub(super) fn rows(stage: &Stage) -> Vec<Row> {
    let bad = |section, token: &str| {
        row(
            section,
            to(stage.push(), token),
            (400, "BadDeviceToken"),
            "device-token-malformed",
            "documented",
        )
    };
    let elsewhere = (400, "BadDeviceToken");
    let mut rows = vec![
        accepted("7.2 lower hex", to(stage.push(), PHONE)),
        accepted("7.2 upper hex", to(stage.push(), &PHONE.to_uppercase())),
        bad("7.2 NSData", "%3C00fc13ad%20ff785122%20b4ad2880%3E"),
        bad(
            "7.2 NSData",
            "%7Blength%20=%2032,%20bytes%20=%200x00fc13ad%20...%20991de8f0%20%7D",
        ),
        bad("7.2 BitConverter", "00-FC-13-AD"),
        bad("7.2 base64", "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA="),
        bad("7.2 Swift", "32%20bytes"),
        bad("7.2 0x", "0x00fc13ad"),
        bad("7.2 Expo", "ExponentPushToken%5Bxxxxxxxxxxxxxxxxxxxxxx%5D"),
        bad("7.1 odd length", &PHONE[1..]),
        row(
            "7.3 production token",
            to(stage.push(), PRODUCTION_PHONE),
            elsewhere,
            "device-of-the-other-environment",
            "documented",
        ),
        row(
            "7.3 sandbox token",
            stage.push(),
            elsewhere,
            "device-of-the-other-environment",
            "documented",
        )
        .in_production(),
        accepted("7.3 production token", to(stage.push(), PRODUCTION_PHONE)).in_production(),
        row(
            "7.1 not the alert token",
            to(stage.push(), BARE_PHONE),
            (400, "DeviceTokenNotForTopic"),
            "device-not-for-topic",
            "documented",
        ),
    ];
    for digits in [108, 160, 200] {
        let token = "ab".repeat(digits / 2);
        stage.put(&["devices", &token], &json!({ "bundle_id": BUNDLE_ID }));
        rows.push(accepted("7.1 length", to(stage.push(), &token)));
    }
    rows
}
