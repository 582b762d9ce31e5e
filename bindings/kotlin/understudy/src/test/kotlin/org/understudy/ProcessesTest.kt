package org.understudy

import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.understudy.ffi.HistoryOutcome
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet

class ProcessesTest {
    private val phone = Phone()

    @AfterEach fun close() = phone.close()

    @Test fun `a second JVM on one folder is told that the first has it, both ways`() {
        phone.open().use { wallet ->
            ChildProcess("uniffi", phone.folder).use { assertTrue(it.first.startsWith("Busy: "), it.first) }
            ChildProcess("jni", phone.folder).use { assertTrue(it.first.startsWith("IllegalStateException: "), it.first) }
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
                    assertEquals("9000", statusWord(answer), "$way $step")
                    valueOf("9F36", answer)?.let(counters::add)
                }
                if (step == Step.AFTER_THE_FIELD) child.ask("lost")
            }
            phone.open().use { wallet ->
                val history = wallet.history().filter { it.atc != null }
                assertEquals(counters.size, history.size, "$way $step")
                assertTrue(history.all { it.outcome is HistoryOutcome.Sent || it.outcome is HistoryOutcome.PossiblyTorn }, "$history")
                wallet.settle()
                wallet.userActed()
                counters += atcOfTap { wallet.process(it).octets }
                wallet.fieldLost()
                wallet.settle()
                wallet.synchronise(Issuer.service)
            }
        }
        assertEquals(counters.distinct(), counters)
        assertEquals(counters.indices.map { "%04X".format(it + 1) }, counters, "none was given up")
    }

    private enum class Step(val commands: Int) {
        AFTER_SELECT(2),
        AFTER_THE_ANSWER(3),
        AFTER_THE_FIELD(3),
    }
}
