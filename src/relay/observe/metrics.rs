//! Metrics: counters of the relay's work, in the text format of Prometheus.
//!
//! Every label has a small set of values fixed in the program. No text from a client or server
//! becomes a label, so their number is bounded and they contain no secrets.
//! Source: Prometheus, "Exposition formats", version 0.0.4.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::apns::{Environment, Outcome};
use crate::sync::Lock;

/// Media type of the text format.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Upper bounds of the histogram's buckets in milliseconds, up to the deadline of a send.
const BUCKETS: [u64; 12] = [
    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000,
];

/// All counters.
#[derive(Default)]
pub(crate) struct Metrics {
    sends: [[AtomicU64; Outcome::ALL.len()]; Environment::ALL.len()],
    seconds: [Histogram; Environment::ALL.len()],
    reasons: Counts,
    refusals: Counts,
    in_flight: AtomicU64,
    connections: [AtomicU64; Kind::ALL.len()],
    panics: AtomicU64,
}

/// Counters by a word from a fixed set.
#[derive(Default)]
struct Counts(Lock<BTreeMap<&'static str, u64>>);

#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BUCKETS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

/// Kind of a counted connection.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// HTTP connection of a browser or a program.
    Http,
    /// Event stream on one of those connections.
    Events,
}

/// Guard that counts a connection as open until it is dropped.
pub(crate) struct Open {
    metrics: Arc<Metrics>,
    kind: Kind,
}

/// Guard that counts a push as in flight until it is dropped.
pub(crate) struct InFlight<'a>(&'a AtomicU64);

/// Values that other modules count.
#[derive(Default)]
pub(crate) struct Elsewhere {
    /// Number of open connections to APNs.
    pub(crate) upstream: usize,
    /// State of the audit file, if there is one.
    pub(crate) audit: Option<AuditFigures>,
}

/// State of the audit file.
pub(crate) struct AuditFigures {
    /// `true` if the last line could be written.
    pub(crate) is_writable: bool,
    /// Number of failed attempts to write.
    pub(crate) failures: u64,
    /// Number of lost lines.
    pub(crate) lost: u64,
}

impl Metrics {
    /// Counts a push as in flight until the guard is dropped.
    pub(crate) fn depart(&self) -> InFlight<'_> {
        add(&self.in_flight, 1);
        InFlight(&self.in_flight)
    }

    /// `true` if any push is in flight.
    pub(crate) fn are_any_in_flight(&self) -> bool {
        get(&self.in_flight) > 0
    }

    /// Counts a finished push with its outcome and duration.
    pub(crate) fn sent(&self, environment: Environment, outcome: Outcome, took: Duration) {
        add(&self.sends[environment as usize][outcome as usize], 1);
        self.seconds[environment as usize].note(took);
    }

    /// Counts a rejection by APNs, with its documented reason or a fixed word for any other.
    pub(crate) fn rejected(&self, reason: &'static str) {
        self.reasons.add(reason);
    }

    /// Counts a request that Trill itself refused.
    pub(crate) fn refused(&self, code: &'static str) {
        self.refusals.add(code);
    }

    /// Counts a handler that panicked.
    pub(crate) fn panicked(&self) {
        add(&self.panics, 1);
    }

    /// Counts a connection as open until the guard is dropped.
    pub(crate) fn open(self: &Arc<Self>, kind: Kind) -> Open {
        add(&self.connections[kind as usize], 1);
        Open {
            metrics: Arc::clone(self),
            kind,
        }
    }

    /// Formats all metrics as text.
    pub(crate) fn text(&self, elsewhere: &Elsewhere) -> String {
        let mut text = Text(String::with_capacity(8 * 1024));
        text.family("trill_build_info", "gauge", "The program.");
        text.sample(
            "trill_build_info",
            &[("version", &env!("CARGO_PKG_VERSION"))],
            1,
        );
        text.family(
            "trill_sends_total",
            "counter",
            "Pushes that came to an end, by outcome.",
        );
        for environment in Environment::ALL {
            for outcome in Outcome::ALL {
                let labels: &[(&str, &dyn fmt::Display)] = &[
                    ("environment", &environment.as_str()),
                    ("outcome", &outcome.as_str()),
                ];
                text.sample(
                    "trill_sends_total",
                    labels,
                    get(&self.sends[environment as usize][outcome as usize]),
                );
            }
        }
        text.family(
            "trill_send_seconds",
            "histogram",
            "From the request to APNs's answer, connecting included.",
        );
        for environment in Environment::ALL {
            self.seconds[environment as usize].write(environment.as_str(), &mut text);
        }
        text.single(
            "trill_sends_in_flight",
            "gauge",
            "Pushes on their way.",
            get(&self.in_flight),
        );
        text.counts(
            "trill_apns_reasons_total",
            "Refusals of APNs, by its documented reasons.",
            "reason",
            &self.reasons,
        );
        text.counts(
            "trill_refusals_total",
            "Answers of Trill's own in the place of APNs's, by code.",
            "code",
            &self.refusals,
        );
        text.family(
            "trill_connections",
            "gauge",
            "Open connections of browsers and scripts, and event streams on them.",
        );
        for kind in Kind::ALL {
            text.sample(
                "trill_connections",
                &[("kind", &kind.as_str())],
                get(&self.connections[kind as usize]),
            );
        }
        text.single(
            "trill_upstream_connections",
            "gauge",
            "Open connections to APNs.",
            elsewhere.upstream as u64,
        );
        text.single(
            "trill_panics_total",
            "counter",
            "Handlers that panicked.",
            get(&self.panics),
        );
        if let Some(audit) = &elsewhere.audit {
            text.single(
                "trill_audit_writable",
                "gauge",
                "Whether the audit file can be written.",
                audit.is_writable.into(),
            );
            text.single(
                "trill_audit_failures_total",
                "counter",
                "Attempts to write the audit file that failed.",
                audit.failures,
            );
            text.single(
                "trill_audit_lines_lost_total",
                "counter",
                "Audit lines that were lost.",
                audit.lost,
            );
        }
        text.0
    }
}

impl Kind {
    const ALL: [Self; 2] = [Self::Http, Self::Events];

    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Events => "events",
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.metrics.connections[self.kind as usize].fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Counts {
    fn add(&self, word: &'static str) {
        *self.0.lock().entry(word).or_default() += 1;
    }
}

impl Histogram {
    fn note(&self, took: Duration) {
        let milliseconds = took.as_millis();
        // Each value is counted in one bucket; the cumulative sums are made for the output.
        if let Some(index) = BUCKETS
            .iter()
            .position(|limit| milliseconds <= u128::from(*limit))
        {
            add(&self.buckets[index], 1);
        }
        add(&self.count, 1);
        add(
            &self.microseconds,
            u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        );
    }

    fn write(&self, environment: &str, text: &mut Text) {
        let count = get(&self.count);
        let mut sum = 0;
        for (bucket, limit) in self.buckets.iter().zip(BUCKETS) {
            sum += get(bucket);
            text.sample(
                "trill_send_seconds_bucket",
                &[
                    ("environment", &environment),
                    ("le", &(limit as f64 / 1_000.0)),
                ],
                sum,
            );
        }
        text.sample(
            "trill_send_seconds_bucket",
            &[("environment", &environment), ("le", &"+Inf")],
            count.max(sum),
        );
        let seconds = get(&self.microseconds) as f64 / 1_000_000.0;
        text.sample(
            "trill_send_seconds_sum",
            &[("environment", &environment)],
            seconds,
        );
        text.sample(
            "trill_send_seconds_count",
            &[("environment", &environment)],
            count.max(sum),
        );
    }
}

/// The text under construction.
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn sample(
        &mut self,
        name: &str,
        labels: &[(&str, &dyn fmt::Display)],
        value: impl fmt::Display,
    ) {
        self.0.push_str(name);
        for (index, (label, word)) in labels.iter().enumerate() {
            let _ = write!(
                self.0,
                "{}{label}=\"{word}\"",
                if index == 0 { '{' } else { ',' }
            );
        }
        let _ = writeln!(
            self.0,
            "{} {value}",
            if labels.is_empty() { "" } else { "}" }
        );
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }

    fn counts(&mut self, name: &str, help: &str, label: &str, counts: &Counts) {
        self.family(name, "counter", help);
        for (word, count) in &*counts.0.lock() {
            self.sample(name, &[(label, word)], count);
        }
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histogram_buckets_are_cumulative() {
        let metrics = Metrics::default();
        for milliseconds in [3, 5, 7, 20_000] {
            metrics.sent(
                Environment::Sandbox,
                Outcome::Accepted,
                Duration::from_millis(milliseconds),
            );
        }
        let text = metrics.text(&Elsewhere::default());
        for line in [
            "trill_sends_total{environment=\"sandbox\",outcome=\"accepted\"} 4\n",
            "trill_sends_total{environment=\"production\",outcome=\"unknown\"} 0\n",
            "trill_send_seconds_bucket{environment=\"sandbox\",le=\"0.005\"} 2\n",
            "trill_send_seconds_bucket{environment=\"sandbox\",le=\"0.01\"} 3\n",
            "trill_send_seconds_bucket{environment=\"sandbox\",le=\"15\"} 3\n",
            "trill_send_seconds_bucket{environment=\"sandbox\",le=\"+Inf\"} 4\n",
            "trill_send_seconds_sum{environment=\"sandbox\"} 20.015\n",
            "trill_send_seconds_count{environment=\"sandbox\"} 4\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert!(!text.contains("audit"), "there is no such file");
    }

    #[test]
    fn connections_and_pushes_are_counted_while_open() {
        let metrics = Arc::new(Metrics::default());
        let count = |line: &str| {
            metrics
                .text(&Elsewhere::default())
                .lines()
                .any(|known| known == line)
        };
        let (one, other, flight) = (
            metrics.open(Kind::Http),
            metrics.open(Kind::Http),
            metrics.depart(),
        );
        assert!(count("trill_connections{kind=\"http\"} 2") && count("trill_sends_in_flight 1"));
        drop((one, flight));
        assert!(count("trill_connections{kind=\"http\"} 1") && count("trill_sends_in_flight 0"));
        drop(other);
        assert!(count("trill_connections{kind=\"http\"} 0"));
    }

    #[test]
    fn every_family_is_announced_once_and_every_sample_has_one() {
        let metrics = Metrics::default();
        metrics.rejected("BadDeviceToken");
        metrics.refused("host_not_allowed");
        let audit = Some(AuditFigures {
            is_writable: true,
            failures: 1,
            lost: 0,
        });
        let text = metrics.text(&Elsewhere { upstream: 3, audit });
        let mut families = Vec::new();
        for line in text.lines() {
            if let Some(family) = line.strip_prefix("# TYPE ") {
                let name = family.split(' ').next().expect("a name");
                assert!(!families.contains(&name), "{name}");
                families.push(name);
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').expect("a value");
                assert!(value.parse::<f64>().is_ok(), "{line}");
                assert!(
                    families.iter().any(|family| name.starts_with(family)),
                    "{line}"
                );
            }
        }
        assert!(text.contains("trill_apns_reasons_total{reason=\"BadDeviceToken\"} 1\n"));
        assert!(text.contains("trill_refusals_total{code=\"host_not_allowed\"} 1\n"));
        assert!(
            text.contains("trill_audit_writable 1\n")
                && text.contains("trill_upstream_connections 3\n")
        );
    }
}
