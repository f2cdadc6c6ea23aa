//! Whole won. KRW has no decimals, so an amount is an integer from the JSON body to the bank's wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest whole number that every JSON reader keeps exact.
pub const MOST_EXACT: i64 = 9_007_199_254_740_991;

/// An amount of money in whole won. Never negative where it comes from outside; differences may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Won(i64);

impl Won {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub const fn new(amount_won: i64) -> Self {
        Self(amount_won)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// `None` on overflow: sums of money never wrap.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `None` on overflow: differences of money never wrap.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Won {
    /// Digits grouped by thousands without a unit: `12,300`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.write_str(&grouped)
    }
}

#[cfg(test)]
mod tests {
    use super::Won;

    #[test]
    fn won_is_grouped_by_thousands() {
        for (won, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_300, "12,300"),
            (-12_300, "-12,300"),
            (100_000, "100,000"),
            (1_234_567_890, "1,234,567,890"),
        ] {
            assert_eq!(Won::new(won).to_string(), text);
        }
    }
}
