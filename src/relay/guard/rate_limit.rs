//! Rate limits of sends, per client and per device. They apply to Apple's environments; the
//! simulator reaches no real device and has no limit.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use super::token_bucket::{Buckets, Rate};
use crate::apns::Environment;
use crate::relay::client::LimitKey;
use crate::relay::limits::Limits;
use crate::relay::problem::Problem;
use crate::sync::Lock;

/// Token buckets of clients and devices; `None` means no limit.
pub(crate) struct RateLimiter {
    clients: Option<Limited<LimitKey>>,
    devices: Option<Limited<Device>>,
    hasher: RandomState,
}

/// Keyed hash of a device token: eight bytes, from which the token cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Device(u64);

struct Limited<K> {
    rate: Rate,
    buckets: Lock<Buckets<K>>,
}

impl RateLimiter {
    /// Creates full buckets for all clients and devices.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            clients: limits.send_rate.map(Limited::new),
            devices: limits.device_rate.map(Limited::new),
            hasher: RandomState::new(),
        }
    }

    /// Takes one token from both buckets, or fails with the wait time. If the client's bucket is
    /// empty, the device's stays unchanged.
    pub(crate) fn admit(
        &self,
        account: &LimitKey,
        environment: Environment,
        device_token: &str,
        now: Instant,
    ) -> Result<(), Problem> {
        if environment.is_simulator() {
            return Ok(());
        }
        if let Some(clients) = &self.clients {
            clients
                .buckets
                .lock()
                .try_take(account, now)
                .map_err(|wait| too_many_sends(clients.rate, wait))?;
        }
        if let Some(devices) = &self.devices {
            devices
                .buckets
                .lock()
                .try_take(&self.device(device_token), now)
                .map_err(|wait| device_rate(devices.rate, wait))?;
        }
        Ok(())
    }

    /// Returns the device to refund if APNs asks for another credential: the same push is then sent
    /// once more.
    pub(crate) fn refundable(
        &self,
        environment: Environment,
        device_token: &str,
    ) -> Option<Device> {
        (self.devices.is_some() && !environment.is_simulator()).then(|| self.device(device_token))
    }

    /// Gives one token back to the bucket of a device.
    pub(crate) fn refund(&self, device: Device) {
        if let Some(devices) = &self.devices {
            devices.buckets.lock().give_back(&device);
        }
    }

    /// Hashes a device token, ignoring case.
    fn device(&self, token: &str) -> Device {
        let mut hasher = self.hasher.build_hasher();
        token
            .bytes()
            .for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
        Device(hasher.finish())
    }
}

impl<K: Clone + Eq + std::hash::Hash> Limited<K> {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: Lock::new(Buckets::new(rate)),
        }
    }
}

fn too_many_sends(rate: Rate, wait: Duration) -> Problem {
    let cause = format!("This client sends more than the relay lets one send: {rate}.");
    let fix = "Wait as long as retry-after says, and send more slowly; the relay’s operator can change --send-rate.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sends", cause, fix).with_retry_after(wait)
}

fn device_rate(rate: Rate, wait: Duration) -> Problem {
    let cause =
        format!("This device is sent more pushes than the relay lets through to one: {rate}.");
    let fix = "Wait as long as retry-after says: it may still ring; the relay’s operator can change --device-rate.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "device_rate", cause, fix)
        .with_field("device_token")
        .with_retry_after(wait)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{Environment, Instant, LimitKey, Limits, Rate, RateLimiter};
    use crate::relay::guard::policy::Exposure;

    fn account(last: u8) -> LimitKey {
        LimitKey::of_address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)))
    }

    fn admitted(limiter: &RateLimiter, environment: Environment, client: u8, device: &str) -> bool {
        limiter
            .admit(&account(client), environment, device, Instant::now())
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_shared_page_allows_a_burst_of_twenty_and_one_push_a_second_per_device() {
        let limiter = RateLimiter::new(&Limits::of(Exposure::Shared));
        let sandbox = Environment::Sandbox;
        assert_eq!(
            (0..30)
                .filter(|device| admitted(&limiter, sandbox, 1, &format!("{device:02x}")))
                .count(),
            20
        );
        assert!(
            admitted(&limiter, sandbox, 2, "aa"),
            "others are not held up"
        );
        assert!(
            !admitted(&limiter, sandbox, 3, "AA"),
            "a device has one bucket for all who send to it"
        );
        let retry = limiter
            .admit(&account(3), Environment::Production, "aA", Instant::now())
            .expect_err("too soon")
            .reply();
        assert_eq!(
            (retry.status().as_u16(), &retry.headers()["retry-after"]),
            (429, &"1".parse().expect("a value"))
        );
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert!(admitted(&limiter, sandbox, 3, "AA"));
        assert!(
            (0..1_000).all(|_| admitted(&limiter, Environment::Simulator, 1, "aa")),
            "the simulator rings nobody"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn alone_on_a_machine_there_is_no_device_rate() {
        let limiter = RateLimiter::new(&Limits::of(Exposure::Alone));
        assert_eq!(
            (0..500)
                .filter(|_| admitted(&limiter, Environment::Production, 1, "aa"))
                .count(),
            200
        );
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        assert_eq!(
            (0..500)
                .filter(|_| admitted(&limiter, Environment::Production, 1, "aa"))
                .count(),
            20
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_refunded_push_may_come_once_more() {
        let limits = Limits {
            send_rate: None,
            device_rate: Some(Rate::per_minute(1, 1)),
            ..Limits::default()
        };
        let limiter = RateLimiter::new(&limits);
        assert!(
            admitted(&limiter, Environment::Sandbox, 1, "aa")
                && !admitted(&limiter, Environment::Sandbox, 1, "aa")
        );
        limiter.refund(
            limiter
                .refundable(Environment::Sandbox, "AA")
                .expect("there is a rate"),
        );
        assert!(
            admitted(&limiter, Environment::Sandbox, 1, "aa")
                && !admitted(&limiter, Environment::Sandbox, 1, "aa")
        );
        assert!(limiter.refundable(Environment::Simulator, "aa").is_none());
    }
}
