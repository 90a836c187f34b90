//! A simulated day: its clock, its tabs, and the server in Apple’s place.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Value, json};
use trill::apns::{Environment, ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::relay::{Config, Deadlines, Limits, Override};
use trill::simulator::{ControlRequest, Options, Simulator};

use super::{KEYS, MINUTE, START, hours};
use crate::relay::running::{ANY_PORT, DEVICE_TOKEN, Running};
use crate::soak::dice::Dice;

/// A page gives up after 20 s.
const LONGEST_WAY: usize = 20;

/// Send that a tab is about to make.
struct Underway {
    at: u64,
    key: usize,
    issued_at: u64,
    asked: u64,
}

/// Send that was answered.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) at: u64,
    pub(super) asked: u64,
    pub(super) key: usize,
    pub(super) reason: Option<String>,
}

/// A day, its clock, and the server in Apple's place that sees all of it.
pub(super) struct Day {
    time: &'static AtomicU64,
    apple: Simulator,
    config: Config,
    relay: Running,
    /// Number of pushes of others that the simulator has taken.
    others: usize,
    keys: Vec<SigningKey>,
    /// Signing takes time, and gives the same token each time.
    tokens: HashMap<(usize, u64), String>,
    pub(super) dice: Dice,
    underway: Vec<Underway>,
    pub(super) sent: Vec<Sent>,
    /// The moments at which something changes, so that somebody asks just then.
    worst: Vec<u64>,
    decisions: Vec<Value>,
}

impl Day {
    pub(super) async fn begin(
        seed: u64,
        time: &'static AtomicU64,
        clock: fn() -> SystemTime,
        data: Option<PathBuf>,
    ) -> Self {
        time.store(START, Ordering::SeqCst);
        let options = Options {
            listen: ANY_PORT,
            production: Some(ANY_PORT),
            strict_tokens: true,
            clock,
            ..Options::default()
        };
        let apple = Simulator::start_with(options)
            .await
            .expect("the simulator starts");
        let keys: Vec<_> = (1..).take(KEYS.len()).map(key_of).collect();
        for (index, key) in keys.iter().enumerate() {
            enrol(&apple, index, key);
        }
        let config = Config {
            data,
            ..config(clock, &apple)
        };
        let relay = Running::start(config.clone()).await;
        let (tokens, underway, sent, worst, decisions) = Default::default();
        let (dice, others) = (Dice::new(seed), 0);
        Self {
            time,
            apple,
            config,
            relay,
            others,
            keys,
            tokens,
            dice,
            underway,
            sent,
            worst,
            decisions,
        }
    }

    /// Somebody sends to the relay's own simulator, with a token made just now under the name of one of the keys.
    pub(super) async fn send_elsewhere(&mut self) {
        let index = self.dice.below(KEYS.len());
        let (team_id, key_id, ..) = KEYS[index];
        let now = self.now();
        let (key, issued_at) = match self.dice.below(3) {
            0 => (&self.keys[index], now),
            1 => (&self.keys[index], now + self.dice.below(300) as u64),
            // A stranger who has enrolled another key under this name.
            _ => (&key_of(100), now),
        };
        enrol(&self.relay.simulator, index, key);
        let token = ProviderToken::sign(key, key_id, team_id, issued_at).authorization();
        let environment = ["simulator", "simulator-production"][self.dice.below(2)];
        let request = self
            .relay
            .request(&format!("POST /{environment}/3/device/{DEVICE_TOKEN}"))
            .header("authorization", &token);
        let answer = self
            .relay
            .send(
                request
                    .header("apns-topic", "com.example.calls.voip")
                    .body("{}"),
            )
            .await;
        self.others += usize::from(answer.json()["reason"] == "BadDeviceToken");
    }

    pub(super) fn now(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    /// Lets the time pass: what is underway arrives when its time has come.
    pub(super) async fn pass(&mut self, until: u64) {
        loop {
            self.underway.sort_by_key(|underway| underway.at);
            if self
                .underway
                .first()
                .is_none_or(|underway| underway.at > until)
            {
                break;
            }
            let next = self.underway.remove(0);
            self.time.store(next.at, Ordering::SeqCst);
            self.send(next).await;
        }
        self.time.store(until, Ordering::SeqCst);
    }

    /// Somebody presses Send in one of the tabs.
    pub(super) async fn press(&mut self) {
        let mut tab = self.dice.below(KEYS.iter().map(|(.., tabs)| tabs).sum());
        let key = KEYS
            .iter()
            .position(|(.., tabs)| tab.checked_sub(*tabs).map(|rest| tab = rest).is_none())
            .expect("20 tabs");
        let (team_id, key_id, environment, _) = KEYS[key];
        let asked = self.now();
        let line = format!(
            "GET /api/tokens/{team_id}/{key_id}?environment={}",
            environment.as_str()
        );
        let answer = self.relay.send(self.relay.request(&line)).await.json();
        let issued_at = answer["iat"].as_u64().expect("an issue time");
        let way = match self.dice.below(10) {
            // The tab is loaded anew before it has sent anything, or closed.
            0 => return,
            1..=6 => 0,
            _ => self.dice.below(LONGEST_WAY + 1) as u64,
        };
        self.underway.push(Underway {
            at: asked + way,
            key,
            issued_at,
            asked,
        });
        self.pass(asked).await;
    }

    async fn send(
        &mut self,
        Underway {
            at,
            key,
            issued_at,
            asked,
        }: Underway,
    ) {
        let (team_id, key_id, environment, _) = KEYS[key];
        let sign =
            || ProviderToken::sign(&self.keys[key], key_id, team_id, issued_at).authorization();
        let token = self.tokens.entry((key, issued_at)).or_insert_with(sign);
        let request = self
            .relay
            .request(&format!(
                "POST /{}/3/device/{DEVICE_TOKEN}",
                environment.as_str()
            ))
            .header("apns-topic", "com.example.calls.voip")
            .header("authorization", token)
            .body("{}");
        let answer = self.relay.send(request).await;
        let reason = answer.json()["reason"].as_str().map(str::to_owned);
        if reason.as_deref() == Some("BadDeviceToken") && self.is_new(key, issued_at) {
            self.worst.extend([
                at + 20 * MINUTE,
                issued_at + 30 * MINUTE,
                issued_at + 54 * MINUTE,
                issued_at + 55 * MINUTE,
            ]);
        }
        self.sent.push(Sent {
            at,
            asked,
            key,
            reason,
        });
        self.read();
    }

    fn is_new(&self, key: usize, issued_at: u64) -> bool {
        let is_it =
            |decision: &&Value| decision["key_id"] == KEYS[key].1 && decision["iat"] == issued_at;
        self.decisions.iter().rev().take(200).find(is_it).is_none()
    }

    /// Reads what the simulator has decided since.
    fn read(&mut self) {
        let newest = self
            .decisions
            .last()
            .map_or(0, |decision| decision["id"].as_u64().expect("a number"));
        let query = format!("since={newest}");
        let request = ControlRequest {
            query: &query,
            ..ControlRequest::new(&Method::GET, &["journal"], b"")
        };
        let answer = self
            .apple
            .control(&Caller::Owner, &request)
            .expect("there is a journal")
            .body
            .expect("JSON");
        self.decisions.extend(
            answer["decisions"]
                .as_array()
                .expect("a list")
                .iter()
                .cloned(),
        );
    }

    /// Goes on to the next moment: sometimes soon, sometimes after a pause, and never past a moment that matters.
    pub(super) async fn go_on(&mut self) {
        let pause = match self.dice.below(100) {
            0..=1 => 60 + self.dice.below(60 * 60),
            2..=20 => self.dice.below(10 * 60),
            _ => self.dice.below(60),
        };
        let (now, mut next) = (self.now(), self.now() + pause as u64);
        let half_hour = now - now % (30 * MINUTE) + 30 * MINUTE;
        let moments = self.worst.iter().copied().chain([half_hour]);
        // Just before, at, and just after.
        if let Some(moment) = moments
            .flat_map(|moment| [moment - 1, moment, moment + 1])
            .filter(|moment| *moment > now)
            .min()
        {
            next = next.min(moment);
        }
        self.pass(next).await;
        self.worst.retain(|moment| *moment + 1 > next);
    }

    /// The relay stops and starts again, and knows what is in its data folder. APNs remembers all.
    pub(super) async fn restart(&mut self) {
        self.relay.halt().await;
        self.relay = Running::start(self.config.clone()).await;
    }

    /// Checks what holds whatever happens: each connection saw one token, and none was older than 55 minutes.
    pub(super) fn check(&self) {
        let mut tokens: BTreeMap<u64, HashSet<&str>> = BTreeMap::new();
        for decision in &self.decisions {
            let number = |name: &str| decision[name].as_u64().expect("a number");
            tokens
                .entry(number("connection"))
                .or_default()
                .insert(decision["token_hash"].as_str().expect("there is a token"));
            let age = number("at_ms") / 1_000 - number("iat");
            assert!(age <= 55 * MINUTE, "used when {age} s old: {decision}");
        }
        assert!(
            tokens.values().all(|tokens| tokens.len() == 1),
            "a connection saw two tokens"
        );
        let connections = tokens.len() as u64;
        assert!(connections * 24 > hours() * 40, "{connections} connections");
        assert!(
            self.others > self.sent.len() / 4,
            "only {} pushes of others",
            self.others
        );
        assert!(
            self.decisions.len() == self.sent.len(),
            "every send is a decision"
        );
        let sends = self.sent.len() as u64;
        assert!(sends * 24 > hours() * 500, "{sends} sends");
    }

    /// When each key came with a new token that was taken.
    pub(super) fn first_uses(&self, key_id: &str) -> Vec<u64> {
        let mut known = HashSet::new();
        let own = self.decisions.iter().filter(|decision| {
            decision["key_id"] == key_id && decision["reason"] == "BadDeviceToken"
        });
        own.filter(|decision| known.insert(decision["iat"].as_u64()))
            .filter_map(|decision| Some(decision["at_ms"].as_u64()? / 1_000))
            .collect()
    }

    pub(super) fn refused(&self) -> Vec<&Sent> {
        self.sent
            .iter()
            .filter(|sent| sent.reason.as_deref() != Some("BadDeviceToken"))
            .collect()
    }
}

fn key_of(seed: u8) -> SigningKey {
    SigningKey::from_random_bytes(&[seed; 32]).expect("a key")
}

/// Shows a public key to a simulator under the names of one of `KEYS`.
fn enrol(simulator: &Simulator, index: usize, key: &SigningKey) {
    let (team_id, key_id, ..) = KEYS[index];
    let body = json!({ "team_id": team_id, "public_key": key.public_key().to_pem() }).to_string();
    let path = ["keys", key_id];
    let request = ControlRequest::new(&Method::PUT, &path, body.as_bytes());
    simulator
        .control(&Caller::Owner, &request)
        .expect("it is taken");
}

/// A relay with `apple` in the place of Apple's hosts. Its limits know the real time, in which a day is short.
fn config(clock: fn() -> SystemTime, apple: &Simulator) -> Config {
    let production = apple.production_address().expect("it has one");
    let place = |environment, address: SocketAddr| Override {
        environment,
        host: "localhost".to_owned(),
        port: address.port(),
    };
    Config {
        listen: ANY_PORT,
        clock,
        upstreams: vec![
            place(Environment::Sandbox, apple.address()),
            place(Environment::Production, production),
        ],
        upstream_authorities: Some(vec![apple.certificate_authority().clone()]),
        limits: Limits {
            send_rate: None,
            new_connections: None,
            new_connections_per_client: None,
            ..Limits::default()
        },
        // A stopping relay waits for its connections that long.
        deadlines: Deadlines {
            shutdown: Duration::from_millis(200),
            ..Deadlines::default()
        },
        ..Config::default()
    }
}
