package org.understudy.tap

import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException

/**
 * Answers a reader's commands, whatever carries them: one thread makes the answers, in the order of
 * the commands, and an answer that is ready after the field went away is dropped.
 *
 * [open] gives the wallet. It is called once, on the tap thread, by [warmUp] or the first command,
 * and after a failure again with the next tap. [respond] takes an answer; it is called on the tap
 * thread and must not wait for anybody. [between] runs on a thread of its own after [warmUp] and when
 * the field is gone: the place for [org.understudy.PaymentWallet.settle] and for telling the user.
 * What goes wrong is told to [onFailure], and a reader gets a status word instead: 6985 where there
 * is no wallet ([WalletUnavailable]), 6F00 otherwise.
 *
 * With [direct], [command] itself returns the answer, made on the thread that calls.
 */
class TapHandler(
    private val open: () -> TapWallet,
    private val respond: (ByteArray) -> Unit,
    private val between: () -> Unit = {},
    private val onFailure: (Throwable) -> Unit = {},
    private val direct: Boolean = false,
) : AutoCloseable {
    private val taps = thread("understudy-tap")
    private val rest = thread("understudy-rest")
    private val turn = Any()
    private val gate = Any()
    private var wallet: TapWallet? = null // guarded by turn
    private var fields = 0L // that went away, guarded by gate
    private var talking = false // since the last one did, guarded by gate

    /** Opens the wallet before a reader asks for it, and makes the first tap ready. */
    fun warmUp() {
        submit(if (direct) rest else taps) {
            contained {
                synchronized(turn) { opened() }
                submit(rest) { contained(between) }
            }
        }
    }

    /**
     * Takes a command; null counts as an empty one. Returns null, and the answer goes to [respond];
     * in direct mode, or after [close], returns the answer.
     */
    fun command(apdu: ByteArray?): ByteArray? {
        // The caller may use its array again.
        val octets = apdu?.clone() ?: ByteArray(0)
        val number = synchronized(gate) {
            talking = true
            fields
        }
        if (direct) return answer(octets)
        val queued = submit(taps) {
            // A reader that is gone gets no key.
            if (synchronized(gate) { fields == number }) {
                val answer = answer(octets)
                synchronized(gate) { if (fields == number) contained { respond(answer) } }
            }
        }
        return if (queued) null else CONDITIONS_NOT_SATISFIED.clone()
    }

    /** The field went away, or the reader chose another service. */
    fun fieldLost() {
        synchronized(gate) {
            talking = false
            fields++
        }
        val work = Runnable {
            contained { synchronized(turn) { wallet?.fieldLost() } }
            submit(rest) { contained(between) }
        }
        if (direct) work.run() else submit(taps, work)
    }

    /** Ends both threads, once they have done what was asked of them; the wallet stays open. */
    override fun close() {
        // A conversation that another handler has begun meanwhile with the same wallet goes on.
        if (synchronized(gate) { talking }) fieldLost()
        // Behind the end of the last tap, which the tap thread hands on.
        submit(taps) { rest.shutdown() }
        taps.shutdown()
    }

    private fun answer(command: ByteArray): ByteArray = try {
        synchronized(turn) { opened().process(command) }
    } catch (unavailable: WalletUnavailable) {
        told(unavailable)
        CONDITIONS_NOT_SATISFIED.clone()
    } catch (failure: Throwable) {
        told(failure)
        INTERNAL.clone()
    }

    private fun opened(): TapWallet = wallet ?: open().also { wallet = it }

    private fun contained(work: () -> Unit) = try {
        work()
    } catch (failure: Throwable) {
        told(failure)
    }

    /** What a listener throws goes no further: the next command is to be answered. */
    private fun told(failure: Throwable) {
        runCatching { onFailure(failure) }
    }

    private fun submit(executor: ExecutorService, work: Runnable): Boolean = try {
        executor.execute(work)
        true
    } catch (_: RejectedExecutionException) {
        false
    }

    private fun thread(name: String): ExecutorService =
        Executors.newSingleThreadExecutor { work -> Thread(work, name).apply { isDaemon = true } }

    private companion object {
        val CONDITIONS_NOT_SATISFIED = byteArrayOf(0x69, 0x85.toByte())
        val INTERNAL = byteArrayOf(0x6F, 0x00)
    }
}
