//! The minimum strength of a passphrase for new keys.
//!
//! The rule refuses the first guesses of an attacker. It has no list of words and guarantees no
//! number of guesses: it cannot distinguish random words, which make a passphrase, from a famous
//! quotation, which does not.

use crate::state::keys::PUBLISHED;

/// The fewest characters that count: those that do not follow from the one before.
const CHARACTERS_MIN: usize = 12;

/// Characters that follow each other: the alphabet, the digits and the rows of a keyboard.
const ROWS: [&str; 5] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
];

/// The rule, in words.
pub(super) const RULE: &str = "it needs 12 characters that count, as four words drawn by chance \
     have; a character does not count if it repeats the one before, is its neighbour in the \
     alphabet, among the digits or on the keyboard, or stood behind the same character before";

/// True for a passphrase that is refused for new keys. Upper and lower case are the same.
pub(super) fn is_weak(text: &str) -> bool {
    text == PUBLISHED || counted(text) < CHARACTERS_MIN
}

/// The number of characters that do not follow from the one before.
fn counted(text: &str) -> usize {
    let characters = || text.chars().flat_map(char::to_lowercase);
    let pairs = || characters().zip(characters().skip(1));
    let first = characters().take(1).count();
    let follows = |(at, (one, other)): &(usize, (char, char))| {
        one == other
            || are_neighbours(*one, *other)
            || pairs().take(*at).any(|earlier| earlier == (*one, *other))
    };
    first + pairs().enumerate().filter(|pair| !follows(pair)).count()
}

fn are_neighbours(one: char, other: char) -> bool {
    ROWS.iter().any(|row| {
        let mut pairs = row.chars().zip(row.chars().skip(1));
        pairs.any(|pair| pair == (one, other) || pair == (other, one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_tries_first_is_weak_and_words_by_chance_are_not() {
        let cases = [
            ("", true),
            ("x", true),
            ("secret", true),
            ("passwordpassword", true),
            ("Password1234567890", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", true),
            ("abababababababababababab", true),
            ("abcdefghijklmnopqrstuvwxyz", true),
            ("zyxwvutsrqponmlkjihgfedcba", true),
            ("12345678901234567890", true),
            ("qwertyuiopasdfghjklzxcvbnm", true),
            ("QWERTYUIOPasdfghjkl", true),
            ("understudy demonstration", true),
            ("elevenchrs9", true),
            ("glass orbit pencil nine", false),
            ("Tk7!xq2#Lw9z", false),
            ("mär lös öde fühl weg", false),
        ];
        for (text, weak) in cases {
            assert_eq!(is_weak(text), weak, "{text}: {} count", counted(text));
        }
    }

    #[test]
    fn a_character_counts_once_for_what_stands_before_it() {
        for (text, count) in [
            ("a", 1),
            ("aa", 1),
            ("ab", 1),
            ("ac", 2),
            ("acac", 3),
            ("ACac", 3),
            ("90", 1),
            ("po", 1),
            ("passwordpassword", 7),
        ] {
            assert_eq!(counted(text), count, "{text}");
        }
    }
}
