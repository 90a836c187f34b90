//! Key files in the forms people have them. Apple's `.p8` names the curve a second time inside the
//! key, which no openssl command writes; it is put together here from an openssl-made key.

use base64ct::{Base64, Encoding};

use super::openssl;

/// id-ecPublicKey and prime256v1, the algorithm of a P-256 key.
const ALGORITHM: [u8; 21] = [
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];
/// The curve once more, as the inner `parameters [0]`.
const INNER_PARAMETERS: [u8; 12] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
];

/// The key as Apple's portal hands it out: 150 bytes of PKCS#8, no line break after the last line.
pub(crate) fn apple(key: &str) -> String {
    let parts = Parts::of(key);
    let inner = sequence(&[
        &[0x02, 0x01, 0x01],
        &[0x04, 0x20],
        &parts.scalar[..],
        &INNER_PARAMETERS,
        &parts.public_key,
    ]);
    let inner_length = u8::try_from(inner.len()).expect("a short form");
    let der = sequence(&[
        &[0x02, 0x01, 0x00],
        &ALGORITHM,
        &[0x04, inner_length],
        &inner,
    ]);
    assert_eq!(der.len(), 150, "Apple's form");
    pem("PRIVATE KEY", &der)
}

/// The secret number of a P-256 key.
pub(crate) fn scalar(key: &str) -> [u8; 32] {
    Parts::of(key).scalar
}

struct Parts {
    scalar: [u8; 32],
    /// `publicKey [1]`, tag and all.
    public_key: Vec<u8>,
}

impl Parts {
    fn of(key: &str) -> Self {
        let der = openssl::pkcs8_der(key);
        assert_eq!(der.len(), 138, "what openssl writes for P-256");
        // 138 bytes always end in the 32 of the number and the 70 of the public half.
        let scalar = der[36..68].try_into().expect("32 bytes");
        Self {
            scalar,
            public_key: der[68..].to_vec(),
        }
    }
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u8::try_from(body.len()).expect("less than 256 bytes");
    let head = if length < 0x80 {
        vec![0x30, length]
    } else {
        vec![0x30, 0x81, length]
    };
    [head, body].concat()
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    let lines: Vec<&str> = (0..body.len())
        .step_by(64)
        .map(|start| &body[start..body.len().min(start + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----",
        lines.join("\n")
    )
}
