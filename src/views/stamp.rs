//! Tells whether files in a folder changed, so that development reloads them without a restart.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What a folder looked like: any edit, new or deleted file gives another stamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    newest: Option<SystemTime>,
    files: usize,
    bytes: u64,
}

/// The stamp of `folder` under the project's root. A folder that cannot be read, as on a machine that has only the
/// binary, has the empty stamp.
#[must_use]
pub fn of(folder: &str) -> Stamp {
    let mut stamp = Stamp::default();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    match add(&root, &mut stamp) {
        Ok(()) => stamp,
        Err(_) => Stamp::default(),
    }
}

fn add(folder: &Path, stamp: &mut Stamp) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            add(&entry.path(), stamp)?;
        } else {
            stamp.newest = stamp.newest.max(metadata.modified().ok());
            stamp.files += 1;
            stamp.bytes += metadata.len();
        }
    }
    Ok(())
}
