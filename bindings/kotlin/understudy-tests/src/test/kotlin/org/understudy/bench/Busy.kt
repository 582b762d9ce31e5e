package org.understudy.bench

import java.io.File
import java.io.RandomAccessFile
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
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
fun busy(desk: Desk, taps: Int) = Phone().use { phone ->
    val wallet = phone.open().also { Phone.provision(it, desk = desk) }
    val answers = LinkedBlockingQueue<Pair<ByteArray, Long>>()
    val settled = LinkedBlockingQueue<Unit>()
    val settling = Durations()
    val handler = TapHandler(
        { phone.openForTaps() },
        { answers.put(it to System.nanoTime()) },
        { settling += nanoseconds { wallet.settle() }; settled.put(Unit) },
        { throw it },
    )
    val ended = AtomicBoolean()
    val synced = Durations()
    val replenishments = AtomicInteger()
    val disk = thread { RandomAccessFile(File(phone.folder.parentFile, "noise"), "rw").use { noise(it, ended, synced) } }
    val replenisher = thread {
        while (!ended.get()) {
            if (wallet.needs().cards.any { it.wanted }) {
                wallet.synchronise(desk.service)
                replenishments.incrementAndGet()
            } else Thread.sleep(1)
        }
    }
    handler.warmUp()
    settled.poll(60, SECONDS)
    val first = Durations()
    val cryptogram = Durations()
    repeat(taps) {
        while (wallet.cards().single().keysLeft.toInt() == 0) Thread.sleep(1)
        wallet.userActed()
        for (command in Tap.commands) {
            val start = System.nanoTime()
            handler.command(command)
            // The main thread has other things to do, and comes back late.
            while (answers.isEmpty() && System.nanoTime() - start < SECONDS.toNanos(10)) compute()
            val (answer, answered) = checkNotNull(answers.poll()) { "no answer within 10 s" }
            check(statusWord(answer) == "9000") { statusWord(answer) }
            val took = answered - start
            if (command === Tap.getProcessingOptions) cryptogram += took else first += took
        }
        handler.fieldLost()
        checkNotNull(settled.poll(60, SECONDS)) { "nothing was settled" }
    }
    ended.set(true)
    disk.join()
    replenisher.join()
    handler.close()
    val table = Table("$taps taps with a busy main thread, a slow disk and new keys", "ms", MILLISECONDS)
    table.row("SELECT, command to answer", first)
    table.row("GET PROCESSING OPTIONS, command to answer", cryptogram, goal = 20.0)
    table.row("settling between two taps", settling)
    table.row("a sync of the other writer", synced)
    table.note("${replenishments.get()} replenishments meanwhile; taps that waited for the disk: ${wallet.storage().waited}")
    table.print()
    wallet.close()
}

private fun noise(file: RandomAccessFile, ended: AtomicBoolean, synced: Durations) {
    val octets = ByteArray(1 shl 20) { it.toByte() }
    while (!ended.get()) {
        file.seek(0)
        file.write(octets)
        synced += nanoseconds { file.fd.sync() }
    }
}

/** About 50 µs of work that nobody can leave out. */
private fun compute() {
    var sum = System.nanoTime()
    repeat(20_000) { sum = sum * 31 + it }
    if (sum == 42L) println(sum)
}
