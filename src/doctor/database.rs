//! The database: whether it answers, how fast, and whether its tables are of this program.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, DatabaseBackend, DatabaseConnection, DbErr};

use super::Patient;
use super::finding::{Finding, Level};
use super::{mysql, sqlite};
use crate::config;
use crate::db::Database;
use crate::installation;

const PATIENCE: Duration = Duration::from_secs(5);
/// Each payment asks several times.
const SLOW: Duration = Duration::from_millis(50);

pub(super) async fn examine(patient: &mut Patient) -> Vec<Finding> {
    let uri = patient.config.database.uri.clone();
    if !config::is_known_database(&uri) {
        return vec![Finding::fail("database", "doctor-database-unknown")];
    }
    if let Some(file) = sqlite::file(&uri)
        && !file.exists()
    {
        return vec![sqlite::not_there(&file)];
    }
    match look(patient, &uri).await {
        Ok(findings) => findings,
        Err(error) => vec![Finding::fail("database", "doctor-database-silent").with("why", error)],
    }
}

async fn look(patient: &mut Patient, uri: &str) -> Result<Vec<Finding>, DbErr> {
    // The doctor makes no database where there is none.
    let uri = uri.replace("mode=rwc", "mode=rw");
    let mut options = ConnectOptions::new(uri.as_str());
    options
        .max_connections(2)
        .connect_timeout(PATIENCE)
        .acquire_timeout(PATIENCE)
        .sqlx_logging(false);
    let pool = sea_orm::Database::connect(options).await?;
    // As the program opens it, so that what is looked at is what it works with.
    let db = Database::open(pool, &uri).await?;
    let backend = db.read().get_database_backend();
    let mut findings = vec![answers(db.read()).await?, tables(patient, db.read()).await?];
    if let Some(begun) = installation::begun(db.read()).await.unwrap_or_default()
        && begun != patient.settings.bank.mode()
    {
        findings.push(Finding::fail("database", "doctor-database-other-mode").with("begun", begun.as_str()));
    }
    if backend == DatabaseBackend::MySql {
        findings.extend(mysql::look(&mut patient.clocks, db.read()).await?);
    } else {
        let folder = sqlite::file(&uri).as_deref().and_then(Path::parent).map(PathBuf::from);
        findings.extend(sqlite::look(&db, folder).await?);
    }
    Ok(findings)
}

async fn answers(db: &DatabaseConnection) -> Result<Finding, DbErr> {
    db.ping().await?;
    let begun = Instant::now();
    db.ping().await?;
    let took = begun.elapsed();
    let finding = if took > SLOW {
        Finding::warn("database", "doctor-database-slow")
    } else {
        Finding::ok("database", "doctor-database-ok")
    };
    Ok(finding.with("ms", took.as_millis()))
}

async fn tables(patient: &Patient, db: &DatabaseConnection) -> Result<Finding, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?.len();
    if pending == 0 {
        return Ok(Finding::ok("database", "doctor-tables-ok"));
    }
    let (level, key) = if patient.config.database.auto_migrate {
        (Level::Warn, "doctor-tables-at-start")
    } else {
        (Level::Fail, "doctor-tables-old")
    };
    Ok(Finding::new(level, "database", key).with("pending", pending))
}
