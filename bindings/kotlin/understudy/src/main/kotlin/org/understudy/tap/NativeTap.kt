package org.understudy.tap

import java.nio.ByteBuffer

/**
 * What a tap needs of libunderstudy, by JNI: it loads in less than a millisecond, where JNA takes a
 * fifth of a second, and a process that a reader's first command has started has half a second in
 * all. [TapWallet.open] is how it is used.
 */
internal object NativeTap {
    init {
        System.loadLibrary("understudy")
    }

    /**
     * Opens the wallet in a folder, or finds the one that this process has open; returns its number.
     * [key] is a direct buffer of 32 octets, [boot] null or 16 octets.
     *
     * @throws IllegalStateException with the reason, if it can't be opened
     */
    @JvmStatic
    external fun open(folder: String, key: ByteBuffer, boot: ByteArray?): Long

    /** The answer to one command, 2 to 258 octets; never throws. */
    @JvmStatic
    external fun process(wallet: Long, command: ByteArray): ByteArray

    /** The reader's field went away; never throws. */
    @JvmStatic
    external fun fieldLost(wallet: Long)
}
