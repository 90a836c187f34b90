//! The demo: a key, a team and an iPhone that exist only in the simulator, so that one click of a
//! new visitor makes a phone ring.

use std::rc::Rc;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::browser::{http, random};
use super::demo_ground::DemoGround;
use super::form::Form;
use super::held_key::HeldKey;
use super::register::{self, Book};
use super::report::Silence;
use super::send::escape;
use super::state::{DEMO_KEY, DEMO_TEAM_ID, State};
use crate::apns::json::{object, quoted};
use crate::apns::{DeviceToken, Environment, Outcome, PublicKey, PushType, SigningKey};
use crate::call::template;

const BUNDLE_ID: &str = "com.example.calls";
const PHONE_NAME: &str = "Demo iPhone";

/// Fetches from the simulator the phone of an earlier demo, if there is one, and the enabled
/// faults.
pub async fn survey(device_token: Option<DeviceToken>) -> DemoGround {
    let faults = http::get("/api/simulator/faults").await.unwrap_or_default();
    let phone = match device_token {
        Some(device_token) => {
            http::get(&["/api/simulator/devices/", device_token.as_str()].concat())
                .await
                .unwrap_or_default()
        }
        None => Value::Null,
    };
    DemoGround { phone, faults }
}

/// Makes a form and a key with which the demo phone rings. The payload is kept if the app finds a
/// call in it; the key and the phone of an earlier demo are kept unless they may be why a push
/// failed. `None` if no randomness is available.
pub fn prepare(state: &State, ground: &DemoGround) -> Option<(Form, Rc<HeldKey>)> {
    // A refusal may be due to the key or the phone, and a fault may block the key's connection.
    let is_proven = state
        .report
        .as_ref()
        .is_none_or(|report| report.outcome == Outcome::Accepted)
        && ground.faults_aside().is_none();
    let was_demo = state.is_demo() && is_proven;
    let (key, key_id) = match &state.key {
        Some(key) if was_demo && !ground.strikes_key(&state.form.key_id) => {
            (Rc::clone(key), state.form.key_id.clone())
        }
        _ => (
            new_key()?,
            random::bytes::<6>()?
                .iter()
                .fold(String::from("DEMO"), |id, byte| id + letter(*byte)),
        ),
    };
    let filled = state.filled();
    let parsed = filled.parsed_payload().ok();
    let is_call = parsed.as_ref().is_some_and(|payload| {
        filled.push_type == PushType::Voip && filled.preview_of(payload).rule.rang()
    });
    let is_own = is_call && !template::is_article(&state.form.payload);
    let payload = if is_own {
        state.form.payload.clone()
    } else {
        template::article()
    };
    // The article's call gets a new UUID with every press.
    let sent = parsed.filter(|_| is_own || payload == state.form.payload);
    let rings =
        sent.is_some_and(|sent| ground.rings(BUNDLE_ID, sent.value(), &state.form.app_choice()));
    let device_token = match DeviceToken::parse(&state.form.device_token) {
        Ok(token) if was_demo && rings && !ground.strikes_phone(token.as_str()) => token,
        _ => DeviceToken::from_bytes(&random::bytes::<32>()?),
    };
    let form = Form {
        environment: Environment::Simulator,
        key_id,
        team_id: DEMO_TEAM_ID.to_owned(),
        bundle_id: BUNDLE_ID.to_owned(),
        device_token: device_token.to_string(),
        payload,
        // The app belongs to the payload.
        app: if is_own {
            state.form.app.clone()
        } else {
            String::new()
        },
        own: state.form.own.clone(),
        ..Form::default()
    };
    Some((form, key))
}

fn new_key() -> Option<Rc<HeldKey>> {
    let scalar = Zeroizing::new(random::bytes::<32>()?);
    let key = SigningKey::from_random_bytes(&scalar)?;
    Some(Rc::new(HeldKey {
        key,
        source: DEMO_KEY.to_owned(),
    }))
}

/// Maps a byte to a letter or digit of a key ID.
fn letter(byte: u8) -> &'static str {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let index = usize::from(byte % 32);
    &LETTERS[index..=index]
}

/// Registers the form's phone with the simulator, and the key if a key signs. Returns `true` if the
/// simulator accepted both. A known phone is left as it is unless its bundle ID or its app
/// differs.
pub async fn enrol(
    book: &Book,
    form: &Form,
    public_key: Option<PublicKey>,
    is_known: bool,
) -> Result<bool, Silence> {
    let bundle_id = form
        .topic()
        .map(|topic| PushType::Voip.without_suffix(topic.as_str()).to_owned())
        .unwrap_or_default();
    let name = if form.team_id == DEMO_TEAM_ID {
        PHONE_NAME
    } else {
        "Your iPhone"
    };
    let app_profile = form.app_profile();
    let phone = object(&[
        ("name", quoted(name)),
        ("bundle_id", quoted(&bundle_id)),
        ("app_profile", quoted(&app_profile)),
    ]);
    let Ok(device_token) = DeviceToken::parse(&form.device_token) else {
        return Ok(false);
    };
    let mut has_key = true;
    if let Some(public_key) = public_key {
        let key = object(&[
            ("team_id", quoted(form.team_id.trim())),
            ("public_key", quoted(&public_key.to_pem())),
        ]);
        has_key = register::ask(
            book,
            "PUT",
            &["keys/", &escape(form.key_id.trim())].concat(),
            &key,
        )
        .await?
        .is_success();
    }
    let path = ["devices/", device_token.as_str()].concat();
    if is_known {
        let known = http::get(&["/api/simulator/", &path].concat())
            .await
            .unwrap_or_default();
        if known["bundle_id"] == bundle_id.as_str()
            && known["mapping"].as_object().is_none_or(Map::is_empty)
            && known["app_profile"] == app_profile.as_str()
        {
            book.borrow_mut().note_phone(&path, &known);
            return Ok(has_key);
        }
    }
    Ok(has_key
        && register::ask(book, "PUT", &path, &phone)
            .await?
            .is_success())
}
