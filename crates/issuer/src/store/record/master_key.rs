//! The table `master_key`: the versions of the issuer master keys that the database knows.

use rusqlite::Row;

use crate::custody::{CheckValue, KeyFamily, KeyVersion};
use crate::fault::Fault;
use crate::store::StoreError;
use crate::store::act::{Act, View};

impl KeyVersion {
    /// Every version that the database knows, in ascending order of families and indexes.
    pub(crate) fn known(view: &View<'_>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM master_key WHERE scheme > 0
                   ORDER BY scheme, algorithm, dki LIMIT 65536";
        view.all(sql, [], read)
    }

    /// Adds a version.
    pub(crate) fn insert(self, act: &Act<'_>) -> Result<(), Fault> {
        let sql = "INSERT INTO master_key (scheme, algorithm, dki, check_value)
                   VALUES (?1, ?2, ?3, ?4)";
        let [scheme, algorithm] = self.family.octets();
        act.execute(sql, (scheme, algorithm, self.dki, self.check_value.0))?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<KeyVersion, Fault> {
    let octets = [row.get("scheme")?, row.get("algorithm")?];
    let family = KeyFamily::from_octets(octets);
    Ok(KeyVersion {
        family: family.ok_or(StoreError::Value("a master key's scheme or algorithm"))?,
        dki: row.get("dki")?,
        check_value: CheckValue(row.get("check_value")?),
    })
}
