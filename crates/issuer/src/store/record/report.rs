//! The table `report`: the reports that were accepted, the enrolment request among them.

use super::column;
use crate::device::Device;
use crate::fault::Fault;
use crate::store::act::{Act, View};

impl Device {
    /// Stores the last report, so that it can be distinguished from others with its number until
    /// [`REPORTS_KEPT`](crate::device::REPORTS_KEPT) more have come. The enrolment request, number
    /// 0, is kept for good.
    pub(crate) fn keep_report(&self, act: &Act<'_>) -> Result<(), Fault> {
        let reports = &self.ledger.reports;
        act.execute(
            "INSERT INTO report (device, sequence, digest, accepted_at) VALUES (?1, ?2, ?3, ?4)",
            (self.id.0, reports.last(), reports.digest(), act.now.0),
        )?;
        act.execute(
            "DELETE FROM report WHERE device = ?1 AND sequence BETWEEN 1 AND ?2",
            (self.id.0, self.reports_forgotten()),
        )?;
        Ok(())
    }

    /// The digest of the report of this number, if it was accepted; 0 is the enrolment request.
    pub(crate) fn report(&self, view: &View<'_>, sequence: u64) -> Result<Option<[u8; 32]>, Fault> {
        let sql = "SELECT digest FROM report WHERE device = ?1 AND sequence = ?2";
        view.find(sql, (self.id.0, sequence), column)
    }
}
