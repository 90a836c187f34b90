//! Hostile frames, which no server should send and clients have to survive.

use bytes::{BufMut, Bytes, BytesMut};

use super::fault::Hostile;
use super::seeded_random;
use crate::http2_frames::{self, END_HEADERS, LAST_STREAM, frame, misframed};
use crate::simulator::transport::wire_control::{CloseMode, Command, Flood};

const MOST_SETTINGS: usize = 100_000;
/// First byte of a header that is not in the table and is not to be added to it (RFC 7541 §6.2.2).
const LITERAL: u8 = 0;
/// `:status: 200` (RFC 7541, appendix A).
const STATUS_200: &[u8] = &[0x88];

/// Returns the commands that send the hostile frames. Frames that need a stream are sent as a
/// response on `stream`.
pub(crate) fn commands(
    wanted: Hostile,
    count: usize,
    bytes: usize,
    stream: u32,
    seed: u64,
) -> Vec<Command> {
    let payload = Bytes::from(vec![0; bytes]);
    let repeated = |frame: Bytes| Command::Flood(Box::new(std::iter::repeat_n(frame, count)));
    match wanted {
        Hostile::ContinuationFlood => {
            let more: Flood = Box::new(std::iter::repeat_n(
                frame(http2_frames::CONTINUATION, 0, stream, &header_piece(bytes)),
                count,
            ));
            vec![
                Command::Send(frame(http2_frames::HEADERS, 0, stream, STATUS_200)),
                Command::Flood(more),
            ]
        }
        Hostile::HugeHeader => {
            let first = frame(
                http2_frames::HEADERS,
                0,
                stream,
                &huge_header(count.saturating_mul(bytes)),
            );
            let rest = frame(http2_frames::CONTINUATION, 0, stream, &vec![b'x'; bytes]);
            let last = Command::Send(frame(http2_frames::CONTINUATION, END_HEADERS, stream, b""));
            vec![Command::Send(first), repeated(rest), last]
        }
        Hostile::ResetFlood => vec![repeated(frame(
            http2_frames::RST_STREAM,
            0,
            stream,
            &[0, 0, 0, 8],
        ))],
        Hostile::EmptyDataFlood => {
            let first = Command::Send(frame(
                http2_frames::HEADERS,
                END_HEADERS,
                stream,
                STATUS_200,
            ));
            vec![
                first,
                repeated(frame(http2_frames::DATA, 0, stream, &payload)),
            ]
        }
        Hostile::PingFlood => vec![repeated(frame(http2_frames::PING, 0, 0, &payload))],
        // Limited, because the wire remembers each SETTINGS frame until it is acknowledged.
        Hostile::SettingsFlood => (0..count.min(MOST_SETTINGS))
            .map(|_| Command::Settings(Vec::new()))
            .collect(),
        Hostile::WindowOverflow => vec![repeated(frame(
            http2_frames::WINDOW_UPDATE,
            0,
            0,
            &LAST_STREAM.to_be_bytes(),
        ))],
        Hostile::PushPromise => vec![repeated(frame(
            http2_frames::PUSH_PROMISE,
            END_HEADERS,
            stream,
            &[0, 0, 0, 2, 0x82],
        ))],
        Hostile::DataOnIdle => vec![repeated(frame(
            http2_frames::DATA,
            0,
            LAST_STREAM,
            &payload,
        ))],
        Hostile::OversizedFrame => vec![repeated(frame(http2_frames::DATA, 0, stream, &payload))],
        Hostile::TruncatedFrame => {
            let cut = misframed(
                bytes.max(1),
                http2_frames::DATA,
                0,
                stream,
                &payload[..bytes / 2],
            );
            vec![Command::Send(cut), Command::End(CloseMode::Close)]
        }
        Hostile::UnknownFrames => vec![repeated(frame(0xfa, 0xff, stream, &payload))],
        Hostile::Junk => vec![repeated(seeded_random::bytes(seed, bytes).into())],
    }
}

/// Returns a whole header of about this many bytes, so that a client that decodes each frame as it
/// arrives finds no error.
fn header_piece(bytes: usize) -> Bytes {
    let length = bytes.saturating_sub(4).min(126);
    let mut piece = BytesMut::new();
    piece.put_slice(&[LITERAL, 1, b'x', u8::try_from(length).unwrap_or(126)]);
    piece.put_bytes(b'x', length);
    piece.freeze()
}

/// Returns the beginning of a header whose value has this many bytes.
fn huge_header(bytes: usize) -> Bytes {
    let mut beginning = BytesMut::from(STATUS_200);
    beginning.put_slice(&[LITERAL, 1, b'x', 0x7f]);
    // Rest of an integer that does not fit its prefix (RFC 7541 §5.1).
    let mut rest = bytes.saturating_sub(127);
    while rest >= 128 {
        beginning.put_u8(u8::try_from(rest % 128).unwrap_or(0) | 0x80);
        rest /= 128;
    }
    beginning.put_u8(u8::try_from(rest).unwrap_or(0));
    beginning.freeze()
}
