package org.understudy.tap

import java.io.File
import java.nio.ByteBuffer

/** The wallet as a reader meets it: nothing that installs, or vouches for the user. */
interface TapWallet {
    /** The answer to one command, 2 to 258 octets, whatever the command is. */
    fun process(command: ByteArray): ByteArray

    /** The reader's field went away: the conversation is over. */
    fun fieldLost()

    companion object {
        /**
         * The wallet in a folder by JNI, without JNA: the same one that
         * [org.understudy.PaymentWallet.open] gives in this process, whoever comes first. The
         * arguments are as there. Closing that one closes this one: it answers 6A82 from then on.
         *
         * @throws IllegalStateException with the reason, if it can't be opened
         */
        fun open(folder: File, key: ByteBuffer, boot: ByteArray? = null): TapWallet {
            require(key.isDirect) { "the storage key comes in a direct buffer" }
            val number = NativeTap.open(folder.path, key.slice(), boot)
            return object : TapWallet {
                override fun process(command: ByteArray) = NativeTap.process(number, command)
                override fun fieldLost() = NativeTap.fieldLost(number)
            }
        }
    }
}

/** There is no wallet to tap with; the [message] says why. Readers are answered 6985. */
class WalletUnavailable(message: String, cause: Throwable? = null) : Exception(message, cause)
