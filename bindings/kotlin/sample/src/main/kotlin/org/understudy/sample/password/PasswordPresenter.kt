package org.understudy.sample.password

import org.understudy.PaymentWallet
import org.understudy.TokenService
import org.understudy.ffi.PasswordState
import org.understudy.sample.bind.InputException
import org.understudy.sample.bind.Mistake
import org.understudy.synchronise

/** The payment password. Every array of digits that is given here is overwritten. */
class PasswordPresenter(private val wallet: () -> PaymentWallet, private val issuer: () -> TokenService) {
    fun load(): PasswordState = wallet().passwordState()

    fun set(new: CharArray, repeated: CharArray) = checked(new, repeated) { wallet().setPassword(new) }

    fun change(old: CharArray, new: CharArray, repeated: CharArray) = try {
        checked(new, repeated) { wallet().changePassword(old, new) }
    } finally {
        old.fill('0')
    }

    /** Asks the issuer whether a locked password may be tried again. */
    fun askIssuer(): PasswordState {
        wallet().synchronise(issuer())
        return load()
    }

    private fun checked(new: CharArray, repeated: CharArray, use: () -> Unit) = try {
        when {
            new.size !in LENGTHS || !new.all { it in '0'..'9' } -> throw InputException(Mistake.PASSWORD)
            !new.contentEquals(repeated) -> throw InputException(Mistake.REPEAT)
            else -> use()
        }
    } finally {
        new.fill('0')
        repeated.fill('0')
    }

    private companion object {
        val LENGTHS = 6..32
    }
}
