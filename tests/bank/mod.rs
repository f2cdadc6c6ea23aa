//! The bank: NH's wire, the meaning of its codes, the client against servers that misbehave, the gate.

mod samples;
