//! The demo: a key, a team and an iPhone that exist only here, so that a newcomer's first press
//! of a button ends in a ringing phone.

use std::rc::Rc;

use zeroize::Zeroizing;

use super::browser::{http, random};
use super::form::Form;
use super::report::Silence;
use super::send::escape;
use super::state::{DEMO_KEY, DEMO_TEAM_ID, HeldKey, State};
use crate::apns::json::{object, quoted};
use crate::apns::{DeviceToken, Environment, PublicKey, PushType, SigningKey};
use crate::call::{Mapping, PhoneRule, template};

const BUNDLE_ID: &str = "com.example.calls";
const PHONE_NAME: &str = "Demo iPhone";

/// A form and a key for the demo; the payload stays, if the visitor wrote one that can be sent, and
/// so do the key and the phone of an earlier press.
pub fn prepare(state: &State) -> Option<(Form, Rc<HeldKey>)> {
    let was_demo = state.is_demo();
    let (key, key_id) = match &state.key {
        Some(key) if was_demo => (Rc::clone(key), state.form.key_id.clone()),
        _ => (new_key()?, random::bytes::<6>()?.iter().fold(String::from("DEMO"), |id, byte| id + letter(*byte))),
    };
    let payload = if template::is_article(&state.form.payload)
        || state.form.push_type != PushType::Voip
        || state.filled().parsed_payload().is_err()
    {
        template::article()
    } else {
        state.form.payload.clone()
    };
    let device_token = match DeviceToken::parse(&state.form.device_token) {
        // An app that iOS no longer delivers to has to be installed anew.
        Ok(token) if was_demo && state.phone.rule != Some(PhoneRule::DeliveryStopped) => token,
        _ => DeviceToken::from_bytes(&random::bytes::<32>()?),
    };
    let is_call = payload == state.form.payload && state.form.push_type == PushType::Voip;
    let form = Form {
        environment: Environment::Simulator,
        key_id,
        team_id: DEMO_TEAM_ID.to_owned(),
        bundle_id: BUNDLE_ID.to_owned(),
        device_token: device_token.to_string(),
        payload,
        // The paths belong to the payload.
        paths: if is_call { state.form.paths.clone() } else { Default::default() },
        ..Form::default()
    };
    Some((form, key))
}

fn new_key() -> Option<Rc<HeldKey>> {
    let scalar = Zeroizing::new(random::bytes::<32>()?);
    let key = SigningKey::from_random_bytes(&scalar)?;
    Some(Rc::new(HeldKey { key, source: DEMO_KEY.to_owned() }))
}

/// A letter or digit for a key ID.
fn letter(byte: u8) -> &'static str {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let index = usize::from(byte % 32);
    &LETTERS[index..=index]
}

/// Enrols the form's phone with the simulator, and the key if one signs; whether it took both. A phone that is known
/// is left as it is, unless it has another app or looks elsewhere for a call.
pub async fn enrol(form: &Form, public_key: Option<PublicKey>, is_known: bool) -> Result<bool, Silence> {
    let bundle_id = form.topic().map(|topic| topic.as_str().trim_end_matches(".voip").to_owned()).unwrap_or_default();
    let name = if form.team_id == DEMO_TEAM_ID { PHONE_NAME } else { "Your iPhone" };
    let phone = object(&[("name", quoted(name)), ("bundle_id", quoted(&bundle_id)), ("mapping", form.mapping().to_text())]);
    let Ok(device_token) = DeviceToken::parse(&form.device_token) else { return Ok(false) };
    let mut has_key = true;
    if let Some(public_key) = public_key {
        let key = object(&[("team_id", quoted(form.team_id.trim())), ("public_key", quoted(&public_key.to_pem()))]);
        has_key = http::ask("PUT", &["keys/", &escape(form.key_id.trim())].concat(), &key).await?.is_success();
    }
    let path = ["devices/", device_token.as_str()].concat();
    if is_known {
        let known = http::get(&["/api/simulator/", &path].concat()).await.unwrap_or_default();
        if known["bundle_id"] == bundle_id.as_str() && Mapping::from_value(&known["mapping"]).is_some_and(|known| known == form.mapping()) {
            return Ok(has_key);
        }
    }
    Ok(has_key && http::ask("PUT", &path, &phone).await?.is_success())
}
