//! Names of people, as they are given.

/// The name of a person: 1 to 32 printable ASCII characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person(String);

impl Person {
    /// The longest name.
    pub const MAX: usize = 32;

    /// The person of this name; `None` if it is none.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let printable = |octet: u8| octet.is_ascii_graphic() || octet == b' ';
        let good = (1..=Self::MAX).contains(&name.len())
            && name.bytes().all(printable)
            && name.trim() == name;
        good.then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// True for the same name, in whatever case.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Person;

    #[test]
    fn a_name_is_printable_and_not_too_long() {
        assert!(Person::parse(&"x".repeat(32)).is_some());
        for bad in [
            "",
            " Ann",
            "Ann ",
            "A\nB",
            "\u{1b}[1m",
            "Æ",
            &"x".repeat(33),
        ] {
            assert!(Person::parse(bad).is_none(), "{bad:?}");
        }
    }
}
