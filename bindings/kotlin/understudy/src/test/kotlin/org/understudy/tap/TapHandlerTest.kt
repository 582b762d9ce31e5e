package org.understudy.tap

import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.direct
import org.understudy.hex
import org.understudy.octets
import org.understudy.statusWord
import org.understudy.valueOf

class TapHandlerTest {
    private val answers = LinkedBlockingQueue<String>()
    private val failures = LinkedBlockingQueue<Throwable>()
    private val tapsEnded = LinkedBlockingQueue<String>()
    private val card = Echo()
    private val handlers = mutableListOf<TapHandler>()

    @AfterEach fun close() = handlers.forEach(TapHandler::close)

    /** Answers a command with itself and 9000, on demand only when a gate is shut. */
    private class Echo : TapWallet {
        @Volatile var gate = CountDownLatch(0)
        val entered = LinkedBlockingQueue<String>()
        val done = LinkedBlockingQueue<String>()

        override fun process(command: ByteArray): ByteArray {
            entered.put(hex(command))
            check(gate.await(60, SECONDS))
            done.put(hex(command))
            return command + octets("9000")
        }

        override fun fieldLost() {
            done.put("lost")
        }
    }

    private fun handler(direct: Boolean = false, open: () -> TapWallet = { card }) = TapHandler(
        open,
        respond = { answers.put(hex(it)) },
        between = { tapsEnded.put(Thread.currentThread().name) },
        onFailure = failures::put,
        direct = direct,
    ).also(handlers::add)

    private fun <T> LinkedBlockingQueue<T>.next(): T = checkNotNull(poll(60, SECONDS)) { "nothing came" }

    @Test fun `answers come in the order of the commands, from one thread that is not the caller's`() {
        val threads = LinkedBlockingQueue<Thread>()
        val handler = TapHandler({ card }, respond = { threads.put(Thread.currentThread()); answers.put(hex(it)) }).also(handlers::add)
        for (number in 0 until 50) assertNull(handler.command(byteArrayOf(number.toByte())))
        assertEquals(List(50) { "%02X9000".format(it) }, List(50) { answers.next() })
        assertEquals(1, threads.distinct().size)
        assertNotEquals(Thread.currentThread(), threads.first())
    }

    @Test fun `an answer that is ready after the field went away is dropped, and what waits is not asked`() {
        val handler = handler()
        card.gate = CountDownLatch(1)
        handler.command(octets("01"))
        assertEquals("01", card.entered.next())
        handler.command(octets("02"))
        handler.fieldLost()
        handler.command(octets("03"))
        card.gate.countDown()

        assertEquals("039000", answers.next(), "only the next tap's")
        assertEquals(listOf("01", "lost", "03"), List(3) { card.done.next() })
        assertTrue(answers.isEmpty())
    }

    @Test fun `after the field a thread of its own does the rest, and the next tap does not wait for it`() {
        val held = CountDownLatch(1)
        val handler = TapHandler(
            { card },
            respond = { answers.put(hex(it)) },
            between = { tapsEnded.put(Thread.currentThread().name); check(held.await(60, SECONDS)) },
        ).also(handlers::add)
        handler.command(octets("01"))
        answers.next()
        handler.fieldLost()
        assertEquals("understudy-rest", tapsEnded.next())
        handler.command(octets("02"))
        assertEquals("029000", answers.next())
        held.countDown()
    }

    @Test fun `no command at all is an empty one, and the caller may use its array again`() {
        val handler = handler()
        card.gate = CountDownLatch(1)
        handler.command(null)
        val array = octets("05")
        handler.command(array)
        array[0] = 6
        card.gate.countDown()
        assertEquals(listOf("9000", "059000"), List(2) { answers.next() })
    }

    @Test fun `without a wallet the answer is 6985 with a reason, and the next command tries again`() {
        var locked = true
        val handler = handler { if (locked) throw WalletUnavailable("before the first unlock") else card }
        handler.warmUp()
        assertEquals("before the first unlock", failures.next().message)
        handler.command(octets("01"))
        assertEquals("6985", answers.next())
        assertEquals("before the first unlock", failures.next().message)
        locked = false
        handler.command(octets("02"))
        assertEquals("029000", answers.next())
    }

    @Test fun `whatever fails is answered 6F00 and told, and the next command is answered`() {
        var failure: Throwable? = UnsatisfiedLinkError("no library")
        val wallet = object : TapWallet by card {
            override fun process(command: ByteArray) = failure?.let { throw it } ?: card.process(command)
            override fun fieldLost() = failure?.let { throw it } ?: Unit
        }
        val handler = TapHandler({ wallet }, respond = { answers.put(hex(it)); error("the reader's end broke") },
            between = { error("after") }, onFailure = { failures.put(it); error("the listener too") }).also(handlers::add)
        handler.command(octets("01"))
        assertEquals("6F00", answers.next())
        assertEquals("no library", failures.next().message)
        assertEquals("the reader's end broke", failures.next().message)
        handler.fieldLost()
        assertEquals(setOf("no library", "after"), setOf(failures.next().message, failures.next().message))
        failure = null
        handler.command(octets("02"))
        assertEquals("029000", answers.next())
    }

    @Test fun `warming up opens the wallet once, before any command`() {
        val opened = LinkedBlockingQueue<String>()
        val handler = handler { opened.put(Thread.currentThread().name); card }
        handler.warmUp()
        assertEquals("understudy-tap", opened.next())
        assertEquals("understudy-rest", tapsEnded.next(), "the first tap is made ready")
        handler.warmUp()
        handler.command(octets("01"))
        answers.next()
        assertTrue(opened.isEmpty())
    }

    @Test fun `in direct mode the caller has its answer at once`() {
        val handler = handler(direct = true)
        assertEquals("019000", hex(handler.command(octets("01"))!!))
        handler.fieldLost()
        assertEquals(listOf("01", "lost"), List(2) { card.done.next() })
        assertEquals("understudy-rest", tapsEnded.next())
        assertEquals("9000", hex(handler.command(null)!!))
        assertTrue(answers.isEmpty())
    }

    @Test fun `after the end every command is answered 6985 by its caller, and the last tap is finished`() {
        val handler = handler()
        handler.command(octets("01"))
        answers.next()
        handler.close()
        handler.close()
        assertEquals("understudy-rest", tapsEnded.next())
        assertEquals("6985", hex(handler.command(octets("02"))!!))
        handler.fieldLost()
        handler.warmUp()
        assertEquals(listOf("01", "lost"), List(2) { card.done.next() }, "lost once")
        assertTrue(card.done.isEmpty())
    }

    @Test fun `a handler that ends without a conversation interrupts nobody else's`() {
        val handler = handler()
        handler.warmUp()
        tapsEnded.next()
        handler.close()
        val other = handler()
        other.command(octets("01"))
        answers.next()
        assertEquals(listOf("01"), card.done.toList())
    }

    @Test fun `a whole tap through the handler ends with a cryptogram, and the rest makes the next one ready`() {
        Phone().use { phone ->
            phone.provisioned().use { wallet ->
                val handler = TapHandler(
                    { TapWallet.open(phone.folder, direct(phone.key)) },
                    respond = { answers.put(hex(it)) },
                    between = { wallet.settle(); tapsEnded.put("settled") },
                    onFailure = failures::put,
                ).also(handlers::add)
                val counters = List(2) {
                    wallet.userActed()
                    for (command in Tap.commands) assertNull(handler.command(command))
                    val all = List(3) { octets(answers.next()) }
                    assertEquals(listOf("9000", "9000", "9000"), all.map(::statusWord))
                    handler.fieldLost()
                    tapsEnded.next()
                    valueOf("9F36", all.last())
                }
                assertEquals(listOf("0001", "0002"), counters)
                assertEquals(0uL, wallet.storage().waited, "no tap had to wait")
                assertTrue(failures.isEmpty(), "$failures")
            }
        }
    }
}
