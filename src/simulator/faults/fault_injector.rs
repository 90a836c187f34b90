//! Fault injector: carries out the effect of a fault that has fired on a connection or a request.
//! Not called if no fault has fired.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use h2::Reason;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use rustls::ServerConfig;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::fault::{AnswerTime, AnsweredId, FalseAnswer, Goaway, Judged, LastStream, Moment};
use super::{
    ConnectionEffect, Effect, Firing, RequestEffect, bad_certificates, hostile, ready,
    seeded_random,
};
use crate::apns::ApnsId;
use crate::apns::headers::APNS_ID;
use crate::apns::uuid::Uuid;
use crate::caller::Party;
use crate::http2_frames::{LAST_STREAM, goaway};
use crate::simulator::apns::Apns;
use crate::simulator::connection::Connection;
use crate::simulator::exchange::{Exchange, head};
use crate::simulator::push_header::PushHeader;
use crate::simulator::record::events::Occasion;
use crate::simulator::request::Request;
use crate::simulator::transport::certificates::Certificates;
use crate::simulator::transport::concurrent_streams::ConcurrentStreams;
use crate::simulator::transport::wire_control::{CloseMode, Command};
use crate::simulator::visibility::Visibility;

/// Injects a fault into a new connection. The connection lasts at most until the fault is disabled.
pub(crate) fn inject_into_connection(apns: &Apns, connection: &Connection, firing: &Firing) {
    announce(apns, firing, connection.number, None);
    connection.add_lasting_fault(&firing.token);
    let wire_control = &connection.wire_control;
    match firing.connection_effect() {
        Some(ConnectionEffect::HangUpAfterTls(mode)) => wire_control.command([Command::End(*mode)]),
        Some(ConnectionEffect::SettingsNever) => wire_control.freeze(),
        Some(ConnectionEffect::Settings(settings)) => wire_control.greet_with(settings),
        Some(ConnectionEffect::Slow(pace)) => wire_control.slow_down(*pace),
        Some(ConnectionEffect::PingSilence) => wire_control.swallow_pongs(),
        _ => {}
    }
}

/// Injects a fault into a connection before TLS begins. Returns the TLS configuration to use; fails
/// if the fault ends the connection.
pub(crate) async fn inject_before_tls(
    firing: &Firing,
    tcp: &mut TcpStream,
    certificates: &Certificates,
) -> io::Result<Arc<ServerConfig>> {
    let server = &certificates.server;
    match firing.connection_effect() {
        Some(ConnectionEffect::TlsStall) => {
            while tcp.read(&mut [0; 4096]).await? > 0 {}
            Err(io::ErrorKind::UnexpectedEof.into())
        }
        Some(ConnectionEffect::HangUp(mode)) => {
            if *mode == CloseMode::Reset {
                tcp.set_zero_linger()?;
            }
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        Some(ConnectionEffect::Certificate(wrong)) => {
            bad_certificates::with_certificate(server, &certificates.issuer, *wrong).map(Arc::new)
        }
        Some(ConnectionEffect::Alpn(alpn)) => {
            Ok(Arc::new(bad_certificates::with_alpn(server, *alpn)))
        }
        _ => Ok(Arc::clone(server)),
    }
}

/// Returns the cap on open streams that a fault sets; `None` if the fault keeps the usual cap.
pub(crate) fn stream_cap(firing: &Firing) -> Option<ConcurrentStreams> {
    match firing.connection_effect() {
        Some(ConnectionEffect::TrustSlowly { limit, then }) => {
            Some(ConcurrentStreams::set_by_fault(*limit, *then))
        }
        Some(ConnectionEffect::Settings(_)) => Some(ConcurrentStreams::unlimited()),
        _ => None,
    }
}

/// Publishes the event that a fault has fired for a connection, or for the push of a request.
fn announce(apns: &Apns, firing: &Firing, connection: u64, request: Option<(u32, &Request)>) {
    let device_token = request
        .and_then(|(_, request)| request.device_token())
        .map(|token| token.as_str().to_owned());
    let apns_id = request
        .and_then(|(_, request)| request.text(PushHeader::Id))
        .and_then(|text| ApnsId::parse(&text));
    let data = json!({
        "fault": firing.fault.name,
        "label": ready::label(&firing.fault.source).unwrap_or(&firing.fault.name),
        "answers": firing.fault.effect.answers(),
        "place": firing.place,
        "turn": firing.turn,
        "connection": connection,
        "stream": request.map(|(stream, _)| stream),
        "device_token": device_token,
        "apns_id": apns_id.map(|apns_id| apns_id.to_string()),
    });
    let device_token = device_token.unwrap_or_default().into();
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

/// Injects a fault into a request.
pub(crate) async fn inject(mut exchange: Exchange, firing: Firing) {
    let fault = Arc::clone(&firing.fault);
    let Effect::Request(effect) = &fault.effect else {
        return;
    };
    announce(
        &exchange.apns,
        &firing,
        exchange.connection.number,
        Some((exchange.stream(), &exchange.request)),
    );
    if let RequestEffect::HangUp(close_mode, Moment::Headers) = effect {
        exchange
            .connection
            .wire_control
            .command([Command::End(*close_mode)]);
        return;
    }
    if exchange.receive().await {
        exchange.apply(effect, firing).await;
    }
}

impl Exchange {
    /// Applies the effect of a fault to the request.
    async fn apply(&mut self, effect: &RequestEffect, firing: Firing) {
        let stream = self.stream();
        let wire_control = self.connection.wire_control.clone();
        match effect {
            RequestEffect::Refuse {
                reason,
                timestamp,
                sticks,
            } => {
                if *sticks {
                    self.connection.add_lasting_fault(&firing.token);
                    self.connection.stick(firing);
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
                self.connection.add_lasting_fault(&firing.token);
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
        if !self.connection.stream_limit.admit(self.stream()) {
            return self.ignore().await;
        }
        let decision = self.apns.refuse(
            &self.connection,
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

    /// Keeps the stream open until the client resets it or the fault is disabled.
    async fn hold(&mut self, mut firing: Firing) {
        tokio::select! {
            _ = poll_fn(|cx| self.respond.poll_reset(cx)) => {}
            _ = firing.token.disabled() => self.respond.send_reset(Reason::CANCEL),
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
            _ = firing.token.disabled() => stream.send_reset(Reason::CANCEL),
        }
    }

    fn response(&self, status: u16) -> http::response::Builder {
        let response = Response::builder().status(status);
        match self.request.header(PushHeader::Id) {
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
        let last = self.connection.stream_limit.lower(match wanted.last {
            LastStream::Above => LAST_STREAM,
            LastStream::At => stream,
            LastStream::Below => stream.saturating_sub(2),
        });
        if !wanted.closes && last != LAST_STREAM {
            // The connection serves no new requests after this GOAWAY, so it has to end when the
            // fault is disabled.
            self.connection.add_lasting_fault(&firing.token);
        }
        let frame = goaway(last, wanted.code, &wanted.debug);
        let frames = (0..wanted.times).map(|_| Command::Send(frame.clone()));
        let end = wanted.closes.then_some(Command::End(CloseMode::Close));
        let wire_control = self.connection.wire_control.clone();
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
