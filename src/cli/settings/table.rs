//! The table: all settings of `trill serve`, in the order of `--help-all`.

use tracing::level_filters::LevelFilter;

use super::setting::Setting;
use super::value::{self, count, rate, seconds};
use crate::cli::identity_files::Named;
use crate::cli::logging::Format;
use crate::relay::OnFailure;

/// Levels of the log; each includes those before it.
const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// All settings.
pub(super) const TABLE: &[Setting] = &[
    Setting::once(
        "listen",
        "ADDR",
        "Address of the page [127.0.0.1:7464]",
        |settings, raw| {
            settings.listen = Some(raw.read(value::address)?);
            Ok(())
        },
    )
    .common(),
    Setting::repeated(
        "public-url",
        "URL",
        "URL of the page for others",
        |settings, raw| {
            settings.public_urls.push(raw.read(value::public_url)?);
            Ok(())
        },
    )
    .common(),
    Setting::once(
        "access-token-file",
        "FILE",
        "Access token, instead of a new one each start",
        |settings, raw| {
            settings.access_token_file = Some(raw.value.into());
            Ok(())
        },
    )
    .common(),
    Setting::switch(
        "require-token",
        "Require the access token on loopback too",
        |settings, _| {
            settings.require_token = true;
            Ok(())
        },
    ),
    Setting::once(
        "user-header",
        "NAME",
        "Header in which a trusted proxy passes the user's name",
        |settings, raw| {
            settings.user_header = Some(raw.read(value::user_header)?);
            Ok(())
        },
    ),
    Setting::repeated(
        "trusted-proxy",
        "ADDR|CIDR",
        "Proxy whose --user-header is believed",
        |settings, raw| {
            settings.trusted_proxies.push(raw.read(value::network)?);
            Ok(())
        },
    ),
    Setting::once(
        "tls-cert",
        "FILE",
        "PEM certificate chain, to serve HTTPS",
        |settings, raw| {
            settings.tls_cert = Some(raw.value.into());
            Ok(())
        },
    ),
    Setting::once(
        "tls-key",
        "FILE",
        "PEM key of --tls-cert",
        |settings, raw| {
            settings.tls_key = Some(raw.value.into());
            Ok(())
        },
    ),
    Setting::switch(
        "insecure-http",
        "Permit --public-url to be plain HTTP",
        |settings, _| {
            settings.insecure_http = true;
            Ok(())
        },
    ),
    Setting::switch(
        "insecure-no-auth",
        "Permit everybody who reaches the page to send",
        |settings, _| {
            settings.insecure_no_auth = true;
            Ok(())
        },
    ),
    Setting::repeated(
        "upstream",
        "ENV=URL",
        "Server instead of Apple's",
        |settings, raw| settings.add_upstream(raw),
    ),
    Setting::once(
        "upstream-ca",
        "FILE",
        "PEM authorities for --upstream, not the system's",
        |settings, raw| {
            settings.upstream_ca = Some(raw.value.into());
            Ok(())
        },
    ),
    Setting::once(
        "apns-port",
        "443|2197",
        "Port of Apple's hosts [443]",
        |settings, raw| {
            settings.apns_port = Some(raw.read(value::apns_port)?);
            Ok(())
        },
    )
    .words(&["443", "2197"]),
    Setting::once(
        "proxy",
        "http://HOST:PORT",
        "Proxy to reach Apple's hosts through (CONNECT)",
        |settings, raw| {
            settings.proxy = Some(raw.read(value::proxy)?);
            Ok(())
        },
    ),
    Setting::once(
        "proxy-credentials-file",
        "FILE",
        "user:password, or TRILL_PROXY_CREDENTIALS",
        |settings, raw| {
            settings.proxy_credentials = Some(raw.value.into());
            Ok(())
        },
    ),
    Setting::repeated(
        "identity",
        "[NAME=]FILE",
        "Client certificate to send with",
        |settings, raw| settings.add_identity(raw),
    )
    .common(),
    Setting::repeated(
        "identity-password-file",
        "[NAME=]FILE",
        "Its password, or TRILL_IDENTITY_PASSWORD",
        |settings, raw| {
            settings.identity_passwords.push(Named::read(raw.value));
            Ok(())
        },
    ),
    Setting::once(
        "send-rate",
        "RATE",
        "Sends of one client [20/s:200; shared 60/min:20]",
        |settings, raw| {
            settings.limits.send_rate = Some(raw.read_or_off(rate)?);
            Ok(())
        },
    ),
    Setting::once(
        "device-rate",
        "RATE",
        "Sends to one real device [off; shared 1/s]",
        |settings, raw| {
            settings.limits.device_rate = Some(raw.read_or_off(rate)?);
            Ok(())
        },
    ),
    Setting::once(
        "sends-in-flight",
        "N",
        "Sends in progress at once; others get 503 [512]",
        |settings, raw| {
            settings.limits.sends_in_flight = Some(raw.read(count)?);
            Ok(())
        },
    ),
    Setting::once(
        "sends-per-client",
        "N",
        "Sends of one client in progress at once [64]",
        |settings, raw| {
            settings.limits.sends_per_client = Some(raw.read(count)?);
            Ok(())
        },
    ),
    Setting::once(
        "connections",
        "N",
        "Connections of browsers and scripts [1024]",
        |settings, raw| {
            settings.limits.connections = Some(raw.read(count)?);
            Ok(())
        },
    ),
    Setting::once(
        "connections-per-address",
        "N",
        "Connections of one address, or off [off; shared 32]",
        |settings, raw| {
            settings.limits.connections_per_address = Some(raw.read_or_off(count)?);
            Ok(())
        },
    ),
    Setting::once(
        "event-streams-per-client",
        "N",
        "Event streams of one client [32]",
        |settings, raw| {
            settings.limits.event_streams_per_client = Some(raw.read(count)?);
            Ok(())
        },
    ),
    Setting::once(
        "new-connections",
        "RATE",
        "New connections to Apple [30/min]",
        |settings, raw| {
            settings.limits.new_connections = Some(raw.read_or_off(rate)?);
            Ok(())
        },
    ),
    Setting::once(
        "new-connections-per-client",
        "RATE",
        "New connections to Apple for one client [6/min]",
        |settings, raw| {
            settings.limits.new_connections_per_client = Some(raw.read_or_off(rate)?);
            Ok(())
        },
    ),
    Setting::once(
        "connect-timeout",
        "SECONDS",
        "Time to connect to APNs [5]",
        |settings, raw| {
            settings.limits.connect = Some(raw.read(seconds)?);
            Ok(())
        },
    ),
    Setting::once(
        "answer-timeout",
        "SECONDS",
        "Time for APNs to answer [10]",
        |settings, raw| {
            settings.limits.answer = Some(raw.read(seconds)?);
            Ok(())
        },
    ),
    Setting::once(
        "data",
        "DIR",
        "Folder to keep sends in, or off [shared: on]",
        |settings, raw| {
            settings.data = Some(raw.folder_or_off()?);
            Ok(())
        },
    )
    .common(),
    Setting::once(
        "phones",
        "ADDR",
        "Address at which apps register their devices",
        |settings, raw| {
            settings.phones = Some(raw.read(value::address)?);
            Ok(())
        },
    ),
    Setting::once(
        "phones-url",
        "URL",
        "URL of --phones for the apps, if it has another",
        |settings, raw| {
            settings.phones_url = Some(raw.read(value::public_url)?);
            Ok(())
        },
    ),
    Setting::once(
        "log",
        "LEVEL",
        "off, error, warn, info, debug or trace",
        |settings, raw| {
            settings.log = Some(raw.choice(&LEVELS)?);
            Ok(())
        },
    )
    .words(&["off", "error", "warn", "info", "debug", "trace"]),
    Setting::once(
        "log-format",
        "FORMAT",
        "text or json [text]",
        |settings, raw| {
            settings.log_format = raw.choice(&[("text", Format::Text), ("json", Format::Json)])?;
            Ok(())
        },
    )
    .words(&["text", "json"]),
    Setting::once(
        "audit",
        "FILE",
        "File to append a JSON line to for every send",
        |settings, raw| {
            settings.audit = Some(raw.value.into());
            Ok(())
        },
    ),
    Setting::once(
        "audit-failure",
        "WORD",
        "stop or continue, when --audit fails",
        |settings, raw| {
            settings.audit_failure =
                Some(raw.choice(&[("stop", OnFailure::Stop), ("continue", OnFailure::Continue)])?);
            Ok(())
        },
    )
    .words(&["stop", "continue"]),
];
