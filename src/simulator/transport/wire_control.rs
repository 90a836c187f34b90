//! Control of a [`wire`](super::wire): the commands to it, and the order in which bytes go out on
//! it. No bytes move here.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;

use crate::http2_frames::{self, HEAD, Head, Setting};
use crate::sync::Lock;

/// Most bytes that go out at once where nothing slows them down: those of one record of TLS.
const PIECE: usize = 16 * 1024;

/// Way in which a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CloseMode {
    /// With a FIN, without a GOAWAY of the library's.
    Close,
    /// With a TCP reset.
    Reset,
}

/// Pace of a slow wire: bytes, then a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// At most so many at once.
    pub(crate) bytes: usize,
    /// The time after them.
    pub(crate) pause: Duration,
}

/// Frames that are made as they are sent, so that a flood takes no memory here.
pub(crate) type Flood = Box<dyn Iterator<Item = Bytes> + Send>;

/// Command to a wire, carried out in turn.
pub(crate) enum Command {
    /// These bytes, which are whole frames unless they are meant to hurt.
    Send(Bytes),
    /// A SETTINGS frame; its acknowledgement is kept from the library.
    Settings(Vec<Setting>),
    /// Many frames.
    Flood(Flood),
    /// The end.
    End(CloseMode),
}

/// Item that waits to go out.
pub(super) enum Waiting {
    /// Frames, as many as came one after the other: each write is a record of TLS and a call of the
    /// system.
    Bytes(BytesMut),
    /// Frames to be made.
    Flood(Flood),
    /// The end.
    End(CloseMode),
}

/// Control of a wire, shared with those who serve the requests on it.
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
    /// True while the library is told that nothing has come and that nothing can go.
    pub(super) is_held: bool,
    pub(super) over: Option<CloseMode>,
    task: Option<Waker>,
}

/// Waiter for an acknowledgement of settings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Library,
    Wire,
}

impl WireControl {
    /// Changes these settings in the first SETTINGS frame.
    pub(crate) fn greet_with(&self, settings: &[Setting]) {
        self.0.lock().first_settings = settings.to_vec();
    }

    /// True if the other side has acknowledged the first settings, or those after them.
    pub(crate) fn are_heard(&self) -> bool {
        self.0.lock().is_heard
    }

    /// Answers no PING.
    pub(crate) fn swallow_pongs(&self) {
        self.0.lock().swallows_pongs = true;
    }

    /// Slows down what goes out.
    pub(crate) fn slow_down(&self, pace: Pace) {
        self.0.lock().pace = Some(pace);
    }

    /// Ends the connection when so many more bytes are out, in the middle of a frame or not.
    pub(crate) fn cut_after(&self, bytes: usize, close_mode: CloseMode) {
        self.tell(|state| state.left = Some((bytes, close_mode)));
    }

    /// Sends nothing and hears nothing from now on, but stays.
    pub(crate) fn freeze(&self) {
        self.tell(|state| state.is_frozen = true);
    }

    /// Holds the wire still, or lets go of it. The library looks at the wire whenever it is asked for
    /// a request, also for one that has come already. Whoever holds it asks again afterwards: the
    /// library is not woken.
    pub(crate) fn hold(&self, is_held: bool) {
        self.0.lock().is_held = is_held;
    }

    /// Has these done now, in turn.
    pub(crate) fn command(&self, commands: impl IntoIterator<Item = Command>) {
        self.tell(|state| commands.into_iter().for_each(|command| state.put(command)));
    }

    /// Has these done when the last frame of a stream has gone out.
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
    /// Task to wake at the next command.
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

    /// Takes an acknowledgement of settings; says whether it is for the library.
    pub(super) fn acknowledge(&mut self) -> bool {
        self.is_heard = true;
        self.acknowledgements.pop_front() != Some(Whose::Wire)
    }

    /// Takes a whole frame of the library.
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

    /// The next bytes to go out, of a flood too; `Err` when the end has come.
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

    /// Most bytes that may go at once.
    pub(super) fn allowance(&self) -> usize {
        let paced = self.pace.map_or(PIECE, |pace| pace.bytes);
        self.left.map_or(paced, |(left, _)| left.min(paced))
    }
}
