//! Thin edges: parse, call one verb of the domain, render. They hold no rule.

pub mod api;
