//! The second opinions agree with each other: the key in Apple's form is still openssl's key, and
//! openssl can tell a right signature from a wrong one.

use base64ct::{Base64UrlUnpadded, Encoding};
use trill::apns::{ProviderToken, SigningKey};

use crate::support::{key_forms, openssl};

#[test]
fn apples_form_of_a_key_is_the_same_key() {
    for _ in 0..3 {
        let key = openssl::p256_key();
        let apple = key_forms::apple(&key);
        assert_eq!(openssl::public_key(&apple), openssl::public_key(&key));
        let ours = SigningKey::from_bytes(apple.as_bytes()).unwrap();
        assert_eq!(ours.public_key().to_pem(), openssl::public_key(&key));
        let number = SigningKey::from_random_bytes(&key_forms::scalar(&key)).unwrap();
        assert_eq!(number.public_key(), ours.public_key());
    }
}

#[test]
fn openssl_accepts_our_signature_and_no_other() {
    let key = openssl::p256_key();
    let ours = SigningKey::from_bytes(openssl::to_sec1(&key).as_bytes()).unwrap();
    let public_key = openssl::public_key(&key);
    for issued_at in 0..8 {
        let token = ProviderToken::sign(&ours, "ABC123DEFG", "TEAM654321", issued_at);
        let (signed, signature) = token.secret().rsplit_once('.').unwrap();
        let mut signature: [u8; 64] = Base64UrlUnpadded::decode_vec(signature)
            .unwrap()
            .try_into()
            .unwrap();
        assert!(openssl::verifies(
            &public_key,
            signed.as_bytes(),
            &signature
        ));
        assert!(!openssl::verifies(
            &public_key,
            b"another message",
            &signature
        ));
        signature[63] ^= 1;
        assert!(!openssl::verifies(
            &public_key,
            signed.as_bytes(),
            &signature
        ));
    }
}
