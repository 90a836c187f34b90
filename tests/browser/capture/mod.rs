//! The capture: everything a tab sent, got and complained about since it was opened.
//!
//! It is read from Chromium's own events, so it sees what really left the page, whoever sent it.

mod complaint;
mod request;

use serde_json::Value;
use tokio::time::{Duration, sleep};

use crate::driver::{Event, Tab};
use crate::support::leak::LeakFinder;

pub(crate) use request::{Body, End, Request};

use complaint::Complaint;
use request::{ask_for_body, failed, frame, headers, status_of};

/// Chromium tells the headers and the end of a request a moment after it happened.
const SETTLING: Duration = Duration::from_millis(200);

/// In [`Capture::assert_quiet`]: nobody answered.
pub(crate) const NO_ANSWER: u16 = 0;

/// Requests and complaints of a tab.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    /// Every request, redirects and WebSocket handshakes included, in order.
    pub(crate) requests: Vec<Request>,
    /// Frames that were sent through WebSockets.
    frames: Vec<Vec<u8>>,
    complaints: Vec<Complaint>,
}

impl Capture {
    /// Reads the record of a tab.
    pub(crate) async fn of(tab: &Tab) -> Self {
        sleep(SETTLING).await;
        let mut capture = Self::default();
        for event in tab.events() {
            capture.take(&event);
        }
        capture.add_sent_headers(tab);
        for request in &mut capture.requests {
            if request.body == Body::Unseen {
                request.body = ask_for_body(tab, &request.id).await;
            }
        }
        capture
    }

    /// The requests of a method whose path starts like this.
    pub(crate) fn requests_to(&self, method: &str, path: &str) -> Vec<&Request> {
        self.requests
            .iter()
            .filter(|request| request.method == method && request.path().starts_with(path))
            .collect()
    }

    /// Complaints of the browser, in its own words.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.iter().map(Complaint::to_string).collect()
    }

    /// Fails if anything went, or was about to go, to anybody but this origin.
    pub(crate) fn assert_own_origin_only(&self, origin: &str) {
        let socket = origin.replacen("http", "ws", 1);
        let own = |url: &str| {
            [origin, &socket].iter().any(|own| {
                url.strip_prefix(*own)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let local = |url: &str| {
            url.starts_with("data:")
                || url.starts_with(&format!("blob:{origin}/"))
                || url == "about:blank"
        };
        let strangers: Vec<_> = self
            .requests
            .iter()
            .map(|request| &request.url)
            .filter(|url| !own(url) && !local(url))
            .collect();
        assert!(
            strangers.is_empty(),
            "requests to others than {origin}: {strangers:?}"
        );
    }

    /// Fails if twelve bytes of the key left the page in any form, or could have left it unseen.
    pub(crate) fn assert_no_key(&self, scalar: &[u8; 32]) {
        let finder = LeakFinder::new(scalar);
        for request in &self.requests {
            let mut parts = vec![
                ("its address".to_owned(), request.url.as_bytes()),
                ("its body".to_owned(), request.bytes()),
            ];
            for (name, value) in &request.headers {
                parts.push((format!("its header {name}"), value.as_bytes()));
                parts.push(("the name of a header".to_owned(), name.as_bytes()));
            }
            for (part, bytes) in parts {
                let found = finder.find(bytes);
                assert!(
                    found.is_none(),
                    "{} {} carries the key in {part}, {}",
                    request.method,
                    request.url,
                    found.unwrap_or_default()
                );
            }
        }
        let in_frame = self.frames.iter().find_map(|frame| finder.find(frame));
        assert!(
            in_frame.is_none(),
            "a WebSocket message carries the key, {}",
            in_frame.unwrap_or_default()
        );
    }

    /// Fails on every exception, console error, policy report and failed request, except the
    /// expected answers: the end of an address and a status that is not a success. Each stands for
    /// exactly one answer and for the one line the browser writes about it; [`NO_ANSWER`] stands for
    /// any number of requests, because whoever gets no answer may ask again.
    pub(crate) fn assert_quiet(&self, expected_non_2xx: &[(&str, u16)]) {
        let mut failures = self.failures();
        let mut problems = Vec::new();
        for complaint in &self.complaints {
            let own_line = failures
                .iter()
                .position(|failure| !failure.reported && complaint.is_about(failure));
            match own_line {
                Some(index) => failures[index].reported = true,
                None => problems.push(complaint.to_string()),
            }
        }
        for (suffix, status) in expected_non_2xx {
            let is_it =
                |failure: &Failure| failure.status == *status && failure.url.ends_with(suffix);
            match failures.iter().position(is_it) {
                Some(_) if *status == NO_ANSWER => failures.retain(|failure| !is_it(failure)),
                Some(index) => drop(failures.remove(index)),
                None => problems.push(format!(
                    "expected {status} from …{suffix}, which did not come"
                )),
            }
        }
        problems.extend(
            failures
                .iter()
                .map(|failure| format!("unexpected {} from {}", failure.status, failure.url)),
        );
        assert!(
            problems.is_empty(),
            "the page was not quiet:\n{}",
            problems.join("\n")
        );
    }

    fn failures(&self) -> Vec<Failure> {
        let failure = |request: &Request| {
            let status = match request.end {
                None | Some(End::Cancelled | End::Status(200..=299 | 304)) => return None,
                Some(End::Status(status)) => status,
                Some(End::Failed(_)) => NO_ANSWER,
            };
            Some(Failure {
                url: request.url.clone(),
                status,
                reported: false,
            })
        };
        self.requests.iter().filter_map(failure).collect()
    }

    fn take(&mut self, event: &Event) {
        let params = &event.params;
        match event.method.as_str() {
            "Network.requestWillBeSent" => {
                if let Some(status) = params["redirectResponse"]["status"].as_u64() {
                    self.end(params, status_of(status));
                }
                self.requests.push(Request::read(params));
            }
            "Network.webSocketCreated" => self.requests.push(Request::of_socket(params)),
            "Network.webSocketWillSendHandshakeRequest" => self.add_headers(params),
            "Network.webSocketFrameSent" => self.frames.push(frame(&params["response"])),
            "Network.webSocketHandshakeResponseReceived" => self.end(params, End::Status(200)),
            "Network.responseReceived" => self.end(
                params,
                status_of(params["response"]["status"].as_u64().unwrap_or_default()),
            ),
            "Network.loadingFailed" => self.end(params, failed(params)),
            _ => self.complaints.extend(Complaint::read(event)),
        }
    }

    fn end(&mut self, params: &Value, end: End) {
        let request = self
            .requests
            .iter_mut()
            .rev()
            .find(|request| params["requestId"] == request.id.as_str());
        if let Some(request) = request {
            // An answer that breaks off is a failure, but a refusal stays that refusal, and a stream
            // that the page closes was answered all the same.
            match (&request.end, &end) {
                (Some(End::Status(200..=299)), End::Failed(_)) | (None, _) => {
                    request.end = Some(end)
                }
                _ => {}
            }
        }
    }

    fn add_headers(&mut self, params: &Value) {
        if let Some(request) = self
            .requests
            .iter_mut()
            .rev()
            .find(|request| params["requestId"] == request.id.as_str())
        {
            request
                .headers
                .extend(headers(&params["request"]["headers"]));
        }
    }

    /// Chromium tells what really went over the wire in events of their own, before or after the
    /// request itself; the first belongs to the first request of that ID, and so on.
    fn add_sent_headers(&mut self, tab: &Tab) {
        let mut taken: Vec<usize> = Vec::new();
        for event in tab
            .events()
            .iter()
            .filter(|event| event.method == "Network.requestWillBeSentExtraInfo")
        {
            let id = &event.params["requestId"];
            let open = (0..self.requests.len())
                .find(|index| !taken.contains(index) && *id == self.requests[*index].id.as_str());
            if let Some(index) = open {
                taken.push(index);
                let request = &mut self.requests[index];
                for (name, value) in headers(&event.params["headers"]) {
                    // The request that the page asked for and the one that was sent are both kept if they differ.
                    if request.header(&name) != Some(&value) {
                        request.headers.push((name, value));
                    }
                }
            }
        }
    }
}

/// A request that did not succeed, and whether the browser's line about it was seen.
struct Failure {
    url: String,
    status: u16,
    reported: bool,
}
