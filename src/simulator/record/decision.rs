//! Decision on one request, with its reason, as the journal holds it.
//!
//! A decision holds everything but the credential. The key ID, the team ID, the issue time and a
//! keyed hash tell provider tokens apart. The token and its signature are redacted wherever a
//! client may have put a copy of them.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memrchr2;
use serde::{Serialize, Serializer};

use crate::apns::provider_token::{IssueTimeForm, TokenError, TokenPart, TokenParts};
use crate::apns::public_key::SignatureForm;
use crate::apns::uuid::Uuid;
use crate::simulator::apple_environment::AppleEnvironment;
use crate::simulator::credential::Credential;
use crate::simulator::push_header::PushHeader;
use crate::simulator::request::{Request, text_of};
use crate::simulator::rules::{Mark, Verdict};
use crate::simulator::visibility::Visibility;

/// Maximum length of a text: longer than any genuine header or device token.
const LONGEST_TEXT: usize = 512;
/// Minimum length of a redacted text. A shorter text is no signature, and redacting it would spoil
/// unrelated text.
const SHORTEST_SECRET: usize = 16;
const REDACTED: &str = "[redacted]";

const DER_NOTE: &str =
    "The signature is DER: APNs takes it, but other readers of provider tokens may not.";
const BASE64_NOTE: &str = "A part of the token is padded or in standard base64: APNs takes it, but a JWS has base64url without padding.";
const FRACTION_NOTE: &str = "The token’s iat has a fraction: Apple documents whole seconds. That APNs takes it is inferred, from libraries that send it.";
const TEXT_NOTE: &str = "The token’s iat is a string: APNs takes digits in quotes, as in Apple’s own sample, but Apple documents a number.";
const UNCHECKED_NOTE: &str =
    "Nobody checked the signature: no key with this key ID is enrolled, and any key is accepted.";
const NOT_AN_OBJECT_NOTE: &str = "The body is not a JSON object. What APNs answers is not documented; here it is accepted, and the app finds no call in it.";

/// Decision on one request.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Decision {
    /// Number of the decision in the journal, from 1.
    pub(crate) id: u64,
    /// Time of the decision, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// Number of the connection, from 1.
    pub(crate) connection: u64,
    /// Number of the stream on that connection.
    pub(crate) stream: u32,
    /// Device token in lower case, or the text in its place in the path if that is no device token.
    pub(crate) device_token: Option<Arc<str>>,
    /// `apns-id` of the answer: the one in the request, or a new one.
    pub(crate) apns_id: Arc<str>,
    /// The `apns-unique-id` of the answer.
    pub(crate) apns_unique_id: Option<Uuid>,
    /// The header as sent.
    pub(crate) topic: Option<String>,
    /// The header as sent.
    pub(crate) push_type: Option<String>,
    /// The header as sent.
    pub(crate) priority: Option<String>,
    /// The header as sent.
    pub(crate) expiration: Option<String>,
    /// The header as sent.
    pub(crate) collapse_id: Option<String>,
    /// Size of the body, as far as it was read.
    pub(crate) payload_bytes: usize,
    /// The beginning of the body, as text.
    pub(crate) payload: String,
    /// Key ID as stated in the provider token.
    pub(crate) key_id: Option<Arc<str>>,
    /// Team ID as stated in the provider token.
    pub(crate) team_id: Option<Arc<str>>,
    /// Issue time as stated in the provider token.
    pub(crate) iat: Option<u64>,
    /// Keyed hash of the provider token, which does not reveal the token.
    #[serde(serialize_with = "hex")]
    pub(crate) token_hash: Option<u64>,
    /// Form of the signature, `raw` or `der`; absent if no key verifies it.
    pub(crate) signature: Option<&'static str>,
    /// Name in the client certificate, if the connection has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<String>,
    /// Environment of the APNs that the request was sent to.
    pub(crate) environment: Option<AppleEnvironment>,
    /// The status of the answer.
    pub(crate) status: u16,
    /// The reason in the answer.
    pub(crate) reason: Option<&'static str>,
    /// Timestamp in the answer, with status 410.
    pub(crate) timestamp: Option<u64>,
    /// Rule that decided.
    pub(crate) rule: &'static str,
    /// Certainty of that rule.
    pub(crate) mark: Option<Mark>,
    /// Notes for the sender of the push.
    pub(crate) notes: Vec<&'static str>,
    /// Callers who may see the decision.
    #[serde(skip)]
    pub(crate) visibility: Visibility,
    /// Account whose share of the journal the decision counts against.
    #[serde(skip)]
    pub(crate) account: Arc<str>,
}

impl Decision {
    /// Creates a decision that holds what the client sent, without a verdict.
    pub(crate) fn on(request: &Request, credential: &Credential) -> Self {
        let secrets = Secrets::of(request);
        let tidy = |text: Cow<'_, str>| clip(redact(text.into_owned(), &secrets));
        let header = |name| request.text(name).map(tidy);
        let token = credential.token.as_ref();
        let shared = |text: &Arc<str>| match is_tidy(text, &secrets) {
            true => Arc::clone(text),
            false => tidy((&**text).into()).into(),
        };
        let device_token = match request.device_token() {
            Some(token) => Some(shared(&token.shared())),
            None => request
                .device_segment()
                .map(|text| tidy(text.into()).into()),
        };
        Self {
            device_token,
            topic: header(PushHeader::Topic),
            push_type: header(PushHeader::PushType),
            priority: header(PushHeader::Priority),
            expiration: header(PushHeader::Expiration),
            collapse_id: header(PushHeader::CollapseId),
            payload_bytes: request.body.length,
            payload: redact(text_of(&request.body.kept).into_owned(), &secrets),
            key_id: credential.key_id.as_ref().map(shared),
            team_id: credential.team_id.as_ref().map(shared),
            iat: token.map(|TokenParts { issued_at, .. }| *issued_at),
            signature: credential.signature.map(word),
            notes: notes(credential),
            ..Self::default()
        }
    }

    /// Returns the decision with the verdict added.
    pub(crate) fn decided(self, verdict: &Verdict) -> Self {
        let mut notes = self.notes;
        if verdict.reason.is_none() && verdict.mark == Mark::Assumed {
            notes.push(NOT_AN_OBJECT_NOTE);
        }
        Self {
            status: verdict.reason.map_or(200, crate::apns::Reason::status),
            reason: verdict.reason.map(crate::apns::Reason::as_str),
            rule: verdict.rule,
            mark: Some(verdict.mark),
            notes,
            ..self
        }
    }

    /// Returns the approximate size of the decision in memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let texts = [
            &self.topic,
            &self.push_type,
            &self.priority,
            &self.expiration,
            &self.collapse_id,
        ];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let device_token = self.device_token.as_ref().map_or(0, |token| token.len());
        size_of::<Self>() + device_token + texts + self.payload.len()
    }
}

fn hex<S: Serializer>(hash: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    hash.map(|hash| format!("{hash:016x}"))
        .serialize(serializer)
}

fn notes(credential: &Credential) -> Vec<&'static str> {
    let form = credential.token.as_ref().map(|token| token.issue_time_form);
    let cases = [
        (credential.signature == Some(SignatureForm::Der), DER_NOTE),
        (credential.is_standard_base64, BASE64_NOTE),
        (form == Some(IssueTimeForm::Fraction), FRACTION_NOTE),
        (form == Some(IssueTimeForm::Text), TEXT_NOTE),
        (credential.is_unchecked, UNCHECKED_NOTE),
    ];
    let mut notes = Vec::new();
    if let Some(error) = &credential.error {
        notes.push(malformed(error));
    }
    for (applies, note) in cases {
        if applies {
            notes.push(note);
        }
    }
    notes
}

/// Returns the note that names the wrong part of a malformed provider token, because the one reason
/// of APNs does not.
fn malformed(error: &TokenError) -> &'static str {
    match error {
        TokenError::Length => "The provider token has more than 1,024 bytes. Send one token alone.",
        TokenError::Shape => {
            "The provider token is not three parts joined by dots. Send it whole, and nothing behind it."
        }
        TokenError::Damaged(TokenPart::Header) => {
            "The first part of the provider token, its header, is not a JSON object in base64url."
        }
        TokenError::Damaged(TokenPart::Claims) => {
            "The second part of the provider token, its claims, is not a JSON object in base64url."
        }
        TokenError::Damaged(TokenPart::Signature) => {
            "The third part of the provider token, its signature, is empty or not base64url."
        }
        TokenError::Algorithm(_) => {
            "The token’s header names another algorithm (alg) than ES256. Sign with ES256."
        }
        TokenError::KeyId => {
            "The token’s header has no Key ID (kid). Put the 10 characters of the key file’s name there."
        }
        TokenError::TeamId => {
            "The token’s claims have no Team ID (iss). Put the 10 characters of your Membership page there."
        }
        TokenError::NoIssueTime => {
            "The token’s claims have no issue time (iat). Put whole seconds since 1970 there."
        }
        TokenError::IssuedAtString => {
            "The token’s issue time (iat) is no number but a string, such as a date: that is why it is refused. Put whole seconds since 1970 there, such as 1800000000."
        }
        TokenError::IssuedAt => {
            "The token’s issue time (iat) is no number of seconds since 1970, such as 1800000000: that is why it is refused."
        }
    }
}

fn word(form: SignatureForm) -> &'static str {
    match form {
        SignatureForm::Raw => "raw",
        SignatureForm::Der => "der",
    }
}

/// Last words of the `authorization` headers. The last word is the signature of a provider token,
/// or the whole of a text that is no token.
struct Secrets<'a> {
    first: Option<Cow<'a, str>>,
    /// Secrets of further headers; hardly any request has one.
    others: Vec<Cow<'a, str>>,
}

impl<'a> Secrets<'a> {
    fn of(request: &'a Request) -> Self {
        let mut words = request
            .authorizations()
            .map(last_word)
            .filter(|word| word.len() >= SHORTEST_SECRET)
            .map(text_of);
        Self {
            first: words.next(),
            others: words.collect(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.first
            .iter()
            .chain(&self.others)
            .map(|secret| &**secret)
    }
}

/// Returns the last word of a text in which dots and spaces separate words.
fn last_word(value: &[u8]) -> &[u8] {
    let is_of_word = |byte: &u8| !b". ".contains(byte);
    let end = value
        .iter()
        .rposition(is_of_word)
        .map_or(0, |last| last + 1);
    let start = memrchr2(b'.', b' ', &value[..end]).map_or(0, |separator| separator + 1);
    &value[start..end]
}

fn redact(mut text: String, secrets: &Secrets<'_>) -> String {
    for secret in secrets.iter() {
        if text.contains(secret) {
            text = text.replace(secret, REDACTED);
        }
    }
    text
}

/// `true` if the text has nothing to redact and is not too long.
fn is_tidy(text: &str, secrets: &Secrets<'_>) -> bool {
    text.len() <= LONGEST_TEXT && secrets.iter().all(|secret| !text.contains(secret))
}

fn clip(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT));
        text.push('…');
    }
    text
}
