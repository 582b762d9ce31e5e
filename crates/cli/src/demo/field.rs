//! A terminal and a wallet in one process.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{
    Config, LinkError, Outcome, SystemRandom, Terminal, Transaction, TransactionType, Transceive,
};
use understudy_wallet::{Clock, Folder, Wallet};

use crate::failure::Failure;
use crate::shop::local_time;

/// A wallet in the field of a reader.
struct Field<'w, F: Folder, C: Clock>(&'w Wallet<F, C>);

impl<F: Folder, C: Clock> Transceive for Field<'_, F, C> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.process(command, &mut [0; ANSWER_MAX]).to_vec())
    }

    fn reset(&mut self) {
        self.0.field_lost();
    }
}

/// Taps a wallet for `yuan` yuan, at a terminal with this configuration.
pub(super) fn tap<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    config: &Config,
    yuan: u64,
) -> Result<Outcome, Failure> {
    let broken = || Failure::Input("the story's payment cannot be made".to_owned());
    let amount = Amount::new(100 * yuan, Currency::CNY).ok_or_else(broken)?;
    let time = local_time(config)?;
    let transaction = Transaction::new(TransactionType::Purchase, amount, time, 1);
    let transaction = transaction.map_err(|_| broken())?;
    let terminal = Terminal::new(config.clone());
    let report = terminal.tap(&transaction, &mut Field(wallet), &mut SystemRandom);
    Ok(report.outcome)
}
