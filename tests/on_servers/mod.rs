//! Tests that start servers of their own, by `scripts/services`; `scripts/test --embedded` leaves them out.

mod consumer_timeout;
mod dead_letters;
mod kill;
mod poison;
mod rabbitmq;
mod silent;
