//! Approval codes (DE 38).

use understudy_acquiring::ApprovalCode;

use super::reason::Reason;
use crate::fault::Fault;
use crate::random;
use crate::store::StoreError;

/// A new random approval code of six digits, if there is something to approve.
pub(super) fn draw_for(reason: Reason) -> Result<Option<ApprovalCode>, Fault> {
    if reason != Reason::Approved {
        return Ok(None);
    }
    let digits = format!("{:06}", random::below(1_000_000)?);
    let code = ApprovalCode::parse(&digits).map_err(|_| StoreError::Value("an approval code"))?;
    Ok(Some(code))
}
