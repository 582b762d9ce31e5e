package org.understudy.sample.tap

import org.understudy.PaymentWallet
import org.understudy.android.KeystoreVerification
import org.understudy.android.VerificationOutcome
import org.understudy.ffi.PasswordState
import org.understudy.ffi.Prompt

/** What the tap's screen shows. */
class TapState(
    val news: TapNews?,
    /** The payment password can verify too. */
    val hasPassword: Boolean,
)

/** The last tap, and the user's verification for the one that waits. */
class TapPresenter(private val wallet: () -> PaymentWallet, private val verification: KeystoreVerification) {
    private var pending: KeystoreVerification.Pending? = null

    /** The tap that the screen shows: what the user agrees to is that one, and no other. */
    private var shown: Prompt? = null

    /** [heard] is the last tap's news; what waits in the wallet says more, and survives the app's death. */
    fun load(heard: TapNews?): TapState {
        val wallet = wallet()
        val prompt = wallet.prompt()
        shown = prompt
        val news = if (prompt == null) heard else TapNews.Verify(prompt.amount, prompt.merchant)
        return TapState(news, wallet.passwordState() is PasswordState.Set)
    }

    /** Before the phone asks its owner for the screen lock. */
    fun begin() {
        pending = verification.begin(wallet(), shown)
    }

    /** The owner has just answered: the Keystore must agree. */
    fun confirm(): VerificationOutcome {
        val begun = pending ?: return VerificationOutcome.NOT_VERIFIED
        pending = null
        return verification.confirm(wallet(), begun)
    }

    /** [digits] are overwritten. */
    fun enterPassword(digits: CharArray) =
        shown?.let { wallet().verifyPasswordFor(it, digits) } ?: wallet().verifyPassword(digits)
}
