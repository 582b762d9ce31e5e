package org.understudy.bench

import org.understudy.Desk
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
        val ways = listOf<Triple<String, (ByteArray) -> ByteArray, (ByteArray) -> ByteArray>>(
            Triple("JNI", byJni::process, echoByJni::process),
            Triple("UniFFI", { wallet.process(it).octets }, { echo.process(it).octets }),
        )
        for ((name, process, back) in ways) {
            val answers = Durations()
            val echoes = Durations()
            for (round in -rounds / 4 until rounds) {
                if (wallet.cards().single().keysLeft.toInt() == 0) wallet.synchronise(desk.service)
                wallet.userActed()
                wallet.settle()
                process(Tap.selectApplication)
                lateinit var answer: ByteArray
                val answered = nanoseconds { answer = process(Tap.getProcessingOptions) }
                val echoed = nanoseconds { back(Tap.getProcessingOptions) }
                check(statusWord(answer) == "9000") { statusWord(answer) }
                wallet.fieldLost()
                // The first rounds are for the JVM's compiler.
                if (round >= 0) {
                    answers += answered
                    echoes += echoed
                }
            }
            table.row("$name: the answer", answers)
            table.row("$name: the echo", echoes)
            table.row("$name: our share", answers - echoes, goal = 20.0)
        }
        wallet.close()
        table.note("$rounds rounds each")
        table.print()
    }
}
