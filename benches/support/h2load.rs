//! The load: h2load, and what it says of a run.

use std::process::Command;

/// A run of h2load.
pub(crate) struct Load {
    text: String,
}

impl Load {
    /// Runs it to its end; every request has to be answered, and none without success.
    pub(crate) fn run(h2load: &mut Command) -> Self {
        let output = h2load
            .output()
            .unwrap_or_else(|error| panic!("h2load is needed: {error}"));
        let load = Self {
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
        };
        let successes = load.codes().first().copied();
        // It never learns the status of an HTTP/1.1 answer without a reason phrase, such as HAProxy's to a 200 over HTTP/2.
        let is_known = successes.is_some_and(|successes| successes > 0);
        assert!(load.text.contains(" 0 errored, 0 timeout"), "{}", load.text);
        assert!(
            !is_known || load.text.contains(" 0 failed,"),
            "{}",
            load.text
        );
        assert!(
            load.codes().iter().skip(1).all(|count| *count == 0),
            "{}",
            load.text
        );
        load
    }

    /// Number of requests that were answered.
    pub(crate) fn answered(&self) -> usize {
        let requests = self
            .text
            .lines()
            .find_map(|line| line.strip_prefix("requests: "))
            .expect("it ran");
        requests
            .split(", ")
            .find_map(|part| part.strip_suffix(" done")?.parse().ok())
            .expect("a number")
    }

    /// Number of answers with a status of each hundred, from 200 on.
    fn codes(&self) -> Vec<usize> {
        let codes = self
            .text
            .lines()
            .find_map(|line| line.strip_prefix("status codes: "))
            .expect("it ran");
        codes
            .split(", ")
            .filter_map(|part| part.split(' ').next()?.parse().ok())
            .collect()
    }

    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        let finished = self
            .text
            .lines()
            .find(|line| line.starts_with("finished in"))
            .expect("it finished");
        finished
            .split(", ")
            .find_map(|part| part.strip_suffix(" req/s")?.parse().ok())
            .expect("a rate")
    }
}

/// The one in the middle.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
