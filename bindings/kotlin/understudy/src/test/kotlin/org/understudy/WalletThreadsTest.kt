package org.understudy

import java.util.concurrent.Callable
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.ffi.Wallet

class WalletThreadsTest {
    @Test fun `taps and lost fields from many threads all end, and one tap gets the one key`() {
        val wallet = Wallet()
        wallet.installAndWipe(Fixture.packageBuffer())
        val together = CyclicBarrier(THREADS)
        val pool = Executors.newFixedThreadPool(THREADS)

        val work = List(THREADS) { thread ->
            pool.submit(Callable { together.await(); List(ROUNDS) { if (thread % 4 == 0) lose(wallet) else tap(wallet) }.flatten() })
        }
        val answers = work.flatMap { it.get(60, SECONDS) }
        pool.shutdown()

        assertTrue(answers.all { it.size in 2..258 && statusWord(it)[0] in "69" })
        // Every tap may have been interrupted by another; this one is alone.
        val alone = tap(wallet)
        assertEquals("exactly one key", 1, (answers + alone).mapNotNull { valueOf("9F26", it) }.size)
        assertEquals(0, wallet.keysLeft().toInt())
        wallet.close()
    }

    @Test fun `a wallet closed under a tap answers or throws, and never crashes`() {
        repeat(50) {
            val wallet = Wallet()
            val together = CyclicBarrier(2)
            val pool = Executors.newFixedThreadPool(2)
            val tap = pool.submit(Callable { together.await(); runCatching { tap(wallet) } })
            val close = pool.submit(Callable { together.await(); wallet.close() })
            close.get(60, SECONDS)
            val failure = tap.get(60, SECONDS).exceptionOrNull()
            assertTrue("$failure", failure == null || failure is IllegalStateException)
            pool.shutdown()
        }
    }

    private fun tap(wallet: Wallet): List<ByteArray> =
        listOf(Fixture.selectDirectory, Fixture.selectApplication, Fixture.getProcessingOptions).map(wallet::process)

    private fun lose(wallet: Wallet): List<ByteArray> = emptyList<ByteArray>().also { wallet.fieldLost() }

    private companion object {
        const val THREADS = 8
        const val ROUNDS = 200
    }
}
