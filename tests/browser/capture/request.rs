//! A request of a tab: what left, and how it ended.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::driver::Tab;

/// Request as it left the browser.
#[derive(Debug)]
pub(crate) struct Request {
    pub(super) id: String,
    /// The whole address, with the fragment that stays in the browser.
    pub(crate) url: String,
    /// Such as `POST`.
    pub(crate) method: String,
    /// Headers that the page set and the browser added.
    pub(crate) headers: Vec<(String, String)>,
    /// Body of the request.
    pub(crate) body: Body,
    /// End of the request, once there is one.
    pub(crate) end: Option<End>,
}

/// The body of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// The request had none.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// The request had one that Chromium would not show.
    Unseen,
}

/// End of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With an answer of this status.
    Status(u16),
    /// Without an answer, for this reason.
    Failed(String),
    /// The page itself gave it up.
    Cancelled,
}

impl Request {
    /// The path and the query.
    pub(crate) fn path(&self) -> &str {
        let after_scheme = self.url.find("://").map_or(0, |start| start + 3);
        self.url[after_scheme..]
            .find('/')
            .map_or("/", |start| &self.url[after_scheme + start..])
    }

    /// A header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The bytes of the body; none when it had none.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Empty => &[],
            Body::Bytes(bytes) => bytes,
            Body::Unseen => panic!(
                "Chromium did not show the body of {} {}",
                self.method, self.url
            ),
        }
    }
}

impl Request {
    pub(super) fn read(params: &Value) -> Self {
        let request = &params["request"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            id: text(&params["requestId"]),
            url: text(&request["url"]) + &text(&request["urlFragment"]),
            method: text(&request["method"]),
            headers: headers(&request["headers"]),
            body: body(request),
            end: None,
        }
    }

    pub(super) fn of_socket(params: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, url) = (text(&params["requestId"]), text(&params["url"]));
        Self {
            id,
            url,
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: Body::Empty,
            end: None,
        }
    }
}

pub(super) fn status_of(status: u64) -> End {
    End::Status(u16::try_from(status).unwrap_or_default())
}

pub(super) fn failed(params: &Value) -> End {
    if params["canceled"] == true {
        return End::Cancelled;
    }
    End::Failed(params["errorText"].as_str().unwrap_or_default().to_owned())
}

pub(super) fn headers(headers: &Value) -> Vec<(String, String)> {
    let headers = headers.as_object().into_iter().flatten();
    headers
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

fn body(request: &Value) -> Body {
    let entries = request["postDataEntries"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let bytes: Option<Vec<Vec<u8>>> = entries
        .iter()
        .map(|entry| Base64::decode_vec(entry["bytes"].as_str()?).ok())
        .collect();
    match bytes {
        Some(bytes) if !bytes.is_empty() => Body::Bytes(bytes.concat()),
        _ if request["hasPostData"] == true => Body::Unseen,
        _ => Body::Empty,
    }
}

pub(super) async fn ask_for_body(tab: &Tab, id: &str) -> Body {
    let Ok(answer) = tab
        .try_call("Network.getRequestPostData", json!({ "requestId": id }))
        .await
    else {
        return Body::Unseen;
    };
    let text = answer["postData"].as_str().unwrap_or_default();
    if answer["base64Encoded"] == true {
        return Base64::decode_vec(text).map_or(Body::Unseen, Body::Bytes);
    }
    Body::Bytes(text.as_bytes().to_vec())
}

pub(super) fn frame(response: &Value) -> Vec<u8> {
    let payload = response["payloadData"].as_str().unwrap_or_default();
    if response["opcode"] == 1 {
        return payload.as_bytes().to_vec();
    }
    Base64::decode_vec(payload).unwrap_or_else(|_| payload.as_bytes().to_vec())
}
