package org.understudy.android

import java.io.File
import java.nio.file.Files
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.understudy.Desk
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.ffi.TapEvent

/**
 * A phone under Robolectric: the wallet of [Understudy], the payment service, and a reader's field
 * around it. Made and used on the test's thread.
 */
class AndroidPhone(keystore: MemoryKeystore = MemoryKeystore(), kept: File? = null) : AutoCloseable {
    private val context = RuntimeEnvironment.getApplication()
    private val service: PaymentApduService

    /** The events of taps that the app was told of. */
    val events = LinkedBlockingQueue<TapEvent>()

    init {
        // The files of a phone that was there before this process, and is there after it.
        if (kept != null) Files.createSymbolicLink(context.dataDir.toPath().resolve("no_backup"), kept.toPath())
        Understudy.keyWrapper = keystore
        Understudy.listener = { events.addAll(it) }
        service = Robolectric.setupService(PaymentApduService::class.java)
    }

    /** The reader, which talks to the service as Android's NFC process does. */
    val reader = Reader(service)

    fun wallet(): PaymentWallet = Understudy.wallet(context)

    /** The wallet with so many cards that the bank of a desk issued. */
    fun provisioned(desk: Desk, cards: Int = 1): PaymentWallet = wallet().also { Phone.provision(it, cards, desk) }

    /** The user takes the phone out: the guard against readers that drain the card starts anew, and the next tap is ready. */
    fun takenOut() {
        wallet().userActed()
        wallet().settle()
    }

    override fun close() {
        reader.close()
        service.onDestroy()
        // What they still do is done to this phone's wallet, not to the next one's.
        Thread.getAllStackTraces().keys.filter { it.name.startsWith("understudy-") }.forEach { it.join(SECONDS.toMillis(60)) }
        Understudy.listener = null
        Understudy.wipe(context)
    }
}
