//! Messages between the issuer and the wallet, always signed and sealed.

use understudy_issuer::{CloneOrRollback, DeviceError, NoAttestation, ReportError};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::store::AppendError;
use understudy_wallet::{Clock, Folder, IssuerKeys, Taken, Wallet, WalletError};

use super::{IssuerSide, WalletSide, now};
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::output::warn;

/// The wallet's device name at the issuer; a wallet without one is enrolled.
pub(crate) fn enrolled<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
) -> Result<DeviceId, Failure> {
    let device = wallet.device();
    if let Some(device) = device
        && is_known(issuer, device)?
    {
        return Ok(device);
    }
    let keys = IssuerKeys {
        verify: vec![issuer.public.verify],
        receive: issuer.public.receive,
    };
    let challenge = issuer.issuer.challenge(now())?;
    let request = wallet.enrol(keys, challenge, None);
    let request = request.map_err(|error| match error {
        WalletError::KeepsIssuer => Failure::Home(
            "the wallet is a device of another issuer, and issuer.db does not know it: put that \
             issuer's issuer.db and issuer.keys back, or start anew in another folder with \
             --home DIR"
                .to_owned(),
        ),
        error => error.into(),
    })?;
    // If the process dies before this, the wallet enrols again next time: it has no card yet.
    let device = issuer.issuer.enrol(&request, &NoAttestation, now())?;
    Ok(device.id)
}

fn is_known(issuer: &IssuerSide, device: DeviceId) -> Result<bool, Failure> {
    Ok(issuer.issuer.device(device)?.is_some())
}

/// Gives the wallet every letter of the issuer after the last one that it took. A refusal is
/// printed on the standard error, and reaches the issuer with the next report.
pub(crate) fn fetch<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
) -> Result<(), Failure> {
    let Some(device) = wallet.device() else {
        return part(wallet, issuer);
    };
    let letters = match issuer.issuer.letters(device, now()) {
        Ok(letters) => letters,
        // Not enrolled, or with another issuer: a command that needs an enrolled wallet reports it.
        Err(DeviceError::Unknown) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut refused: Vec<(WalletError, usize)> = Vec::new();
    let mut taken = false;
    for letter in letters {
        let number = Sequence::after(&letter).map_or(0, |place| place.last());
        if number <= wallet.last_letter() {
            continue;
        }
        match wallet.receive(&letter) {
            // Further letters to the device have no recipient any more.
            Ok(Taken::Wiped) => return part(wallet, issuer),
            Ok(_) => taken = true,
            Err(error) if is_fault(&error) => return Err(error.into()),
            Err(error) => match refused.last_mut() {
                Some((last, count)) if last.to_string() == error.to_string() => *count += 1,
                _ => refused.push((error, 1)),
            },
        }
    }
    for (error, count) in refused {
        warn(&match count {
            1 => format!("the wallet refused a letter: {error}"),
            _ => format!("the wallet refused {count} letters: {error}"),
        });
    }
    if taken && wallet.settle_due() {
        wallet.settle()?;
    }
    Ok(())
}

/// Gives the issuer the last reports of a wallet that it wiped. They are kept until the wallet
/// enrols again; repeating them has no effect.
fn part<F: Folder, C: Clock>(wallet: &Wallet<F, C>, issuer: &IssuerSide) -> Result<(), Failure> {
    for report in wallet.parting_reports() {
        match issuer.issuer.receive_report(&report, now()) {
            Ok(_) | Err(ReportError::Wiped) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// True if the cause is the wallet, and not a letter.
fn is_fault(error: &WalletError) -> bool {
    matches!(
        error,
        WalletError::Store(_) | WalletError::Journal(AppendError::Full | AppendError::Io(_))
    )
}

/// As [`fetch`], after an act that is done in any case: a failure leaves the letters at the issuer
/// until the next command.
pub(crate) fn fetch_later<F: Folder, C: Clock>(wallet: &Wallet<F, C>, issuer: &IssuerSide) {
    if let Err(failure) = fetch(wallet, issuer) {
        warn(&format!(
            "the wallet did not get its letters yet: {failure}"
        ));
    }
}

/// As [`fetch_later`], for a command that needs no wallet: if there is one that is not in use.
pub(crate) fn deliver(home: &Home, issuer: &IssuerSide) {
    match WalletSide::open_if_free(home) {
        Ok(Some(wallet)) => fetch_later(&wallet.wallet, issuer),
        Ok(None) => {}
        Err(failure) => warn(&format!("the wallet did not get its letters: {failure}")),
    }
}

/// Makes the wallet report its used keys, and gives it the answer.
pub(crate) fn report<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
) -> Result<(), Failure> {
    let report = wallet.report()?;
    let reconciliation = issuer.issuer.receive_report(&report, now())?;
    fetch(wallet, issuer)?;
    match reconciliation.finding {
        None => Ok(()),
        Some(finding) => Err(Failure::Input(format!(
            "the issuer takes the wallet for a copy and suspended it: {finding}: {}",
            after(finding, reconciliation.device)
        ))),
    }
}

/// Advice for a wallet that was found to be copied or restored.
fn after(finding: CloneOrRollback, device: DeviceId) -> String {
    let resume = format!(
        "`understudy resume --device {}` and `understudy resume TOKEN` let it pay again",
        hex::upper(&device.0)
    );
    match finding {
        // After these findings no later report of the wallet can be accepted either.
        CloneOrRollback::Conflict
        | CloneOrRollback::Stale
        | CloneOrRollback::Fork
        | CloneOrRollback::Generation => format!(
            "put the newest folder wallet back, then {resume}; if that is lost, move the folder \
             wallet away, and `understudy delete TOKEN` and `understudy issue` bind the card anew"
        ),
        CloneOrRollback::Unreported { .. }
        | CloneOrRollback::Forgotten { .. }
        | CloneOrRollback::Twice { .. }
        | CloneOrRollback::NeverIssued { .. } => resume,
    }
}
