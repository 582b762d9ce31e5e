package org.understudy.android

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.nfc.cardemulation.HostApduService
import android.os.Bundle
import android.util.Log

/**
 * Hands every command of a reader to the wallet in [InstalledWallet], and the end of the tap; when
 * the screen goes dark, the user's verification is forgotten.
 *
 * Nothing is thrown into the framework: that would end the app in the middle of a tap. Without a
 * wallet the answer is 6A82, as from a phone that has no such card; when the wallet can't be
 * reached (closed, native library missing) it is 6F00, and [onFailure] hears of it.
 */
open class PaymentApduService : HostApduService() {
    private val screenOff = object : BroadcastReceiver() {
        override fun onReceive(context: Context?, intent: Intent?) =
            contained(Unit) { InstalledWallet.wallet?.forgetVerification() ?: Unit }
    }

    override fun onCreate() {
        super.onCreate()
        // The system sends this to receivers that are registered in code, and to no others.
        registerReceiver(screenOff, IntentFilter(Intent.ACTION_SCREEN_OFF))
    }

    override fun onDestroy() {
        unregisterReceiver(screenOff)
        super.onDestroy()
    }

    /** The answer to one command, on the main thread; [extras] is always null. */
    override fun processCommandApdu(commandApdu: ByteArray?, extras: Bundle?): ByteArray =
        contained(INTERNAL) { InstalledWallet.wallet?.process(commandApdu ?: ByteArray(0)) ?: NOT_FOUND }.clone()

    /**
     * The end of the conversation: the field went away, which ends every tap, torn or not, or the
     * reader selected another service's application, which tears none. The [reason] would matter
     * to the wallet's hint about torn taps alone, and Kotlin is not shown that.
     */
    override fun onDeactivated(reason: Int) = contained(Unit) { InstalledWallet.wallet?.fieldLost() ?: Unit }

    /**
     * A call of the wallet failed. Logs the class of [failure], and no message, which may quote
     * anything. What an override throws is dropped.
     */
    protected open fun onFailure(failure: Throwable) {
        Log.w("Understudy", failure.javaClass.name)
    }

    private fun <T> contained(otherwise: T, work: () -> T): T = try {
        work()
    } catch (failure: Throwable) {
        runCatching { onFailure(failure) }
        otherwise
    }

    private companion object {
        val NOT_FOUND = byteArrayOf(0x6A, 0x82.toByte())
        val INTERNAL = byteArrayOf(0x6F, 0x00)
    }
}
