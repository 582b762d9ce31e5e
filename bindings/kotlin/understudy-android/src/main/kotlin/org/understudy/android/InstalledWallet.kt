package org.understudy.android

import org.understudy.ffi.WalletInterface

/** What [PaymentApduService] may do with a wallet: nothing that installs, or vouches for the user. */
interface TapWallet {
    /** The answer to one command of a reader. */
    fun process(command: ByteArray): ByteArray

    /** The conversation with the reader is over. */
    fun fieldLost()

    /** The user's verification holds no longer. */
    fun forgetVerification()
}

/** The wallet, narrowed to what the service needs. */
fun WalletInterface.forTaps(): TapWallet {
    val whole = this
    return object : TapWallet {
        override fun process(command: ByteArray) = whole.process(command)
        override fun fieldLost() = whole.fieldLost()
        override fun forgetVerification() = whole.forgetVerification()
    }
}

/**
 * The wallet that [PaymentApduService] answers from, in the service's own process.
 *
 * The system makes the service, at the first command of a tap if need be, so the service can't be
 * given its wallet. An app sets it here when its process starts, and sets null before it closes the
 * wallet.
 */
object InstalledWallet {
    /**
     * The wallet, or null as long as there is none: then the service answers 6A82. The one that is
     * replaced is told that its conversation is over.
     */
    @Volatile
    var wallet: TapWallet? = null
        set(next) {
            val former = synchronized(this) {
                val held = field
                field = next
                held
            }
            // One that was closed already has no conversation to end.
            if (former !== next) runCatching { former?.fieldLost() }
        }
}
