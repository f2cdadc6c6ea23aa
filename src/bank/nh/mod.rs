//! NH NongHyup's Open API: the client, the wire's spelling, the meaning of its codes.

pub mod codes;
pub mod wire;
