//! Column types that hold the same values exactly on every database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// A moment in UTC with microseconds: `DATETIME(6)` on MySQL, whose default keeps whole seconds only.
pub fn moment(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DatabaseBackend::MySql => column.custom("DATETIME(6)"),
        _ => column.timestamp_with_time_zone(),
    };
    column
}

/// JSON or a long text: `MEDIUMTEXT` on MySQL, whose `TEXT` ends at 64 KiB.
pub fn long_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DatabaseBackend::MySql => column.custom("MEDIUMTEXT"),
        _ => column.text(),
    };
    column
}

/// An id: `UUIDv7`, sixteen bytes, sorted by time.
pub fn id(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.uuid();
    column
}

/// The end of the row's id, as pages show it in short: made by the database of the id itself.
pub fn id_tail(manager: &SchemaManager<'_>) -> ColumnDef {
    let mut column = ColumnDef::new("id_tail");
    match manager.get_database_backend() {
        DatabaseBackend::MySql => column
            .custom("BINARY(4)")
            .generated(Expr::cust("SUBSTRING(id, 13, 4)"), false),
        _ => column.blob().generated(Expr::cust("substr(id, 13, 4)"), false),
    };
    column
}

/// A short text of at most `length` characters.
pub fn text(name: &'static str, length: u32) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.string_len(length);
    column
}

/// A text of somebody else's that is compared byte for byte: MySQL's own comparison sees no difference of case.
pub fn exact_text(manager: &SchemaManager<'_>, name: &'static str, length: u32) -> ColumnDef {
    let mut column = text(name, length);
    if manager.get_database_backend() == DatabaseBackend::MySql {
        column.custom(format!("VARCHAR({length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"));
    }
    column
}

/// Whole won.
pub fn won(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer();
    column
}

/// Creates an index named after its table and its columns.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let name = format!("{}_{table}_{}", if unique { "uq" } else { "ix" }, columns.join("_"));
    let mut index = over(table, columns);
    if unique {
        index.unique();
    }
    manager.create_index(index.name(name).take()).await
}

/// Creates an index whose columns are too many for its name.
pub async fn named_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(over(table, columns).name(name).take()).await
}

fn over(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
