//! Rules about the app that gets the push, by its profile.

use serde_json::Value;

use super::call_id::uuid_fix;
use super::{CallRule, Subject};
use crate::apns::finding::{Certainty, Severity};
use crate::apns::path::Path;
use crate::call::Situation;
use crate::call::app::certainty_of;
use crate::call::profile::{Reaction, Source};
use crate::lint::{Found, shown};

pub(crate) const CRASHES: CallRule = CallRule {
    id: "app-crashes",
    severity: Severity::Error,
    certainty: Certainty::ThisApp,
    title: "The app crashes on this payload",
    why: "It ends before it reports a call, and the iPhone does not ring.",
    source: "the app’s profile",
    fix: "Change what the sentence names, or choose the app that gets this push.",
    check: |subject| decided(subject, Reaction::Crashes),
};

pub(crate) const REPORTS_NOTHING: CallRule = CallRule {
    id: "app-reports-no-call",
    severity: Severity::Error,
    certainty: Certainty::ThisApp,
    title: "The app reports no call for this payload",
    why: "iOS kills it for that in the background; in the foreground and during a call it is exempt.",
    source: "the app’s profile; Apple, PKPushType.voIP",
    fix: "Change what the sentence names, or choose the app that gets this push.",
    check: |subject| decided(subject, Reaction::NoReport),
};

pub(crate) const ENDS_CALL: CallRule = CallRule {
    id: "app-ends-call",
    severity: Severity::Warning,
    certainty: Certainty::ThisApp,
    title: "The push ends a call",
    why: "The app reports no new call for it: without a call of the app on the iPhone, iOS kills it.",
    source: "the app’s profile; Apple, PKPushType.voIP",
    fix: "Send it only while the call rings, or tell the app over its own connection.",
    check: |subject| decided(subject, Reaction::EndsCall),
};

pub(crate) const ENDS_AT_ONCE: CallRule = CallRule {
    id: "app-ends-at-once",
    severity: Severity::Warning,
    certainty: Certainty::ThisApp,
    title: "The app reports a call and ends it at once",
    why: "The call screen flashes, and the iPhone does not ring on.",
    source: "the app’s profile",
    fix: "Change what the sentence names.",
    check: |subject| decided(subject, Reaction::EndsAtOnce),
};

pub(crate) const ON_PHONE: CallRule = CallRule {
    id: "app-composes-on-phone",
    severity: Severity::Warning,
    certainty: Certainty::ThisApp,
    title: "The app makes this payload on the iPhone",
    why: "Its notification service extension hands it over; a push from outside is no input for it.",
    source: "the app’s profile",
    fix: "Send the alert push that its extension reads, from the app’s own server.",
    check: |subject| decided(subject, Reaction::OnPhone),
};

pub(crate) const UNCERTAIN: CallRule = CallRule {
    id: "app-uncertain",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "The result cannot be told from here",
    why: "It depends on code or on a server that is not public.",
    source: "the app’s profile",
    fix: "Try it with a push of the app’s own server.",
    check: |subject| decided(subject, Reaction::Uncertain),
};

pub(crate) const UNPROVEN: CallRule = CallRule {
    id: "app-unproven",
    severity: Severity::Note,
    certainty: Certainty::Likely,
    title: "The result is likely, not proven",
    why: "Part of the app is closed, or depends on its server.",
    source: "the app’s profile",
    fix: "Try it with a push of the app’s own server.",
    check: |subject| {
        decided(subject, Reaction::Rings)
            .or_else(|| decided(subject, Reaction::RingsOwn))
            .filter(|found| found.certainty == Some(Certainty::Likely))
    },
};

pub(crate) const SHOWS_OWN: CallRule = CallRule {
    id: "app-shows-own-text",
    severity: Severity::Note,
    certainty: Certainty::ThisApp,
    title: "The call screen shows the app’s own text",
    why: "The app shows no handle and no name of the payload.",
    source: "the app’s profile",
    fix: "Nothing is to be done.",
    check: |subject| {
        let (verdict, certainty) = subject
            .app
            .verdict(subject.request.payload, &Situation::default())?;
        if verdict.reaction != Reaction::RingsOwn {
            return None;
        }
        let shown = match verdict.call.title() {
            Some(title) => format!("{} shows “{title}”.", subject.app.name()?),
            None => format!("{} shows neither a handle nor a name.", subject.app.name()?),
        };
        Some(named(subject, Found::new(shown).certainty(certainty)))
    },
};

pub(crate) const VERSIONS_DIFFER: CallRule = CallRule {
    id: "app-versions-differ",
    severity: Severity::Warning,
    certainty: Certainty::ThisApp,
    title: "Other versions of the app do something else",
    why: "The versions read the payload in different ways.",
    source: "the app’s profile",
    fix: "Look up which version the app has.",
    check: |subject| {
        let [profile] = subject.app.members() else {
            return None;
        };
        let payload = subject.request.payload;
        let others = profile.other_versions(payload, &Situation::default());
        let (version, verdict) = others.last()?;
        let certainty = certainty_of(profile, verdict);
        let sentence = format!(
            "{} {version} {}. {}",
            profile.name,
            verdict.reaction.clause_of(certainty),
            verdict.because()
        );
        let found = Found::new(sentence.trim_end()).certainty(certainty);
        Some(named(subject, found))
    },
};

pub(crate) const FAMILY: CallRule = CallRule {
    id: "app-family",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "Several apps read payloads with these keys",
    why: "They treat this payload in different ways.",
    source: "the apps’ profiles",
    fix: "Choose the app that gets this push.",
    check: |subject| {
        let situation = Situation::default();
        let payload = subject.request.payload;
        if subject.app.do_members_agree(payload, &situation) {
            return None;
        }
        let members = subject.app.members().iter();
        let mut verdicts =
            members.map(|member| (&member.name, member.verdict(payload, &situation)));
        let (first, usual) = verdicts.next()?;
        let (other, differs) = verdicts.find(|(_, verdict)| verdict.reaction != usual.reaction)?;
        let sentence = format!(
            "{first} {}; {other} {}.",
            usual.reaction.clause_of(Certainty::Likely),
            differs.reaction.clause_of(Certainty::Likely)
        );
        let rule = usual.rule.or(differs.rule)?;
        Some(Found::new(sentence).at_member(payload, &rule.at))
    },
};

pub(crate) const SKIPS: CallRule = CallRule {
    id: "app-skips-value",
    severity: Severity::Warning,
    certainty: Certainty::ThisApp,
    title: "The app does not take a value of the payload",
    why: "The value is there, but not in a form the app reads.",
    source: "the app’s profile",
    fix: "Send the value in the form the app reads.",
    check: skips,
};

pub(crate) const UNKNOWN: CallRule = CallRule {
    id: "app-unknown",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "Which app reads this?",
    why: "No call was found under the usual names, and the keys are those of no known app.",
    source: "docs/apps.md",
    fix: "Choose the app, or give the paths at which it reads the call.",
    check: |subject| {
        (subject.app.is_unknown() && subject.finds_nothing())
            .then(|| Found::new("The app that reads this payload is not known."))
    },
};

/// Finding for the reaction that the profile gives to this payload.
fn decided(subject: &Subject<'_>, reaction: Reaction) -> Option<Found> {
    let payload = subject.request.payload;
    let situation = Situation::default();
    if !subject.app.do_members_agree(payload, &situation) {
        return None;
    }
    let (verdict, certainty) = subject.app.verdict(payload, &situation)?;
    let rule = verdict.rule.filter(|_| verdict.reaction == reaction)?;
    let sentence = format!(
        "{} {}. {}",
        subject.app.name()?,
        reaction.clause_of(certainty),
        rule.because
    );
    let found = Found::new(sentence.trim_end()).certainty(certainty);
    let found = found.at_member(payload, &rule.at);
    let is_about_uuid = subject.app.profile().is_some_and(|profile| {
        profile
            .call_uuid
            .paths
            .iter()
            .any(|path| path.to_string() == rule.at)
    });
    let fix = if is_about_uuid {
        uuid_fix(subject, &rule.at)
    } else {
        None
    };
    Some(named(subject, found.fix(fix)))
}

/// Value that the payload has where the app looks, in a form that the app does not take.
fn skips(subject: &Subject<'_>) -> Option<Found> {
    let payload = subject.request.payload;
    let profile = subject.app.profile()?;
    let verdict = profile.verdict(payload, &Situation::default());
    if !matches!(verdict.reaction, Reaction::Rings | Reaction::RingsOwn) {
        return None;
    }
    let inside = profile.look_into(payload);
    let present = |paths: &[Path]| {
        paths
            .iter()
            .find(|path| inside.find(path).is_some())
            .cloned()
    };
    let name = &profile.name;
    let (path, sentence) = match () {
        () if let Some(path) = present(&profile.handle.paths)
            .filter(|_| is_not_read(verdict.call.handle.as_ref().map(|field| &field.path))) =>
        {
            (path, "as the handle")
        }
        () if let Some(path) = present(&profile.caller_name.paths).filter(|_| {
            is_not_read(verdict.call.caller_name.as_ref().map(|field| &field.path))
        }) =>
        {
            (path, "as the name")
        }
        () if let Some(path) = present(&profile.call_uuid.paths).filter(|_| {
            !profile.call_uuid.takes_text
                && is_not_read(verdict.call.call_uuid.as_ref().map(|field| &field.path))
        }) =>
        {
            (path, "as the UUID")
        }
        () => return flag_skipped(subject),
    };
    let path = path.to_string();
    Some(named(
        subject,
        Found::at(
            path,
            [
                &[name, " does not take "].concat(),
                &[" ", sentence, "."].concat(),
            ],
        ),
    ))
}

/// Text that means yes, which the app takes for no.
fn flag_skipped(subject: &Subject<'_>) -> Option<Found> {
    let profile = subject.app.profile()?;
    let payload = profile.look_into(subject.request.payload);
    let flag = profile.has_video.read(payload).filter(|flag| !flag.value)?;
    let path = Path::parse(&flag.path).ok()?;
    let value = payload.find(&path)?.as_str()?.to_ascii_lowercase();
    // Where the app counts kinds of calls, “1” is one of them.
    let is_kind = |yes: &Value| yes.as_str().is_some_and(|yes| yes.parse::<u8>().is_ok());
    let counts = profile.has_video.yes.iter().any(is_kind);
    if !matches!(value.as_str(), "true" | "yes" | "1") || counts && value == "1" {
        return None;
    }
    let behind = [
        " is the string “",
        &shown(&value),
        "”, which ",
        &profile.name,
        " does not take for video.",
    ];
    Some(named(subject, Found::at(flag.path, ["", &behind.concat()])))
}

fn is_not_read(path: Option<&String>) -> bool {
    path.is_none_or(String::is_empty)
}

/// Adds the name of the app and the source of its profile.
fn named(subject: &Subject<'_>, found: Found) -> Found {
    let profile = subject.app.profile();
    Found {
        app: subject.app.name(),
        source: profile
            .and_then(|profile| profile.sources.first())
            .map(Source::short),
        ..found
    }
}
