//! Trouble: what the faults do to connections and to requests.

use std::future::{pending, poll_fn};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use rustls::ServerConfig;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use super::audience::Audience;
use super::bad_certificates;
use super::certificates::Certificates;
use super::connection::Connection;
use super::drawer::fault_label;
use super::events::Occasion;
use super::exchange::{Exchange, head};
use super::faults::fault::{
    AnswerTime, AnsweredId, FalseAnswer, Goaway, Judged, LastStream, Moment,
};
use super::faults::{ConnectionDeed, Deed, Life, RequestDeed, Strike, Whom, dice};
use super::hostile;
use super::reins::{Ending, Order, Reins};
use super::request::Request;
use super::shared::Shared;
use super::stream_limit::StreamLimit;
use super::trust::{Place, Trust};
use crate::apns::ApnsId;
use crate::apns::headers::APNS_ID;
use crate::apns::uuid::Uuid;
use crate::caller::Party;
use crate::http2_frames::{LAST_STREAM, goaway};

/// How long a connection in trouble may hang before it is forgotten.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3_600);
/// How long a request may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// A connection, with what goes wrong on it.
pub(crate) struct Link {
    /// What the checks know of it.
    pub(crate) connection: Connection,
    /// What directs its bytes.
    pub(crate) reins: Reins,
    /// Which of its streams may be judged.
    pub(crate) limit: StreamLimit,
    strike: Option<Strike>,
    /// The faults it does not outlive, and whether there are any.
    spells: Mutex<Vec<Life>>,
    is_spellbound: AtomicBool,
    stuck: OnceLock<Strike>,
    trust: OnceLock<Trust>,
}

impl Link {
    /// A new connection, in trouble if there is a fault for it.
    pub(crate) fn new(connection: Connection, shared: &Shared) -> Self {
        let strike = shared.faults.strike_connection();
        if let Some(strike) = &strike {
            announce(shared, strike, connection.number, None);
        }
        let link = Self {
            connection,
            reins: Reins::default(),
            limit: StreamLimit::default(),
            spells: Mutex::new(strike.iter().map(|strike| strike.life.clone()).collect()),
            is_spellbound: AtomicBool::new(strike.is_some()),
            strike,
            stuck: OnceLock::new(),
            trust: OnceLock::new(),
        };
        link.prepare();
        link
    }

    fn deed(&self) -> Option<&ConnectionDeed> {
        match &self.strike.as_ref()?.fault.deed {
            Deed::Connection(deed) => Some(deed),
            Deed::Request(_) => None,
        }
    }

    fn prepare(&self) {
        match self.deed() {
            Some(ConnectionDeed::HangUpAfterTls(ending)) => self.reins.order([Order::End(*ending)]),
            Some(ConnectionDeed::SettingsNever) => self.reins.freeze(),
            Some(ConnectionDeed::Settings(settings)) => self.reins.greet_with(settings),
            Some(ConnectionDeed::Slow(pace)) => self.reins.slow_down(*pace),
            Some(ConnectionDeed::PingSilence) => self.reins.swallow_pongs(),
            _ => {}
        }
    }

    /// What happens before TLS.
    pub(crate) async fn before_tls(&self, mut tcp: TcpStream) -> io::Result<TcpStream> {
        match self.deed() {
            Some(ConnectionDeed::TlsStall) => {
                while tcp.read(&mut [0; 4096]).await? > 0 {}
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Some(ConnectionDeed::HangUp(ending)) => {
                if *ending == Ending::Reset {
                    tcp.set_zero_linger()?;
                }
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            _ => Ok(tcp),
        }
    }

    /// The TLS to speak.
    pub(crate) fn tls(&self, certificates: &Certificates) -> io::Result<Arc<ServerConfig>> {
        let server = &certificates.server;
        match self.deed() {
            Some(ConnectionDeed::Certificate(wrong)) => {
                bad_certificates::with_certificate(server, &certificates.issuer, *wrong)
                    .map(Arc::new)
            }
            Some(ConnectionDeed::Alpn(alpn)) => {
                Ok(Arc::new(bad_certificates::with_alpn(server, *alpn)))
            }
            _ => Ok(Arc::clone(server)),
        }
    }

    /// Whether the connection ends with faults that are switched on.
    pub(crate) fn is_spellbound(&self) -> bool {
        self.is_spellbound.load(Ordering::Relaxed)
    }

    /// Ready when the connection is in trouble, and the faults that caused it are gone.
    pub(crate) async fn spell_breaks(&self, changes: &mut watch::Receiver<u64>) {
        while changes.changed().await.is_ok() {
            if self.spells().iter().any(Life::is_over) {
                return;
            }
        }
        pending().await
    }

    /// Has the connection end with a fault that is switched on.
    fn bind(&self, strike: &Strike) {
        let mut spells = self.spells();
        if !spells.iter().any(|life| life.is(&strike.life)) {
            spells.push(strike.life.clone());
        }
        self.is_spellbound.store(true, Ordering::Relaxed);
        if strike.life.is_over() {
            self.reins.order([Order::End(Ending::Close)]);
        }
    }

    fn spells(&self) -> MutexGuard<'_, Vec<Life>> {
        self.spells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// TLS has spoken: now it is known what is to be said of streams.
    pub(crate) fn greet(&self) {
        if let Some(limit) = self.trust().greeting() {
            self.reins.greet_with(&[limit]);
        }
    }

    fn trust(&self) -> &Trust {
        self.trust.get_or_init(|| match self.deed() {
            Some(ConnectionDeed::TrustSlowly { limit, then }) => Trust::slow(*limit, *then),
            Some(ConnectionDeed::Settings(_)) => Trust::whole(),
            _ if self.connection.certificate().is_some() => Trust::whole(),
            _ => Trust::usual(),
        })
    }

    /// Takes one of the open streams; `None` when there are too many.
    pub(crate) fn take_place(&self) -> Option<Place> {
        self.trust().take_place(self.reins.are_heard())
    }

    /// A request has been judged: if its provider token was valid, more streams are granted.
    pub(crate) fn weigh(&self) {
        let trust = self.trust();
        if !trust.is_gained()
            && self.connection.is_bound()
            && let Some(limit) = trust.gain()
        {
            self.reins.order([Order::Settings(vec![limit])]);
        }
    }

    /// Whether something goes wrong with a request.
    pub(crate) fn strike(&self, shared: &Shared, request: &Request) -> Option<Strike> {
        if let Some(stuck) = self.stuck.get() {
            return Some(stuck.clone());
        }
        shared.faults.strike_request(|| {
            let device_token = request
                .device_token()
                .map(|token| token.as_str().to_owned());
            let parties = shared.parties(&self.connection, request, &mut self.connection.memory());
            // By the token's own words: whether it holds is for the checks to say.
            let key_id = parties
                .credential
                .token
                .as_ref()
                .map(|token| token.key_id.clone());
            (
                Whom {
                    device_token,
                    key_id,
                },
                parties.audience(),
            )
        })
    }

    /// How long a body may take; when the client has no window to send it, as long as it likes.
    pub(crate) fn body_deadline(&self) -> Duration {
        if self.is_spellbound() {
            PATIENCE
        } else {
            BODY_DEADLINE
        }
    }
}

/// Says that a fault strikes a connection, or the push that came with a request.
fn announce(shared: &Shared, strike: &Strike, connection: u64, request: Option<(u32, &Request)>) {
    let device_token = request
        .and_then(|(_, request)| request.device_token())
        .map(|token| token.as_str().to_owned());
    let apns_id = request
        .and_then(|(_, request)| request.text(APNS_ID))
        .and_then(|text| ApnsId::parse(&text));
    let data = json!({
        "fault": strike.fault.name,
        "label": fault_label(&strike.fault.source).unwrap_or(strike.fault.name),
        "answers": strike.fault.deed.answers(),
        "place": strike.place,
        "turn": strike.turn,
        "connection": connection,
        "stream": request.map(|(stream, _)| stream),
        "device_token": device_token,
        "apns_id": apns_id.map(|apns_id| apns_id.to_string()),
    });
    let device_token = device_token.as_deref().unwrap_or_default();
    let Party { caller, account } = &strike.by;
    shared.events.publish(
        Occasion {
            kind: "fault",
            device_token,
            audience: Audience::of(caller),
            account,
        },
        data,
    );
}

/// Lets something go wrong with a request.
pub(crate) async fn befall(mut exchange: Exchange, strike: Strike) {
    let fault = Arc::clone(&strike.fault);
    let Deed::Request(deed) = &fault.deed else {
        return;
    };
    announce(
        &exchange.shared,
        &strike,
        exchange.link.connection.number,
        Some((exchange.stream(), &exchange.request)),
    );
    if let RequestDeed::HangUp(ending, Moment::Headers) = deed {
        exchange.link.reins.order([Order::End(*ending)]);
        return;
    }
    if exchange.receive().await {
        exchange.suffer(deed, strike).await;
    }
}

impl Exchange {
    async fn suffer(&mut self, deed: &RequestDeed, strike: Strike) {
        let stream = self.stream();
        let reins = self.link.reins.clone();
        match deed {
            RequestDeed::Refuse {
                reason,
                timestamp,
                sticks,
            } => {
                if *sticks {
                    self.link.bind(&strike);
                    let _ = self.link.stuck.set(strike);
                }
                self.refuse(*reason, *timestamp).await;
            }
            RequestDeed::Answer(answer, judged) => {
                self.judge(*judged);
                let _ = self.answer_falsely(answer, strike.seed());
            }
            RequestDeed::Delay(time) => {
                let Some(decision) = self.decide() else {
                    return self.ignore().await;
                };
                sleep(*time).await;
                self.answer(&decision);
            }
            RequestDeed::Silence => self.hold(strike).await,
            RequestDeed::AnswerLost => {
                self.judge(Judged::Yes);
                self.hold(strike).await;
            }
            RequestDeed::BodyUnfinished { status } => self.begin_a_body(*status, strike).await,
            RequestDeed::Reset { code, judged } => {
                self.judge(*judged);
                self.respond.send_reset(Reason::from(*code));
            }
            RequestDeed::Goaway(goaway) => self.go_away(goaway, strike).await,
            RequestDeed::HangUp(ending, Moment::Answered) => {
                reins.order_after(stream, vec![Order::End(*ending)]);
                self.go_on().await;
            }
            RequestDeed::HangUp(ending, _) => {
                self.judge(Judged::Yes);
                reins.order([Order::End(*ending)]);
                self.hold(strike).await;
            }
            RequestDeed::Cut { after, ending } => {
                reins.cut_after(*after, *ending);
                self.go_on().await;
            }
            RequestDeed::HalfOpen(judged) => {
                self.judge(*judged);
                reins.freeze();
                self.link.bind(&strike);
                self.hold(strike).await;
            }
            RequestDeed::SettingsChange(settings) => {
                reins.order([Order::Settings(settings.clone())]);
                self.go_on().await;
            }
            RequestDeed::Hostile {
                frames,
                count,
                bytes,
            } => {
                reins.order(hostile::orders(
                    *frames,
                    *count,
                    *bytes,
                    stream,
                    strike.seed(),
                ));
                self.go_on().await;
            }
            RequestDeed::Restart { down, judged } => {
                self.judge(*judged);
                self.shared.faults.restart(*down);
                self.hold(strike).await;
            }
        }
    }

    async fn refuse(&mut self, reason: crate::apns::Reason, timestamp: Option<u64>) {
        if !self.link.limit.admit(self.stream()) {
            return self.ignore().await;
        }
        let decision = self.shared.refuse(
            &self.link.connection,
            self.stream(),
            &self.request,
            reason,
            timestamp,
        );
        self.answer(&decision);
    }

    fn judge(&self, judged: Judged) {
        if judged == Judged::Yes {
            self.decide();
        }
    }

    /// Keeps the stream open until its client gives up or the fault is switched off.
    async fn hold(&mut self, mut strike: Strike) {
        tokio::select! {
            _ = poll_fn(|cx| self.respond.poll_reset(cx)) => {}
            _ = strike.life.end() => self.respond.send_reset(Reason::CANCEL),
        }
    }

    async fn begin_a_body(&mut self, status: u16, mut strike: Strike) {
        let response = self
            .response(status)
            .header(CONTENT_TYPE, "application/json");
        if !self.may_have_body() {
            let _ = self.respond.send_response(head(response), true);
            return;
        }
        let Ok(mut stream) = self.respond.send_response(head(response), false) else {
            return;
        };
        let _ = stream.send_data(Bytes::from_static(b"{\"reason\":"), false);
        tokio::select! {
            _ = poll_fn(|cx| stream.poll_reset(cx)) => {}
            _ = strike.life.end() => stream.send_reset(Reason::CANCEL),
        }
    }

    fn response(&self, status: u16) -> http::response::Builder {
        let response = Response::builder().status(status);
        match self.request.header(APNS_ID) {
            Some(id) => response.header(APNS_ID, id),
            None => response,
        }
    }

    fn answer_falsely(&mut self, answer: &FalseAnswer, seed: u64) -> Result<(), h2::Error> {
        if let Some(status) = answer
            .informational
            .and_then(|status| StatusCode::from_u16(status).ok())
        {
            self.respond
                .send_informational(head(Response::builder().status(status)))?;
        }
        let mut response = match answer.apns_id {
            AnsweredId::Same => self.response(answer.status),
            AnsweredId::Missing => Response::builder().status(answer.status),
            AnsweredId::Different => {
                let bytes = dice::number(seed, 0).to_be_bytes();
                let other = Uuid::from_random_bytes(std::array::from_fn(|at| bytes[at % 8]));
                Response::builder()
                    .status(answer.status)
                    .header(APNS_ID, other.to_string())
            }
        };
        let names_type = answer
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str()));
        if answer.body.is_some() && !names_type {
            response = response.header(CONTENT_TYPE, "application/json");
        }
        response = answer
            .headers
            .iter()
            .fold(response, |response, (name, value)| {
                response.header(name, value)
            });
        let body = answer.body.as_ref().filter(|_| self.may_have_body());
        let mut stream = self.respond.send_response(head(response), body.is_none())?;
        match body {
            Some(body) => stream.send_data(body.bytes().into(), true),
            None => Ok(()),
        }
    }

    async fn go_away(&mut self, wanted: &Goaway, strike: Strike) {
        let stream = self.stream();
        let last = self.link.limit.lower(match wanted.last {
            LastStream::Above => LAST_STREAM,
            LastStream::At => stream,
            LastStream::Below => stream.saturating_sub(2),
        });
        if !wanted.closes && last != LAST_STREAM {
            // It would be of no use any more.
            self.link.bind(&strike);
        }
        let frame = goaway(last, wanted.code, &wanted.debug);
        let frames = (0..wanted.times).map(|_| Order::Send(frame.clone()));
        let end = wanted.closes.then_some(Order::End(Ending::Close));
        let reins = self.link.reins.clone();
        match wanted.answer {
            AnswerTime::Before => reins.order_after(stream, frames.chain(end).collect()),
            AnswerTime::After => {
                reins.order(frames);
                reins.order_after(stream, end.into_iter().collect());
            }
            AnswerTime::Never => {
                self.judge(if wanted.last == LastStream::Below {
                    Judged::No
                } else {
                    Judged::Yes
                });
                reins.order(frames.chain(end));
                self.hold(strike).await;
                return;
            }
        }
        match wanted.refuse {
            Some(reason) => self.refuse(reason, None).await,
            None => self.go_on().await,
        }
    }
}
