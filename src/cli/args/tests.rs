//! Tests of the arguments: each right line, and the sentence about each wrong one.

use std::net::{Ipv4Addr, SocketAddr};

use super::*;
use crate::apns::Environment;
use crate::cli::identity_files::Named;
use crate::cli::settings::Settings;
use crate::relay::{Override, Proxy};

fn read(line: &str) -> Result<Command, String> {
    Command::read(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
}

fn serve(line: &str) -> Result<Settings, String> {
    match read(line)? {
        Command::Serve(flags) => flags.resolve([]).map_err(|error| error.to_string()),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn reads_what_is_right() {
    assert_eq!(serve(""), Ok(Settings::default()));
    assert_eq!(serve("serve"), serve(""));
    for line in ["-V", "serve --version", "--listen 127.0.0.1:1 -V"] {
        assert_eq!(
            read(line),
            Ok(Command::Print(version::SHORT.to_owned())),
            "{line}"
        );
    }
    let both = ["serve", "--data", "off"];
    assert_eq!(serve("--data off serve"), serve(&both.join(" ")));
    let lint = |json, payload: &str| {
        Ok(Command::Lint(lint::Args {
            app: None,
            json,
            payload: payload.into(),
        }))
    };
    assert_eq!(read("lint call.json"), lint(false, "call.json"));
    assert_eq!(read("lint - --json"), lint(true, "-"));
    assert_eq!(read("doctor"), Ok(Command::Doctor(doctor::Args::default())));
    assert_eq!(
        read("doctor --json"),
        Ok(Command::Doctor(doctor::Args {
            json: true,
            ..doctor::Args::default()
        }))
    );
    assert!(
        matches!(read("doctor --apns-port 2197"), Ok(Command::Doctor(args)) if args.flags != Flags::default())
    );
    let simulate = |args| Ok(Command::Simulate(args));
    assert_eq!(read("simulate"), simulate(simulate::Args::default()));
    let names = vec!["apns.test".to_owned(), "10.0.0.1".to_owned()];
    let keys = Some("keys.json".into());
    let args = simulate::Args {
        names,
        keys,
        accept_any_key: true,
        ..simulate::Args::default()
    };
    assert_eq!(
        read("simulate --name apns.test --name=10.0.0.1 --keys keys.json --accept-any-key"),
        simulate(args)
    );
    let explain = |json, password_file: Option<&str>| {
        Ok(Command::Identity(identity::Args {
            json,
            password_file: password_file.map(Into::into),
            file: "a.p12".into(),
        }))
    };
    assert_eq!(read("identity a.p12"), explain(false, None));
    assert_eq!(
        read("identity --password-file p a.p12 --json"),
        explain(true, Some("p"))
    );
    let named = |name: Option<&str>, path: &str| Named {
        name: name.map(str::to_owned),
        path: path.into(),
    };
    let identities = vec![named(None, "a.p12"), named(Some("voip"), "b.pem")];
    let identity_passwords = vec![named(Some("voip"), "p"), named(None, "q")];
    assert_eq!(
        serve(
            "--identity a.p12 --identity voip=b.pem --identity-password-file voip=p --identity-password-file=q"
        ),
        Ok(Settings {
            identities,
            identity_passwords,
            ..Settings::default()
        })
    );
    let listen = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
    assert_eq!(
        serve("--listen localhost:8080"),
        Ok(Settings {
            listen,
            ..Settings::default()
        })
    );
    let shared =
        serve("--public-url https://a.test --public-url http://b.test:8080 --insecure-http --trusted-proxy 10.0.0.0/8").expect("right");
    let texts = |all: &[_]| all.iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(
        texts(&shared.public_urls),
        ["https://a.test", "http://b.test:8080"]
    );
    assert_eq!(
        (
            shared.trusted_proxies[0].to_string(),
            shared.insecure_http,
            shared.require_token
        ),
        ("10.0.0.0/8".to_owned(), true, false)
    );
    let upstream = |environment, host: &str, port| Override {
        environment,
        host: host.to_owned(),
        port,
    };
    let upstreams = vec![
        upstream(Environment::Sandbox, "::1", 8443),
        upstream(Environment::Production, "push.example", 443),
    ];
    assert_eq!(
        serve(
            "--upstream sandbox=https://[::1]:8443 --upstream=production=https://push.example/ --upstream-ca ca.pem"
        ),
        Ok(Settings {
            upstreams,
            upstream_ca: Some("ca.pem".into()),
            ..Settings::default()
        })
    );
    let proxy = Some(Proxy::new("::1", 3128));
    assert_eq!(
        serve("--proxy http://[::1]:3128/ --proxy-credentials-file p --apns-port 2197"),
        Ok(Settings {
            proxy,
            proxy_credentials: Some("p".into()),
            apns_port: Some(2_197),
            ..Settings::default()
        })
    );
}

#[test]
fn says_what_is_wrong() {
    for (line, part) in [
        ("--lisen 127.0.0.1:0", "did you mean --listen?"),
        ("--frobnicate", "see trill --help"),
        ("srve", "did you mean serve?"),
        ("serve serve", "flags only"),
        ("lnt", "did you mean lint?"),
        ("simulate --lisen 127.0.0.1:0", "did you mean --listen?"),
        ("simulate --port 1", "see trill simulate --help"),
        (
            "simulate --production here",
            "--production: the value is not an address",
        ),
        ("simulate --control 0.0.0.0:7466", "use 127.0.0.1:7466"),
        ("simulate --name two..dots", "no host name"),
        ("simulate here", "flags only"),
        ("completions fish!", "not one of bash, elvish, fish"),
        ("man lnt", "COMMAND: the value is not a command"),
        ("--verbose", "requires --version"),
        ("--listen 127.0.0.1:0 simulate", "put simulate first"),
        (
            "--identity a/push.p12 --identity b/push.pem",
            "two identities have the same name",
        ),
        ("--identity 证书.p12", "--identity NAME=FILE"),
        ("--identity-password-file p", "changes nothing"),
        (
            "--identity push.p12 --identity-password-file voip=p",
            "no identity of this name",
        ),
        (
            "--identity-pasword-file p",
            "did you mean --identity-password-file?",
        ),
        ("--log loud", "not one of off, error, warn"),
        ("--log-format xml", "not one of text, json"),
        ("--audit-failure stop", "changes nothing without --audit"),
        (
            "--audit a --audit-failure halt",
            "not one of stop, continue",
        ),
        ("--version --verbos", "did you mean --verbose?"),
        ("identity", "requires <FILE>"),
        ("identity a.p12 b.p12", "one FILE"),
        ("identity --password secret a.p12", "unknown flag"),
        ("--listen 127.0.0.1:0 identity a.p12", "put identity first"),
        ("doctor --jsn", "did you mean"),
        ("doctor here", "flags only"),
        ("--json doctor", "unknown flag"),
        ("--apns-port 443 doctor", "put doctor first"),
        ("lint", "requires <PAYLOAD>"),
        ("lint a.json b.json", "one PAYLOAD"),
        ("lint --jsn a.json", "did you mean --json?"),
        ("lint --listen 127.0.0.1:0 a.json", "unknown flag"),
        ("--listen 127.0.0.1:0 lint a.json", "put lint first"),
        ("serve lint", "flags only"),
        ("receiver", "requires --app"),
        ("receiver article", "flags only"),
        ("receiver --app article --flavour x", "one of callkit, live"),
        (
            "receiver --app article --handle-type x",
            "one of generic, phone",
        ),
        ("receiver --app article --call-groups 0", "from 1 to 255"),
        (
            "--listen 127.0.0.1:0 receiver --app article",
            "put receiver first",
        ),
        ("--listen", "--listen requires a value: --listen ADDR"),
        ("--listen 7464", "not an address and port"),
        ("--upstream sandbox", "ENV=URL"),
        ("--upstream simulator=https://a", "cannot be replaced"),
        (
            "--upstream simulator-production=https://a",
            "cannot be replaced",
        ),
        ("--upstream prod=https://a", "sandbox= or production="),
        ("--upstream sandbox=http://a", "begin with https://"),
        ("--upstream sandbox=a:1", "begin with https://"),
        ("--upstream sandbox=https://a/b", "more than a host"),
        ("--upstream sandbox=https://me@a", "more than a host"),
        ("--upstream sandbox=https://a:99999", "up to 65535"),
        (
            "--upstream sandbox=https://a --upstream sandbox=https://b",
            "given twice",
        ),
        ("--upstream-ca ca.pem", "changes nothing"),
        ("--apns-port 8443", "use 443 or 2197"),
        ("--proxy proxy.example:3128", "begins with http://"),
        ("--proxy https://proxy.example:3128", "begins with http://"),
        ("--proxy http://proxy.example", "name the port"),
        ("--proxy http://proxy.example:3128/pac", "more than a host"),
        (
            "--proxy http://me:s3cret@proxy.example:3128",
            "for --proxy-credentials-file",
        ),
        ("--proxy-credentials-file p", "changes nothing"),
        (
            "--public-url trill.test",
            "write it as https://trill.corp.example",
        ),
        ("--trusted-proxy 10.0.0.1/8", "write 10.0.0.0/8 or 10.0.0.1"),
        ("--user-header Cookie", "another meaning"),
        ("--insecure-no-auth=yes", "insecure-no-auth"),
    ] {
        let message = read(line)
            .and_then(|_| serve(line).map(drop))
            .expect_err(line);
        assert!(
            message.contains(part) && !message.contains("s3cret"),
            "{line}: {message}"
        );
    }
}
