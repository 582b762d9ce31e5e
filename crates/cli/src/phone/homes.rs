//! Commands for a phone and its bank, whose homes are two.

use std::path::Path;

use understudy_provisioning::keys::DeviceId;

use crate::hex;
use crate::home::Home;
use crate::invocation;

/// The homes of a phone and of its bank, as texts name them: one is that of this command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Homes<'h> {
    /// This command runs at the bank; the phone's home, if it is known.
    AtBank(Option<&'h Path>),
    /// This command runs on the phone, which does not know its bank's home.
    OnPhone,
}

impl<'h> Homes<'h> {
    /// The homes as seen from the bank of a phone.
    pub(crate) fn at_bank(phone: &'h Home) -> Self {
        Self::AtBank(Some(phone.folder()))
    }

    /// A command of the bank, in backticks.
    pub(crate) fn bank(self, verb: &str) -> String {
        match self {
            Self::AtBank(_) => format!("`understudy {verb}`"),
            Self::OnPhone => format!("`{}`", invocation::elsewhere(Path::new("BANK"), verb)),
        }
    }

    /// A command of the phone, in backticks.
    pub(crate) fn phone(self, verb: &str) -> String {
        match self {
            Self::AtBank(folder) => {
                let folder = folder.unwrap_or(Path::new("PHONE"));
                format!("`{}`", invocation::elsewhere(folder, verb))
            }
            Self::OnPhone => format!("`understudy {verb}`"),
        }
    }

    /// The commands that tell the bank which keys the phone used, without which it makes no more.
    pub(crate) fn report(self) -> String {
        let write = self.phone("phone report --out REPORT");
        let take = self.bank("report REPORT");
        format!("{write} writes the phone's report, and {take} takes it")
    }

    /// The commands that bring the phone new keys for a card, in order. A name that is not known is in
    /// capitals.
    pub(crate) fn new_keys(self, device: Option<DeviceId>, token: Option<&str>) -> String {
        let device = device.map_or_else(|| "ID".to_owned(), |device| hex::upper(&device.0));
        let token = token.unwrap_or("TOKEN");
        let report = self.report();
        let make = self.bank(&format!("replenish --token {token}"));
        let write = self.bank(&format!("letters --device {device} --out DIR"));
        let receive = self.phone("phone receive DIR");
        format!(
            "{report}; then {make} makes new keys, {write} writes the letter, and {receive} takes it"
        )
    }
}
