package org.understudy.sample.tap

import android.app.KeyguardManager
import android.content.Context
import android.content.Intent
import org.understudy.PaymentWallet

/** Proof that the phone's owner is there, and the word for it that the wallet gets. */
interface OwnerCheck {
    /** A screen of the system's that asks, and ends with RESULT_OK if the owner answered; null if it can't. */
    fun question(title: String): Intent?

    /** Vouches to the wallet for what the owner has just proved, for the waiting tap or else for the next. */
    fun vouch(wallet: PaymentWallet)
}

/** The screen lock: PIN, pattern, password, and where the phone has it, the finger or face. */
class ScreenLock(context: Context) : OwnerCheck {
    private val guard = checkNotNull(context.getSystemService(KeyguardManager::class.java))

    @Suppress("DEPRECATION") // Deprecated for androidx's; the same on every version since Android 8.
    override fun question(title: String): Intent? = guard.createConfirmDeviceCredentialIntent(title, null)

    override fun vouch(wallet: PaymentWallet) {
        val prompt = wallet.prompt()
        if (prompt == null) wallet.userVerified() else wallet.userVerifiedFor(prompt)
    }
}
