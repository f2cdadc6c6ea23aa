//! Tells whether files in a folder changed, so that development reloads them without a restart.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// A page asks for many files: the disk is looked at once for all of them, and an edit is seen this soon.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The folders that were looked at, and when.
static SEEN: Mutex<BTreeMap<&str, (Instant, Stamp)>> = Mutex::new(BTreeMap::new());

/// What a folder looked like: any edit, new or deleted file gives another stamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    newest: Option<SystemTime>,
    files: usize,
    bytes: u64,
}

/// The stamp of `folder` under the project's root, at most [`LOOK_EVERY`] old. A folder that cannot be read, as on a machine
/// that has only the binary, has the empty stamp.
#[must_use]
pub fn of(folder: &'static str) -> Stamp {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    match seen.get(folder) {
        Some((at, stamp)) if now.duration_since(*at) < LOOK_EVERY => *stamp,
        _ => {
            let stamp = look(folder);
            seen.insert(folder, (now, stamp));
            stamp
        }
    }
}

fn look(folder: &str) -> Stamp {
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
