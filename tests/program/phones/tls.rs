//! The listener for phones speaks TLS with the certificate of the page.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::{fs, thread, time::Duration};

use super::{Stage, TOKEN};
use crate::support::http1;
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

#[test]
fn with_a_certificate_the_listener_takes_https_only() {
    let folder = TempDir::new();
    let key = openssl::p256_key();
    let certificate = folder.write("cert.pem", openssl::server_certificate(&key, "trill.test"));
    let key = folder.write("key.pem", key);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let tls = [
        format!("--tls-cert={}", certificate.display()),
        format!("--tls-key={}", key.display()),
    ];
    let arguments = Stage::arguments(&folder, &[&tls[0], &tls[1]]);
    let trill = Trill::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let address = phones(&trill);
    let path = format!("/api/devices/{TOKEN}");
    let request = format!(
        "PUT {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let answer =
        openssl::ask_over_tls(address, "trill.test", &certificate, &[], request.as_bytes());
    let answer = answer.expect("it proves its name");
    assert!(
        answer.contains("HTTP/1.1 401") && answer.contains("app_secret"),
        "{answer}"
    );
    let plain = http1::try_request(address, "PUT", &path, &[], b"");
    assert!(plain.is_err(), "{plain:?}");
}

/// Address that the program prints for apps, a moment after its first line.
fn phones(trill: &Trill) -> SocketAddr {
    for _ in 0..200 {
        let out = trill.stdout();
        if let Some((_, rest)) = out.split_once("devices at https://")
            && let Some((address, _)) = rest.split_once('\n')
        {
            return address.parse().expect("an address");
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it prints no address for apps: {}", trill.stdout());
}
