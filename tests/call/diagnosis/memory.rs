//! The memory of devices: what it learns, keeps and forgets.

use trill::apns::{DeviceToken, Environment, Outcome, Reason};
use trill::diagnosis::{DeviceMemory, Diagnosis, Past, Rank, diagnose};

use super::{TOPIC, failure, known, success};

fn token(number: u8) -> DeviceToken {
    DeviceToken::from_bytes(&[number; 32])
}

/// Refused in sandbox, then accepted in production.
fn moved() -> DeviceMemory {
    let mut memory = DeviceMemory::default();
    memory.learn(&token(1), &failure(Environment::Sandbox, "BadDeviceToken"));
    memory.learn(&token(1), &success(Environment::Production, TOPIC));
    memory
}

fn refused_in_sandbox(history: &[Past<'_>]) -> Vec<Diagnosis> {
    diagnose(&trill::diagnosis::Circumstances {
        history,
        ..known(Outcome::Rejected, Some("BadDeviceToken"))
    })
}

#[test]
fn a_device_token_belongs_to_where_it_worked() {
    let memory = moved();
    assert_eq!(
        (memory.home(&token(1)), memory.home(&token(2))),
        (Some(Environment::Production), None)
    );
    let history = memory.history(&token(1));
    assert_eq!(
        history,
        [
            Past {
                environment: Environment::Sandbox,
                topic: "",
                outcome: Outcome::Rejected,
                reason: Some("BadDeviceToken")
            },
            success(Environment::Production, TOPIC),
        ]
    );
    let diagnoses = refused_in_sandbox(&history);
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("token-other-environment", Rank::Certain)
    );
    assert!(memory.history(&token(2)).is_empty());
}

#[test]
fn a_refusal_alone_is_remembered_too() {
    let mut memory = DeviceMemory::default();
    memory.learn(
        &token(1),
        &failure(Environment::Production, "BadDeviceToken"),
    );
    assert_eq!(memory.home(&token(1)), None);
    let diagnoses = refused_in_sandbox(&memory.history(&token(1)));
    assert_eq!(
        super::rank(&diagnoses, "token-other-environment"),
        Rank::RuledOut
    );
    // Once it works there, the refusal was about something else.
    memory.learn(&token(1), &success(Environment::Production, TOPIC));
    assert_eq!(
        memory.history(&token(1)),
        [success(Environment::Production, TOPIC)]
    );
}

#[test]
fn what_says_nothing_about_the_device_teaches_nothing() {
    let mut memory = DeviceMemory::default();
    for simulator in [Environment::Simulator, Environment::SimulatorProduction] {
        memory.learn(&token(1), &success(simulator, TOPIC));
    }
    for outcome in [Outcome::NotSent, Outcome::Unknown] {
        memory.learn(
            &token(1),
            &Past {
                environment: Environment::Sandbox,
                topic: TOPIC,
                outcome,
                reason: None,
            },
        );
    }
    for reason in Reason::all().filter(|reason| *reason != Reason::BadDeviceToken) {
        memory.learn(&token(1), &failure(Environment::Sandbox, reason.as_str()));
    }
    assert_eq!(memory, DeviceMemory::default());
}

#[test]
fn it_comes_back_from_its_text() {
    let mut memory = moved();
    memory.learn(&token(2), &success(Environment::Sandbox, ""));
    memory.learn(&token(3), &failure(Environment::Sandbox, "BadDeviceToken"));
    let text = memory.to_text();
    assert_eq!(DeviceMemory::read(&text), memory);
    assert_eq!(text.lines().count(), 4);
    assert_eq!(
        DeviceMemory::read(&DeviceMemory::default().to_text()),
        DeviceMemory::default()
    );
    // Neither a device token nor a part of one that would tell it.
    assert!(
        !text.contains("01010101") && !text.contains("02020202"),
        "{text}"
    );
}

#[test]
fn a_topic_that_would_break_the_text_is_not_kept() {
    for topic in [
        "com.example calls.voip",
        "com.example\ncalls",
        "com.exämple",
        &"a".repeat(161),
    ] {
        let mut memory = DeviceMemory::default();
        memory.learn(
            &token(1),
            &Past {
                topic,
                ..success(Environment::Sandbox, "")
            },
        );
        assert_eq!(DeviceMemory::read(&memory.to_text()), memory, "{topic:?}");
        assert_eq!(
            memory.history(&token(1)),
            [success(Environment::Sandbox, "")]
        );
    }
}

#[test]
fn it_keeps_the_latest_devices_only() {
    let mut memory = DeviceMemory::default();
    for number in 0..64 {
        memory.learn(&token(number), &success(Environment::Sandbox, TOPIC));
    }
    assert_eq!(memory.home(&token(0)), Some(Environment::Sandbox));
    // A device that is used again is a late one.
    memory.learn(&token(0), &success(Environment::Production, TOPIC));
    memory.learn(&token(64), &success(Environment::Sandbox, TOPIC));
    assert_eq!(
        (memory.home(&token(0)), memory.home(&token(1))),
        (Some(Environment::Production), None)
    );
    assert_eq!(memory.to_text().lines().count(), 1 + DeviceMemory::MOST);
    assert!(memory.to_text().len() < 16 * 1024);
    assert_eq!(DeviceMemory::read(&memory.to_text()), memory);
}

#[test]
fn any_other_text_is_no_memory() {
    let good = moved().to_text();
    let line = good.lines().nth(1).unwrap();
    let too_many = format!("{good}{}", format!("\n{line}").repeat(64));
    let bad = [
        "",
        "\n",
        "{}",
        "trill devices 2",
        &good.replace("devices 1", "devices 9"),
        &good.replace("production", "simulator"),
        &good.replace("production", "moon"),
        &good.replace(" sandbox", ""),
        &format!("{good} more"),
        &format!("{good}\n"),
        &format!("{good}\n\nx"),
        &good.replace(&line[..16], "0123456789ABCDEF"),
        &good.replace(&line[..16], "0123"),
        &good.replace(TOPIC, ""),
        &good.replace(TOPIC, &"a".repeat(161)),
        &too_many,
    ];
    for text in bad {
        // A line break at the end is the one slip that hurts nobody.
        let wanted = if text == format!("{good}\n") {
            moved()
        } else {
            DeviceMemory::default()
        };
        assert_eq!(DeviceMemory::read(text), wanted, "{text:?}");
    }
}
