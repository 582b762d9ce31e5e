package org.understudy.android

import android.content.Intent
import android.os.Looper
import android.os.UserManager
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLog
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.ffi.Amount
import org.understudy.ffi.HistoryOutcome
import org.understudy.ffi.TapEvent
import org.understudy.hex
import org.understudy.octets
import org.understudy.statusWord
import org.understudy.synchronise
import org.understudy.valueOf

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class PaymentApduServiceTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = MemoryKeystore()
    private val events = LinkedBlockingQueue<TapEvent>()
    private val readers = mutableListOf<Reader>()
    private val services = mutableListOf<PaymentApduService>()

    @Before fun prepare() {
        Understudy.keyWrapper = keystore
        Understudy.listener = { events.addAll(it) }
    }

    @After fun close() {
        readers.forEach(Reader::close)
        services.forEach(PaymentApduService::onDestroy)
        // What they still do is done to this test's wallet, not to the next one's.
        // The one thread starts the other.
        repeat(2) {
            Thread.getAllStackTraces().keys.filter { it.name.startsWith("understudy-") }.forEach { it.join(SECONDS.toMillis(60)) }
        }
        Understudy.listener = null
        Understudy.wipe(context)
    }

    private fun provision(cards: Int = 1) = Understudy.wallet(context).also { Phone.provision(it, cards) }

    private fun reader(kind: Class<out PaymentApduService> = PaymentApduService::class.java): Reader {
        val service = Robolectric.setupService(kind).also(services::add)
        return Reader(service).also(readers::add)
    }

    private fun tap(reader: Reader): List<ByteArray> = Tap.commands.map(reader::transceive)

    private fun next(): TapEvent = checkNotNull(events.poll(60, SECONDS)) { "no event" }

    @Test fun `two taps through the framework's service end with cryptograms, and the app hears of them`() {
        val wallet = provision()
        val reader = reader()
        val counters = List(2) {
            wallet.userActed()
            val answers = tap(reader)
            assertEquals(listOf("9000", "9000", "9000"), answers.map(::statusWord))
            reader.leave()
            val heard = List(3) { next() }
            val counter = valueOf("9F36", answers.last())!!
            val sent = TapEvent.Sent(1u, Amount(1234u, 156u), counter.toInt(16).toUShort())
            assertEquals(listOf(TapEvent.CardSelected(1u), sent, TapEvent.FieldLost), heard)
            counter
        }
        assertEquals(listOf("0001", "0002"), counters)
        val history = wallet.history()
        assertEquals(2, history.size)
        assertTrue("$history", history.all { it.outcome is HistoryOutcome.Sent || it.outcome is HistoryOutcome.PossiblyTorn })
    }

    @Test fun `the main thread answers itself in direct mode`() {
        provision().userActed()
        val service = Robolectric.setupService(Direct::class.java).also(services::add)
        val answers = Tap.commands.map { service.processCommandApdu(it, null)!! }
        assertEquals(listOf("9000", "9000", "9000"), answers.map(::statusWord))
        service.onDeactivated(0)
        assertEquals(2, service.processCommandApdu(null, null)!!.size)
    }

    class Direct : PaymentApduService() {
        override val direct get() = true
    }

    @Test fun `a reader that leaves ends the tap and spends no key`() {
        val wallet = provision()
        val left = wallet.cards().single().keysLeft
        val reader = reader()
        reader.transceive(Tap.selectApplication)
        reader.leave()
        assertEquals("6985", hex(reader.transceive(Tap.getProcessingOptions)))
        assertEquals(left, wallet.cards().single().keysLeft)
    }

    @Test fun `whatever the reader sends is answered, and the next tap works`() {
        provision().userActed()
        val reader = reader()
        val random = java.util.Random(2)
        val hostile = listOf(ByteArray(0), ByteArray(1), ByteArray(65_536), ByteArray(300).also(random::nextBytes))
        for (command in hostile) assertEquals(2, reader.transceive(command).size)
        assertEquals("9000", statusWord(tap(reader).last()))
    }

    @Test fun `a service without cards finds nothing`() {
        assertEquals("6A82", hex(reader().transceive(Tap.selectDirectory)))
    }

    @Test fun `a card that the user suspends is not there, and one without keys refuses`() {
        val wallet = provision()
        val reader = reader()
        wallet.setPaying(1u, false)
        assertEquals("6A82", hex(reader.transceive(Tap.selectDirectory)))
        reader.leave()
        wallet.setPaying(1u, true)
        repeat(wallet.cards().single().keysLeft.toInt()) {
            wallet.userActed()
            assertEquals("9000", statusWord(tap(reader).last()))
            reader.leave()
        }
        wallet.userActed()
        assertEquals("6985", statusWord(tap(reader).last()))
        reader.leave()
        wallet.synchronise(Issuer.service)
        wallet.userActed()
        assertEquals("9000", statusWord(tap(reader).last()))
    }

    @Test fun `ten cards are there, and the presented one pays`() {
        val wallet = provision(cards = 10)
        assertEquals(10, wallet.cards().size)
        val reader = reader()
        for (card in listOf(10, 4, 1)) {
            wallet.userActed()
            wallet.present(card.toUShort(), 30u)
            assertEquals("9000", statusWord(tap(reader).last()))
            reader.leave()
            val sent = generateSequence(::next).filterIsInstance<TapEvent.Sent>().first()
            assertEquals(card.toUShort(), sent.card)
        }
    }

    @Test fun `a dark screen withdraws the verification`() {
        val wallet = provision()
        val reader = reader()
        val large = Tap.withoutPinPad(minor = 250_000)
        wallet.userVerified()
        darken()
        reader.transceive(Tap.selectApplication)
        assertEquals("6986", hex(reader.transceive(large)))
        reader.leave()
        wallet.userVerified()
        reader.transceive(Tap.selectApplication)
        assertEquals("9000", statusWord(reader.transceive(large)))
    }

    @Test fun `a dark screen withdraws the verification when the service has ended, too`() {
        val wallet = provision()
        Robolectric.setupService(PaymentApduService::class.java).onDestroy()
        wallet.userVerified()
        darken()
        val reader = reader()
        reader.transceive(Tap.selectApplication)
        assertEquals("6986", hex(reader.transceive(Tap.withoutPinPad(minor = 250_000))))
    }

    @Test fun `before the first unlock readers are answered 6985, and why is logged`() {
        provision()
        Understudy.close()
        shadowOf(context.getSystemService(UserManager::class.java)!!).setUserUnlocked(false)
        val reader = reader()
        assertEquals("6985", hex(reader.transceive(Tap.selectDirectory)))
        assertTrue(logged().contains("the phone was not unlocked since it started"))
        shadowOf(context.getSystemService(UserManager::class.java)!!).setUserUnlocked(true)
        assertEquals("9000", statusWord(reader.transceive(Tap.selectDirectory)))
    }

    @Test fun `a lost storage key is told to readers by 6985, and the app starts anew`() {
        provision()
        Understudy.close()
        keystore.key = null
        val reader = reader()
        assertEquals("6985", hex(reader.transceive(Tap.selectDirectory)))
        assertTrue(logged().contains("the storage key is lost; erase the wallet and bind its cards anew"))
        reader.leave()

        Understudy.wipe(context)
        provision().userActed()
        assertEquals("9000", statusWord(tap(reader).last()))
    }

    @Test fun `a wallet that was wiped and bound anew answers the same service`() {
        val wallet = provision()
        val reader = reader()
        wallet.userActed()
        val before = valueOf("57", tap(reader).last())
        reader.leave()
        Understudy.wipe(context)
        assertEquals("6A82", hex(reader.transceive(Tap.selectDirectory)))
        reader.leave()
        provision().userActed()
        val after = valueOf("57", tap(reader).last())
        assertNotEquals(before, after)
    }

    @Test fun `a service that fails logs the class of the failure and no message`() {
        val service = Robolectric.setupService(Failing::class.java).also(services::add)
        service.fail()
        assertEquals(listOf("java.lang.UnsatisfiedLinkError"), logged().filter { "Unsatisfied" in it })
        assertTrue(ShadowLog.getLogsForTag("Understudy").all { it.throwable == null })
    }

    class Failing : PaymentApduService() {
        fun fail() = onFailure(UnsatisfiedLinkError("a message"))
    }

    @Test fun `an answer is sent later, not returned`() {
        provision()
        val service = Robolectric.setupService(PaymentApduService::class.java).also(services::add)
        assertNull(service.processCommandApdu(octets("00"), null))
    }

    private fun logged() = ShadowLog.getLogsForTag("Understudy").map { it.msg }

    private fun darken() {
        context.sendBroadcast(Intent(Intent.ACTION_SCREEN_OFF))
        shadowOf(Looper.getMainLooper()).idle()
    }
}
