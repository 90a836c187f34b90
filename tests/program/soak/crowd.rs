//! The crowd: 256 senders that all do what RFC 9113 says, while one push in twenty meets a GOAWAY or a refused stream. Most speak to
//! the simulator themselves, sixteen on a connection; the others go through a relay. No push may be judged twice.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use trill::apns::{ApnsId, Outcome, ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::relay::{Config, Relay};
use trill::simulator::{ControlRequest, Options, Simulator};

use super::accounts::{Accounts, Wrong};
use super::dice::Dice;
use super::faults;
use crate::raw_http1::{self, Request};
use crate::support::h2_client::H2Client;

const SENDERS: usize = 256;
/// Of those, on a connection of their own to the simulator.
const ON_ONE_CONNECTION: usize = 16;
/// The last of them go through the relay.
const THROUGH_THE_RELAY: usize = 64;
const FAULTS: f64 = 0.05;
/// A push that certainly was not processed is sent this often.
const MOST_TRIES: usize = 5;
/// Time after which a push without an answer is unknown.
const ANSWER: Duration = Duration::from_secs(2);
/// Between two pushes of one sender.
const PAUSE: Duration = Duration::from_millis(20);

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &[u8] =
    br#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;
const HEADERS: [(&str, &str); 3] = [
    ("apns-topic", "com.example.calls.voip"),
    ("apns-push-type", "voip"),
    ("apns-expiration", "0"),
];

/// Result of a run.
pub(crate) struct Report {
    /// Ends of the pushes, in one line.
    pub(crate) summary: String,
    /// Pushes that were lost or doubled.
    pub(crate) wrongs: Vec<Wrong>,
    /// Number of pushes that were sent.
    pub(crate) sends: usize,
    /// Number of pushes that were accepted.
    pub(crate) accepted: usize,
    /// Number of times that each fault struck.
    pub(crate) struck: Vec<u64>,
    /// Number of pushes that were sent more than once.
    pub(crate) repeated: usize,
}

/// Those who send, and what they share.
struct Crowd {
    simulator: Simulator,
    relay: SocketAddr,
    headers: HeaderMap,
    until: Instant,
    accounts: Arc<Mutex<Accounts>>,
    repeated: Mutex<usize>,
}

/// A connection that several senders share, as long as it lives.
#[derive(Default)]
struct Line(tokio::sync::Mutex<Option<Arc<H2Client>>>);

/// Has them send for so long.
pub(crate) async fn gather(lasting: Duration, seed: u64) -> Report {
    let mut dice = Dice::new(seed);
    let accounts = Arc::new(Mutex::new(Accounts::default()));
    let (journal, lines) = std::io::pipe().expect("the system gives pipes");
    let options = Options {
        listen: ANY_PORT,
        journal: Some(File::from(OwnedFd::from(lines))),
        ..Options::default()
    };
    let simulator = Simulator::start_with(options)
        .await
        .expect("the simulator starts");
    let reader = tokio::task::spawn_blocking({
        let accounts = Arc::clone(&accounts);
        move || read(journal, &accounts)
    });
    let relay = Relay::bind(
        Config {
            listen: ANY_PORT,
            ..Config::default()
        },
        simulator.clone(),
    )
    .await
    .expect("the relay starts");
    let address = relay.address();
    let relay = tokio::spawn(relay.run(std::future::pending()));

    let headers = enrol(&simulator);
    control(
        &simulator,
        Method::PUT,
        &["faults"],
        &faults::goaways(FAULTS, &mut dice),
    );
    let until = Instant::now() + lasting;
    let crowd = Arc::new(Crowd {
        simulator,
        relay: address,
        headers,
        until,
        accounts: Arc::clone(&accounts),
        repeated: Mutex::default(),
    });
    let lines: Vec<Arc<Line>> = (0..SENDERS / ON_ONE_CONNECTION)
        .map(|_| Arc::default())
        .collect();
    let mut senders = JoinSet::new();
    for number in 0..SENDERS {
        let (crowd, dice) = (Arc::clone(&crowd), Dice::new(dice.number()));
        let line = (number < SENDERS - THROUGH_THE_RELAY)
            .then(|| Arc::clone(&lines[number / ON_ONE_CONNECTION]));
        senders.spawn(async move { crowd.send_on(line.as_deref(), dice).await });
    }
    senders.join_all().await;

    let shown = control(&crowd.simulator, Method::GET, &["faults"], &Value::Null);
    let counts = shown["counts"].as_array().expect("a list").iter();
    let struck = counts
        .map(|count| count["struck"].as_u64().expect("a number"))
        .collect();
    let repeated = *crowd.repeated.lock().expect("not poisoned");
    // The journal ends with the last who could write in it.
    relay.abort();
    drop((crowd, lines));
    timeout(Duration::from_secs(20), reader)
        .await
        .expect("the journal ends")
        .expect("it is read to its end");
    let accounts = accounts.lock().expect("not poisoned");
    let accepted = accounts.count(Outcome::Accepted);
    Report {
        summary: accounts.summary(),
        wrongs: accounts.wrongs(),
        sends: accounts.sends(),
        accepted,
        struck,
        repeated,
    }
}

/// Reads every decision, as it is made, until there are no more.
fn read(journal: PipeReader, accounts: &Mutex<Accounts>) {
    for line in BufReader::new(journal).lines() {
        let decision: Value = serde_json::from_str(&line.expect("it is text")).expect("it is JSON");
        if decision["status"] == 200 {
            accounts.lock().expect("not poisoned").accept(
                decision["apns_id"]
                    .as_str()
                    .expect("every decision has one"),
            );
        }
    }
}

/// Enrols a key and a phone; the headers of every push.
fn enrol(simulator: &Simulator) -> HeaderMap {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the clock is right")
        .as_secs();
    let key = SigningKey::from_random_bytes(&[7; 32]).expect("a number on the curve");
    let body = json!({ "team_id": "TEAM000001", "public_key": key.public_key().to_pem() });
    control(simulator, Method::PUT, &["keys", "KEY0000001"], &body);
    control(
        simulator,
        Method::PUT,
        &["devices", PHONE],
        &json!({ "bundle_id": "com.example.calls" }),
    );
    let authorization = ProviderToken::sign(&key, "KEY0000001", "TEAM000001", now).authorization();
    let all = HEADERS
        .into_iter()
        .chain([("authorization", authorization.as_str())]);
    all.map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("ASCII"),
        )
    })
    .collect()
}

fn control(simulator: &Simulator, method: Method, path: &[&str], body: &Value) -> Value {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = simulator.control(
        &Caller::Owner,
        &ControlRequest::new(&method, path, body.as_bytes()),
    );
    answer.expect("it is taken").body.unwrap_or_default()
}

impl Crowd {
    /// Sends one push after another until the time is over.
    async fn send_on(&self, line: Option<&Line>, mut dice: Dice) {
        while Instant::now() < self.until {
            let id = ApnsId::from_random_bytes(dice.uuid()).to_string();
            self.accounts().begin(&id);
            let (outcome, words) = match line {
                Some(line) => self.send(line, &id).await,
                None => self.relay(&id).await,
            };
            self.accounts().end(&id, outcome, &words);
            sleep(PAUSE).await;
        }
    }

    /// Sends a push to the simulator, and again only when that says that it has not processed it (RFC 9113 §8.7).
    async fn send(&self, line: &Line, id: &str) -> (Outcome, String) {
        let mut headers = self.headers.clone();
        headers.insert("apns-id", HeaderValue::from_str(id).expect("ASCII"));
        let path = format!("/3/device/{PHONE}");
        for turn in 0..MOST_TRIES {
            *self.repeated.lock().expect("not poisoned") += usize::from(turn == 1);
            let client = line.client(&self.simulator).await;
            let answer = client.try_send("POST", &path, &headers, PAYLOAD);
            match timeout(ANSWER, answer).await {
                Ok(Ok(answer)) if answer.status == 200 => {
                    return (Outcome::Accepted, String::new());
                }
                Ok(Ok(answer)) => return (Outcome::Rejected, format!("{answer:?}")),
                Ok(Err(error)) if is_refused(&error) => {}
                Ok(Err(error)) => {
                    line.leave(&client).await;
                    if !(error.is_go_away() && error.is_remote()) {
                        return (Outcome::Unknown, error.to_string());
                    }
                }
                Err(_) => {
                    line.leave(&client).await;
                    return (Outcome::Unknown, "no answer".to_owned());
                }
            }
        }
        (Outcome::NotSent, String::new())
    }

    /// Sends a push through the relay, which knows by itself what it may send again.
    async fn relay(&self, id: &str) -> (Outcome, String) {
        let mut request = Request::new(&format!("POST /simulator/3/device/{PHONE}"))
            .header("host", &self.relay.to_string());
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value.to_str().expect("ASCII"));
        }
        let answer =
            raw_http1::exchange(self.relay, &request.header("apns-id", id).body(PAYLOAD)).await;
        let outcome =
            Outcome::parse(answer.outcome()).unwrap_or_else(|| panic!("no outcome in {answer:?}"));
        (outcome, String::from_utf8_lossy(&answer.body).into_owned())
    }

    fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().expect("not poisoned")
    }
}

fn is_refused(error: &h2::Error) -> bool {
    error.is_reset() && error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM)
}

impl Line {
    /// The connection, or a new one.
    async fn client(&self, simulator: &Simulator) -> Arc<H2Client> {
        let mut line = self.0.lock().await;
        if line.is_none() {
            *line = Some(Arc::new(
                H2Client::connect(simulator.address(), simulator.certificate_authority()).await,
            ));
        }
        Arc::clone(line.as_ref().expect("it was just there"))
    }

    /// Leaves this connection, so that whoever comes next gets another.
    async fn leave(&self, client: &Arc<H2Client>) {
        let mut line = self.0.lock().await;
        if line
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, client))
        {
            *line = None;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let struck: u64 = self.struck.iter().sum();
        let kinds = self.struck.iter().filter(|struck| **struck > 0).count();
        writeln!(f, "{}", self.summary)?;
        for wrong in &self.wrongs {
            writeln!(f, "  {wrong:?}")?;
        }
        write!(
            f,
            "{struck} faults of {kinds} kinds; {} pushes were sent again and {} accepted",
            self.repeated, self.accepted
        )
    }
}
