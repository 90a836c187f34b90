//! Long tasks as Chromium reports them: the times in which the page stood still.

use std::time::Duration;

use super::tab::Tab;

/// Chromium reports a task of 50 ms and more, some time after it has ended.
const WATCH: &str = "(() => {
    window.longTasks?.observer.disconnect();
    const durations = [];
    const note = list => durations.push(...list.map(entry => entry.duration));
    const observer = new PerformanceObserver(list => note(list.getEntries()));
    observer.observe({ type: 'longtask' });
    window.longTasks = { observer, longest: () => { note(observer.takeRecords()); return Math.max(0, ...durations) } };
})()";

/// Two frames and a pause: what was reported by then is all there is.
const SETTLE: &str = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))))";

impl Tab {
    /// Begins to watch for long tasks, and forgets those before.
    pub(crate) async fn watch_tasks(&self) {
        self.eval(WATCH).await;
    }

    /// The longest task since [`Self::watch_tasks`]; zero when none was long.
    pub(crate) async fn longest_task(&self) -> Duration {
        let longest = self
            .eval(&format!("{SETTLE}.then(() => window.longTasks.longest())"))
            .await;
        Duration::from_secs_f64(longest.as_f64().expect("milliseconds") / 1_000.0)
    }
}
