package org.understudy.sample.tap

import org.understudy.PaymentWallet
import org.understudy.ffi.PasswordState

/** What the tap's screen shows. */
class TapState(
    val news: TapNews?,
    /** The payment password can verify too. */
    val hasPassword: Boolean,
)

/** The last tap, and the user's verification for the one that waits. */
class TapPresenter(private val wallet: () -> PaymentWallet, private val owner: OwnerCheck) {
    /** [heard] is the last tap's news; what waits in the wallet says more, and survives the app's death. */
    fun load(heard: TapNews?): TapState {
        val wallet = wallet()
        val prompt = wallet.prompt()
        val news = if (prompt == null) heard else TapNews.Verify(prompt.amount, prompt.merchant)
        return TapState(news, wallet.passwordState() is PasswordState.Set)
    }

    /** The owner has just answered [OwnerCheck.question]. */
    fun ownerProved() = owner.vouch(wallet())

    /** [digits] are overwritten. */
    fun enterPassword(digits: CharArray) = wallet().verifyPassword(digits)
}
