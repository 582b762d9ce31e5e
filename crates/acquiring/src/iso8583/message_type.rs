//! Message types: the four digits at the beginning.

/// The type of a message (ISO 8583:1987 §4.1): request, advice, reversal or settlement, or the answer
/// to one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MessageType {
    /// 0100, authorisation request: a pre-authorisation.
    AuthorisationRequest,
    /// 0110.
    AuthorisationResponse,
    /// 0200, financial request: sale, balance inquiry, completion, void.
    FinancialRequest,
    /// 0210.
    FinancialResponse,
    /// 0220, financial advice: refund.
    FinancialAdvice,
    /// 0230.
    FinancialAdviceResponse,
    /// 0400, reversal request.
    ReversalRequest,
    /// 0410.
    ReversalResponse,
    /// 0500, settlement request.
    SettlementRequest,
    /// 0510.
    SettlementResponse,
}

impl MessageType {
    /// Every type, each request before the answer to it.
    pub const ALL: [Self; 10] = [
        Self::AuthorisationRequest,
        Self::AuthorisationResponse,
        Self::FinancialRequest,
        Self::FinancialResponse,
        Self::FinancialAdvice,
        Self::FinancialAdviceResponse,
        Self::ReversalRequest,
        Self::ReversalResponse,
        Self::SettlementRequest,
        Self::SettlementResponse,
    ];

    /// The four ASCII digits.
    #[must_use]
    pub const fn digits(self) -> [u8; 4] {
        match self {
            Self::AuthorisationRequest => *b"0100",
            Self::AuthorisationResponse => *b"0110",
            Self::FinancialRequest => *b"0200",
            Self::FinancialResponse => *b"0210",
            Self::FinancialAdvice => *b"0220",
            Self::FinancialAdviceResponse => *b"0230",
            Self::ReversalRequest => *b"0400",
            Self::ReversalResponse => *b"0410",
            Self::SettlementRequest => *b"0500",
            Self::SettlementResponse => *b"0510",
        }
    }

    /// The type of four ASCII digits.
    #[must_use]
    pub fn from_digits(digits: [u8; 4]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.digits() == digits)
    }

    /// The type of the answer to it; none if it is an answer.
    #[must_use]
    pub const fn answer(self) -> Option<Self> {
        match self {
            Self::AuthorisationRequest => Some(Self::AuthorisationResponse),
            Self::FinancialRequest => Some(Self::FinancialResponse),
            Self::FinancialAdvice => Some(Self::FinancialAdviceResponse),
            Self::ReversalRequest => Some(Self::ReversalResponse),
            Self::SettlementRequest => Some(Self::SettlementResponse),
            _ => None,
        }
    }

    /// Its name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorisationRequest => "authorisation request",
            Self::AuthorisationResponse => "authorisation response",
            Self::FinancialRequest => "financial request",
            Self::FinancialResponse => "financial response",
            Self::FinancialAdvice => "financial advice",
            Self::FinancialAdviceResponse => "financial advice response",
            Self::ReversalRequest => "reversal request",
            Self::ReversalResponse => "reversal response",
            Self::SettlementRequest => "settlement request",
            Self::SettlementResponse => "settlement response",
        }
    }
}
