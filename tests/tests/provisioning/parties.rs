//! The real device and the real issuer: a wallet, and a token service on a database in memory.

use std::cell::Cell;

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{
    DeviceSummary, IssueOptions, Issued, Issuer, NoAttestation, Reconciliation, ReportError,
    Request, Restrictions, demonstration,
};
use understudy_provisioning::keys::DeviceId;
use understudy_test_bank as bank;
use understudy_test_phone::{HandClock, Phone};

/// 2026-11-22 01:30 UTC.
pub(crate) const NOW: u64 = 1_795_311_000;

/// The token service, with a time that advances with every act.
pub(crate) struct Service {
    pub(crate) issuer: Issuer,
    now: Cell<u64>,
}

impl Service {
    pub(crate) fn open() -> Self {
        Self {
            issuer: demonstration::issuer().unwrap(),
            now: Cell::new(NOW),
        }
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.now.set(self.now.get() + 1);
        UnixTime(self.now.get())
    }

    /// Takes an enrolment request and issues an active card with `keys` keys.
    pub(crate) fn issue(&self, device: DeviceId, keys: u16) -> Issued {
        let request = Request {
            pan: &CardNumber::parse(demonstration::TEST_PAN).unwrap(),
            expiry: Expiry::new(30, 12).unwrap(),
            device,
            options: &IssueOptions {
                keys,
                ..IssueOptions::default()
            },
            funds: Amount::new(10_000, Currency::CNY).unwrap(),
            restrictions: &Restrictions::default(),
        };
        bank::issue(&self.issuer, &request, self.now())
    }

    pub(crate) fn enrol(&self, request: &[u8]) -> DeviceSummary {
        let enrolled = self.issuer.enrol(request, &NoAttestation, self.now());
        enrolled.unwrap()
    }

    pub(crate) fn letters(&self, device: DeviceId) -> Vec<Vec<u8>> {
        self.issuer.letters(device, self.now()).unwrap()
    }

    pub(crate) fn take(&self, report: &[u8]) -> Result<Reconciliation, ReportError> {
        self.issuer.receive_report(report, self.now())
    }

    /// The issuer's record of the one device.
    pub(crate) fn device(&self) -> DeviceSummary {
        self.issuer.devices(None).unwrap().remove(0)
    }
}

/// A phone that is enrolled with the service.
pub(crate) fn enrolled(service: &Service) -> Phone {
    let phone = Phone::new(&HandClock::at(NOW));
    bank::enrol(&service.issuer, &phone.wallet, service.now());
    phone
}

/// The phone's device name.
pub(crate) fn id(phone: &Phone) -> DeviceId {
    phone.wallet.device().unwrap()
}
