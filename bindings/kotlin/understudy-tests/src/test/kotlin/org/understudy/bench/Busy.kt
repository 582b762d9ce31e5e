package org.understudy.bench

import java.io.File
import java.io.RandomAccessFile
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import org.understudy.Desk
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.statusWord
import org.understudy.synchronise
import org.understudy.tap.TapHandler

/**
 * Taps through [TapHandler] while the thread that hands the commands over computes, another one
 * writes and syncs in the wallet's file system without a pause, so that every sync of the wallet
 * queues behind a larger one, and a third brings new keys. A tap begins when the last one is settled.
 */
fun busy(desk: Desk, taps: Int) = Phone().use { phone -> BusyPhone(phone, desk).use { it.tap(taps) } }

private class BusyPhone(private val phone: Phone, private val desk: Desk) : AutoCloseable {
    private val wallet = phone.open().also { Phone.provision(it, desk = desk) }
    private val answers = LinkedBlockingQueue<Pair<ByteArray, Long>>()
    private val settled = LinkedBlockingQueue<Unit>()
    private val handler =
        TapHandler({ phone.openForTaps() }, { answers.put(it to System.nanoTime()) }, ::settle, { throw it })
    private val ended = AtomicBoolean()
    private val selects = Durations()
    private val cryptograms = Durations()
    private val settling = Durations()
    private val synced = Durations()
    private var replenishments = 0

    fun tap(taps: Int) {
        val others = listOf(thread { fillTheDisk() }, thread { replenish() })
        handler.warmUp()
        settled()
        repeat(taps) {
            while (wallet.cards().single().keysLeft.toInt() == 0) Thread.sleep(1)
            wallet.userActed()
            for (command in Tap.commands) {
                val took = answer(command)
                if (command === Tap.getProcessingOptions) cryptograms += took else selects += took
            }
            handler.fieldLost()
            settled()
        }
        ended.set(true)
        others.forEach(Thread::join)
        print(taps)
    }

    /** The time until an answer, in nanoseconds, while the main thread is at other work. */
    private fun answer(command: ByteArray): Long {
        val start = System.nanoTime()
        handler.command(command)
        while (answers.isEmpty() && System.nanoTime() - start < SECONDS.toNanos(10)) compute()
        val (answer, answered) = checkNotNull(answers.poll()) { "no answer within 10 s" }
        check(statusWord(answer) == "9000") { statusWord(answer) }
        return answered - start
    }

    private fun settle() {
        settling += nanoseconds { wallet.settle() }
        settled.put(Unit)
    }

    private fun settled() = checkNotNull(settled.poll(60, SECONDS)) { "nothing was settled" }

    private fun replenish() {
        while (!ended.get()) {
            if (wallet.needs().cards.any { it.wanted }) {
                wallet.synchronise(desk.service)
                replenishments++
            } else {
                Thread.sleep(1)
            }
        }
    }

    private fun fillTheDisk() = RandomAccessFile(File(phone.folder, "../noise"), "rw").use { file ->
        val octets = ByteArray(1 shl 20) { it.toByte() }
        while (!ended.get()) {
            file.seek(0)
            file.write(octets)
            synced += nanoseconds { file.fd.sync() }
        }
    }

    private fun print(taps: Int) {
        val table = Table("$taps taps with a busy main thread, a slow disk and new keys", "ms", MILLISECONDS)
        table.row("SELECT, command to answer", selects)
        table.row("GET PROCESSING OPTIONS, command to answer", cryptograms, goal = 20.0)
        table.row("settling between two taps", settling)
        table.row("a sync of the other writer, 1 MiB", synced)
        table.note("$replenishments replenishments meanwhile; taps that waited for the disk: ${wallet.storage().waited}")
        table.print()
    }

    override fun close() {
        ended.set(true)
        handler.close()
        wallet.close()
        File(phone.folder, "../noise").delete()
    }
}

/** About 50 µs of work that nobody can leave out. */
private fun compute() {
    var sum = System.nanoTime()
    repeat(20_000) { sum = sum * 31 + it }
    if (sum == 42L) println(sum)
}
