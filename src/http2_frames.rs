//! HTTP/2 frames as bytes: a head of nine bytes and a payload (RFC 9113 §4.1 and §6).

use bytes::{BufMut, Bytes, BytesMut};

/// Length of the connection preface that a client sends first, in bytes.
pub(crate) const PREFACE: usize = 24;
/// Length of a frame head in bytes.
pub(crate) const HEAD: usize = 9;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

/// Flag of SETTINGS and PING.
pub(crate) const ACK: u8 = 1;
/// Flag of DATA and HEADERS.
pub(crate) const END_STREAM: u8 = 1;
/// Flag of HEADERS, PUSH_PROMISE and CONTINUATION.
pub(crate) const END_HEADERS: u8 = 4;

/// Identifiers of settings.
pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 3;
pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;
pub(crate) const MAX_FRAME_SIZE: u16 = 5;
pub(crate) const MAX_HEADER_LIST_SIZE: u16 = 6;

/// Largest stream id.
pub(crate) const LAST_STREAM: u32 = 0x7fff_ffff;

/// Setting: its identifier and value.
pub(crate) type Setting = (u16, u32);

/// Head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Length of the payload in bytes.
    pub(crate) length: usize,
    /// Frame type.
    pub(crate) kind: u8,
    /// Flags of the frame.
    pub(crate) flags: u8,
    /// Stream id; 0 for the connection.
    pub(crate) stream: u32,
}

impl Head {
    /// Reads a head; `None` if there are too few bytes.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let [a, b, c, kind, flags, s @ ..] = bytes.first_chunk::<HEAD>()?;
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        Some(Self {
            length,
            kind: *kind,
            flags: *flags,
            stream: u32::from_be_bytes(*s) & LAST_STREAM,
        })
    }

    /// `true` if the frame has this type and this flag.
    pub(crate) fn is(&self, kind: u8, flag: u8) -> bool {
        self.kind == kind && self.flags & flag != 0
    }

    /// `true` if the frame ends its stream.
    pub(crate) fn ends_stream(&self) -> bool {
        self.kind == RST_STREAM || self.is(DATA, END_STREAM) || self.is(HEADERS, END_STREAM)
    }
}

/// Creates a frame.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Bytes {
    misframed(payload.len(), kind, flags, stream, payload)
}

/// Creates a frame whose head states a length other than that of its payload.
pub(crate) fn misframed(length: usize, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(HEAD + payload.len());
    bytes.put_uint(length as u64, 3);
    bytes.put_u8(kind);
    bytes.put_u8(flags);
    bytes.put_u32(stream);
    bytes.put_slice(payload);
    bytes.freeze()
}

/// Creates a SETTINGS frame.
pub(crate) fn settings(values: &[Setting]) -> Bytes {
    let mut payload = BytesMut::with_capacity(values.len() * 6);
    for (identifier, value) in values {
        payload.put_u16(*identifier);
        payload.put_u32(*value);
    }
    frame(SETTINGS, 0, 0, &payload)
}

/// Reads the settings in a payload. A trailing incomplete one is ignored.
pub(crate) fn read_settings(payload: &[u8]) -> Vec<Setting> {
    let (settings, _) = payload.as_chunks::<6>();
    settings
        .iter()
        .map(|[a, b, value @ ..]| (u16::from_be_bytes([*a, *b]), u32::from_be_bytes(*value)))
        .collect()
}

/// Creates a GOAWAY frame with debug data.
pub(crate) fn goaway(last_stream: u32, code: u32, debug: &[u8]) -> Bytes {
    let payload = [&last_stream.to_be_bytes()[..], &code.to_be_bytes(), debug].concat();
    frame(GOAWAY, 0, 0, &payload)
}

#[cfg(test)]
mod tests {
    use super::{
        GOAWAY, HEAD, Head, MAX_CONCURRENT_STREAMS, SETTINGS, goaway, read_settings, settings,
    };

    #[test]
    fn heads_are_read_as_they_were_written() {
        let frame = goaway(7, 2, b"debug");
        let head = Head {
            length: 13,
            kind: GOAWAY,
            flags: 0,
            stream: 0,
        };
        assert_eq!(
            (Head::read(&frame), Head::read(&frame[..HEAD - 1])),
            (Some(head), None)
        );
        assert_eq!(&frame[HEAD..], b"\0\0\0\x07\0\0\0\x02debug");
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let values = [(MAX_CONCURRENT_STREAMS, 1), (0xff, u32::MAX)];
        let frame = settings(&values);
        assert_eq!(
            Head::read(&frame).map(|head| (head.kind, head.length)),
            Some((SETTINGS, 12))
        );
        assert_eq!(read_settings(&frame[HEAD..]), values);
    }
}
