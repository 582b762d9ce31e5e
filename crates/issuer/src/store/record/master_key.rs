//! The table `master_key`: the versions of the issuer master key that the database knows.

use rusqlite::Row;

use crate::custody::{CheckValue, KeyFamily, KeyVersion};
use crate::fault::Fault;
use crate::store::act::{Act, View};

impl KeyVersion {
    /// Every version that the database knows, in ascending order of their indexes.
    pub(crate) fn known(view: &View<'_>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM master_key WHERE dki > 0 ORDER BY dki LIMIT 255";
        view.all(sql, [], read)
    }

    /// Adds a version.
    pub(crate) fn insert(self, act: &Act<'_>) -> Result<(), Fault> {
        let sql = "INSERT INTO master_key (dki, check_value) VALUES (?1, ?2)";
        act.execute(sql, (self.dki, self.check_value.0))?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<KeyVersion, Fault> {
    Ok(KeyVersion {
        family: KeyFamily::UNIONPAY_TDES,
        dki: row.get("dki")?,
        check_value: CheckValue(row.get("check_value")?),
    })
}
