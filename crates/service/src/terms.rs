use understudy_core::wire::amount::Amount;
use understudy_issuer::{IssueOptions, Restrictions};

/// The terms of every token that a device asks for.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The options with which the token is issued.
    pub options: IssueOptions,
    /// The funds of the account of a bank card that the issuer does not know yet.
    pub funds: Amount,
    /// The restrictions on where the token may pay.
    pub restrictions: Restrictions,
}
