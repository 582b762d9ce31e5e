package org.understudy.android

import android.nfc.cardemulation.HostApduService
import android.os.Bundle

/**
 * Hands every command of a reader to the wallet in [InstalledWallet], and the loss of the field.
 *
 * Nothing is thrown into the framework: that would end the app in the middle of a tap. Without a
 * wallet the answer is 6A82, as from a phone that has no such card; when the wallet can't be
 * reached (closed, native library missing) it is 6F00.
 */
class PaymentApduService : HostApduService() {
    /** The answer to one command, on the main thread; [extras] is always null. */
    override fun processCommandApdu(commandApdu: ByteArray?, extras: Bundle?): ByteArray = try {
        InstalledWallet.wallet?.process(commandApdu ?: ByteArray(0)) ?: NOT_FOUND.clone()
    } catch (_: Throwable) {
        INTERNAL.clone()
    }

    /** The end of the tap, torn or not: the field went away, or another application was selected. */
    override fun onDeactivated(reason: Int) {
        try {
            InstalledWallet.wallet?.fieldLost()
        } catch (_: Throwable) {
            // No wallet that could be reached: no tap of its own to end.
        }
    }

    private companion object {
        val NOT_FOUND = byteArrayOf(0x6A, 0x82.toByte())
        val INTERNAL = byteArrayOf(0x6F, 0x00)
    }
}
