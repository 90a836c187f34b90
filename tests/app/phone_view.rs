//! The screen of the phone, from the events of the simulator.

use serde_json::json;
use trill::app::phone_view::PhoneView;

#[test]
fn phone_events_become_the_phones_screen() {
    let event = r#"{"state":"ringing","sentence":"It rings.","call":{"handle":{"path":"handle","value":"alice"},"caller_name":null,"has_video":{"path":"v","value":true}}}"#;
    let phone = PhoneView::read(&serde_json::from_str(event).unwrap()).unwrap();
    let call = phone.call.unwrap();
    assert_eq!(
        (
            phone.state.as_str(),
            call.title.as_str(),
            call.handle,
            call.video
        ),
        ("ringing", "alice", None, true)
    );
    assert_eq!(
        PhoneView::read(&json!({ "state": "idle" })).unwrap().call,
        None
    );
    assert_eq!(PhoneView::read(&json!({})), None);
}
