package org.understudy.sample.bind

import android.content.SharedPreferences

/** What the app remembers of the bank besides the wallet: nothing of a card's number. */
interface Bank {
    /** Where the issuer is reached; empty before the first card. */
    var address: String

    /** The card whose code is still to be entered, by its number in the wallet. */
    var pending: UShort?
}

/** [Bank] in the app's preferences. */
class StoredBank(private val preferences: SharedPreferences) : Bank {
    override var address: String
        get() = preferences.getString("address", null).orEmpty()
        set(value) = preferences.edit().putString("address", value).apply()

    override var pending: UShort?
        get() = preferences.getInt("pending", NONE).takeIf { it != NONE }?.toUShort()
        set(value) = preferences.edit().putInt("pending", value?.toInt() ?: NONE).apply()

    private companion object {
        const val NONE = -1
    }
}
