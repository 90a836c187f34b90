//! Tests of the wire.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::{ResettableStream, Wire};
use crate::http2_frames::{
    ACK, DATA, END_STREAM, MAX_CONCURRENT_STREAMS, PING, PREFACE, SETTINGS, frame, settings,
};
use crate::simulator::transport::wire_control::{CloseMode, Command, Pace, WireControl};

impl ResettableStream for DuplexStream {
    fn end_with_reset(&self) {}
}

fn wire(wire_control: &WireControl) -> (Wire<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(1 << 20);
    (Wire::new(near, wire_control.clone()), far)
}

/// Returns the bytes that the client receives when the library writes `pieces`.
async fn sent(wire_control: &WireControl, pieces: &[&[u8]]) -> Vec<u8> {
    let (mut wire, mut far) = wire(wire_control);
    for piece in pieces {
        wire.write_all(piece).await.expect("it takes it");
    }
    wire.flush().await.expect("it sends it");
    drop(wire);
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).await.expect("it comes");
    bytes
}

/// Returns the bytes that the library receives when the client writes `bytes`.
async fn heard(
    wire: &mut Wire<DuplexStream>,
    far: &mut DuplexStream,
    bytes: &[u8],
    length: usize,
) -> Vec<u8> {
    for byte in bytes {
        far.write_all(&[*byte]).await.expect("it takes it");
    }
    let mut heard = vec![0; length];
    wire.read_exact(&mut heard).await.expect("it comes");
    heard
}

#[tokio::test]
async fn without_a_command_every_byte_is_passed_on() {
    let whole = [
        settings(&[(MAX_CONCURRENT_STREAMS, 9)]),
        frame(DATA, 0, 1, b"hello"),
        frame(PING, ACK, 0, &[0; 8]),
    ]
    .concat();
    assert_eq!(sent(&WireControl::default(), &[&whole]).await, whole);
    let bytes: Vec<_> = whole.chunks(1).collect();
    assert_eq!(sent(&WireControl::default(), &bytes).await, whole);
}

#[tokio::test]
async fn only_the_first_settings_are_changed() {
    let wire_control = WireControl::default();
    wire_control.greet_with(&[(MAX_CONCURRENT_STREAMS, 1)]);
    let own = settings(&[(MAX_CONCURRENT_STREAMS, 9), (6, 7)]);
    let expected = [
        settings(&[(6, 7), (MAX_CONCURRENT_STREAMS, 1)]),
        own.clone(),
    ]
    .concat();
    assert_eq!(sent(&wire_control, &[&own, &own]).await, expected);
}

#[tokio::test]
async fn frames_are_inserted_between_frames() {
    let wire_control = WireControl::default();
    let (mut wire, mut far) = wire(&wire_control);
    let whole = frame(DATA, 0, 1, b"hello");
    wire.write_all(&whole[..4]).await.expect("it takes it");
    wire_control.command([
        Command::Send(frame(PING, 0, 0, &[1; 8])),
        Command::Flood(Box::new(std::iter::once(Bytes::from_static(b"x")))),
    ]);
    wire.write_all(&whole[4..]).await.expect("it takes it");
    wire.flush().await.expect("it sends it");
    drop(wire);
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).await.expect("it comes");
    assert_eq!(
        bytes,
        [frame(PING, 0, 0, &[1; 8]), Bytes::from_static(b"x"), whole].concat()
    );
}

#[tokio::test]
async fn a_command_after_a_stream_is_carried_out_when_the_stream_has_ended() {
    let wire_control = WireControl::default();
    wire_control.command_after(3, vec![Command::Send(frame(PING, 0, 0, &[3; 8]))]);
    let (one, three) = (
        frame(DATA, END_STREAM, 1, b""),
        frame(DATA, END_STREAM, 3, b""),
    );
    let open = frame(DATA, 0, 3, b"x");
    assert_eq!(
        sent(&wire_control, &[&open, &one, &three]).await,
        [open, one, three, frame(PING, 0, 0, &[3; 8])].concat()
    );
}

#[tokio::test]
async fn acknowledgements_of_inserted_settings_are_swallowed() {
    let wire_control = WireControl::default();
    let (mut wire, mut far) = wire(&wire_control);
    wire.write_all(&settings(&[])).await.expect("it takes it");
    wire_control.command([Command::Settings(vec![(MAX_CONCURRENT_STREAMS, 1)])]);
    wire.write_all(&settings(&[])).await.expect("it takes it");
    let ack = frame(SETTINGS, ACK, 0, b"");
    let (preface, ping) = (vec![b'P'; PREFACE], frame(PING, 0, 0, &[1; 8]));
    let bytes = [&preface[..], &ack, &ack, &ping, &ack].concat();
    let expected = [&preface[..], &ack, &ping, &ack].concat();
    assert_eq!(
        heard(&mut wire, &mut far, &bytes, expected.len()).await,
        expected
    );
}

#[tokio::test]
async fn pongs_are_swallowed() {
    let wire_control = WireControl::default();
    wire_control.swallow_pongs();
    let ping = frame(PING, 0, 0, &[1; 8]);
    assert_eq!(
        sent(&wire_control, &[&frame(PING, ACK, 0, &[2; 8]), &ping]).await,
        ping
    );
}

#[tokio::test]
async fn a_cut_falls_in_the_middle_of_a_frame() {
    let wire_control = WireControl::default();
    wire_control.cut_after(5, CloseMode::Close);
    let whole = frame(DATA, 0, 1, b"hello");
    assert_eq!(sent(&wire_control, &[&whole, &whole]).await, whole[..5]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_wire_pauses_after_each_piece() {
    let wire_control = WireControl::default();
    wire_control.slow_down(Pace {
        bytes: 1,
        pause: Duration::from_secs(1),
    });
    let begun = tokio::time::Instant::now();
    let whole = frame(DATA, 0, 1, b"hello");
    assert_eq!(sent(&wire_control, &[&whole]).await, whole);
    assert_eq!(begun.elapsed().as_secs(), 14);
}

#[tokio::test]
async fn the_end_comes_after_the_earlier_commands() {
    let wire_control = WireControl::default();
    let (mut wire, mut far) = wire(&wire_control);
    wire_control.command([
        Command::Send(frame(PING, 0, 0, &[1; 8])),
        Command::End(CloseMode::Close),
        Command::Send(frame(PING, 0, 0, &[2; 8])),
    ]);
    let read = tokio::spawn(async move {
        let mut bytes = Vec::new();
        wire.read_to_end(&mut bytes).await.map(|_| bytes)
    });
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).await.expect("it comes");
    drop(far);
    assert_eq!(bytes, frame(PING, 0, 0, &[1; 8]));
    assert_eq!(
        read.await.expect("no panic").expect("the end is no error"),
        b""
    );
}

#[tokio::test]
async fn a_frozen_wire_sends_and_hears_nothing() {
    let wire_control = WireControl::default();
    wire_control.freeze();
    let (mut wire, mut far) = wire(&wire_control);
    wire.write_all(&settings(&[])).await.expect("it takes it");
    wire.flush().await.expect("it pretends");
    far.write_all(b"hello").await.expect("it goes");
    far.shutdown().await.expect("it goes");
    let mut bytes = Vec::new();
    wire.read_to_end(&mut bytes)
        .await
        .expect("the end is no error");
    drop(wire);
    far.read_to_end(&mut bytes)
        .await
        .expect("the end is no error");
    assert_eq!(bytes, b"");
}
