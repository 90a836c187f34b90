//! Causes in the file chosen as the key, by the error codes of `signing_key`.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;

pub(super) const NOT_P8: Cause = Cause {
    id: "key-file-of-other-kind",
    rows: &[21],
    codes: &[
        "key_is_p12",
        "key_is_cert",
        "key_is_public",
        "key_ssh",
        "key_rsa",
        "key_wrong_curve",
        "key_wrong_type",
        "key_not_text",
    ],
    title: "The file is not an APNs key",
    why: "A provider token is signed with the .p8 of an APNs key; certificates, .p12 files and other keys cannot.",
    fix: "In your developer account, under Keys, make a key with APNs and download its .p8 once.",
    source: "AndrewBarba/apns2 #84",
    look: other_key,
    ..Cause::NONE
};

pub(super) const KEYCHAIN: Cause = Cause {
    id: "keychain-export",
    rows: &[20],
    codes: &["key_is_p12"],
    title: "The file may be a .p12 of the Keychain",
    why: "The Keychain encrypts its exports with RC2-40, which OpenSSL 3 and Node 17 no longer read.",
    fix: "For a sender that needs PEM: openssl pkcs12 -legacy -in voip.p12 -out voip.pem -nodes.",
    source: "mattermost/mattermost-developer-documentation #1281; codedge-llc/pigeon #244",
    look: |_| Some(Found::new(Rank::Possible)),
    ..Cause::NONE
};

pub(super) const FORM: Cause = Cause {
    id: "key-form-of-apple",
    rows: &[22],
    codes: &[
        "key_wrong_type",
        "key_explicit_params",
        "key_trailing",
        "key_invalid_number",
    ],
    title: "The form Apple writes keys in",
    why: "Apple names the curve twice, in 150 bytes; strict importers refuse that, and OpenSSL rewrites it shorter.",
    fix: "Choose the file as Apple gave it to you.",
    source: "DCIT/perl-CryptX #28",
    look: |known| match known.reason {
        Some("key_explicit_params") => Some(
            Found::new(Rank::Likely)
                .because("The file spells its curve out.")
                .act(Action::OtherKey),
        ),
        _ => Found::ruled_out("Trill reads the form of Apple and that of OpenSSL."),
    },
    ..Cause::NONE
};

pub(super) const DAMAGED: Cause = Cause {
    id: "key-file-damaged",
    codes: &[
        "key_empty",
        "key_too_big",
        "key_no_block",
        "key_cut_start",
        "key_cut_middle",
        "key_cut_end",
        "key_label_mismatch",
        "key_two",
        "key_bad_char",
        "key_trailing",
        "key_invalid_number",
        "key_explicit_params",
        "key_encrypted",
    ],
    title: "The key did not arrive whole",
    why: "Lines get lost or changed when a key is pasted, kept in a variable, or saved by another program.",
    fix: "Choose the file AuthKey_XXXXXXXXXX.p8 itself instead of pasting it.",
    source: "novuhq/novu #2341; xmtp/example-notification-server-go #36",
    look: other_key,
    ..Cause::NONE
};

fn other_key(_: &Circumstances<'_>) -> Option<Found> {
    Found::certain(Action::OtherKey)
}
