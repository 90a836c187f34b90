//! Control of a [`wire`](super::wire): the commands to the wire, and the order of its outbound
//! bytes. This file neither reads nor writes bytes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;

use crate::http2_frames::{self, HEAD, Head, Setting};
use crate::sync::Lock;

/// Maximum number of bytes written at once without a [`Pace`]: the size of one TLS record.
const PIECE: usize = 16 * 1024;

/// Way in which a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CloseMode {
    /// FIN, without a GOAWAY from the HTTP/2 library.
    Close,
    /// TCP reset.
    Reset,
}

/// Pace of a slow wire: bytes, then a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Maximum number of bytes at once.
    pub(crate) bytes: usize,
    /// Time between them and the next bytes.
    pub(crate) pause: Duration,
}

/// Frames that are created as they are sent, so that a flood takes no memory.
pub(crate) type Flood = Box<dyn Iterator<Item = Bytes> + Send>;

/// Command to a wire. Commands are carried out in order.
pub(crate) enum Command {
    /// Sends these bytes, which are whole frames unless they are meant to do harm.
    Send(Bytes),
    /// Sends a SETTINGS frame. Its acknowledgement is kept from the HTTP/2 library.
    Settings(Vec<Setting>),
    /// Sends many frames.
    Flood(Flood),
    /// Ends the connection.
    End(CloseMode),
}

/// Item that waits to go out.
pub(super) enum Waiting {
    /// Consecutive frames, joined because each write costs a TLS record and a system call.
    Bytes(BytesMut),
    /// Frames that are still to be created.
    Flood(Flood),
    /// End of the connection.
    End(CloseMode),
}

/// Control of a wire, shared with the tasks that serve the requests on the wire.
#[derive(Clone, Default)]
pub(crate) struct WireControl(pub(super) Arc<Lock<State>>);

/// State of a wire: what is to be done on it, and what was done.
#[derive(Default)]
pub(super) struct State {
    pub(super) out: VecDeque<Waiting>,
    pub(super) waiting: usize,
    first_settings: Vec<Setting>,
    has_greeted: bool,
    acknowledgements: VecDeque<Whose>,
    is_heard: bool,
    swallows_pongs: bool,
    pub(super) pace: Option<Pace>,
    pub(super) left: Option<(usize, CloseMode)>,
    after_streams: Vec<(u32, Vec<Command>)>,
    pub(super) is_frozen: bool,
    /// `true` while the library is told that no bytes have arrived and none can be written.
    pub(super) is_held: bool,
    pub(super) over: Option<CloseMode>,
    task: Option<Waker>,
}

/// Sender of SETTINGS that waits for the acknowledgement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Library,
    Wire,
}

impl WireControl {
    /// Sets these settings in the first SETTINGS frame.
    pub(crate) fn greet_with(&self, settings: &[Setting]) {
        self.0.lock().first_settings = settings.to_vec();
    }

    /// `true` if the client has acknowledged the first SETTINGS frame or a later one.
    pub(crate) fn are_heard(&self) -> bool {
        self.0.lock().is_heard
    }

    /// Drops the answers to PING frames from now on.
    pub(crate) fn swallow_pongs(&self) {
        self.0.lock().swallows_pongs = true;
    }

    /// Slows down the outbound bytes.
    pub(crate) fn slow_down(&self, pace: Pace) {
        self.0.lock().pace = Some(pace);
    }

    /// Ends the connection after this many more outbound bytes, even in the middle of a frame.
    pub(crate) fn cut_after(&self, bytes: usize, close_mode: CloseMode) {
        self.tell(|state| state.left = Some((bytes, close_mode)));
    }

    /// Sends nothing and ignores all inbound bytes from now on, but keeps the connection open.
    pub(crate) fn freeze(&self) {
        self.tell(|state| state.is_frozen = true);
    }

    /// Holds or releases the wire. A hold is needed because the library reads and writes whenever
    /// it is asked for a request, even for one that has already arrived. After the release, the
    /// library has to be asked again, because the release does not wake it.
    pub(crate) fn hold(&self, is_held: bool) {
        self.0.lock().is_held = is_held;
    }

    /// Gives the wire these commands, to be carried out now and in order.
    pub(crate) fn command(&self, commands: impl IntoIterator<Item = Command>) {
        self.tell(|state| commands.into_iter().for_each(|command| state.put(command)));
    }

    /// Gives the wire these commands, to be carried out after the last frame of a stream was sent.
    pub(crate) fn command_after(&self, stream: u32, commands: Vec<Command>) {
        self.0.lock().after_streams.push((stream, commands));
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.lock();
        change(&mut state);
        let task = state.task.take();
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
    }
}

impl State {
    /// Sets the task to wake at the next command.
    pub(super) fn wake_with(&mut self, task: &Waker) {
        if self
            .task
            .as_ref()
            .is_none_or(|known| !known.will_wake(task))
        {
            self.task = Some(task.clone());
        }
    }

    fn put(&mut self, command: Command) {
        match command {
            Command::Send(bytes) => self.send(&bytes),
            Command::Settings(values) => {
                self.acknowledgements.push_back(Whose::Wire);
                self.send(&http2_frames::settings(&values));
            }
            Command::Flood(flood) => self.out.push_back(Waiting::Flood(flood)),
            Command::End(close_mode) => self.out.push_back(Waiting::End(close_mode)),
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.waiting += bytes.len();
        match self.out.back_mut() {
            Some(Waiting::Bytes(last)) => last.extend_from_slice(bytes),
            _ => self.out.push_back(Waiting::Bytes(bytes.into())),
        }
    }

    /// Counts an acknowledgement of SETTINGS. Returns `true` if the HTTP/2 library is to see it.
    pub(super) fn acknowledge(&mut self) -> bool {
        self.is_heard = true;
        self.acknowledgements.pop_front() != Some(Whose::Wire)
    }

    /// Queues a whole frame from the HTTP/2 library.
    pub(super) fn pass(&mut self, frame: &[u8]) {
        let Some(head) = Head::read(frame) else {
            return;
        };
        if head.is(http2_frames::PING, http2_frames::ACK) && self.swallows_pongs {
            return;
        }
        let is_settings =
            head.kind == http2_frames::SETTINGS && head.flags & http2_frames::ACK == 0;
        if is_settings {
            self.acknowledgements.push_back(Whose::Library);
        }
        match is_settings && !self.has_greeted {
            true => self.greet(frame),
            false => self.send(frame),
        }
        if head.ends_stream() && !self.after_streams.is_empty() {
            let (now, later) = std::mem::take(&mut self.after_streams)
                .into_iter()
                .partition(|(stream, _)| *stream == head.stream);
            self.after_streams = later;
            let now: Vec<(u32, Vec<Command>)> = now;
            now.into_iter()
                .flat_map(|(_, commands)| commands)
                .for_each(|command| self.put(command));
        }
    }

    fn greet(&mut self, frame: &[u8]) {
        self.has_greeted = true;
        let mut settings = http2_frames::read_settings(&frame[HEAD..]);
        settings.retain(|(identifier, _)| {
            self.first_settings
                .iter()
                .all(|(changed, _)| changed != identifier)
        });
        settings.extend(&self.first_settings);
        self.send(&http2_frames::settings(&settings));
    }

    /// Returns the next bytes to send, including those of a flood; `Err` if the connection is to
    /// end.
    pub(super) fn next(&mut self) -> Result<Option<&mut BytesMut>, CloseMode> {
        if let Some((0, close_mode)) = self.left {
            return Err(close_mode);
        }
        loop {
            match self.out.front_mut() {
                None => return Ok(None),
                Some(Waiting::End(close_mode)) => return Err(*close_mode),
                Some(Waiting::Bytes(bytes)) if !bytes.is_empty() => break,
                Some(Waiting::Flood(flood)) => match flood.next() {
                    Some(bytes) => {
                        self.waiting += bytes.len();
                        self.out.push_front(Waiting::Bytes(bytes.into()));
                    }
                    None => drop(self.out.pop_front()),
                },
                Some(_) => drop(self.out.pop_front()),
            }
        }
        match self.out.front_mut() {
            Some(Waiting::Bytes(bytes)) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }

    /// Returns the maximum number of bytes that may be written at once.
    pub(super) fn allowance(&self) -> usize {
        let paced = self.pace.map_or(PIECE, |pace| pace.bytes);
        self.left.map_or(paced, |(left, _)| left.min(paced))
    }
}
