//! Refusals of a start: what is unsafe, and what is wrong usage.

use super::{EVERYWHERE, Files, Flags, HTTP, HTTPS, NO_AUTH, PLAIN, PROXY, USER, arguments};
use crate::cli::{text, trill};

#[test]
fn what_is_unsafe_does_not_start_and_is_told_the_fix() {
    let files = Files::new();
    let (none, tls, token): (&[String], _, _) =
        (&[], files.tls("cert.pem", "key.pem"), files.token("token"));
    let (half_cert, half_key) = (
        files.flag("--tls-cert", "cert.pem"),
        files.flag("--tls-key", "key.pem"),
    );
    const LOCAL: &str = "127.0.0.1:0";
    let table: &[(&str, Flags<'_>, &[String], &str)] = &[
        // Others reach it, and it does not know by what name.
        (EVERYWHERE, &[], none, "--public-url https://HOST"),
        ("[::]:0", &[], none, "--public-url https://HOST"),
        ("192.0.2.1:0", &[], none, "--public-url https://HOST"),
        (EVERYWHERE, &[&NO_AUTH], none, "--public-url https://HOST"),
        ("[::]:0", &[], &token, "--public-url https://HOST"),
        (
            EVERYWHERE,
            &[&["--require-token"]],
            none,
            "--public-url https://HOST",
        ),
        (EVERYWHERE, &[], &tls, "--public-url https://HOST"),
        (
            EVERYWHERE,
            &[&USER, &PROXY],
            none,
            "--public-url https://HOST",
        ),
        // The network could change the page.
        (EVERYWHERE, &[&HTTP], none, "add --insecure-http"),
        (LOCAL, &[&HTTP], none, "add --insecure-http"),
        ("[::]:0", &[&HTTP, &NO_AUTH], none, "add --insecure-http"),
        (EVERYWHERE, &[&HTTPS, &HTTP], none, "add --insecure-http"),
        (
            EVERYWHERE,
            &[&HTTP, &USER, &PROXY],
            none,
            "add --insecure-http",
        ),
        (
            EVERYWHERE,
            &[&HTTP, &PLAIN],
            &tls,
            "write --public-url https://",
        ),
        (LOCAL, &[&HTTPS, &PLAIN], none, "leave it out"),
        // Anybody could be anybody.
        (EVERYWHERE, &[&HTTPS, &USER], none, "--trusted-proxy ADDR"),
        (LOCAL, &[&HTTPS, &USER], none, "--trusted-proxy ADDR"),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &["--trusted-proxy", "0.0.0.0/0"]],
            none,
            "the proxy alone",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY, &["--trusted-proxy", "::/0"]],
            none,
            "the proxy alone",
        ),
        (
            LOCAL,
            &[&USER, &PROXY],
            none,
            "add --public-url https://HOST",
        ),
        (LOCAL, &[&PROXY], none, "add --public-url https://HOST"),
        (
            EVERYWHERE,
            &[&HTTPS, &["--trusted-proxy", "0.0.0.0/0"]],
            none,
            "the proxy alone",
        ),
        // Two ways to get in are one too many.
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY],
            &token,
            "choose one way",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY, &NO_AUTH],
            none,
            "choose one way",
        ),
        (EVERYWHERE, &[&HTTPS, &NO_AUTH], &token, "choose one way"),
        (
            LOCAL,
            &[&NO_AUTH, &["--require-token"]],
            none,
            "choose one way",
        ),
        (
            LOCAL,
            &[&HTTPS, &["--public-url", "https://TRILL.test:443/"]],
            none,
            "keep one",
        ),
        // One of the two files alone does not do.
        (EVERYWHERE, &[&HTTPS], &half_cert, "add --tls-key FILE"),
        (EVERYWHERE, &[&HTTPS], &half_key, "add --tls-cert FILE"),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "other.pem"),
            "made together",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("key.pem", "key.pem"),
            "BEGIN CERTIFICATE",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "cert.pem"),
            "BEGIN PRIVATE KEY",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "locked.pem"),
            "openssl pkey",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("nowhere", "key.pem"),
            "--tls-cert",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.token("short"),
            "openssl rand -hex 32",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.token("nowhere"),
            "--access-token-file",
        ),
    ];
    for (listen, parts, more, fix) in table {
        let arguments = arguments(listen, parts, more);
        let words: Vec<_> = arguments.iter().map(String::as_str).collect();
        let (code, out, err) = text(&trill(&words).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {err}");
        let sentence = err.trim_end();
        assert!(
            sentence.starts_with("trill: ")
                && sentence.contains(fix)
                && sentence.lines().count() == 1,
            "{words:?}: {err}"
        );
        let path = files.folder.path().to_string_lossy().into_owned();
        assert!(
            sentence.replace(&path, "").chars().count() <= 160 + "trill: ".len(),
            "{sentence}"
        );
        assert!(!err.contains("hunter2"), "{err}");
    }
}

#[test]
fn what_is_no_url_network_or_header_is_wrong_usage() {
    for (words, part) in [
        (["--public-url", "trill.test"], "write it as https://"),
        (["--public-url", "https://0.0.0.0"], "names no machine"),
        (
            ["--public-url", "https://trill.test/page"],
            "more than a host and a port",
        ),
        (["--trusted-proxy", "proxy.test"], "10.0.0.7"),
        (
            ["--trusted-proxy", "10.0.0.1/8"],
            "write 10.0.0.0/8 or 10.0.0.1",
        ),
        (["--user-header", "a b"], "X-Forwarded-User"),
        (["--user-header", "Cookie"], "X-Forwarded-User"),
        (["--user-header", "trill-access"], "X-Forwarded-User"),
    ] {
        let (code, _, err) = text(&trill(&words).output().expect("it runs"));
        assert!(
            code == 64 && err.contains(part) && err.lines().count() == 1,
            "{words:?}: {err}"
        );
    }
}
