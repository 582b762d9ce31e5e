//! The merchant's side: the terminal, its line to the issuer, and acts on a payment.

mod authorisations;
mod follow_up;
mod host;
mod named;
mod pin;
mod receipt;
mod settle;
mod terminal;
mod unlinked_refunds;
mod unsettled;

pub(crate) use authorisations::{Authorisations, utc};
pub(crate) use follow_up::{Complete, Refund, Reverse, Void, payment, refused};
pub(crate) use host::HostLine;
pub(crate) use named::Named;
pub(crate) use pin::Pad;
pub(crate) use receipt::ReceiptView;
pub(crate) use settle::Settle;
pub(crate) use terminal::{
    ShopTill, TerminalFile, failed, local_time, parse_amount, parse_currency,
};
pub(crate) use unlinked_refunds::UnlinkedRefunds;
