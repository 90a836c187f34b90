//! Page: its document and assets. A release build has them in memory; a debug build reads them from
//! the folder `dist`.

use std::io::Read as _;
use std::path::Path;
use std::str::from_utf8;
use std::sync::{LazyLock, OnceLock};

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{CONTENT_ENCODING, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use ring::digest::{SHA256, digest};

use super::encoding::accepts;
use super::problem::Problem;
use super::reply::{self, Reply};

/// A file of the page, as prepared by the build script.
pub(crate) struct File {
    /// Path in the URL; `/` for the document.
    pub(crate) path: &'static str,
    /// Uncompressed contents; empty if gzip is shorter. Clients that take neither coding are rare.
    pub(crate) identity: &'static [u8],
    /// Contents in brotli; empty if that is not shorter.
    pub(crate) brotli: &'static [u8],
    /// Contents in gzip; empty if that is not shorter.
    pub(crate) gzip: &'static [u8],
    /// Uncompressed contents, once somebody has asked for them.
    pub(crate) inflated: OnceLock<Bytes>,
}

// The files of the page: `static FILES`.
include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Output folder of Trunk, relative to the working directory.
const FOLDER: &str = "dist";
const DOCUMENT: &str = "index.html";
const NO_STORE: &str = "no-store";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const BINARY: &str = "application/octet-stream";

const NO_PAGE: &str = "Trill is running, but this debug build carries no page.\n\n\
    Run `trunk build` in the project's folder and reload, or start it with `cargo run --release`.\n";

/// Content security policy of the document in memory.
static POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| policy(&find("/").map(identity).unwrap_or_default()));

/// `true` if the page has a file at `path` in memory.
pub(crate) fn is_known(path: &str) -> bool {
    path == "/" || find(path).is_some()
}

/// Files of the page, uncompressed. Empty in a debug build.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, Bytes)> {
    FILES.iter().map(|file| (file.path, identity(file)))
}

/// Answers a request for the page or one of its files.
pub(crate) async fn answer(parts: &Parts) -> Result<Reply, Problem> {
    let path = parts.uri.path();
    if let Some(file) = find(path) {
        return Ok(embedded(file, &parts.headers));
    }
    if !FILES.is_empty() {
        return Err(Problem::not_found());
    }
    let name = if path == "/" { DOCUMENT } else { &path[1..] }.to_owned();
    let found = tokio::task::spawn_blocking(move || {
        from_folder(Path::new(FOLDER), &name).map(|bytes| (bytes, content_type(&name)))
    });
    match found.await {
        Ok(Some((bytes, kind))) if path == "/" => Ok(reply::document(kind, policy(&bytes), bytes)),
        Ok(Some((bytes, kind))) => Ok(reply::asset(kind, NO_STORE, bytes)),
        _ if path == "/" => Ok(reply::document(
            "text/plain; charset=utf-8",
            policy(&[]),
            Bytes::from_static(NO_PAGE.as_bytes()),
        )),
        _ => Err(Problem::not_found()),
    }
}

/// Returns the content security policy of a document. Of styles that stand in the document itself it
/// permits those that the document has, by their hashes.
fn policy(document: &[u8]) -> HeaderValue {
    let mut styles = String::from("'self'");
    for part in from_utf8(document)
        .unwrap_or_default()
        .split("<style>")
        .skip(1)
    {
        let style = part.split("</style>").next().unwrap_or_default();
        let hash = Base64::encode_string(digest(&SHA256, style.as_bytes()).as_ref());
        styles.extend([" 'sha256-", &hash, "'"]);
    }
    let policy = [
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src ",
        &styles,
        "; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ];
    HeaderValue::try_from(policy.concat()).expect("a policy is ASCII")
}

fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

fn embedded(file: &'static File, headers: &HeaderMap) -> Reply {
    let (encoding, bytes) = select(file, headers);
    // The build names every file except the document by its hash.
    let mut reply = match file.path {
        "/" => reply::document(content_type(DOCUMENT), POLICY.clone(), bytes),
        path => reply::asset(content_type(path), IMMUTABLE, bytes),
    };
    reply
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        reply
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    reply
}

/// Returns the shortest form that the browser accepts.
fn select(file: &File, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
    if !file.brotli.is_empty() && accepts(headers, "br") {
        (Some("br"), Bytes::from_static(file.brotli))
    } else if !file.gzip.is_empty() && accepts(headers, "gzip") {
        (Some("gzip"), Bytes::from_static(file.gzip))
    } else {
        (None, identity(file))
    }
}

/// Uncompressed contents of a file of the page.
fn identity(file: &File) -> Bytes {
    let inflate = || match file.gzip {
        [] => Bytes::from_static(file.identity),
        gzip => inflated(gzip),
    };
    file.inflated.get_or_init(inflate).clone()
}

fn inflated(gzip: &[u8]) -> Bytes {
    let mut bytes = Vec::new();
    let read = GzDecoder::new(gzip).read_to_end(&mut bytes);
    read.expect("the build script has compressed it");
    bytes.into()
}

/// Reads a file by comparing its exact name with a directory listing, so that no name can lead out
/// of the folder.
fn from_folder(folder: &Path, name: &str) -> Option<Bytes> {
    let mut entries = std::fs::read_dir(folder).ok()?.flatten();
    let entry = entries.find(|entry| {
        entry.file_name() == name && entry.file_type().is_ok_and(|kind| kind.is_file())
    })?;
    std::fs::read(entry.path()).ok().map(Bytes::from)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => BINARY,
    }
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT_ENCODING;

    use super::*;

    static SCRIPT: File = File {
        path: "/app-1a2b.js",
        identity: b"",
        brotli: b"br",
        gzip: GZIP,
        inflated: OnceLock::new(),
    };
    /// RFC 1952: the word *plain*, stored.
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xffplain\xcfb \x19\x05\x00\x00\x00";

    fn chosen(accept: &str) -> Bytes {
        let headers = HeaderMap::from_iter([(
            ACCEPT_ENCODING,
            HeaderValue::from_str(accept).expect("a header value"),
        )]);
        select(&SCRIPT, &headers).1
    }

    #[test]
    fn the_shortest_accepted_form_is_chosen() {
        for (accept, bytes) in [
            ("gzip, deflate, br, zstd", &b"br"[..]),
            ("gzip, deflate", GZIP),
            ("GZIP;q=0.5", GZIP),
            ("br;q=0, gzip", GZIP),
            ("br; q=0.0, gzip;q=0", b"plain"),
            ("*", b"br"),
            ("*;q=0", b"plain"),
            ("br;q=0, *", GZIP),
            ("identity", b"plain"),
            ("", b"plain"),
            ("br;q=nonsense", b"plain"),
            ("brr", b"plain"),
        ] {
            assert_eq!(chosen(accept), bytes, "accept-encoding: {accept}");
        }
        assert_eq!(select(&SCRIPT, &HeaderMap::new()).1, "plain");
    }

    #[test]
    fn every_file_of_the_page_is_served_in_every_encoding() {
        for file in &FILES {
            let plain = select(file, &HeaderMap::new()).1;
            assert!(!plain.is_empty(), "{}", file.path);
            // A gzip file ends with the length of its contents.
            let said = file
                .gzip
                .last_chunk()
                .map(|end| u32::from_le_bytes(*end) as usize);
            assert!(said.is_none_or(|said| said == plain.len()), "{}", file.path);
        }
    }

    #[test]
    fn an_asset_is_immutable_and_has_its_headers() {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        let reply = embedded(&SCRIPT, &headers);
        let header = |name: &str| {
            reply
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        assert_eq!(header("cache-control"), IMMUTABLE);
        assert_eq!(header("content-encoding"), "gzip");
        assert_eq!(header("vary"), "accept-encoding");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    }

    #[test]
    fn only_plain_names_are_read_from_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(from_folder(folder, "Cargo.toml").is_some());
        for name in [
            "",
            ".",
            "..",
            "src",
            "src/main.rs",
            "../Cargo.toml",
            "./Cargo.toml",
            "cargo.toml",
            "%43argo.toml",
            "/etc/passwd",
        ] {
            assert!(from_folder(folder, name).is_none(), "{name}");
        }
    }
}
