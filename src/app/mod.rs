//! The page: a composer for VoIP pushes, and the virtual iPhone they ring.
//!
//! [`state`], [`form`] and [`report`] are pure and tested natively; the panels take values and
//! callbacks; [`browser`] holds the browser's services; [`App`] ties them together.

pub mod browser;
pub mod demo;
pub mod field;
pub mod form;
pub mod icons;
pub mod masthead;
pub mod outcome_panel;
pub mod payload_panel;
pub mod phone_panel;
pub mod report;
pub mod send;
pub mod signer_panel;
pub mod state;
pub mod target_panel;

use std::cell::Cell;
use std::rc::Rc;

use yew::platform::spawn_local;
use yew::prelude::*;

use self::browser::{clock, events, files, http, keyboard, random, storage, visibility};
use self::form::{Field, Form, Stops};
use self::masthead::Masthead;
use self::outcome_panel::OutcomePanel;
use self::payload_panel::PayloadPanel;
use self::phone_panel::PhonePanel;
use self::report::{Report, Silence};
use self::signer_panel::SignerPanel;
use self::state::{Action, HeldKey, RelayLink, State};
use self::target_panel::TargetPanel;
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, DeviceToken, Environment, Push, SigningKey};
use crate::call::placeholder::Values;

/// The state in Yew's hands.
#[derive(Clone, Default)]
struct Store(State);

impl Reducible for Store {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Self(Rc::unwrap_or_clone(self).0.reduce(action)))
    }
}

type Handle = UseReducerHandle<Store>;
type Dispatch = UseReducerDispatcher<Store>;

/// The whole page.
#[component]
pub fn App() -> Html {
    let store = use_reducer(|| Store(State::opening(storage::draft())));
    let gate = (*use_memo((), |()| Gate::default())).clone();
    let minute = use_minute();
    use_draft(&store);
    use_values(&store);
    use_phone(&store);

    let state = &store.0;
    let on_send = {
        let (store, gate) = (store.clone(), gate.clone());
        Callback::from(move |()| press_send(&store, &gate))
    };
    use_send_shortcut(on_send.clone());

    let dispatch = store.dispatcher();
    let on_edit = to(&dispatch, |(field, text)| Action::Edit(field, text));
    let on_leave = to(&dispatch, Action::Leave);
    let on_production = {
        let (store, gate) = (store.clone(), gate.clone());
        Callback::from(move |yes| {
            store.dispatch(Action::AnswerProduction(yes));
            if let (true, Some(key)) = (yes, store.0.key.clone()) {
                spawn_local(send_form(store.dispatcher(), gate.clone(), form_to_send(&store), key));
            }
        })
    };
    let on_demo = {
        let (store, gate) = (store.clone(), gate.clone());
        Callback::from(move |()| press_demo(&store, &gate))
    };
    let finding = |field| state.finding(field);
    let filled = state.filled();

    html! {
        <div class="page" data-environment={state.form.environment.as_str()}>
            <Masthead environment={state.form.environment} relay={state.relay} on_choose={to(&dispatch, Action::Choose)} />
            <main class="board">
                <PhonePanel
                    phone={state.phone.clone()}
                    environment={state.form.environment}
                    time={minute.0}
                    day={minute.1}
                    busy={state.sending}
                    has_set_aside={state.set_aside.is_some()}
                    {on_demo}
                    on_answer={on_phone_button(state, "answer")}
                    on_decline={on_phone_button(state, "decline")}
                    on_bring_back={to(&dispatch, |()| Action::BringBack)}
                />
                <div class="who">
                    <SignerPanel
                        key_source={state.key.as_ref().map(|key| AttrValue::from(key.source.clone()))}
                        key_finding={state.key_finding()}
                        key_id={state.form.key_id.clone()}
                        key_id_finding={finding(Field::KeyId)}
                        team_id={state.form.team_id.clone()}
                        team_id_finding={finding(Field::TeamId)}
                        on_file={on_key_file(&dispatch)}
                        on_paste={on_key_paste(&dispatch)}
                        on_forget={to(&dispatch, |()| Action::ForgetKey)}
                        on_edit={on_edit.clone()}
                        on_leave={on_leave.clone()}
                    />
                    <TargetPanel
                        bundle_id={state.form.bundle_id.clone()}
                        bundle_id_finding={finding(Field::BundleId)}
                        topic={state.form.topic().ok().map(|topic| AttrValue::from(topic.to_string()))}
                        device_token={state.form.device_token.clone()}
                        device_token_finding={finding(Field::DeviceToken)}
                        on_edit={on_edit.clone()}
                        on_leave={on_leave.clone()}
                    />
                </div>
                    <PayloadPanel
                        payload={state.form.payload.clone()}
                        bytes={filled.payload.len()}
                        finding={finding(Field::Payload)}
                        preview={filled.preview()}
                        environment={state.form.environment}
                        sending={state.sending}
                        asks_production={state.asks_production}
                        {on_edit}
                        {on_leave}
                        can_undo={state.replaced.is_some()}
                        on_template={to(&dispatch, Action::UseTemplate)}
                        on_undo={to(&dispatch, |()| Action::UndoTemplate)}
                        {on_send}
                        {on_production}
                    />
                    <OutcomePanel sending={state.sending} stopped={state.is_stopped()} report={state.report.clone()} on_enrol={on_enrol(&store, &gate)} />
            </main>
        </div>
    }
}

/// A callback that dispatches.
fn to<T: 'static>(dispatch: &Dispatch, action: impl Fn(T) -> Action + 'static) -> Callback<T> {
    let dispatch = dispatch.clone();
    Callback::from(move |value| dispatch.dispatch(action(value)))
}

/// The time and the day on the phone's lock screen.
#[hook]
fn use_minute() -> (AttrValue, AttrValue) {
    const HALF_MINUTE_MS: u32 = 30_000;
    let now = use_state(|| (AttrValue::from(clock::time_of_day()), AttrValue::from(clock::day())));
    let setter = now.setter();
    use_effect_with((), move |()| {
        let interval = gloo::timers::callback::Interval::new(HALF_MINUTE_MS, move || {
            setter.set((clock::time_of_day().into(), clock::day().into()));
        });
        move || drop(interval)
    });
    (*now).clone()
}

/// Keeps what is typed over a reload.
#[hook]
fn use_draft(store: &Handle) {
    use_effect_with(store.0.form.clone(), storage::keep_draft);
}

/// Draws values for the placeholders as soon as there are none.
#[hook]
fn use_values(store: &Handle) {
    let dispatch = store.dispatcher();
    use_effect_with(store.0.values.is_none(), move |none| {
        if *none {
            dispatch.dispatch(Action::Draw(draw(1)));
        }
    });
}

/// New values; the time is told again when they are sent.
fn draw(counter: u64) -> Values {
    let uuid = Uuid::from_random_bytes(random::bytes().unwrap_or_default());
    Values { uuid, now_ms: clock::unix_milliseconds(), counter, device: None }
}

/// Ctrl+Enter and ⌘+Enter, wherever the focus is.
#[hook]
fn use_send_shortcut(on_send: Callback<()>) {
    use_effect_with(on_send, |on_send| {
        let on_send = on_send.clone();
        let listener = keyboard::watch_send(move || on_send.emit(()));
        move || drop(listener)
    });
}

/// Follows the virtual iPhone of the form, while the page is in front.
#[hook]
fn use_phone(store: &Handle) {
    let visible = use_state(visibility::is_visible);
    let setter = visible.setter();
    use_effect_with((), move |()| {
        let listener = visibility::watch(move |now| setter.set(now));
        move || drop(listener)
    });

    let form = &store.0.form;
    let device = (form.environment == Environment::Simulator).then(|| DeviceToken::parse(&form.device_token).ok()).flatten();
    // What was seen of which phone; another phone is followed from its beginning.
    let seen = use_memo(device.clone(), |_| Rc::new(Cell::new(0)));
    let dispatch = store.dispatcher();
    {
        let dispatch = dispatch.clone();
        use_effect_with(device.clone(), move |_| dispatch.dispatch(Action::WatchAnother));
    }
    use_effect_with((device, *visible), move |(device, visible)| {
        let on_phone = dispatch.clone();
        let on_link = dispatch.clone();
        let stream = device.as_ref().filter(|_| *visible).and_then(|device| {
            let phone = move |view| on_phone.dispatch(Action::Phone(view));
            events::PhoneEvents::open(device, Rc::clone(&seen), phone, move |link| on_link.dispatch(Action::Relay(link)))
        });
        if stream.is_none() && *visible {
            spawn_local(look_for_relay(dispatch));
        }
        move || drop(stream)
    });
}

async fn look_for_relay(dispatch: Dispatch) {
    let answer = http::get("/api/relay").await;
    dispatch.dispatch(Action::Relay(if answer.is_some() { RelayLink::Up } else { RelayLink::Down }));
}

fn on_key_file(dispatch: &Dispatch) -> Callback<web_sys::File> {
    let dispatch = dispatch.clone();
    Callback::from(move |file| {
        let dispatch = dispatch.clone();
        spawn_local(async move {
            if let Some((name, bytes)) = files::read(file).await {
                let bytes = zeroize::Zeroizing::new(bytes);
                dispatch.dispatch(Action::OfferKey(name, SigningKey::from_bytes(&bytes)));
            }
        });
    })
}

fn on_key_paste(dispatch: &Dispatch) -> Callback<String, bool> {
    let dispatch = dispatch.clone();
    Callback::from(move |text: String| {
        let text = zeroize::Zeroizing::new(text);
        let offered = SigningKey::from_text(&text);
        let is_key = offered.is_ok();
        dispatch.dispatch(Action::OfferKey("Pasted key".to_owned(), offered));
        is_key
    })
}

fn on_phone_button(state: &State, button: &'static str) -> Callback<()> {
    let device = DeviceToken::parse(&state.form.device_token).ok();
    Callback::from(move |()| {
        if let Some(device) = device.clone() {
            // What the phone does then comes back as an event, here and in every other tab.
            spawn_local(async move {
                let _ = http::post(&format!("/api/simulator/devices/{device}/{button}")).await;
            });
        }
    })
}

fn on_enrol(store: &Handle, gate: &Gate) -> Callback<()> {
    let (store, gate) = (store.clone(), gate.clone());
    Callback::from(move |()| {
        let Some(key) = store.0.key.clone() else { return };
        let (form, dispatch, gate) = (form_to_send(&store), store.dispatcher(), gate.clone());
        spawn_local(enrol_and_send(dispatch, gate, form, key));
    })
}

/// The one button of a first visit: make a key and a phone, enrol them, send.
fn press_demo(store: &Handle, gate: &Gate) {
    let Some((form, key)) = demo::prepare(&store.0) else { return };
    if gate.is_closed() {
        return;
    }
    store.dispatch(Action::StartDemo(form.clone(), Rc::clone(&key)));
    let state = store.0.clone().reduce(Action::StartDemo(form, Rc::clone(&key)));
    spawn_local(enrol_and_send(store.dispatcher(), gate.clone(), filled_now(state), key));
}

/// The form with the values of this send; the next one draws anew.
fn form_to_send(store: &Handle) -> Form {
    filled_now(store.0.clone())
}

fn filled_now(mut state: State) -> Form {
    if let Some(values) = &mut state.values {
        values.now_ms = clock::unix_milliseconds();
    }
    state.filled()
}

/// Sends, unless something stands in the way; then the page says what.
fn press_send(store: &Handle, gate: &Gate) {
    let state = &store.0;
    let form = form_to_send(store);
    match (new_push(&form, state.key.is_some()), state.key.clone()) {
        (Err(stops), _) => store.dispatch(Action::Stop(stops)),
        (Ok(_), _) if state.form.environment == Environment::Production && !state.may_use_production => {
            store.dispatch(Action::AskProduction);
        }
        (Ok(_), Some(key)) => spawn_local(send_form(store.dispatcher(), gate.clone(), form, key)),
        (Ok(_), None) => {}
    }
}

async fn enrol_and_send(dispatch: Dispatch, gate: Gate, form: Form, key: Rc<HeldKey>) {
    match demo::enrol(&form, &key.key.public_key()).await {
        Ok(_) => send_form(dispatch, gate, form, key).await,
        Err(_) => {
            if let Ok(push) = new_push(&form, true) {
                end(&dispatch, Report::of_silence(&push, Silence::NoRelay, 0));
            }
        }
    }
}

async fn send_form(dispatch: Dispatch, gate: Gate, form: Form, key: Rc<HeldKey>) {
    let Ok(push) = new_push(&form, true) else { return };
    if !gate.close() {
        return;
    }
    dispatch.dispatch(Action::Begin);
    dispatch.dispatch(Action::Draw(draw(gate.count())));
    let (key_id, team_id) = (form.key_id.trim().to_owned(), form.team_id.trim().to_owned());
    end(&dispatch, send::send(push, key, key_id, team_id).await);
    gate.open();
}

fn end(dispatch: &Dispatch, report: Report) {
    let link = if report.status.is_some() { RelayLink::Up } else { RelayLink::Down };
    dispatch.dispatch(Action::Relay(link));
    dispatch.dispatch(Action::End(Box::new(report)));
}

/// The push the form describes, under a name of its own: every press of Send is another push.
fn new_push(form: &Form, has_key: bool) -> Result<Push, Stops> {
    let apns_id = ApnsId::from_random_bytes(random::bytes().unwrap_or_default());
    form.push(has_key, apns_id)
}

/// Open while nothing is being sent, and a counter of what was. The state says so too, but only after the next drawing; a
/// second press may be faster.
#[derive(Clone, Default)]
struct Gate(Rc<(Cell<bool>, Cell<u64>)>);

impl Gate {
    fn is_closed(&self) -> bool {
        self.0.0.get()
    }

    /// Closes it; whether it was open.
    fn close(&self) -> bool {
        !self.0.0.replace(true)
    }

    /// The number of the next send.
    fn count(&self) -> u64 {
        self.0.1.set(self.0.1.get() + 1);
        self.0.1.get() + 1
    }

    fn open(&self) {
        self.0.0.set(false);
    }
}
