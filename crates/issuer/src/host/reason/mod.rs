//! The reasons for which requests are approved or declined.

mod table;

use std::fmt;

pub use table::Reason;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use std::collections::HashSet;

    #[test]
    fn every_reason_has_its_own_name_and_is_found_by_it() {
        let names: HashSet<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
        }
        assert_eq!(Reason::from_name("paid"), None);
    }

    #[test]
    fn only_the_approval_has_response_code_00() {
        for reason in Reason::ALL {
            let approves = reason.response_code() == *b"00";
            assert_eq!(approves, reason == Reason::Approved, "{reason}");
            assert!(
                reason.response_code().iter().all(u8::is_ascii_digit),
                "{reason}"
            );
        }
    }

    #[test]
    fn every_reason_speaks_in_sentences() {
        for reason in Reason::ALL {
            for text in [
                reason.explanation(),
                reason.cardholder_action(),
                reason.merchant_action(),
            ] {
                assert!(
                    text.ends_with('.') && text.starts_with(char::is_uppercase),
                    "{text}"
                );
            }
        }
    }
}
