//! Starts of `trill serve`: an unsafe one fails and says what would be right; a safe one says how to get in.

mod access;
#[cfg(unix)]
mod pipes;
mod refusals;

use crate::support::openssl;
use crate::support::temp_dir::TempDir;

const EVERYWHERE: &str = "0.0.0.0:0";
const HTTPS: [&str; 2] = ["--public-url", "https://trill.test"];
const HTTP: [&str; 2] = ["--public-url", "http://trill.test:8080"];
const USER: [&str; 2] = ["--user-header", "X-Forwarded-User"];
const PROXY: [&str; 2] = ["--trusted-proxy", "10.0.0.7"];
const NO_AUTH: [&str; 1] = ["--insecure-no-auth"];
const PLAIN: [&str; 1] = ["--insecure-http"];

/// Flags, several together.
type Flags<'a> = &'a [&'a [&'a str]];

/// The files of an operator.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new();
        let key = openssl::p256_key();
        folder.write("cert.pem", openssl::server_certificate(&key, "trill.test"));
        folder.write("locked.pem", openssl::encrypted(&key));
        folder.write("key.pem", key);
        folder.write("other.pem", openssl::p256_key());
        folder.write("token", format!("{}\n", "0123456789abcdef".repeat(4)));
        folder.write("short", "hunter2");
        // A warning would stand before the sentence if others could read them.
        #[cfg(unix)]
        for secret in ["locked.pem", "key.pem", "other.pem", "token", "short"] {
            let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(folder.path().join(secret), only_mine).expect("it is ours");
        }
        Self { folder }
    }

    fn flag(&self, flag: &str, file: &str) -> [String; 2] {
        [
            flag.to_owned(),
            self.folder.path().join(file).to_string_lossy().into_owned(),
        ]
    }

    fn tls(&self, certificate: &str, key: &str) -> Vec<String> {
        [
            self.flag("--tls-cert", certificate),
            self.flag("--tls-key", key),
        ]
        .concat()
    }

    fn token(&self, file: &str) -> Vec<String> {
        self.flag("--access-token-file", file).to_vec()
    }
}

fn arguments(listen: &str, parts: &[&[&str]], more: &[String]) -> Vec<String> {
    let words = ["serve", "--listen", listen];
    words
        .iter()
        .chain(parts.iter().copied().flatten())
        .map(|word| (*word).to_owned())
        .chain(more.iter().cloned())
        .collect()
}
