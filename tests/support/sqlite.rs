//! SQLite with the schema in it, for an app of a test: made once for each build of the tests, and copied.

use std::path::Path;
use std::time::UNIX_EPOCH;

use migration::{Migrator, MigratorTrait};
use sea_orm::Database;
use uuid::Uuid;

/// Where the schema is kept from test to test.
const KEPT: &str = env!("CARGO_TARGET_TMPDIR");
const PREFIX: &str = "schema-";

/// Makes a database at `path`, and answers with its address.
pub async fn database(path: &Path) -> String {
    let kept = Path::new(KEPT).join(format!("{PREFIX}{}.sqlite", build()));
    if std::fs::copy(&kept, path).is_err() {
        make(&kept).await;
        std::fs::copy(&kept, path).expect("a copy of the schema");
    }
    address(path)
}

/// Names this build of the tests.
pub fn build() -> String {
    let program = std::env::current_exe()
        .and_then(std::fs::metadata)
        .expect("this program");
    let built = program.modified().expect("its time").duration_since(UNIX_EPOCH);
    format!("{:x}_{:x}", built.expect("after 1970").as_nanos(), program.len())
}

/// Several may make it at once; the last one's stays.
async fn make(kept: &Path) {
    forget_other_builds();
    let new = Path::new(KEPT).join(format!("new-{}.sqlite", Uuid::new_v4().simple()));
    let connection = Database::connect(address(&new)).await.expect("a new file");
    Migrator::up(&connection, None).await.expect("the schema");
    connection.close().await.expect("the file can be closed");
    std::fs::rename(new, kept).expect("it appears at once");
}

fn forget_other_builds() {
    std::fs::create_dir_all(KEPT).expect("a folder");
    let entries = std::fs::read_dir(KEPT).expect("the folder").flatten();
    let schemas = entries.map(|entry| entry.path()).filter(|path| is_schema(path));
    for schema in schemas {
        // Another test of this build may have removed it.
        drop(std::fs::remove_file(schema));
    }
}

fn is_schema(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(PREFIX) && !name.contains(&build()))
}

fn address(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}
