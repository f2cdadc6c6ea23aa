//! Tests that start servers of their own, by `scripts/services`; `scripts/test --embedded` leaves them out.

mod consumer_timeout;
mod kill;
mod poison;
mod rabbitmq;
