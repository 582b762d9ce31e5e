//! The rows: a script, the outcome, words of the reason (all of them, joined by `&`), and the
//! identifier of the last message.

pub(super) struct Row {
    pub(super) script: &'static str,
    pub(super) outcome: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: u8,
}

pub(super) fn rows() -> impl Iterator<Item = Row> {
    let lines = [DIRECTORY, APPLICATION, CURRENCY, ANSWER, LENGTHS, SEVERAL]
        .into_iter()
        .flat_map(str::lines);
    lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(row)
}

fn row(line: &'static str) -> Row {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    let [script, outcome, reason, message] = columns[..] else {
        panic!("{line}");
    };
    let message = u8::from_str_radix(message, 16).unwrap();
    Row {
        script,
        outcome,
        reason,
        message,
    }
}

/// Rows about the field and the PPSE.
const DIRECTORY: &str = "
    good                      | Online Request        | no cardholder verification       | 1B
    FIELD nobody nobody one   | Online Request        | no cardholder verification       | 1B
    FIELD several one         | Online Request        | no cardholder verification       | 1B
    PPSE dead                 | Try Again             | no answer from the card          | 21
    PPSE slow                 | Online Request        | no cardholder verification       | 1B
    PPSE nothing              | End Application       | SELECT PPSE & 0 octets           | 1C
    PPSE octets 1             | End Application       | SELECT PPSE & 1 octets           | 1C
    PPSE octets 2             | End Application       | directory & 6F is missing        | 1C
    PPSE octets 259           | End Application       | SELECT PPSE & 259 octets         | 1C
    PPSE 6A82                 | End Application       | no contactless directory: 6A82   | 1C
    PPSE 6A81                 | End Application       | no contactless directory: 6A81   | 1C
    PPSE 6985                 | End Application       | no contactless directory: 6985   | 1C
    PPSE 6986                 | End Application       | no contactless directory: 6986   | 1C
    PPSE without 84           | Online Request        | no cardholder verification       | 1B
    PPSE without A5           | End Application       | directory & A5 is missing        | 1C
    PPSE without BF0C         | End Application       | directory & BF0C is missing      | 1C
    PPSE without 61           | End Application       | lists no application             | 1C
    PPSE without 4F           | End Application       | lists no application             | 1C
    PPSE without 50           | Online Request        | no cardholder verification       | 1B
    PPSE without 87           | Online Request        | no cardholder verification       | 1B
    PPSE behind DF01 00       | Online Request        | no cardholder verification       | 1B
    PPSE before DF01 00       | Online Request        | no cardholder verification       | 1B
    PPSE before 5F            | End Application       | directory & 6F is missing        | 1C
    PPSE twice 6F             | End Application       | directory & 6F occurs twice      | 1C
    PPSE twice 84             | End Application       | directory & 84 occurs twice      | 1C
    PPSE twice A5             | End Application       | directory & A5 occurs twice      | 1C
    PPSE twice BF0C           | End Application       | directory & BF0C occurs twice    | 1C
    PPSE twice 61             | Online Request        | no cardholder verification       | 1B
    PPSE twice 4F             | End Application       | lists no application             | 1C
    PPSE twice 50             | End Application       | lists no application             | 1C
    PPSE twice 87             | End Application       | lists no application             | 1C
    PPSE with 4F A0000003     | End Application       | lists no application             | 1C
    PPSE with 4F A0000000651010 | End Application       | lists no application             | 1C
    PPSE with 4F A00000002501   | End Application       | lists no application             | 1C
    PPSE with 87              | Online Request        | no cardholder verification       | 1B
    PPSE with 87 0101         | End Application       | lists no application             | 1C
    PPSE with 9F2A 07         | Online Request        | no cardholder verification       | 1B
    PPSE with 9F2A 00         | Online Request        | no cardholder verification       | 1B
    PPSE with 9F2A 03         | End Application       | lists no application             | 1C
    PPSE with 9F2A            | Online Request        | no cardholder verification       | 1B
    PPSE with 9F2A 870156     | End Application       | lists no application             | 1C
    PPSE with 9F2A 87         | End Application       | lists no application             | 1C
";

/// Rows about SELECT of the application.
const APPLICATION: &str = "
    SELECT dead               | Try Again             | no answer from the card          | 21
    SELECT slow               | Online Request        | no cardholder verification       | 1B
    SELECT nothing            | End Application       | SELECT application & 0 octets    | 1C
    SELECT octets 1           | End Application       | SELECT application & 1 octets    | 1C
    SELECT octets 2           | End Application       | FCI & 6F is missing              | 1C
    SELECT octets 259         | End Application       | SELECT application & 259 octets  | 1C
    SELECT 6A82               | End Application       | can't be selected: 6A82          | 1C
    SELECT 6283               | End Application       | can't be selected: 6283          | 1C
    SELECT 6985               | End Application       | can't be selected: 6985          | 1C
    SELECT without 84         | End Application       | FCI & 84 is missing              | 1C
    SELECT without A5         | End Application       | FCI & A5 is missing              | 1C
    SELECT without 50         | Online Request        | no cardholder verification       | 1B
    SELECT without 87         | Online Request        | no cardholder verification       | 1B
    SELECT without 9F38       | End Application       | no PDOL                          | 1C
    SELECT behind DF01 00     | Online Request        | no cardholder verification       | 1B
    SELECT with 50            | Online Request        | no cardholder verification       | 1B
    SELECT with 9F38          | End Application       | no PDOL                          | 1C
    SELECT twice 6F           | End Application       | FCI & 6F occurs twice            | 1C
    SELECT twice 84           | End Application       | FCI & 84 occurs twice            | 1C
    SELECT twice A5           | End Application       | FCI & A5 occurs twice            | 1C
    SELECT twice 50           | End Application       | FCI & 50 occurs twice            | 1C
    SELECT twice 9F38         | End Application       | FCI & 9F38 occurs twice          | 1C
    SELECT with 84 A000000333010102 | End Application | FCI & 84 has a value             | 1C
    SELECT with 84 A0000003   | End Application       | FCI & 84 has a value             | 1C
    SELECT with 9F38 9F0206   | End Application       | the four octets of the TTQ       | 1C
    SELECT with 9F38 9F6603   | End Application       | the four octets of the TTQ       | 1C
    SELECT with 9F38 9F66     | End Application       | PDOL & malformed                 | 1C
    SELECT with 5F2D 7A68656E | Online Request        | no cardholder verification       | 1B
    SELECT with 5F2D 00       | Online Request        | no cardholder verification       | 1B
";

/// Rows about GET DATA, for the card's currency.
const CURRENCY: &str = "
    DATA dead                 | Try Again             | no answer from the card          | 21
    DATA slow                 | Online Request        | no cardholder verification       | 1B
    DATA nothing              | End Application       | GET DATA 9F51 & 0 octets         | 1C
    DATA octets 1             | End Application       | GET DATA 9F51 & 1 octets         | 1C
    DATA octets 2             | Online Request        | no cardholder verification       | 1B
    DATA octets 259           | End Application       | GET DATA 9F51 & 259 octets       | 1C
    DATA 6A88                 | Online Request        | no cardholder verification       | 1B
    DATA 6985                 | Online Request        | no cardholder verification       | 1B
    DATA behind DF01 00       | Online Request        | no cardholder verification       | 1B
    DATA with 9F51            | Online Request        | no cardholder verification       | 1B
    DATA with 9F51 0840       | Online Request        | online PIN                       | 09
    DATA twice 9F51           | Online Request        | no cardholder verification       | 1B
    DATA with 9F51 01         | Online Request        | no cardholder verification       | 1B
";

/// Rows about GET PROCESSING OPTIONS: status, format, objects and cryptogram.
const ANSWER: &str = "
    GPO dead                  | Try Again             | no answer from the card          | 21
    GPO slow                  | Online Request        | no cardholder verification       | 1B
    GPO nothing               | End Application       | PROCESSING OPTIONS & 0 octets    | 1C
    GPO octets 1              | End Application       | PROCESSING OPTIONS & 1 octets    | 1C
    GPO octets 2              | End Application       | 77 is missing                    | 1C
    GPO octets 259            | End Application       | PROCESSING OPTIONS & 259 octets  | 1C
    GPO 6984                  | Try Another Interface | asks for another interface       | 1D
    GPO 6985                  | End Application       | conditions & (6985)              | 1C
    GPO 6986                  | Try Again             | act on the phone                 | 20
    GPO 6700                  | End Application       | refused: 6700                    | 1C
    GPO 6A81                  | End Application       | refused: 6A81                    | 1C
    GPO 6D00                  | End Application       | refused: 6D00                    | 1C
    GPO 6110                  | End Application       | refused: 6110                    | 1C
    GPO 6C08                  | End Application       | refused: 6C08                    | 1C
    GPO 77009000              | End Application       | is missing                       | 1C
    GPO without 82            | End Application       | PROCESSING OPTIONS & 82 is missing   | 1C
    GPO without 9F36          | End Application       | PROCESSING OPTIONS & 9F36 is missing | 1C
    GPO without 57            | End Application       | PROCESSING OPTIONS & 57 is missing   | 1C
    GPO without 9F10          | End Application       | PROCESSING OPTIONS & 9F10 is missing | 1C
    GPO without 9F26          | End Application       | PROCESSING OPTIONS & 9F26 is missing | 1C
    GPO without 5F34          | Online Request        | no cardholder verification       | 1B
    GPO without 9F6C          | Online Request        | no cardholder verification       | 1B
    GPO behind DF01 00        | Online Request        | no cardholder verification       | 1B
    GPO behind 80 0000        | Online Request        | no cardholder verification       | 1B
    GPO twice 77              | End Application       | 77 occurs twice                  | 1C
    GPO twice 82              | End Application       | 82 occurs twice                  | 1C
    GPO twice 9F36            | End Application       | 9F36 occurs twice                | 1C
    GPO twice 57              | End Application       | 57 occurs twice                  | 1C
    GPO twice 9F10            | End Application       | 9F10 occurs twice                | 1C
    GPO twice 9F26            | End Application       | 9F26 occurs twice                | 1C
    GPO twice 5F34            | End Application       | 5F34 occurs twice                | 1C
    GPO twice 9F6C            | End Application       | 9F6C occurs twice                | 1C
    GPO 770C DF0100 DF0100 50044142 4344 9000 | End Application | DF01 occurs twice      | 1C
    GPO 8002 0000 9000        | End Application       | format 80, without a cryptogram  | 1C
    GPO 8006 0000 08010100 9000 | End Application     | format 80, without a cryptogram  | 1C
    GPO 8000 9000             | End Application       | 80 has a value                   | 1C
    GPO 800100 9000           | End Application       | 80 has a value                   | 1C
    GPO 80040000 0801 9000    | End Application       | 80 has a value                   | 1C
    GPO with 9F10 0701010380000001 | Declined         | the card declined (AAC)          | 07
    GPO with 9F10 0701010390000001 | Declined         | approved offline (TC)            | 07
    GPO with 9F10 07010103B0000001 | Declined              | neither AAC, TC nor ARQC         | 07
    GPO with 9F10 0FA50100A000000000 | Online Request | no cardholder verification       | 1B
    GPO with 9F10 1F01010380000001 | Declined         | the card declined (AAC)          | 07
    GPO with 9F10 1F01010390000001 | Declined         | approved offline (TC)            | 07
    GPO with 9F10 1F010103B0000001 | Declined         | neither AAC, TC nor ARQC         | 07
    GPO with 9F10 1F010103A0000001 | Online Request        | no cardholder verification       | 1B
    GPO with 9F27 80          | Online Request        | no cardholder verification       | 1B
    GPO with 9F27 84          | Online Request        | no cardholder verification       | 1B
    GPO with 9F27 00          | Declined              | 9F27 says AAC and 9F10 says ARQC | 07
    GPO with 9F27 40          | Declined              | 9F27 says TC and 9F10 says ARQC  | 07
    GPO with 9F27 C0          | Declined              | neither AAC, TC nor ARQC         | 07
    GPO with 9F6C 8000        | Online Request        | online PIN                       | 09
    GPO with 9F6C 4000        | Online Request        | signature                        | 1B
    GPO with 9F6C 0080        | Online Request        | verified on the consumer's device | 1B
    GPO with 9F6C FFFF        | Online Request        | online PIN                       | 09
    GPO with 94 08010100      | Online Request        | no cardholder verification       | 1B
    GPO with DF01 00          | Online Request        | no cardholder verification       | 1B
";

/// Rows about objects of a wrong length, or with invalid content.
const LENGTHS: &str = "
    GPO with 82               | End Application       | 82 has a value                   | 1C
    GPO with 82 00            | End Application       | 82 has a value                   | 1C
    GPO with 82 000000        | End Application       | 82 has a value                   | 1C
    GPO with 9F36             | End Application       | 9F36 has a value                 | 1C
    GPO with 9F36 01          | End Application       | 9F36 has a value                 | 1C
    GPO with 9F36 000001      | End Application       | 9F36 has a value                 | 1C
    GPO with 9F26             | End Application       | 9F26 has a value                 | 1C
    GPO with 9F26 11223344556677     | End Application | 9F26 has a value                | 1C
    GPO with 9F26 112233445566778899 | End Application | 9F26 has a value                | 1C
    GPO with 9F10             | End Application       | 9F10 has a value                 | 1C
    GPO with 9F10 07010103    | End Application       | neither 9F27 nor 9F10 names      | 1C
    GPO with 9F10 0701010380  | Declined              | the card declined (AAC)          | 07
    GPO with 9F10 07010103A000 | Online Request        | no cardholder verification       | 1B
    GPO with 9F10 07010103A00000010000000000000000000000000000000000000000000000000000 | End Application | 9F10 has a value | 1C
    GPO with 9F27             | Online Request        | no cardholder verification       | 1B
    GPO with 9F27 8000        | End Application       | 9F27 has a value                 | 1C
    GPO with 5F34             | Online Request        | no cardholder verification       | 1B
    GPO with 5F34 0001        | End Application       | 5F34 has a value                 | 1C
    GPO with 5F34 0A          | End Application       | 5F34 has a value                 | 1C
    GPO with 9F6C             | Online Request        | no cardholder verification       | 1B
    GPO with 9F6C 00          | End Application       | 9F6C has a value                 | 1C
    GPO with 9F6C 000000      | End Application       | 9F6C has a value                 | 1C
    GPO with 57               | End Application       | 57 has a value                   | 1C
    GPO with 57 6230123456789014     | End Application | 57 has a value                  | 1C
    GPO with 57 6230123456789014D301 | End Application | 57 has a value                  | 1C
    GPO with 57 6230123456789014D30132200000000000000F | End Application | 57 has a value | 1C
    GPO with 57 623012345678901AD30122200000000000000F | End Application | 57 has a value | 1C
    GPO with 57 6230123456789014D301222000000000000000000000 | End Application | 57 has a value | 1C
    GPO with 57 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF | End Application | 57 has a value | 1C
";

/// Rows about cards with several applications, some of which refuse.
const SEVERAL: &str = "
    LIST A000000333010101:01 A000000333010102:02; SELECT 6A82; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT of A000000333010102; GPO 6985; GPO good | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT of A000000333010102; GPO 6985; GPO 6985 | End Application | conditions & (6985) | 1C
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT of A000000333010102; GPO 6985; GPO dead | Try Again | no answer from the card | 21
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT 6A82; GPO 6985 | End Application | conditions & (6985) | 1C
    LIST A000000333010101:01 A000000333010102:02; SELECT 6A82; SELECT of A000000333010102; GPO 6985 | End Application | conditions & (6985) | 1C
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT dead; GPO 6985 | Try Again | no answer from the card | 21
    LIST A000000333010101:01 A000000333010102:02; SELECT good; SELECT without 9F38; GPO 6985 | End Application | FCI & 84 has a value | 1C
    LIST A000000333010101:01 A000000333010102:02; SELECT without 9F38; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT with 9F38 9F0206; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT with 9F38 9F66; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT with 9F38 9F66049F02F9; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT twice 84; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT octets 2; SELECT of A000000333010102 | Online Request | no cardholder verification | 1B
    LIST A000000333010101:01 A000000333010102:02; SELECT good; GPO 6984 | Try Another Interface | asks for another interface       | 1D
    LIST A000000333010101:01 A000000333010102:02; SELECT good; GPO 6986 | Try Again | act on the phone | 20
    LIST A000000333010101:01 A000000333010102:02; SELECT good; GPO 6D00 | End Application | refused: 6D00 | 1C
    LIST A000000333010102:02 A000000333010101:01; SELECT 6A82 | End Application       | can't be selected: 6A82          | 1C
    LIST A0000000651010:01 A000000333010101:02 | Online Request | no cardholder verification | 1B
    LIST A0000000651010:01 A00000002501:02 | End Application       | lists no application             | 1C
";
