package org.understudy.sample.password

import android.widget.EditText

/** What was typed, taken out of the field; no string of it is made. */
fun EditText.takeDigits(): CharArray {
    val digits = CharArray(text.length)
    text.getChars(0, text.length, digits, 0)
    text.clear()
    return digits
}
