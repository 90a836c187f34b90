//! M01 to M17: messy but right. Each is accepted, and what was cleaned up is said.

use trill::apns::{ApnsId, DeviceToken};

use super::{Table, UUID, text};
use crate::{SAMPLE_TOKEN, key};

pub(super) fn messy_but_right(table: &mut Table) {
    let key = text();
    let lines = |map: fn(&str) -> String| key.lines().map(map).collect::<String>();
    let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let columns = |width: usize| {
        let lines: Vec<&str> = (0..body.len())
            .step_by(width)
            .map(|start| &body[start..body.len().min(start + width)])
            .collect();
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        )
    };
    table.same_key("M01", &format!("\u{feff}{key}"), &["key_bom"]);
    table.same_key("M02", &format!("  {key}"), &["key_spaces"]);
    table.same_key("M02", &format!("\t{key}"), &["key_spaces"]);
    table.same_key("M03", &format!("{key}\n\n"), &["key_blank_lines"]);
    table.same_key("M04", &format!("{} ", key.trim_end()), &["key_spaces"]);
    table.same_key(
        "M05",
        &format!("{key}and some text\n"),
        &["key_text_around"],
    );
    table.same_key(
        "M06",
        &lines(|line| format!("    {line}\n")),
        &["key_spaces"],
    );
    table.same_key("M07", &lines(|line| format!("{line} \n")), &["key_spaces"]);
    table.same_key("M08", &key.replace('\n', "\\n"), &["key_escaped_newlines"]);
    table.same_key(
        "M09",
        key.trim_end().replace('\n', " ").as_str(),
        &["key_one_line"],
    );
    table.same_key("M10", &columns(196), &["key_line_length"]);
    table.same_key("M11", &columns(63), &["key_line_length"]);
    table.same_key("M11", &columns(76), &["key_line_length"]);
    for quote in ["\"", "'", "`"] {
        table.same_key(
            "M12",
            &format!("{quote}{}{quote}", key.trim_end()),
            &["key_quotes"],
        );
    }
    table.same_key("M13", &key.replace('\n', "\r\n"), &["key_line_ends"]);
    table.same_key("M13", &key.replace('\n', "\r"), &["key_line_ends"]);
    table.same_key("M13", key.trim_end(), &[]);
    table.same_key("M13", &format!("\n{key}"), &["key_blank_lines"]);
    table.same_key(
        "M13",
        &format!("Key Attributes: <No Attributes>\n{key}"),
        &["key_text_around"],
    );
    table.same_key(
        "M14",
        std::str::from_utf8(key!("rfc7515-apple.p8")).unwrap(),
        &["key_apple_form"],
    );
    for bare in [
        body.as_str(),
        &format!("{body}\n"),
        &columns(64)
            .lines()
            .skip(1)
            .take(3)
            .collect::<Vec<_>>()
            .join("\n"),
    ] {
        table.same_key("M15", bare, &["key_no_armour"]);
    }
    let grouped = |width: usize, separator: &str| {
        let groups: Vec<&str> = (0..64)
            .step_by(width)
            .map(|start| &SAMPLE_TOKEN[start..start + width])
            .collect();
        groups.join(separator)
    };
    let pasted: [(String, &[&str]); 12] = [
        (
            format!("<{}>", grouped(8, " ")),
            &["token_wrapping", "token_separators"],
        ),
        (grouped(8, " "), &["token_separators"]),
        (grouped(2, ":"), &["token_separators"]),
        (
            grouped(2, "-").to_uppercase(),
            &["token_separators", "token_capitals"],
        ),
        (grouped(32, "\r\n"), &["token_separators"]),
        (SAMPLE_TOKEN.to_uppercase(), &["token_capitals"]),
        (format!(" {SAMPLE_TOKEN}\n"), &[]),
        (format!("Optional(\"{SAMPLE_TOKEN}\")"), &["token_wrapping"]),
        (format!("\"{SAMPLE_TOKEN}\""), &["token_wrapping"]),
        (format!("“{SAMPLE_TOKEN}”"), &["token_wrapping"]),
        (format!("0x{SAMPLE_TOKEN}"), &["token_wrapping"]),
        (
            format!("Optional(<{}>)", grouped(8, " ")),
            &["token_wrapping", "token_separators"],
        ),
    ];
    for (text, codes) in pasted {
        assert_eq!(DeviceToken::parse(&text).unwrap().as_str(), SAMPLE_TOKEN);
        table.device("M16", &text, codes);
    }
    let capitals = UUID.to_uppercase();
    assert_eq!(ApnsId::parse(&capitals).unwrap().as_str(), UUID);
    table.expect("M17", &capitals, Vec::new(), &[]);
}
