package org.understudy.tests

import java.util.concurrent.TimeUnit.SECONDS
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.understudy.CardSide
import org.understudy.Desk
import org.understudy.Recorded
import org.understudy.Tapped
import org.understudy.android.AndroidPhone
import org.understudy.ffi.TapEvent
import org.understudy.synchronise

/** The terminal of the `understudy` command taps the framework's service, and the bank behind it decides. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class TerminalTest {
    private val desk = Desk()
    private val phone = AndroidPhone()
    private val card = Recorded(phone.reader)

    @After fun close() {
        phone.close()
        desk.close()
    }

    private fun tap(vararg options: String): Tapped {
        phone.takenOut()
        return desk.tap(card, *options)
    }

    private fun assertApproved(tapped: Tapped) = assertEquals("$tapped", "approved", tapped.result)

    @Test fun `purchases are approved, each by a counter of its own`() {
        val wallet = phone.provisioned(desk)
        for (amount in listOf("12.34", "999.99")) {
            val tapped = tap("--amount", amount)
            assertApproved(tapped)
            assertNotNull(tapped.authorisation)
        }
        assertEquals(listOf("0001", "0002"), card.counters)
        assertBook(desk, wallet, approved(), approved(99_999))
    }

    @Test fun `above the limit the terminal asks for the PIN, which the bank judges`() {
        val wallet = phone.provisioned(desk)
        desk.run("set-pin", "1", "--pin", "-", input = "135790\n")
        val missing = tap("--amount", "1500")
        assertEquals("$missing", "pin-required", missing.result)
        val wrong = tap("--amount", "1500", "--pin", "024680")
        assertEquals("$wrong", "declined", wrong.result)
        assertApproved(tap("--amount", "1500", "--pin", "135790"))
        assertEquals("each tap used its key", listOf("0001", "0002", "0003"), card.counters)
        assertBook(desk, wallet, Decision(false, "wrong-pin", 150_000, 1), approved(150_000))
    }

    @Test fun `where nobody can take a PIN the user verifies on the phone and taps again`() {
        val wallet = phone.provisioned(desk)
        val terminal = kotlin.io.path.createTempFile("terminal", ".toml").toFile()
        terminal.writeText("[reader]\nonline_pin = false\npin_after_read = false\nsignature = false\n")
        val options = arrayOf("--amount", "1500", "--terminal", terminal.path)
        val first = tap(*options)
        assertEquals("$first", "try-again", first.result)
        assertEquals("no key was used", emptyList<String>(), card.counters)
        val asked = generateSequence { phone.events.poll(60, SECONDS) }.filterIsInstance<TapEvent.VerificationNeeded>().first()
        assertEquals(150_000uL, asked.amount.minor)

        val prompt = wallet.prompt()!!
        assertEquals(150_000uL, prompt.amount.minor)
        wallet.userVerifiedFor(prompt)
        assertApproved(desk.tap(card, *options))
        val third = tap(*options)
        assertEquals("verified for one tap: $third", "try-again", third.result)
        assertBook(desk, wallet, approved(150_000))
    }

    @Test fun `a suspended card is declined by the bank, then not found by the reader, and resumed it pays`() {
        val wallet = phone.provisioned(desk)
        desk.run("suspend", "1")
        val declined = tap()
        assertEquals("$declined", "declined", declined.result)
        wallet.synchronise(desk.service)
        val absent = tap()
        assertEquals("$absent", "end-application", absent.result)
        assertNull(absent.authorisation)
        desk.run("resume", "1")
        wallet.synchronise(desk.service)
        assertApproved(tap())
        assertBook(desk, wallet, Decision(false, "token-suspended", 1234, 1), approved())
    }

    @Test fun `a card without keys reaches no bank, and pays again when new ones came`() {
        val wallet = phone.provisioned(desk)
        val keys = wallet.cards().single().keysLeft.toInt()
        repeat(keys) { assertApproved(tap()) }
        val empty = tap()
        assertEquals("$empty", "end-application", empty.result)
        assertNull(empty.authorisation)
        wallet.synchronise(desk.service)
        assertApproved(tap())
        assertEquals(List(keys + 1) { "%04X".format(it + 1) }, card.counters)
        assertBook(desk, wallet, *Array(keys + 1) { approved() })
    }

    @Test fun `a field that is lost before or after any answer costs one key at most, and the next tap pays`() {
        val wallet = phone.provisioned(desk)
        assertApproved(tap())
        val steps = card.answers.size
        var paid = 1
        for (step in 0 until steps) for (answered in listOf(false, true)) {
            val torn = Torn(card, step, answered)
            phone.takenOut()
            val tapped = desk.tap(torn, "--timeout", "1")
            assertTrue("the field was lost at $step", torn.lost)
            assertEquals("$tapped", "try-again", tapped.result)
            assertNull(tapped.authorisation)
            assertApproved(tap())
            paid++
            wallet.synchronise(desk.service)
        }
        assertEquals("no counter twice and none left out", List(card.counters.size) { "%04X".format(it + 1) }, card.counters)
        assertTrue("some keys were lost with the field", card.counters.size > paid)
        assertBook(desk, wallet, *Array(paid) { approved() })
    }

    /** Leaves the field at a step: before the card hears the command, or with its answer. */
    private class Torn(private val card: CardSide, private val step: Int, private val answered: Boolean) : CardSide {
        private var steps = 0
        var lost = false

        override fun transceive(command: ByteArray): ByteArray? {
            if (lost) return null
            lost = steps++ == step
            if (!lost) return card.transceive(command)
            if (answered) card.transceive(command)
            card.leave()
            return null
        }

        override fun leave() = card.leave()
    }

    @Test fun `each of ten cards pays when it is presented, and the bank books it to that card`() {
        val wallet = phone.provisioned(desk, cards = 10)
        val cards = wallet.cards().map { it.id }
        assertEquals(10, cards.size)
        for (chosen in cards) {
            wallet.present(chosen, 60u)
            assertApproved(tap())
        }
        val tokens = desk.tokens().associate { it["card"].asInt to it["token"].asInt }
        assertEquals(10, tokens.values.toSet().size)
        assertEquals("of each card the first counter", List(10) { "0001" }, card.counters)
        assertBook(desk, wallet, *cards.map { approved(token = tokens.getValue(it.toInt())) }.toTypedArray())
        assertTrue("all of them got new keys at once", wallet.cards().all { it.keysLeft > 10u })
    }
}
