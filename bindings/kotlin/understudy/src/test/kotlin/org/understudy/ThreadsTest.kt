package org.understudy

import java.util.concurrent.Callable
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet

class ThreadsTest {
    private val phone = Phone()

    @AfterEach fun close() = phone.close()

    @Test fun `taps, lost fields and users from many threads all end, and no counter comes twice`() {
        phone.provisioned().use { wallet ->
            val byJni = TapWallet.open(phone.folder, direct(phone.key))
            val left = wallet.cards().single().keysLeft.toInt()
            val work = List<() -> List<ByteArray>>(THREADS) { thread ->
                when (thread % 4) {
                    0 -> { -> wallet.fieldLost(); emptyList() }
                    1 -> { -> wallet.userActed(); wallet.settle(); wallet.needs(); emptyList() }
                    2 -> { -> tap(byJni::process) }
                    else -> { -> tap { wallet.process(it).octets } }
                }
            }
            val answers = together(work.map { once -> { List(ROUNDS) { once() }.flatten() } }).flatten()

            assertTrue(answers.all { it.size in 2..258 && statusWord(it)[0] in "69" })
            val counters = answers.filter { it.size > 2 }.mapNotNull { valueOf("9F36", it) }
            assertEquals(counters.distinct(), counters)
            assertEquals(counters.size, left - wallet.cards().single().keysLeft.toInt())
        }
    }

    @Test fun `a wallet closed under a tap answers or throws, and never crashes`() {
        phone.provisioned().close()
        repeat(30) {
            val wallet = phone.open()
            val (failure) = together(
                listOf({ runCatching { wallet.settle(); tap { wallet.process(it).octets } }.exceptionOrNull() }, { wallet.close() }),
            )
            assertTrue(failure == null || failure is WalletException.Closed, "$failure")
        }
    }

    private fun <T> together(work: List<() -> T>): List<T> {
        val barrier = CyclicBarrier(work.size)
        val pool = Executors.newFixedThreadPool(work.size)
        try {
            return work.map { pool.submit(Callable { barrier.await(); it() }) }.map { it.get(120, SECONDS) }
        } finally {
            pool.shutdown()
        }
    }

    private companion object {
        const val THREADS = 8
        const val ROUNDS = 100
    }
}
