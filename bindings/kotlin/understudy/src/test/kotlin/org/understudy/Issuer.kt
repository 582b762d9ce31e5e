package org.understudy

import java.io.File
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS

/** The issuer's own program, which answers over HTTP in a process of its own. */
object Issuer {
    /** A bank card that it takes. */
    const val BANK_CARD = "6222020000000001230"
    const val EXPIRY = "4912"

    private val program = IssuerProgram()

    /** Where it answers, on the loopback interface. */
    val address = "http://${program.field("address", program.next("listening"))}"

    /** The issuer as a phone reaches it. */
    val service = HttpTokenService(address)

    /** The code that its last card's holder was sent. One test at a time asks. */
    fun code(): String = program.field("code", program.next("code"))
}

private class IssuerProgram {
    private val lines = LinkedBlockingQueue<String>()

    init {
        val path = checkNotNull(System.getProperty("understudy.issuer")) { "run this by `cargo xtask kotlin`" }
        // Not the test's own pipe: who reads that waits for everybody who holds it.
        val process = ProcessBuilder(path).redirectError(ProcessBuilder.Redirect.DISCARD).start()
        Runtime.getRuntime().addShutdownHook(Thread { process.destroy() })
        Thread { process.inputStream.bufferedReader().forEachLine(lines::put) }.apply { isDaemon = true }.start()
    }

    fun next(kind: String): String {
        while (true) {
            val line = checkNotNull(lines.poll(60, SECONDS)) { "the issuer says nothing" }
            if (line.startsWith("{\"$kind\":")) return line
        }
    }

    fun field(name: String, line: String): String =
        checkNotNull(Regex("\"$name\":\"([^\"]*)\"").find(line)) { line }.groupValues[1]
}

/** A phone's folder and storage key; its wallet holds nothing until it is provisioned. */
class Phone : AutoCloseable {
    val folder: File = kotlin.io.path.createTempDirectory("phone").toFile()
    val key: ByteArray = ByteArray(32) { 0x11 }

    fun open(): PaymentWallet = PaymentWallet.open(folder, direct(key))

    /** Opens the wallet and puts cards in, bound over HTTP and verified by their codes. */
    fun provisioned(cards: Int = 1): PaymentWallet = open().also { wallet -> provision(wallet, cards) }

    override fun close() {
        folder.deleteRecursively()
    }

    companion object {
        fun provision(wallet: PaymentWallet, cards: Int = 1) {
            wallet.enrol(Issuer.service)
            val device = wallet.device()!!
            repeat(cards) { number ->
                val card = Issuer.service.bind(device, bankCard(number), Issuer.EXPIRY)
                Issuer.service.verify(device, card, Issuer.code())
            }
            wallet.synchronise(Issuer.service)
        }

        /** Numbers of the issuer's own range with a right check digit. */
        fun bankCard(number: Int): String {
            if (number == 0) return Issuer.BANK_CARD
            val body = Issuer.BANK_CARD.take(14) + "%04d".format(number)
            val sum = body.reversed().mapIndexed { at, digit ->
                val value = digit.digitToInt() * if (at % 2 == 0) 2 else 1
                if (value > 9) value - 9 else value
            }.sum()
            return body + (10 - sum % 10) % 10
        }
    }
}

