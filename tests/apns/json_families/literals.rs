//! Numbers, and the words `true`, `false` and `null`.

use super::{allows, products, refuses, refuses_value};

#[test]
fn numbers() {
    let good = products(&[
        &["", "-"],
        &["0", "1", "10", "907"],
        &["", ".0", ".5", ".025"],
        &["", "e1", "E1", "e+1", "E-1", "e00", "e-400"],
    ]);
    good.iter().for_each(|number| allows(number));
    let mut bad = products(&[
        &["+", "-", "--", "-+", ""],
        &[
            "00", "01", "-1", ".5", "1.", "1.e1", "1e", "1e+", "1e1.5", "0x1F", "1_0", "1-2",
            "1.2.3", "1ee1", "1f", "0b1",
        ],
    ]);
    bad.retain(|number| number != "-1");
    bad.extend(
        [
            "-", "+", "-.", "+.", "-e1", "1e99999", "-1e400", "0.e1", "2.e-3",
        ]
        .map(str::to_owned),
    );
    for number in &bad {
        assert!(
            matches!(
                refuses_value(number),
                "json_number_form" | "json_number_range"
            ),
            "{number}"
        );
    }
    for word in products(&[&["", "-", "+"], &["NaN", "nan", "Infinity", "inf", "INF"]]) {
        assert_eq!(refuses_value(&word), "json_nan");
    }
    assert_eq!((good.len(), bad.len()), (224, 88));
}

#[test]
fn words() {
    let words = [
        "True",
        "FALSE",
        "Null",
        "nul",
        "tru",
        "truee",
        "nullnull",
        "None",
        "nil",
        "undefined",
        "yes",
        "a",
        "_",
        "$a",
        "a.b",
        "a-b",
    ];
    for word in words {
        assert_eq!(refuses_value(word), "json_bare_word", "{word}");
        assert_eq!(
            refuses(&format!("{{{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
        assert_eq!(
            refuses(&format!("{{\"a\":1,{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
    }
    for word in ["true", "null", "1", "-1", "NaN"] {
        assert_eq!(
            refuses(&format!("{{{word}:1}}")),
            "json_bare_word",
            "{word}"
        );
    }
}
