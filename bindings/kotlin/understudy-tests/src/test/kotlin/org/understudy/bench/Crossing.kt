package org.understudy.bench

import java.io.File
import java.io.RandomAccessFile
import org.understudy.Desk
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.statusWord
import org.understudy.synchronise

/**
 * GET PROCESSING OPTIONS through Kotlin, and the same octets through the same functions to a wallet
 * that was closed, which answers two octets without looking at them: an echo of the way across. The
 * difference, round by round, is the library's own share.
 */
fun crossing(desk: Desk, rounds: Int) = Phone().use { phone ->
    Phone().use { other ->
        val wallet = phone.open().also { Phone.provision(it, desk = desk) }
        val byJni = phone.openForTaps()
        val echoByJni = other.openForTaps()
        val echo = other.open().apply { close() }
        val table = Table("GET PROCESSING OPTIONS", "µs", MICROSECONDS)
        val ways = listOf(
            Way("JNI", byJni::process, echoByJni::process),
            Way("UniFFI", { wallet.process(it).octets }, { echo.process(it).octets }),
        )
        for (way in ways) {
            // The first rounds are for the JVM's compiler.
            repeat(rounds / 4) { way.round(wallet, desk) }
            val both = List(rounds) { way.round(wallet, desk) }
            val answers = Durations().apply { both.forEach { this += it.first } }
            val echoes = Durations().apply { both.forEach { this += it.second } }
            table.row("${way.name}: the answer", answers)
            table.row("${way.name}: the echo", echoes)
            table.row("${way.name}: our share", answers - echoes, goal = 20.0)
        }
        wallet.close()
        table.row("for comparison: 128 octets appended to a file", appends(phone.folder, rounds))
        table.note("$rounds rounds each; before an answer leaves, the wallet appends that its key is used")
        table.print()
    }
}

/** Unsynced writes at the end of a file, as the system takes them from a JVM. */
private fun appends(folder: File, rounds: Int) = Durations().also { all ->
    RandomAccessFile(File(folder, "appended"), "rw").use { file ->
        val octets = ByteArray(128)
        repeat(rounds) { all += nanoseconds { file.write(octets) } }
    }
}

private class Way(val name: String, val process: (ByteArray) -> ByteArray, val echo: (ByteArray) -> ByteArray) {
    /** Nanoseconds of an answer, and of an echo right after it. */
    fun round(wallet: PaymentWallet, desk: Desk): Pair<Long, Long> {
        if (wallet.cards().single().keysLeft.toInt() == 0) wallet.synchronise(desk.service)
        wallet.userActed()
        wallet.settle()
        process(Tap.selectApplication)
        lateinit var answer: ByteArray
        val answered = nanoseconds { answer = process(Tap.getProcessingOptions) }
        val echoed = nanoseconds { echo(Tap.getProcessingOptions) }
        check(statusWord(answer) == "9000") { statusWord(answer) }
        wallet.fieldLost()
        return Pair(answered, echoed)
    }
}
