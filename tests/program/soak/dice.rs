//! The dice: what looks like chance, and is the same for the same seed.

#[path = "../../../src/simulator/faults/seeded_random.rs"]
#[allow(dead_code, unused_imports)] // the simulator's own, which needs more of it
mod numbers;

use std::time::SystemTime;

/// A place in the sequence of a seed.
#[derive(Clone)]
pub(crate) struct Dice {
    seed: u64,
    place: u64,
}

impl Dice {
    /// The beginning of the sequence of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, place: 0 }
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> u64 {
        self.place += 1;
        numbers::number(self.seed, self.place)
    }

    /// The next number, below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % limit as u64).expect("less than a usize")
    }

    /// One of these.
    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// As many bytes as a UUID has.
    pub(crate) fn uuid(&mut self) -> [u8; 16] {
        (u128::from(self.number()) << 64 | u128::from(self.number())).to_be_bytes()
    }
}

/// The seed that this variable names, or one of this moment; it is printed, so that a run can be repeated.
pub(crate) fn seed_of(variable: &str) -> u64 {
    let named = std::env::var(variable).ok().map(|text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a whole number"))
    });
    let moment = || {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.subsec_nanos().into())
    };
    let seed = named.unwrap_or_else(moment);
    println!("seed: {variable}={seed}");
    seed
}
