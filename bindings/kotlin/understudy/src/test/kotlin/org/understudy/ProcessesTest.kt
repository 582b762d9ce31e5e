package org.understudy

import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.ffi.HistoryOutcome
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet

class ProcessesTest {
    private val phone = Phone()

    @After fun close() = phone.close()

    @Test fun `a second JVM on one folder is told that the first has it, both ways`() {
        phone.open().use { wallet ->
            ChildProcess("uniffi", phone.folder).use { assertTrue(it.first, it.first.startsWith("Busy: ")) }
            ChildProcess("jni", phone.folder).use { assertTrue(it.first, it.first.startsWith("IllegalStateException: ")) }
            wallet.needs()
        }
        ChildProcess("jni", phone.folder).use { child ->
            assertEquals("open", child.first)
            val busy = assertThrows(WalletException.Busy::class.java) { phone.open() }
            val busyToo = assertThrows(IllegalStateException::class.java) { TapWallet.open(phone.folder, direct(phone.key)) }
            assertEquals(busy.message, busyToo.message)
        }
        phone.open().close()
    }

    @Test fun `a JVM that is killed amid a tap loses at most that tap, and no counter comes twice`() {
        phone.provisioned().close()
        val counters = mutableListOf<String>()
        for (way in listOf("jni", "uniffi")) for (step in Step.entries) {
            ChildProcess(way, phone.folder).use { child ->
                assertEquals("open", child.first)
                for (command in Tap.commands.take(step.commands)) {
                    val answer = child.process(command)
                    assertEquals("$way $step", "9000", statusWord(answer))
                    valueOf("9F36", answer)?.let(counters::add)
                }
                if (step == Step.AFTER_THE_FIELD) child.ask("lost")
            }
            phone.open().use { wallet ->
                val history = wallet.history().filter { it.atc != null }
                assertEquals("$way $step", counters.size, history.size)
                assertTrue("$history", history.all { it.outcome is HistoryOutcome.Sent || it.outcome is HistoryOutcome.PossiblyTorn })
                wallet.settle()
                wallet.userActed()
                counters += atcOfTap { wallet.process(it).octets }
                wallet.fieldLost()
                wallet.settle()
                wallet.synchronise(Issuer.service)
            }
        }
        assertEquals(counters.distinct(), counters)
        assertEquals("none was given up", counters.indices.map { "%04X".format(it + 1) }, counters)
    }

    private enum class Step(val commands: Int) {
        AFTER_SELECT(2),
        AFTER_THE_ANSWER(3),
        AFTER_THE_FIELD(3),
    }
}
