//! Seeded random numbers, the same for the same seed on every machine.
//! Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (SplitMix64).

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the number at a place in the sequence of a seed.
pub(crate) fn number(seed: u64, place: u64) -> u64 {
    let mixed = seed.wrapping_add(STEP.wrapping_mul(place.wrapping_add(1)));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// `true` if an event with this rate happens at this place in the sequence.
pub(crate) fn falls(seed: u64, place: u64, rate: f64) -> bool {
    // The upper 53 bits are a fraction that a double holds exactly.
    #[allow(clippy::cast_precision_loss)]
    let fraction = (number(seed, place) >> 11) as f64 / (1_u64 << 53) as f64;
    fraction < rate
}

/// Returns this number of random bytes.
pub(crate) fn bytes(seed: u64, length: usize) -> Vec<u8> {
    (0..)
        .flat_map(|place| number(seed, place).to_be_bytes())
        .take(length)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{bytes, falls, number};

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        assert_eq!(
            [number(1_234_567, 0), number(1_234_567, 1)],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }

    #[test]
    fn a_rate_is_kept() {
        let count = |rate| (0..10_000).filter(|place| falls(42, *place, rate)).count();
        assert_eq!((count(0.0), count(1.0)), (0, 10_000));
        assert!((2_800..3_200).contains(&count(0.3)), "{}", count(0.3));
    }

    #[test]
    fn bytes_come_in_any_number() {
        assert_eq!((bytes(7, 0).len(), bytes(7, 21).len()), (0, 21));
        assert_eq!(bytes(7, 21), bytes(7, 30)[..21]);
    }
}
