//! The ranking: one value of the form changes the order.

mod credential;
mod device_token;
mod provider_token;
mod push;

use trill::apns::Environment;
use trill::diagnosis::Past;

use super::{TOPIC, failure, success};

const ELSEWHERE: &[Past<'static>] = &[success(Environment::Production, TOPIC)];
const HERE: &[Past<'static>] = &[success(Environment::Sandbox, TOPIC)];
const OTHER_TOPIC: &[Past<'static>] = &[success(Environment::Sandbox, "com.example.staging.voip")];
const KEYS_TRIED: &[Past<'static>] = &[failure(Environment::Sandbox, "InvalidProviderToken")];
const REFUSED_ELSEWHERE: &[Past<'static>] = &[failure(Environment::Production, "BadDeviceToken")];
