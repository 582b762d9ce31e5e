package org.understudy.android

import android.content.Intent
import android.nfc.cardemulation.HostApduService
import android.os.Binder
import android.os.Bundle
import android.os.Handler
import android.os.HandlerThread
import android.os.IBinder
import android.os.Looper
import android.os.Message
import android.os.Messenger
import android.os.Parcel
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import org.robolectric.Shadows.shadowOf
import org.understudy.CardSide

/**
 * The NFC process, as the service sees it: messages to the framework's own [HostApduService],
 * through the binder it hands out, across a [Parcel] in both directions.
 */
class Reader(service: HostApduService) : CardSide, AutoCloseable {
    private val toService = Messenger(AcrossParcel(service.onBind(Intent(HostApduService.SERVICE_INTERFACE))!!))
    private val answers = LinkedBlockingQueue<ByteArray>()
    private val thread = HandlerThread("nfc").apply { start() }
    private val inbox = Messenger(
        object : Handler(thread.looper) {
            override fun handleMessage(message: Message) {
                check(message.what == RESPONSE_APDU) { "the service sent message ${message.what}" }
                answers.put(message.data.getByteArray("data")!!)
            }
        },
    )

    /** Sends one command and waits for its answer. */
    override fun transceive(command: ByteArray): ByteArray {
        send(Bundle().apply { putByteArray("data", command) })
        val deadline = System.nanoTime() + SECONDS.toNanos(10)
        while (System.nanoTime() < deadline) {
            shadowOf(Looper.getMainLooper()).idle()
            shadowOf(thread.looper).idle()
            answers.poll(10, MILLISECONDS)?.let { return it }
        }
        error("no answer within 10 s")
    }

    /** Sends the message of a command with these data, whatever they are. */
    fun send(data: Bundle?) {
        val message = Message.obtain(null, COMMAND_APDU)
        message.data = data
        message.replyTo = Messenger(AcrossParcel(inbox.binder))
        toService.send(message)
    }

    /** Takes the field away. */
    override fun leave() {
        toService.send(Message.obtain(null, DEACTIVATED, HostApduService.DEACTIVATION_LINK_LOSS, 0))
        shadowOf(Looper.getMainLooper()).idle()
    }

    override fun close() {
        thread.quit()
    }

    /** A binder whose calls are read back from their octets, as in another process. */
    private class AcrossParcel(private val target: IBinder) : Binder() {
        init {
            // Android 8.0 asks a binder without a descriptor for its descriptor.
            attachInterface(null, AcrossParcel::class.java.name)
        }

        override fun onTransact(code: Int, data: Parcel, reply: Parcel?, flags: Int): Boolean {
            data.setDataPosition(0)
            return target.transact(code, data, reply, flags)
        }
    }

    /** The numbers of the framework's messages, hidden in [HostApduService]. */
    private companion object {
        const val COMMAND_APDU = 0
        const val RESPONSE_APDU = 1
        const val DEACTIVATED = 2
    }
}
