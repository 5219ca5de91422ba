//! Whose records a log holds: those of this device, after those of the archive it was opened from.

use crate::error::is_absent;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

/// A device whose records come first in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Its last record.
    pub(crate) until: u64,
    pub(crate) device: Uuid,
    /// How many of its records are known by their hash only.
    pub(crate) n_withheld: u64,
}

/// Every device that wrote a part of a log.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// In the order of the log.
    pub(crate) earlier: Vec<Origin>,
    /// The device of the library itself.
    pub(crate) own: Uuid,
}

impl Origins {
    /// A file of the first format names its own device only.
    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let own = sqlx::query("SELECT device FROM library")
            .fetch_one(&mut *connection)
            .await?;
        let earlier = sqlx::query("SELECT until, device, n_withheld FROM origin ORDER BY until")
            .fetch_all(connection)
            .await;
        let rows = match earlier {
            Err(error) if is_absent(&error) => Vec::new(),
            rows => rows?,
        };
        let uuid = |bytes| Uuid::from_slice(bytes).unwrap_or(Uuid::nil());
        let number =
            |row: &sqlx::sqlite::SqliteRow, column| row.get::<i64, _>(column).cast_unsigned();
        Ok(Self {
            earlier: rows
                .iter()
                .map(|row| Origin {
                    until: number(row, "until"),
                    device: uuid(row.get("device")),
                    n_withheld: number(row, "n_withheld"),
                })
                .collect(),
            own: uuid(own.get("device")),
        })
    }

    /// The device that wrote a record.
    pub(crate) fn of(&self, sequence: u64) -> Uuid {
        let mut earlier = self.earlier.iter();
        let origin = earlier.find(|origin| sequence <= origin.until);
        origin.map_or(self.own, |origin| origin.device)
    }

    /// How many records are known by their hash only.
    pub(crate) fn n_withheld(&self) -> u64 {
        self.earlier.iter().map(|origin| origin.n_withheld).sum()
    }
}
