//! Tests in a real browser. The first ones prove the helper itself on pages that are faulty on purpose.

mod accounts;
mod calls;
mod checkout;
mod desk_deeds;
mod desk_keys;
mod desk_overview;
mod devices;
mod factor;
mod helper;
mod live;
mod money;
mod opened;
pub mod pages;
mod sign_up;
mod unmask;
