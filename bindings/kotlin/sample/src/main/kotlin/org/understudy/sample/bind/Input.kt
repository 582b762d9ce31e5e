package org.understudy.sample.bind

import org.understudy.sample.R

/** A mistake in what the user typed, and the sentence that says so. */
enum class Mistake(val sentence: Int) {
    ADDRESS(R.string.mistake_address),
    NUMBER(R.string.mistake_number),
    EXPIRY(R.string.mistake_expiry),
    CODE(R.string.mistake_code),
    PASSWORD(R.string.mistake_password),
    REPEAT(R.string.mistake_repeat),
}

/** What the user typed can't be used. Its text holds none of it. */
class InputException(val mistake: Mistake) : Exception(mistake.name)

/** 13 to 19 digits with a right check digit; spaces between them are the user's. */
fun cardNumber(typed: String): String {
    val number = typed.filterNot { it == ' ' }
    if (number.length !in 13..19 || !number.all { it in '0'..'9' } || !hasCheckDigit(number)) {
        throw InputException(Mistake.NUMBER)
    }
    return number
}

/** YYMM, out of the MM/YY that is on a card. */
fun expiry(typed: String): String {
    val (month, year) = Regex("(0[1-9]|1[0-2])/?(\\d\\d)").matchEntire(typed.trim())?.destructured
        ?: throw InputException(Mistake.EXPIRY)
    return year + month
}

/** The six digits that the bank sent. */
fun code(typed: String): String =
    typed.trim().takeIf { it.length == 6 && it.all { digit -> digit in '0'..'9' } } ?: throw InputException(Mistake.CODE)

/** ISO/IEC 7812-1, annex B. */
private fun hasCheckDigit(number: String): Boolean = number.reversed().mapIndexed { at, digit ->
    val value = digit.digitToInt() * (1 + at % 2)
    if (value > 9) value - 9 else value
}.sum() % 10 == 0
