//! Receipts on the screen.

use serde::Serialize;
use understudy_pos::receipt::Receipt;

use crate::output::Output;

/// Both copies of a receipt, line by line.
#[derive(Serialize)]
pub(crate) struct ReceiptView {
    merchant: Vec<String>,
    cardholder: Vec<String>,
}

impl ReceiptView {
    /// The copies of a receipt; `payment` is its number in `understudy authorisations`, which `void`
    /// and `refund` take.
    pub(crate) fn new(receipt: &Receipt, payment: Option<u64>) -> Self {
        let receipt = match payment {
            Some(payment) => receipt.clone().numbered(payment),
            None => receipt.clone(),
        };
        let lines = |copy: String| copy.lines().map(str::to_owned).collect();
        Self {
            merchant: lines(receipt.merchant().to_string()),
            cardholder: lines(receipt.cardholder().to_string()),
        }
    }

    /// The merchant's copy and the cardholder's, each a list of lines.
    pub(crate) fn copies(&self) -> [&[String]; 2] {
        [&self.merchant, &self.cardholder]
    }

    /// Prints both copies.
    pub(crate) fn print(&self, out: &mut Output) {
        for copy in self.copies() {
            out.line("");
            for line in copy {
                out.line(line);
            }
        }
    }
}
