//! Dividing a budget between processes by what they need, to the last call. Plain data.

use crate::ids::ProcessId;

/// Of a budget as large as this one call is nobody's.
const KEPT_FROM: u32 = 8;

/// What is divided of a budget: the rest is for a process that newly comes, which could use nothing else until one that was
/// killed is no longer reckoned with. The first one of several takes it.
#[must_use]
pub const fn divided(budget: u32) -> u32 {
    if budget >= KEPT_FROM { budget - 1 } else { budget }
}

/// Divides `budget`: one for each as long as there are enough, the rest by weight. The parts sum up to the budget exactly,
/// and every process that divides the same gets the same.
#[must_use]
pub fn divide(budget: u32, needs: &[(ProcessId, u32)]) -> Vec<(ProcessId, u32)> {
    let mut needs: Vec<(ProcessId, u64)> = needs
        .iter()
        .map(|(id, weight)| (*id, u64::from(*weight).max(1)))
        .collect();
    // The greatest need first, and where it is equal the older process.
    needs.sort_unstable_by_key(|(id, weight)| (std::cmp::Reverse(*weight), *id));
    let processes = u64::try_from(needs.len()).unwrap_or(u64::MAX);
    let (budget, all) = (
        u64::from(budget),
        needs.iter().map(|(_, weight)| weight).sum::<u64>().max(1),
    );
    let each = u64::from(budget >= processes);
    let rest = budget - each * processes.min(budget);
    let mut parts: Vec<(ProcessId, u64)> = needs
        .iter()
        .map(|(id, weight)| (*id, each + rest * weight / all))
        .collect();
    let mut left = budget - parts.iter().map(|(_, part)| part).sum::<u64>();
    for (_, part) in &mut parts {
        if left == 0 {
            break;
        }
        *part += 1;
        left -= 1;
    }
    parts
        .into_iter()
        .map(|(id, part)| (id, u32::try_from(part).unwrap_or(u32::MAX)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(budget: u32, weights: &[u32]) -> Vec<u32> {
        let needs: Vec<_> = weights.iter().map(|weight| (ProcessId::new(), *weight)).collect();
        let divided = divide(budget, &needs);
        assert_eq!(
            divided.iter().map(|(_, part)| part).sum::<u32>(),
            if needs.is_empty() { 0 } else { budget }
        );
        let of = |id| divided.iter().find(|(other, _)| *other == id).unwrap().1;
        needs.iter().map(|(id, _)| of(*id)).collect()
    }

    #[test]
    fn a_budget_is_divided_to_the_last_call_by_what_is_needed() {
        for (budget, weights, right) in [
            (50, vec![1], vec![50]),
            (50, vec![1, 1], vec![25, 25]),
            (51, vec![1, 1], vec![26, 25]),
            (50, vec![200, 1], vec![49, 1]),
            (50, vec![100, 50, 1], vec![33, 16, 1]),
            (1, vec![1, 5, 1], vec![0, 1, 0]),
            (0, vec![1, 5], vec![0, 0]),
            (2, vec![0, 0, 0], vec![1, 1, 0]),
        ] {
            assert_eq!(parts(budget, &weights), right, "{budget} by {weights:?}");
        }
    }

    #[test]
    fn whatever_is_needed_nothing_is_lost_and_nothing_is_made_up() {
        for budget in 0..40 {
            for seed in 1..40_u32 {
                let weights: Vec<u32> = (0..=seed % 7)
                    .map(|place| seed.wrapping_mul(place * 37 + 11) % 300)
                    .collect();
                drop(parts(budget, &weights));
            }
        }
    }
}
