//! The table: every setting there is, and what it does to [`Settings`]. `--help` shows it in this order.

use tracing::level_filters::LevelFilter;

use super::value::{count, off_or, rate, seconds};
use super::{Often, RawValue, Setting, Settings, Take, value};
use crate::cli::identity_files::Named;
use crate::cli::logging::Format;
use crate::relay::OnFailure;

/// The levels of the log, each with all before it.
const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// All of them.
pub(super) const TABLE: &[Setting] = &[
    Setting {
        name: "listen",
        value: "ADDR",
        often: Often::Once,
        help: "where the page is served [127.0.0.1:7464]",
        take: |settings, raw| {
            settings.listen = Some(value::address(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "public-url",
        value: "URL",
        often: Often::Repeated,
        help: "where others reach the page; needed off loopback",
        take: |settings, raw| {
            settings.public_urls.push(value::public_url(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "access-token-file",
        value: "FILE",
        often: Often::Once,
        help: "the token to sign in with, instead of a new one",
        take: |settings, raw| {
            settings.access_token_file = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "require-token",
        value: "",
        often: Often::Once,
        help: "want the access token on loopback too",
        take: |settings, _| {
            settings.require_token = true;
            Ok(())
        },
    },
    Setting {
        name: "user-header",
        value: "NAME",
        often: Often::Once,
        help: "a proxy signs people in and names them here",
        take: |settings, raw| {
            settings.user_header = Some(value::user_header(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "trusted-proxy",
        value: "ADDR|CIDR",
        often: Often::Repeated,
        help: "a proxy before the page; its --user-header is believed",
        take: |settings, raw| {
            settings.trusted_proxies.push(value::network(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "tls-cert",
        value: "FILE",
        often: Often::Once,
        help: "serve https with this PEM chain",
        take: |settings, raw| {
            settings.tls_cert = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "tls-key",
        value: "FILE",
        often: Often::Once,
        help: "and this PEM key",
        take: |settings, raw| {
            settings.tls_key = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "insecure-http",
        value: "",
        often: Often::Once,
        help: "let --public-url be plain HTTP",
        take: |settings, _| {
            settings.insecure_http = true;
            Ok(())
        },
    },
    Setting {
        name: "insecure-no-auth",
        value: "",
        often: Often::Once,
        help: "let anybody send who reaches the page",
        take: |settings, _| {
            settings.insecure_no_auth = true;
            Ok(())
        },
    },
    Setting {
        name: "upstream",
        value: "ENV=URL",
        often: Often::Repeated,
        help: "send for sandbox or production to https://HOST[:PORT]",
        take: |settings, raw| settings.add_upstream(raw),
    },
    Setting {
        name: "upstream-ca",
        value: "FILE",
        often: Often::Once,
        help: "trust this PEM for --upstream, not the system",
        take: |settings, raw| {
            settings.upstream_ca = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "apns-port",
        value: "443|2197",
        often: Often::Once,
        help: "the port of Apple's hosts [443]",
        take: |settings, raw| {
            settings.apns_port = Some(value::apns_port(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "proxy",
        value: "http://HOST:PORT",
        often: Often::Once,
        help: "reach them through this proxy (CONNECT)",
        take: |settings, raw| {
            settings.proxy = Some(value::proxy(raw)?);
            Ok(())
        },
    },
    Setting {
        name: "proxy-credentials-file",
        value: "FILE",
        often: Often::Once,
        help: "user:password, or TRILL_PROXY_CREDENTIALS",
        take: |settings, raw| {
            settings.proxy_credentials = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "identity",
        value: "[NAME=]FILE",
        often: Often::Repeated,
        help: "send with this client certificate too",
        take: |settings, raw| settings.add_identity(raw),
    },
    Setting {
        name: "identity-password-file",
        value: "[NAME=]FILE",
        often: Often::Repeated,
        help: "or TRILL_IDENTITY_PASSWORD[_NAME]",
        take: |settings, raw| {
            settings.identity_passwords.push(Named::read(raw.value));
            Ok(())
        },
    },
    once(
        "send-rate",
        "RATE",
        "sends of one client to Apple [20/s:200; shared 60/min:20]",
        |settings, raw| {
            settings.limits.send_rate = Some(off_or(raw, rate)?);
            Ok(())
        },
    ),
    once(
        "device-rate",
        "RATE",
        "sends to one real device [off; shared 1/s]",
        |settings, raw| {
            settings.limits.device_rate = Some(off_or(raw, rate)?);
            Ok(())
        },
    ),
    once(
        "sends-in-flight",
        "N",
        "sends on their way at once, the rest gets 503 [512]",
        |settings, raw| {
            settings.limits.sends_in_flight = Some(count(raw)?);
            Ok(())
        },
    ),
    once(
        "sends-per-client",
        "N",
        "those of one client [64]",
        |settings, raw| {
            settings.limits.sends_per_client = Some(count(raw)?);
            Ok(())
        },
    ),
    once(
        "connections",
        "N",
        "connections of browsers and scripts [1024]",
        |settings, raw| {
            settings.limits.connections = Some(count(raw)?);
            Ok(())
        },
    ),
    once(
        "connections-per-address",
        "N",
        "those of one address, or off [off; shared 32]",
        |settings, raw| {
            settings.limits.connections_per_address = Some(off_or(raw, count)?);
            Ok(())
        },
    ),
    once(
        "event-streams-per-client",
        "N",
        "event streams of one client, of half of all connections [32]",
        |settings, raw| {
            settings.limits.event_streams_per_client = Some(count(raw)?);
            Ok(())
        },
    ),
    once(
        "new-connections",
        "RATE",
        "connections opened to Apple [30/min]",
        |settings, raw| {
            settings.limits.new_connections = Some(off_or(raw, rate)?);
            Ok(())
        },
    ),
    once(
        "new-connections-per-client",
        "RATE",
        "those for one client [6/min]",
        |settings, raw| {
            settings.limits.new_connections_per_client = Some(off_or(raw, rate)?);
            Ok(())
        },
    ),
    once(
        "connect-timeout",
        "SECONDS",
        "until a connection to APNs is ready [5]",
        |settings, raw| {
            settings.limits.connect = Some(seconds(raw)?);
            Ok(())
        },
    ),
    once(
        "answer-timeout",
        "SECONDS",
        "until APNs has answered [10]",
        |settings, raw| {
            settings.limits.answer = Some(seconds(raw)?);
            Ok(())
        },
    ),
    Setting {
        name: "data",
        value: "DIR",
        often: Often::Once,
        help: "keep sends over a restart here, or off [off; shared: on]",
        take: |settings, raw| {
            settings.data = Some(off_or(raw, value::folder)?);
            Ok(())
        },
    },
    Setting {
        name: "log",
        value: "LEVEL",
        often: Often::Once,
        help: "off, error, warn, info, debug, trace [info; terminal: warn]",
        take: |settings, raw| {
            settings.log = Some(value::choice(raw, &LEVELS)?);
            Ok(())
        },
    },
    Setting {
        name: "log-format",
        value: "FORMAT",
        often: Often::Once,
        help: "text or json, on standard error [text]",
        take: |settings, raw| {
            settings.log_format =
                value::choice(raw, &[("text", Format::Text), ("json", Format::Json)])?;
            Ok(())
        },
    },
    Setting {
        name: "audit",
        value: "FILE",
        often: Often::Once,
        help: "append a line of JSON for every send",
        take: |settings, raw| {
            settings.audit = Some(raw.value.into());
            Ok(())
        },
    },
    Setting {
        name: "audit-failure",
        value: "WORD",
        often: Often::Once,
        help: "without that file: stop or continue sending",
        take: |settings, raw| {
            settings.audit_failure = Some(value::choice(
                raw,
                &[("stop", OnFailure::Stop), ("continue", OnFailure::Continue)],
            )?);
            Ok(())
        },
    },
];

const fn once(name: &'static str, value: &'static str, help: &'static str, take: Take) -> Setting {
    Setting {
        name,
        value,
        often: Often::Once,
        help,
        take,
    }
}

impl Settings {
    fn add_upstream(&mut self, raw: &RawValue<'_>) -> Result<(), String> {
        let upstream = value::upstream(raw)?;
        if self
            .upstreams
            .iter()
            .any(|known| known.environment == upstream.environment)
        {
            return Err(format!(
                "{} {} is given twice; keep one",
                raw.name,
                upstream.environment.as_str()
            ));
        }
        self.upstreams.push(upstream);
        Ok(())
    }

    fn add_identity(&mut self, raw: &RawValue<'_>) -> Result<(), String> {
        let identity = Named::read(raw.value);
        let Some(name) = identity.identity_name() else {
            return Err(format!(
                "the file of {} has no name a header can hold; give it one: --identity NAME=FILE",
                raw.name
            ));
        };
        if self
            .identities
            .iter()
            .any(|known| known.identity_name().as_ref() == Some(&name))
        {
            return Err(format!(
                "two identities are named {name}; give one another name: --identity NAME=FILE"
            ));
        }
        self.identities.push(identity);
        Ok(())
    }

    /// What only all settings together can tell.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.upstream_ca.is_some() && self.upstreams.is_empty() {
            return Err("--upstream-ca changes nothing without --upstream ENV=URL".to_owned());
        }
        if self.proxy_credentials.is_some() && self.proxy.is_none() {
            return Err(
                "--proxy-credentials-file changes nothing without --proxy http://HOST:PORT"
                    .to_owned(),
            );
        }
        if self.audit_failure.is_some() && self.audit.is_none() {
            return Err("--audit-failure changes nothing without --audit FILE".to_owned());
        }
        self.check_passwords()
    }

    fn check_passwords(&self) -> Result<(), String> {
        let has_identity = |password: &Named| match &password.name {
            Some(name) => self
                .identities
                .iter()
                .any(|identity| identity.identity_name().as_ref() == Some(name)),
            None => !self.identities.is_empty(),
        };
        match self
            .identity_passwords
            .iter()
            .find(|password| !has_identity(password))
        {
            None => Ok(()),
            Some(Named {
                name: Some(name), ..
            }) => Err(format!(
                "--identity-password-file {name}=…: there is no identity {name}; add --identity {name}=FILE"
            )),
            Some(_) => {
                Err("--identity-password-file changes nothing without --identity FILE".to_owned())
            }
        }
    }
}
