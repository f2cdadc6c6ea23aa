//! What the program needs of SQLite: WAL, every commit on the disk, a folder that can be written, and room in it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use futures::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

use super::finding::Finding;
use crate::db::Database;

const MIB: u64 = 1024 * 1024;
/// Some hundred thousand payments.
const LITTLE: u64 = 1024 * MIB;
const TOO_LITTLE: u64 = 100 * MIB;
/// `PRAGMA synchronous`: FULL.
const FULL: i64 = 2;

/// The file of a SQLite address, `None` for any other.
pub(super) fn file(uri: &str) -> Option<PathBuf> {
    let file = uri.strip_prefix("sqlite://")?.split('?').next()?;
    Some(PathBuf::from(file)).filter(|file| file.file_name().is_some())
}

/// Before the first start there is none, and the folder may be made.
pub(super) fn not_there(file: &Path) -> Finding {
    let shown = file.display();
    let there = file.ancestors().skip(1).find(|folder| folder.exists());
    let folder = there.filter(|folder| !folder.as_os_str().is_empty());
    match writable(folder.unwrap_or_else(|| Path::new("."))) {
        Ok(()) => Finding::warn("database", "doctor-sqlite-none").with("file", shown),
        Err(error) => Finding::fail("database", "doctor-sqlite-folder")
            .with("file", shown)
            .with("why", error),
    }
}

pub(super) async fn look(db: &Database, folder: Option<PathBuf>) -> Result<Vec<Finding>, DbErr> {
    let (journal, synchronous) = writer(db).await?;
    let mut findings = vec![if journal == "wal" && synchronous == FULL {
        Finding::ok("database", "doctor-sqlite-ok")
    } else {
        Finding::fail("database", "doctor-sqlite-unsafe")
            .with("journal", journal)
            .with("synchronous", synchronous)
    }];
    if let Some(folder) = folder {
        let folder = if folder.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            folder
        };
        findings.push(match writable(&folder) {
            Ok(()) => room(&folder),
            Err(error) => Finding::fail("database", "doctor-sqlite-folder")
                .with("file", folder.display())
                .with("why", error),
        });
    }
    Ok(findings)
}

/// As the one writing connection has it, which so shows that it can write.
async fn writer(db: &Database) -> Result<(String, i64), DbErr> {
    let ask = |question| Statement::from_string(DatabaseBackend::Sqlite, question);
    db.write(move |tx| {
        async move {
            let missing = || DbErr::RecordNotFound("a PRAGMA".to_owned());
            let journal = tx
                .query_one_raw(ask("PRAGMA journal_mode"))
                .await?
                .ok_or_else(missing)?;
            let synchronous = tx.query_one_raw(ask("PRAGMA synchronous")).await?.ok_or_else(missing)?;
            Ok((journal.try_get_by_index(0)?, synchronous.try_get_by_index(0)?))
        }
        .boxed()
    })
    .await
}

fn writable(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".naru-doctor-{}", std::process::id()));
    File::create_new(&file)?;
    std::fs::remove_file(file)
}

fn room(folder: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Finding::warn("database", "doctor-disk-unknown");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let finding = if free < TOO_LITTLE {
        Finding::fail("database", "doctor-disk-little")
    } else if free < LITTLE {
        Finding::warn("database", "doctor-disk-little")
    } else {
        Finding::ok("database", "doctor-disk-ok")
    };
    finding.with("mib", free / MIB)
}
