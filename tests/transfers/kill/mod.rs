//! The kill matrix: the real program is killed by SIGKILL at every step of a transfer, started again, and both books
//! must agree: nothing that was promised is missing, nothing was called for twice, nothing stays open.
//!
//! `scripts/kill-matrix [kills a step]` prints the tables; `NARU_KILL_REPEATS` says how often each step is hit (20).
//! The bank has a process of its own and lives on. Most transfers recover while the next is killed already: those that
//! come by the armed point once more are waited for.

pub mod books;
mod checkouts;
mod desk;
mod drain;
pub mod matrix;
pub mod shop;
pub mod steps;

use std::collections::BTreeSet;

use matrix::Matrix;

/// Leases, looks and deadlines as short as they may be.
pub const SHORT: &[(&str, &str)] = &[
    ("NARU_BANK_CONCURRENCY", "32"),
    ("NARU_BANK_MONEY_TIMEOUT_MS", "3000"),
    ("NARU_CLAIM_LEASE_SECS", "4"),
    ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
    ("NARU_NOT_FOUND_ANSWERS", "2"),
    ("NARU_NOT_FOUND_SECS", "1"),
    ("NARU_SWEEP_EVERY_MS", "50"),
];

/// A bank that is given up soon and asked at once, so that a payment is final soon after it was unknown.
const ASKED_AT_ONCE: &[(&str, &str)] = &[
    ("NARU_BANK_MONEY_TIMEOUT_MS", "300"),
    ("NARU_CLAIM_LEASE_SECS", "3"),
    ("NARU_INQUIRY_SCHEDULE_SECS", "0"),
    ("NARU_NOT_FOUND_ANSWERS", "2"),
    ("NARU_NOT_FOUND_SECS", "0"),
    ("NARU_SWEEP_EVERY_MS", "50"),
];

#[tokio::test]
async fn c03_killed_at_every_step_of_accepting_a_payment_it_is_made_once() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.pay(steps::ACCEPT).await;
    matrix.finish("accepting a payment").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_confirming_a_checkout_it_is_paid_once() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.confirm(steps::CONFIRM).await;
    matrix.finish("confirming a checkout").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_a_withdrawal_it_reaches_the_bank_once_at_most() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.pay(steps::EXECUTE).await;
    matrix.finish("a withdrawal").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_accepting_a_refund_it_is_made_once() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.refund(steps::REFUND).await;
    matrix.finish("accepting a refund").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_a_refund_by_staff_it_is_made_once() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.refund_at_the_desk(steps::REFUND).await;
    matrix.finish("a refund by staff").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_approving_a_refund_it_is_made_once() {
    let alone_never = ("NARU_REFUND_LIMIT_WON", "0");
    let mut matrix = Matrix::open(&[SHORT, &[alone_never]].concat()).await;
    matrix.approve_at_the_desk(steps::REFUND).await;
    matrix.finish("approving a refund").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_a_deposit_it_reaches_the_bank_once_at_most() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.refund(steps::EXECUTE).await;
    matrix.finish("a deposit").await;
}

#[tokio::test]
async fn c03_killed_while_it_recovers_from_a_kill_it_recovers_all_the_same() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.abandon(steps::ABANDON).await;
    matrix.finish("recovering abandoned payments").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_asking_about_a_payment_it_learns_what_the_bank_did() {
    let mut matrix = Matrix::open(ASKED_AT_ONCE).await;
    matrix.pay(steps::INQUIRE).await;
    matrix.finish("asking about a payment").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_asking_about_a_refund_it_learns_what_the_bank_did() {
    let mut matrix = Matrix::open(ASKED_AT_ONCE).await;
    matrix.refund(steps::INQUIRE).await;
    matrix.finish("asking about a refund").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_canceling_or_expiring_a_payment_it_never_reaches_the_bank() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.cancel(steps::CANCEL).await;
    matrix.expire(steps::EXPIRE).await;
    matrix.finish("canceling and expiring").await;
}

#[tokio::test]
async fn c03_killed_at_every_step_of_a_cancellation_by_staff_the_payment_never_reaches_the_bank() {
    let mut matrix = Matrix::open(SHORT).await;
    matrix.cancel_at_the_desk(steps::CANCEL).await;
    matrix.finish("a cancellation by staff").await;
}

#[test]
fn every_fault_point_of_the_program_is_in_the_matrix() {
    let in_the_matrix: BTreeSet<String> = steps::ALL
        .iter()
        .flat_map(|steps| steps.iter())
        .flat_map(|step| step.points)
        .chain([&steps::NOBODY_KNOWS_IT])
        .map(ToString::to_string)
        .collect();
    let sources = crate::tidy::sources("src", "rs");
    let in_the_program: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| source.text.split("fault::point(\"").skip(1))
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    assert!(in_the_program.len() > 20, "{in_the_program:?}");
    assert_eq!(in_the_program, in_the_matrix);
}
