//! Key ID, team ID, topic: the names in a request, alone and together.

use trill::apns::Topic;
use trill::apns::identifier::{Identifier, key_id_of_file};

#[test]
fn the_voip_suffix_is_written_once() {
    for typed in ["com.acme.app", "com.acme.app.voip", " com.acme.app\n"] {
        assert_eq!(Topic::voip(typed).unwrap().as_str(), "com.acme.app.voip");
    }
    assert_eq!(Topic::voip("").unwrap_err().code(), "topic_missing");
    assert_eq!(
        Topic::voip("com.acmé.app").unwrap_err().code(),
        "topic_char"
    );
    assert_eq!(
        Topic::check("com/acme")
            .unwrap_err()
            .to_string()
            .split(' ')
            .next(),
        Some("“/”")
    );
}

#[test]
fn identifiers_of_another_form_are_pointed_out() {
    let cases = [
        ("ABC123DEFG", None),
        ("", Some("key_id_missing")),
        ("ABC123DEF", Some("key_id_length")),
        ("abc123defg", Some("key_id_case")),
        ("ABC123DEF\u{200b}", Some("key_id_char")),
    ];
    for (text, code) in cases {
        assert_eq!(
            Identifier::KeyId
                .check(text)
                .err()
                .map(|error| error.code()),
            code,
            "{text}"
        );
    }
}

#[test]
fn the_key_id_is_read_from_the_file_name() {
    assert_eq!(key_id_of_file("AuthKey_ABC123DEFG.p8"), Some("ABC123DEFG"));
    assert_eq!(
        key_id_of_file("APNsAuthKey_ABC123DEFG (1).p8"),
        Some("ABC123DEFG")
    );
    for name in [
        "key.p8",
        "AuthKey_ABC.p8",
        "AuthKey_ABC123DEFGH.p8",
        "AuthKey_ABC123DEFé.p8",
    ] {
        assert_eq!(key_id_of_file(name), None, "{name}");
    }
}

#[test]
fn a_bundle_id_is_mended_before_it_is_doubled() {
    for (typed, code, fix) in [
        ("com.acme.app.voip.voip", "topic_voip_form", "com.acme.app"),
        ("com.acme.app.VoIP", "topic_voip_form", "com.acme.app"),
        ("ABCDE12345.com.acme.app", "topic_has_team", "com.acme.app"),
    ] {
        let note = Topic::bundle_id_notes(typed).remove(0);
        assert_eq!((note.code, note.text()), (code, Some(fix)));
    }
    assert_eq!(
        Topic::voip("com.acme.app.voip.VoIP").unwrap().as_str(),
        "com.acme.app.voip"
    );
    for fine in ["com.acme.app", "com.acme.app.voip", "com.example.calls"] {
        assert_eq!(Topic::bundle_id_notes(fine), []);
    }
}
