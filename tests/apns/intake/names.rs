//! B038 to B065: the names in a request, alone and together, and device tokens.

use trill::apns::identifier::Identifier;
use trill::apns::{DeviceToken, Topic, signer};

use super::{Table, UUID};
use crate::SAMPLE_TOKEN;

pub(super) fn names(table: &mut Table) {
    let differs = signer::key_id_differs("AuthKey_ABC123DEFG.p8", "ZZZ123DEFG").unwrap();
    assert_eq!(differs.text(), Some("ABC123DEFG"));
    table.expect("B038", "", vec![differs], &["key_id_differs"]);
    assert_eq!(
        signer::key_id_differs("AuthKey_ABC123DEFG.p8", " ABC123DEFG"),
        None
    );
    assert_eq!(signer::key_id_differs("AuthKey_ABC123DEFG.p8", ""), None);
    assert_eq!(signer::key_id_differs("mine.p8", "ZZZ123DEFG"), None);

    table.team("B039", "", "team_missing", None);
    table.team("B040", "ABCDE1234", "team_length", None);
    table.team("B040", "ABCDE123456", "team_length", None);
    table.team("B041", "abcde12345", "team_case", Some("ABCDE12345"));
    table.team(
        "B042",
        "ABCDE12345.com.acme.app",
        "team_has_bundle",
        Some("ABCDE12345"),
    );
    table.team("B043", "ABC\u{ff24}E12345", "team_char", None);
    table.team(
        "B043",
        "ABC\u{200b}DE12345",
        "team_char",
        Some("ABCDE12345"),
    );
    let swapped = signer::ids_swapped("AuthKey_ABC123DEFG.p8", "DEF123GHIJ", "ABC123DEFG").unwrap();
    assert_eq!(swapped.fix, None, "one field alone cannot be swapped");
    table.expect("B044", "", vec![swapped], &["ids_swapped"]);
    assert_eq!(
        signer::ids_swapped("AuthKey_ABC123DEFG.p8", "ABC123DEFG", "DEF123GHIJ"),
        None
    );
    table.key_id("B045", " ", "key_id_missing");
    table.key_id("B045", "ABC123DEF", "key_id_length");
    table.key_id("B045", "ABC123DEF/", "key_id_char");
    assert_eq!(
        Identifier::KeyId.fixed("AuthKey_ABC123DEFG.p8").as_deref(),
        Some("ABC123DEFG")
    );

    table.topic("B046", " ", "topic_missing", None);
    table.topic(
        "B047",
        "com.acme.app",
        "topic_no_voip",
        Some("com.acme.app.voip"),
    );
    for form in [
        "com.acme.app.voip.voip",
        "com.acme.app.VoIP",
        "com.acme.app.VOIP.voip",
    ] {
        table.topic("B048", form, "topic_voip_form", Some("com.acme.app.voip"));
    }
    for form in [
        "com.acme app.voip",
        "com/acme.voip",
        "com.acme\r\n.voip",
        "com.acme.📞.voip",
    ] {
        table.topic("B049", form, "topic_char", None);
    }
    for (typed, meant) in [
        ("<com.example.calls>", Some("com.example.calls")),
        ("“com.example.calls”,", Some("com.example.calls")),
        ("com example calls", Some("com.example.calls")),
        ("com. example .calls", Some("com.example.calls")),
        ("https://com.example.calls/", Some("com.example.calls")),
        ("https://example.com/calls", None),
        ("https://www.example.com", None),
        ("com.example.*", None),
        ("My great App", None),
        ("com.example.calls", None),
        ("com/example", None),
    ] {
        assert_eq!(Topic::fixed(typed).as_deref(), meant, "{typed}");
    }
    assert_eq!(
        Topic::check("https://example.com/calls")
            .unwrap_err()
            .code(),
        "topic_address"
    );
    assert_eq!(
        Topic::check("com.example.*").unwrap_err().code(),
        "topic_wildcard"
    );
    table.topic(
        "B050",
        "ABCDE12345.com.acme.app.voip",
        "topic_has_team",
        Some("com.acme.app.voip"),
    );
    table.topic(
        "B051",
        &format!("com.{}.voip", "a".repeat(291)),
        "topic_length",
        None,
    );
}

pub(super) fn device_tokens(table: &mut Table) {
    let token = SAMPLE_TOKEN;
    let long = token.repeat(5)[..300].to_owned();
    let two = format!("{token},{token}");
    let other = token.replace('0', "1");
    let in_line = format!("Device token: {token}");
    let in_log = format!(
        "2026-11-29 09:41:00 App[1] pushRegistry -> deviceToken :{}.",
        token.to_uppercase()
    );
    let groups: Vec<&str> = (0..8).map(|group| &token[group * 8..][..8]).collect();
    let in_brackets = format!("deviceToken = <{}>", groups.join(" "));
    let prid = format!("{token}:voip&{other}:remote");
    let rows: &[(&str, &str, &[&str])] = &[
        ("B052", "", &["token_missing"]),
        ("B052", " \n", &["token_missing"]),
        ("B053", &token[1..], &["token_odd"]),
        ("B054", &token[..38], &["token_short"]),
        ("B054", &token[..40], &["token_udid"]),
        ("B054", "00008110-001A2C3E0E91801E", &["token_is_udid"]),
        ("B054", &in_line, &["token_in_text"]),
        ("B054", &in_log, &["token_in_text"]),
        ("B054", &in_brackets, &["token_in_text"]),
        ("B054", &prid, &["token_in_text"]),
        ("B054", &format!("{token}{token}"), &["token_twice"]),
        (
            "B054",
            &format!("{token} {token}"),
            &["token_twice", "token_separators"],
        ),
        ("B055", &format!("{token} {other}"), &["token_several"]),
        (
            "B055",
            &format!("Device token: {token}, old {other}"),
            &["token_several"],
        ),
        ("B056", "Device token: 1ca11ca2", &["token_char"]),
        ("B064", "Device token: <your token>", &["token_placeholder"]),
        ("B055", &long, &["token_long"]),
        ("B055", &two, &["token_twice"]),
        (
            "B055",
            &two.replace(&format!(",{token}"), &format!("\n{other}")),
            &["token_several"],
        ),
        (
            "B056",
            &token.replacen("85122b", "8512gb", 1),
            &["token_char"],
        ),
        (
            "B057",
            "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA=",
            &["token_base64"],
        ),
        (
            "B057",
            "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA",
            &["token_base64"],
        ),
        (
            "B058",
            "{length = 32, bytes = 0x00fc13ad ff785122 b4ad2880 9a342098 ... 878e577c 991de8f0 }",
            &["token_ios13_description"],
        ),
        ("B058", "32 bytes", &["token_ios13_description"]),
        ("B059", UUID, &["token_is_uuid"]),
        (
            "B060",
            "dQw4w9WgXcQ:APA91bHun4MxP5egoKMwt2KZFBaFUH",
            &["token_is_fcm"],
        ),
        (
            "B060",
            "ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]",
            &["token_is_expo"],
        ),
        ("B061", "../4/broadcasts/apps/x", &["token_char"]),
        ("B062", "abc#def", &["token_char"]),
        ("B062", "abc?x=1", &["token_char"]),
        ("B062", "%2e%2e", &["token_char"]),
        ("B062", "a/b", &["token_char"]),
        (
            "B063",
            &format!("{token}\r\napns-topic: x"),
            &["token_char"],
        ),
        ("B064", &"0".repeat(64), &["token_placeholder"]),
        ("B064", &"abcd".repeat(16), &["token_placeholder"]),
        ("B064", "abcd…", &["token_placeholder"]),
        ("B064", "YOUR_DEVICE_TOKEN", &["token_placeholder"]),
        (
            "B065",
            &format!("{token}0123456789abcde0"),
            &["token_unusual"],
        ),
    ];
    for (id, text, codes) in rows {
        table.device(id, text, codes);
    }
    for text in [
        &in_line,
        &in_log,
        &in_brackets,
        &prid,
        &format!("{token}{token}"),
        &format!("{token} {token}"),
    ] {
        assert_eq!(DeviceToken::parse(text).unwrap().as_str(), token, "{text}");
    }
    assert_eq!(
        table.device(
            "B057",
            "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA=",
            &["token_base64"]
        )[0]
        .text(),
        Some(token)
    );
    for (text, words) in [
        (
            format!("{token}\r\napns-topic: x"),
            "A line break at position 65",
        ),
        (token.replacen("85122b", "8512gb", 1), "“g” at position 16"),
        ("abc#def".to_owned(), "“#” at position 4"),
        ("\"abc#def\"".to_owned(), "“#” at position 5"),
    ] {
        let sentence = DeviceToken::parse(&text).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence}");
    }
    // Hex of another length, or of a sample, can be sent: APNs has the last word.
    for sent in [&token[..40], long.as_str(), &"0".repeat(64)] {
        assert!(DeviceToken::parse(sent).is_ok());
    }
}
