//! What keeps secrets secret, over the whole program.

mod keys;
