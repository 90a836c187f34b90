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

use super::bad_certificates;
use super::fault::{AnswerTime, AnsweredId, FalseAnswer, Goaway, Judged, LastStream, Moment};
use super::hostile;
use super::{ConnectionEffect, Effect, FaultToken, Firing, RequestEffect, Scope, seeded_random};
use crate::apns::ApnsId;
use crate::apns::headers::APNS_ID;
use crate::apns::uuid::Uuid;
use crate::caller::Party;
use crate::http2_frames::{LAST_STREAM, goaway};
use crate::simulator::apns::Apns;
use crate::simulator::connection::Connection;
use crate::simulator::drawer::fault_label;
use crate::simulator::exchange::{Exchange, head};
use crate::simulator::record::events::Occasion;
use crate::simulator::request::Request;
use crate::simulator::transport::certificates::Certificates;
use crate::simulator::transport::concurrent_streams::{ConcurrentStreams, Place};
use crate::simulator::transport::stream_limit::StreamLimit;
use crate::simulator::transport::wire_control::{CloseMode, Command, WireControl};
use crate::simulator::visibility::Visibility;

/// How long a connection in trouble may hang before it is forgotten.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3_600);
/// How long a request may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// A connection, with what goes wrong on it.
pub(crate) struct Link {
    /// What the checks know of it.
    pub(crate) connection: Connection,
    /// What directs its bytes.
    pub(crate) wire_control: WireControl,
    /// Which of its streams may be judged.
    pub(crate) limit: StreamLimit,
    firing: Option<Firing>,
    /// The faults it does not outlive, and whether there are any.
    lasting_faults: Mutex<Vec<FaultToken>>,
    has_lasting_fault: AtomicBool,
    stuck: OnceLock<Firing>,
    trust: OnceLock<ConcurrentStreams>,
}

impl Link {
    /// A new connection, in trouble if there is a fault for it.
    pub(crate) fn new(connection: Connection, apns: &Apns) -> Self {
        let firing = apns.faults.fire_on_connection();
        if let Some(firing) = &firing {
            announce(apns, firing, connection.number, None);
        }
        let link = Self {
            connection,
            wire_control: WireControl::default(),
            limit: StreamLimit::default(),
            lasting_faults: Mutex::new(firing.iter().map(|firing| firing.token.clone()).collect()),
            has_lasting_fault: AtomicBool::new(firing.is_some()),
            firing,
            stuck: OnceLock::new(),
            trust: OnceLock::new(),
        };
        link.prepare();
        link
    }

    fn effect(&self) -> Option<&ConnectionEffect> {
        match &self.firing.as_ref()?.fault.effect {
            Effect::Connection(effect) => Some(effect),
            Effect::Request(_) => None,
        }
    }

    fn prepare(&self) {
        match self.effect() {
            Some(ConnectionEffect::HangUpAfterTls(close_mode)) => {
                self.wire_control.command([Command::End(*close_mode)])
            }
            Some(ConnectionEffect::SettingsNever) => self.wire_control.freeze(),
            Some(ConnectionEffect::Settings(settings)) => self.wire_control.greet_with(settings),
            Some(ConnectionEffect::Slow(pace)) => self.wire_control.slow_down(*pace),
            Some(ConnectionEffect::PingSilence) => self.wire_control.swallow_pongs(),
            _ => {}
        }
    }

    /// What happens before TLS.
    pub(crate) async fn before_tls(&self, mut tcp: TcpStream) -> io::Result<TcpStream> {
        match self.effect() {
            Some(ConnectionEffect::TlsStall) => {
                while tcp.read(&mut [0; 4096]).await? > 0 {}
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Some(ConnectionEffect::HangUp(close_mode)) => {
                if *close_mode == CloseMode::Reset {
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
        match self.effect() {
            Some(ConnectionEffect::Certificate(wrong)) => {
                bad_certificates::with_certificate(server, &certificates.issuer, *wrong)
                    .map(Arc::new)
            }
            Some(ConnectionEffect::Alpn(alpn)) => {
                Ok(Arc::new(bad_certificates::with_alpn(server, *alpn)))
            }
            _ => Ok(Arc::clone(server)),
        }
    }

    /// Whether the connection ends with faults that are switched on.
    pub(crate) fn has_lasting_fault(&self) -> bool {
        self.has_lasting_fault.load(Ordering::Relaxed)
    }

    /// Ready when the connection is in trouble, and the faults that caused it are gone.
    pub(crate) async fn lasting_fault_ended(&self, changes: &mut watch::Receiver<u64>) {
        while changes.changed().await.is_ok() {
            if self.lasting_faults().iter().any(FaultToken::is_over) {
                return;
            }
        }
        pending().await
    }

    /// Has the connection end with a fault that is switched on.
    fn bind(&self, firing: &Firing) {
        let mut lasting_faults = self.lasting_faults();
        if !lasting_faults.iter().any(|token| token.is(&firing.token)) {
            lasting_faults.push(firing.token.clone());
        }
        self.has_lasting_fault.store(true, Ordering::Relaxed);
        if firing.token.is_over() {
            self.wire_control.command([Command::End(CloseMode::Close)]);
        }
    }

    fn lasting_faults(&self) -> MutexGuard<'_, Vec<FaultToken>> {
        self.lasting_faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// TLS has spoken: now it is known what is to be said of streams.
    pub(crate) fn greet(&self) {
        if let Some(limit) = self.trust().greeting() {
            self.wire_control.greet_with(&[limit]);
        }
    }

    fn trust(&self) -> &ConcurrentStreams {
        self.trust.get_or_init(|| match self.effect() {
            Some(ConnectionEffect::TrustSlowly { limit, then }) => {
                ConcurrentStreams::slow(*limit, *then)
            }
            Some(ConnectionEffect::Settings(_)) => ConcurrentStreams::whole(),
            _ if self.connection.certificate().is_some() => ConcurrentStreams::whole(),
            _ => ConcurrentStreams::usual(),
        })
    }

    /// Takes one of the open streams; `None` when there are too many.
    pub(crate) fn take_place(&self) -> Option<Place> {
        self.trust().take_place(self.wire_control.are_heard())
    }

    /// A request has been judged: if its provider token was valid, more streams are granted.
    pub(crate) fn weigh(&self) {
        let trust = self.trust();
        if !trust.is_gained()
            && self.connection.is_bound()
            && let Some(limit) = trust.gain()
        {
            self.wire_control.command([Command::Settings(vec![limit])]);
        }
    }

    /// Whether something goes wrong with a request.
    pub(crate) fn firing(&self, apns: &Apns, request: &Request) -> Option<Firing> {
        if let Some(stuck) = self.stuck.get() {
            return Some(stuck.clone());
        }
        apns.faults.fire_on_request(|| {
            let device_token = request
                .device_token()
                .map(|token| token.as_str().to_owned());
            let parties = apns.parties(&self.connection, request, &mut self.connection.memory());
            // By the token's own words: whether it holds is for the checks to say.
            let key_id = parties
                .credential
                .token
                .as_ref()
                .map(|token| token.key_id.clone());
            (
                Scope {
                    device_token,
                    key_id,
                },
                parties.visibility(),
            )
        })
    }

    /// How long a body may take; when the client has no window to send it, as long as it likes.
    pub(crate) fn body_deadline(&self) -> Duration {
        if self.has_lasting_fault() {
            PATIENCE
        } else {
            BODY_DEADLINE
        }
    }
}

/// Says that a fault strikes a connection, or the push that came with a request.
fn announce(apns: &Apns, firing: &Firing, connection: u64, request: Option<(u32, &Request)>) {
    let device_token = request
        .and_then(|(_, request)| request.device_token())
        .map(|token| token.as_str().to_owned());
    let apns_id = request
        .and_then(|(_, request)| request.text(APNS_ID))
        .and_then(|text| ApnsId::parse(&text));
    let data = json!({
        "fault": firing.fault.name,
        "label": fault_label(&firing.fault.source).unwrap_or(firing.fault.name),
        "answers": firing.fault.effect.answers(),
        "place": firing.place,
        "turn": firing.turn,
        "connection": connection,
        "stream": request.map(|(stream, _)| stream),
        "device_token": device_token,
        "apns_id": apns_id.map(|apns_id| apns_id.to_string()),
    });
    let device_token = device_token.as_deref().unwrap_or_default();
    let Party { caller, account } = &firing.by;
    apns.events.publish(
        Occasion {
            kind: "fault",
            device_token,
            visibility: Visibility::of(caller),
            account,
        },
        data,
    );
}

/// Lets something go wrong with a request.
pub(crate) async fn inject(mut exchange: Exchange, firing: Firing) {
    let fault = Arc::clone(&firing.fault);
    let Effect::Request(effect) = &fault.effect else {
        return;
    };
    announce(
        &exchange.apns,
        &firing,
        exchange.link.connection.number,
        Some((exchange.stream(), &exchange.request)),
    );
    if let RequestEffect::HangUp(close_mode, Moment::Headers) = effect {
        exchange
            .link
            .wire_control
            .command([Command::End(*close_mode)]);
        return;
    }
    if exchange.receive().await {
        exchange.apply(effect, firing).await;
    }
}

impl Exchange {
    async fn apply(&mut self, effect: &RequestEffect, firing: Firing) {
        let stream = self.stream();
        let wire_control = self.link.wire_control.clone();
        match effect {
            RequestEffect::Refuse {
                reason,
                timestamp,
                sticks,
            } => {
                if *sticks {
                    self.link.bind(&firing);
                    let _ = self.link.stuck.set(firing);
                }
                self.refuse(*reason, *timestamp).await;
            }
            RequestEffect::Answer(answer, judged) => {
                self.judge(*judged);
                let _ = self.answer_falsely(answer, firing.seed());
            }
            RequestEffect::Delay(time) => {
                let Some(decision) = self.decide() else {
                    return self.ignore().await;
                };
                sleep(*time).await;
                self.answer(&decision);
            }
            RequestEffect::Silence => self.hold(firing).await,
            RequestEffect::AnswerLost => {
                self.judge(Judged::Yes);
                self.hold(firing).await;
            }
            RequestEffect::BodyUnfinished { status } => self.begin_a_body(*status, firing).await,
            RequestEffect::Reset { code, judged } => {
                self.judge(*judged);
                self.respond.send_reset(Reason::from(*code));
            }
            RequestEffect::Goaway(goaway) => self.go_away(goaway, firing).await,
            RequestEffect::HangUp(close_mode, Moment::Answered) => {
                wire_control.command_after(stream, vec![Command::End(*close_mode)]);
                self.go_on().await;
            }
            RequestEffect::HangUp(close_mode, _) => {
                self.judge(Judged::Yes);
                wire_control.command([Command::End(*close_mode)]);
                self.hold(firing).await;
            }
            RequestEffect::Cut { after, close_mode } => {
                wire_control.cut_after(*after, *close_mode);
                self.go_on().await;
            }
            RequestEffect::HalfOpen(judged) => {
                self.judge(*judged);
                wire_control.freeze();
                self.link.bind(&firing);
                self.hold(firing).await;
            }
            RequestEffect::SettingsChange(settings) => {
                wire_control.command([Command::Settings(settings.clone())]);
                self.go_on().await;
            }
            RequestEffect::Hostile {
                frames,
                count,
                bytes,
            } => {
                wire_control.command(hostile::commands(
                    *frames,
                    *count,
                    *bytes,
                    stream,
                    firing.seed(),
                ));
                self.go_on().await;
            }
            RequestEffect::Restart { down, judged } => {
                self.judge(*judged);
                self.apns.faults.restart(*down);
                self.hold(firing).await;
            }
        }
    }

    async fn refuse(&mut self, reason: crate::apns::Reason, timestamp: Option<u64>) {
        if !self.link.limit.admit(self.stream()) {
            return self.ignore().await;
        }
        let decision = self.apns.refuse(
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
    async fn hold(&mut self, mut firing: Firing) {
        tokio::select! {
            _ = poll_fn(|cx| self.respond.poll_reset(cx)) => {}
            _ = firing.token.end() => self.respond.send_reset(Reason::CANCEL),
        }
    }

    async fn begin_a_body(&mut self, status: u16, mut firing: Firing) {
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
            _ = firing.token.end() => stream.send_reset(Reason::CANCEL),
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
                let bytes = seeded_random::number(seed, 0).to_be_bytes();
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

    async fn go_away(&mut self, wanted: &Goaway, firing: Firing) {
        let stream = self.stream();
        let last = self.link.limit.lower(match wanted.last {
            LastStream::Above => LAST_STREAM,
            LastStream::At => stream,
            LastStream::Below => stream.saturating_sub(2),
        });
        if !wanted.closes && last != LAST_STREAM {
            // It would be of no use any more.
            self.link.bind(&firing);
        }
        let frame = goaway(last, wanted.code, &wanted.debug);
        let frames = (0..wanted.times).map(|_| Command::Send(frame.clone()));
        let end = wanted.closes.then_some(Command::End(CloseMode::Close));
        let wire_control = self.link.wire_control.clone();
        match wanted.answer {
            AnswerTime::Before => wire_control.command_after(stream, frames.chain(end).collect()),
            AnswerTime::After => {
                wire_control.command(frames);
                wire_control.command_after(stream, end.into_iter().collect());
            }
            AnswerTime::Never => {
                self.judge(if wanted.last == LastStream::Below {
                    Judged::No
                } else {
                    Judged::Yes
                });
                wire_control.command(frames.chain(end));
                self.hold(firing).await;
                return;
            }
        }
        match wanted.refuse {
            Some(reason) => self.refuse(reason, None).await,
            None => self.go_on().await,
        }
    }
}
