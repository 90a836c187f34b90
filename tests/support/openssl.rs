//! The openssl program: it makes the keys and judges the signatures, so that no test asks our own
//! cryptography whether our own cryptography is right.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use super::temp_dir::TempDir;

/// Runs openssl with `input` on its standard input and returns its standard output.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let (succeeded, output, complaint) = try_run(arguments, input);
    assert!(succeeded, "openssl {}: {complaint}", arguments.join(" "));
    output
}

/// A P-256 key in PKCS#8, as PEM.
pub(crate) fn p256_key() -> String {
    key(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
}

/// A key of another kind: what `openssl genpkey` is given.
pub(crate) fn key(kind: &[&str]) -> String {
    text(run(&[&["genpkey"], kind].concat(), b""))
}

/// The same key in the older SEC1 form, `BEGIN EC PRIVATE KEY`.
pub(crate) fn to_sec1(key: &str) -> String {
    text(run(&["pkey", "-traditional"], key.as_bytes()))
}

/// The same key in PKCS#8.
pub(crate) fn to_pkcs8(key: &str) -> String {
    text(run(&["pkcs8", "-topk8", "-nocrypt"], key.as_bytes()))
}

/// An RSA key as PKCS#1, `BEGIN RSA PRIVATE KEY`.
pub(crate) fn to_pkcs1(key: &str) -> String {
    text(run(&["rsa", "-traditional"], key.as_bytes()))
}

/// The same key behind a passphrase.
pub(crate) fn encrypted(key: &str) -> String {
    text(run(
        &[
            "pkcs8",
            "-topk8",
            "-v2",
            "aes-256-cbc",
            "-passout",
            "pass:secret",
        ],
        key.as_bytes(),
    ))
}

/// The public half, as the PEM of a SubjectPublicKeyInfo.
pub(crate) fn public_key(key: &str) -> String {
    text(run(&["pkey", "-pubout"], key.as_bytes()))
}

/// The bytes of a key, PKCS#8 in DER.
pub(crate) fn pkcs8_der(key: &str) -> Vec<u8> {
    run(
        &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"],
        key.as_bytes(),
    )
}

/// A certificate that the key signs for itself.
pub(crate) fn certificate(key: &str) -> String {
    let folder = TempDir::new();
    let key = folder.write("key.pem", key);
    text(run(
        &[
            "req",
            "-x509",
            "-new",
            "-key",
            path(&key),
            "-subj",
            "/CN=Trill test",
            "-days",
            "2",
        ],
        b"",
    ))
}

/// A certificate for a server of this name, which the key signs for itself.
pub(crate) fn server_certificate(key: &str, name: &str) -> String {
    let folder = TempDir::new();
    let key = folder.write("key.pem", key);
    let names = format!("subjectAltName=DNS:{name}");
    text(run(
        &[
            "req",
            "-x509",
            "-new",
            "-key",
            path(&key),
            "-subj",
            "/CN=Trill test",
            "-addext",
            &names,
            "-days",
            "2",
        ],
        b"",
    ))
}

/// Answer of a server over TLS, if it can prove with a certificate of the file `authority` that it is `name`.
pub(crate) fn ask_over_tls(
    address: std::net::SocketAddr,
    name: &str,
    authority: &std::path::Path,
    flags: &[&str],
    request: &[u8],
) -> Option<String> {
    let address = address.to_string();
    let ask = [
        "s_client",
        "-quiet",
        "-connect",
        &address,
        "-servername",
        name,
        "-verify_hostname",
        name,
    ];
    let trust = ["-CAfile", path(authority), "-verify_return_error"];
    let (succeeded, answer, _) = try_run(&[&ask[..], &trust, flags].concat(), request);
    succeeded.then(|| String::from_utf8_lossy(&answer).into_owned())
}

/// A certificate for pushes as Apple makes them, with these lines in its section of extensions, and
/// the key it belongs to.
pub(crate) fn push_certificate(subject: &str, extensions: &str) -> String {
    let key = p256_key();
    push_certificate_of(&key, subject, extensions, 3_650) + &key
}

/// The same for a given key and so many days; with -1 it expired yesterday.
pub(crate) fn push_certificate_of(
    key_pem: &str,
    subject: &str,
    extensions: &str,
    days: i32,
) -> String {
    let folder = TempDir::new();
    let key = folder.write("key.pem", key_pem);
    let config = folder.write(
        "config",
        format!(
            "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nextendedKeyUsage=clientAuth\n{extensions}"
        ),
    );
    let made = [
        "req",
        "-x509",
        "-new",
        "-key",
        path(&key),
        "-config",
        path(&config),
        "-extensions",
        "ext",
        "-subj",
        subject,
    ];
    let certificate = run(&made, b"");
    // Only this command makes certificates of the past.
    text(run(
        &["x509", "-signkey", path(&key), "-days", &days.to_string()],
        &certificate,
    ))
}

/// Certificate and key as PKCS#12: `form` is `-legacy` for the one of Keychain Access, with RC2 and 3DES.
pub(crate) fn p12(pem: &str, password: &str, form: &[&str]) -> Vec<u8> {
    let folder = TempDir::new();
    // openssl reads the file twice, once for the key.
    let pem = folder.write("pem", pem);
    run(
        &[
            &[
                "pkcs12",
                "-export",
                "-in",
                path(&pem),
                "-passout",
                &format!("pass:{password}"),
            ],
            form,
        ]
        .concat(),
        b"",
    )
}

/// Signs as Apple's shell recipe does: ECDSA over SHA-256, the signature in DER.
pub(crate) fn sign(key: &str, message: &[u8]) -> Vec<u8> {
    let folder = TempDir::new();
    let key = folder.write("key.pem", key);
    run(&["dgst", "-sha256", "-sign", path(&key)], message)
}

/// Returns `true` if a raw signature, R then S, of `message` belongs to the public key.
pub(crate) fn verifies(public_key: &str, message: &[u8], signature: &[u8; 64]) -> bool {
    let folder = TempDir::new();
    let public_key = folder.write("public.pem", public_key);
    let signature = folder.write("signature.der", signature_der(signature));
    try_run(
        &[
            "dgst",
            "-sha256",
            "-verify",
            path(&public_key),
            "-signature",
            path(&signature),
        ],
        message,
    )
    .0
}

/// A raw signature as the DER sequence of two integers that openssl reads.
pub(crate) fn signature_der(signature: &[u8; 64]) -> Vec<u8> {
    let numbers = [integer(&signature[..32]), integer(&signature[32..])].concat();
    [vec![0x30, length(&numbers)], numbers].concat()
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(bytes.len() - 1);
    let mut number = bytes[start..].to_vec();
    // DER reads a leading one bit as a minus sign.
    if number[0] >= 0x80 {
        number.insert(0, 0);
    }
    [vec![0x02, length(&number)], number].concat()
}

fn length(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).expect("a short form")
}

fn try_run(arguments: &[&str], input: &[u8]) -> (bool, Vec<u8>, String) {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the openssl program is installed: sh tests/needs");
    let mut stdin = child.stdin.take().expect("it was piped");
    let input = input.to_vec();
    // openssl may close its input early, which is no concern of the test.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("openssl ends");
    let _ = writer.join();
    (
        output.status.success(),
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("openssl writes PEM")
}

fn path(path: &std::path::Path) -> &str {
    path.to_str().expect("a temporary path is text")
}
