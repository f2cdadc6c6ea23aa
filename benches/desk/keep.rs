//! The tables of a run, kept in a document: each database has its place there, and a run takes the place of the one before.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

use crate::Failed;

/// Puts a table between the fences under the heading of its database.
pub fn keep(document: &Path, database: &str, table: &str) -> Result<(), Failed> {
    let text = fs::read_to_string(document)?;
    let measured = format!("on {} processors\n{}", available_parallelism()?, table.trim_end());
    let kept = in_its_place(&text, database, &measured);
    let kept = kept.ok_or_else(|| format!("{} has no place for {database}", document.display()))?;
    fs::write(document, kept)?;
    Ok(())
}

fn in_its_place(text: &str, database: &str, measured: &str) -> Option<String> {
    let heading = format!("## {database}\n");
    let (before, rest) = text.split_once(&heading)?;
    let (between, rest) = rest.split_once("```text\n")?;
    let (_, after) = rest.split_once("```")?;
    Some(format!("{before}{heading}{between}```text\n{measured}\n```{after}"))
}
