use understudy_core::wire::amount::Amount;
use understudy_issuer::{IssueOptions, Restrictions};

/// What every token that a device asks for is issued with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// How the token is made.
    pub options: IssueOptions,
    /// What is on the account of a card that the issuer does not know yet.
    pub funds: Amount,
    /// Where the token may pay.
    pub restrictions: Restrictions,
}
