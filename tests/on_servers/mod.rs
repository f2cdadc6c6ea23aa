//! Tests that start servers of their own, by `scripts/services`; `scripts/test --embedded` leaves them out.

mod codes;
mod consumer_timeout;
mod dead_letters;
mod desk_letters;
mod desk_lists;
mod doctor;
mod faults;
mod kill;
mod live;
mod logs;
mod maintenance;
mod migrations;
mod orders;
mod owners;
mod plans;
mod plans_rows;
mod poison;
mod rabbitmq;
mod redis;
mod redis_outage;
mod silent;
mod statements;
mod stop;
