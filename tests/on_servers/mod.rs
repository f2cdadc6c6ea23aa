//! Tests that start servers of their own, by `scripts/services`; `scripts/test --embedded` leaves them out.

mod doctor;
mod faults;
mod logs;
mod migrations;
mod plans;
mod rabbitmq;
mod redis;
mod redis_outage;
