//! The table: every setting there is, and what it does to [`Settings`]. `--help` shows it in this order.

use tracing::level_filters::LevelFilter;

use super::value::{count, off_or, rate, seconds};
use super::{Often, Said, Setting, Settings, Take, value};
use crate::cli::identities::Named;
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
        take: |settings, said| {
            settings.listen = Some(value::address(said)?);
            Ok(())
        },
    },
    Setting {
        name: "public-url",
        value: "URL",
        often: Often::Repeated,
        help: "where others reach the page; needed off loopback",
        take: |settings, said| {
            settings.public_urls.push(value::public_url(said)?);
            Ok(())
        },
    },
    Setting {
        name: "access-token-file",
        value: "FILE",
        often: Often::Once,
        help: "the token to sign in with, instead of a new one",
        take: |settings, said| {
            settings.access_token_file = Some(said.value.into());
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
        take: |settings, said| {
            settings.user_header = Some(value::user_header(said)?);
            Ok(())
        },
    },
    Setting {
        name: "trusted-proxy",
        value: "ADDR|CIDR",
        often: Often::Repeated,
        help: "a proxy before the page; its --user-header is believed",
        take: |settings, said| {
            settings.trusted_proxies.push(value::network(said)?);
            Ok(())
        },
    },
    Setting {
        name: "tls-cert",
        value: "FILE",
        often: Often::Once,
        help: "serve https with this PEM chain",
        take: |settings, said| {
            settings.tls_cert = Some(said.value.into());
            Ok(())
        },
    },
    Setting {
        name: "tls-key",
        value: "FILE",
        often: Often::Once,
        help: "and this PEM key",
        take: |settings, said| {
            settings.tls_key = Some(said.value.into());
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
        take: |settings, said| settings.add_upstream(said),
    },
    Setting {
        name: "upstream-ca",
        value: "FILE",
        often: Often::Once,
        help: "trust this PEM for --upstream, not the system",
        take: |settings, said| {
            settings.upstream_ca = Some(said.value.into());
            Ok(())
        },
    },
    Setting {
        name: "apns-port",
        value: "443|2197",
        often: Often::Once,
        help: "the port of Apple's hosts [443]",
        take: |settings, said| {
            settings.apns_port = Some(value::apns_port(said)?);
            Ok(())
        },
    },
    Setting {
        name: "proxy",
        value: "http://HOST:PORT",
        often: Often::Once,
        help: "reach them through this proxy (CONNECT)",
        take: |settings, said| {
            settings.proxy = Some(value::proxy(said)?);
            Ok(())
        },
    },
    Setting {
        name: "proxy-credentials-file",
        value: "FILE",
        often: Often::Once,
        help: "user:password, or TRILL_PROXY_CREDENTIALS",
        take: |settings, said| {
            settings.proxy_credentials = Some(said.value.into());
            Ok(())
        },
    },
    Setting {
        name: "identity",
        value: "[NAME=]FILE",
        often: Often::Repeated,
        help: "send with this client certificate too",
        take: |settings, said| settings.add_identity(said),
    },
    Setting {
        name: "identity-password-file",
        value: "[NAME=]FILE",
        often: Often::Repeated,
        help: "or TRILL_IDENTITY_PASSWORD[_NAME]",
        take: |settings, said| {
            settings.identity_passwords.push(Named::read(said.value));
            Ok(())
        },
    },
    once(
        "send-rate",
        "RATE",
        "sends of one client to Apple [20/s:200; shared 60/min:20]",
        |settings, said| {
            settings.limits.send_rate = Some(off_or(said, rate)?);
            Ok(())
        },
    ),
    once(
        "device-rate",
        "RATE",
        "sends to one real device [off; shared 1/s]",
        |settings, said| {
            settings.limits.device_rate = Some(off_or(said, rate)?);
            Ok(())
        },
    ),
    once(
        "sends-in-flight",
        "N",
        "sends on their way at once, the rest gets 503 [512]",
        |settings, said| {
            settings.limits.sends_in_flight = Some(count(said)?);
            Ok(())
        },
    ),
    once(
        "sends-per-client",
        "N",
        "those of one client [64]",
        |settings, said| {
            settings.limits.sends_per_client = Some(count(said)?);
            Ok(())
        },
    ),
    once(
        "connections",
        "N",
        "connections of browsers and scripts [1024]",
        |settings, said| {
            settings.limits.connections = Some(count(said)?);
            Ok(())
        },
    ),
    once(
        "connections-per-address",
        "N",
        "those of one address, or off [off; shared 32]",
        |settings, said| {
            settings.limits.connections_per_address = Some(off_or(said, count)?);
            Ok(())
        },
    ),
    once(
        "event-streams-per-client",
        "N",
        "event streams of one client, of half of all connections [32]",
        |settings, said| {
            settings.limits.event_streams_per_client = Some(count(said)?);
            Ok(())
        },
    ),
    once(
        "new-connections",
        "RATE",
        "connections opened to Apple [30/min]",
        |settings, said| {
            settings.limits.new_connections = Some(off_or(said, rate)?);
            Ok(())
        },
    ),
    once(
        "new-connections-per-client",
        "RATE",
        "those for one client [6/min]",
        |settings, said| {
            settings.limits.new_connections_per_client = Some(off_or(said, rate)?);
            Ok(())
        },
    ),
    once(
        "connect-timeout",
        "SECONDS",
        "until a connection to APNs is ready [5]",
        |settings, said| {
            settings.limits.connect = Some(seconds(said)?);
            Ok(())
        },
    ),
    once(
        "answer-timeout",
        "SECONDS",
        "until APNs has answered [10]",
        |settings, said| {
            settings.limits.answer = Some(seconds(said)?);
            Ok(())
        },
    ),
    Setting {
        name: "data",
        value: "DIR",
        often: Often::Once,
        help: "keep sends over a restart here, or off [off; shared: on]",
        take: |settings, said| {
            settings.data = Some(off_or(said, value::folder)?);
            Ok(())
        },
    },
    Setting {
        name: "log",
        value: "LEVEL",
        often: Often::Once,
        help: "off, error, warn, info, debug, trace [info; terminal: warn]",
        take: |settings, said| {
            settings.log = Some(value::choice(said, &LEVELS)?);
            Ok(())
        },
    },
    Setting {
        name: "log-format",
        value: "FORMAT",
        often: Often::Once,
        help: "text or json, on standard error [text]",
        take: |settings, said| {
            settings.log_format =
                value::choice(said, &[("text", Format::Text), ("json", Format::Json)])?;
            Ok(())
        },
    },
    Setting {
        name: "audit",
        value: "FILE",
        often: Often::Once,
        help: "append a line of JSON for every send",
        take: |settings, said| {
            settings.audit = Some(said.value.into());
            Ok(())
        },
    },
    Setting {
        name: "audit-failure",
        value: "WORD",
        often: Often::Once,
        help: "without that file: stop or continue sending",
        take: |settings, said| {
            settings.audit_failure = Some(value::choice(
                said,
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
    fn add_upstream(&mut self, said: &Said<'_>) -> Result<(), String> {
        let upstream = value::upstream(said)?;
        if self
            .upstreams
            .iter()
            .any(|known| known.environment == upstream.environment)
        {
            return Err(format!(
                "{} {} is given twice; keep one",
                said.name,
                upstream.environment.as_str()
            ));
        }
        self.upstreams.push(upstream);
        Ok(())
    }

    fn add_identity(&mut self, said: &Said<'_>) -> Result<(), String> {
        let identity = Named::read(said.value);
        let Some(name) = identity.identity_name() else {
            return Err(format!(
                "the file of {} has no name a header can hold; give it one: --identity NAME=FILE",
                said.name
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
