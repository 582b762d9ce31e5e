package org.understudy.android

import org.understudy.ffi.WalletInterface

/**
 * The wallet that [PaymentApduService] answers from.
 *
 * The system makes the service, at the first command of a tap if need be, so the service can't be
 * given its wallet. An app sets it here in `Application.onCreate`, which runs before any service of
 * the process, and sets null before it closes the wallet.
 */
object InstalledWallet {
    /** The wallet, or null as long as there is none: then the service answers 6A82. */
    @Volatile
    var wallet: WalletInterface? = null
}
