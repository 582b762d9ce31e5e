package org.understudy.android

import android.nfc.cardemulation.HostApduService
import android.os.Bundle
import android.util.Log
import org.understudy.tap.TapHandler
import org.understudy.tap.WalletUnavailable

/**
 * Answers readers from the wallet of [Understudy]: on a thread of its own, so that the main thread
 * waits for no wallet, or with [direct] on the main thread. The framework delivers commands and sends
 * answers on the main thread either way: one that is busy delays the tap.
 */
open class PaymentApduService : HostApduService() {
    /** Answers are returned, not sent later; read once, when the service is made. */
    protected open val direct: Boolean get() = false

    private lateinit var taps: TapHandler

    override fun onCreate() {
        super.onCreate()
        taps = TapHandler({ Understudy.taps(this) }, ::sendResponseApdu, { Understudy.between(this) }, ::onFailure, direct)
        taps.warmUp()
    }

    override fun onDestroy() {
        taps.close()
        super.onDestroy()
    }

    override fun processCommandApdu(commandApdu: ByteArray?, extras: Bundle?): ByteArray? = taps.command(commandApdu)

    override fun onDeactivated(reason: Int) = taps.fieldLost()

    /** Something failed, and a reader was answered with a status word if it waited. By default it is logged. */
    protected open fun onFailure(failure: Throwable) {
        // Only this one's message is known to quote nothing.
        Log.w("Understudy", if (failure is WalletUnavailable) failure.message!! else failure.javaClass.name)
    }
}
