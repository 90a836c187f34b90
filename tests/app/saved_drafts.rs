//! The drafts of several tabs: which one a tab begins with, and which have to go.

use trill::app::draft::Draft;
use trill::app::form::Form;
use trill::app::saved_draft::{Opening, SavedDraft, opening, surplus};
use trill::app::state::State;

use super::filled;

const DAY: u64 = 24 * 60 * 60 * 1_000;

fn saved(tab: &str, saved_at: u64, owner: &str) -> SavedDraft {
    let form = Form {
        key_id: tab.to_owned(),
        ..filled()
    };
    SavedDraft {
        tab: tab.to_owned(),
        saved_at,
        owner: owner.to_owned(),
        is_taken_up: false,
        form: Draft::of(&form),
        set_aside: None,
    }
}

#[test]
fn a_saved_draft_survives_with_what_was_set_aside() {
    let aside = Form {
        key_id: "own".to_owned(),
        ..filled()
    };
    let draft = SavedDraft {
        set_aside: Some(Draft::of(&aside)),
        is_taken_up: true,
        ..saved("a", 7, "load")
    };
    let read = SavedDraft::read("a", &draft.to_text()).unwrap();
    assert_eq!(read, draft);
    let state = State::of_draft(Some(&read));
    assert_eq!(
        (state.form.key_id.as_str(), state.set_aside),
        ("a", Some(aside))
    );
    for stored in [
        "",
        "{}",
        "[]",
        r#"{"saved_at":1,"owner":""}"#,
        r#"{"saved_at":1,"owner":"","form":7}"#,
    ] {
        assert_eq!(SavedDraft::read("a", stored), None, "{stored}");
    }
}

#[test]
fn a_tab_goes_on_with_its_own_draft_and_a_duplicate_with_a_copy() {
    let drafts = [saved("a", 1, ""), saved("b", 2, "live"), saved("c", 3, "")];
    assert_eq!(opening(&drafts, Some("a")), Opening::Own(&drafts[0]));
    assert_eq!(
        opening(&drafts, Some("b")),
        Opening::Copy(&drafts[1]),
        "somebody has it open"
    );
}

#[test]
fn a_new_tab_begins_with_what_was_closed_last_and_has_greeted_nobody() {
    assert_eq!(opening(&[], None), Opening::Empty);
    let mut drafts = [saved("a", 1, ""), saved("b", 9, "live"), saved("c", 3, "")];
    assert_eq!(opening(&drafts, None), Opening::Copy(&drafts[2]));
    drafts[2].is_taken_up = true;
    assert_eq!(opening(&drafts, None), Opening::Copy(&drafts[0]));
    drafts[0].is_taken_up = true;
    assert_eq!(
        opening(&drafts, None),
        Opening::Copy(&drafts[1]),
        "else with what was typed last"
    );
    assert_eq!(opening(&drafts, Some("gone")), Opening::Copy(&drafts[1]));
}

#[test]
fn old_and_many_drafts_go_closed_ones_first_and_never_the_tabs_own() {
    let now = 100 * DAY;
    let old = [
        saved("old", now - 31 * DAY, "live"),
        saved("own", 0, "me"),
        saved("new", now - 29 * DAY, ""),
    ];
    assert_eq!(surplus(&old, "own", 0, now), ["old"]);
    let mut many: Vec<SavedDraft> = (0..30)
        .map(|number| saved(&number.to_string(), now - 30 + number, "live"))
        .collect();
    many[20].owner.clear();
    let gone = surplus(&many, "own", 0, now);
    assert_eq!(gone.len(), 11);
    assert_eq!(
        gone[..3],
        ["20", "0", "1"],
        "the closed one, and then the oldest"
    );
    let large = |tab: &str, at| SavedDraft {
        form: Draft::of(&Form {
            payload: "x".repeat(600_000),
            ..filled()
        }),
        ..saved(tab, at, "")
    };
    let large = [
        large("a", now - 3),
        large("b", now - 2),
        large("c", now - 1),
    ];
    assert_eq!(surplus(&large, "own", 600_000, now), ["a"]);
}
