//! Compact text: JSON without the white space between its tokens, made while Trill is compiled.

/// JSON without white space, as far as `N` bytes hold it, and its length.
pub(super) const fn compact<const N: usize>(json: &[u8]) -> ([u8; N], usize) {
    let (mut bytes, mut length) = ([0; N], 0);
    let (mut is_in_text, mut is_escaped) = (false, false);
    let mut at = 0;
    while at < json.len() {
        let byte = json[at];
        at += 1;
        if is_in_text || !byte.is_ascii_whitespace() {
            if length < N {
                bytes[length] = byte;
            }
            length += 1;
        }
        if byte == b'"' && !is_escaped {
            is_in_text = !is_in_text;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    (bytes, length)
}
