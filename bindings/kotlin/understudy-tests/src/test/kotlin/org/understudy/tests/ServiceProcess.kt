package org.understudy.tests

import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import org.junit.Test
import org.junit.runner.JUnitCore
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.understudy.CardSide
import org.understudy.Desk
import org.understudy.HttpTokenService
import org.understudy.Issuer
import org.understudy.RemoteCard
import org.understudy.android.AndroidPhone
import org.understudy.android.MemoryKeystore
import org.understudy.anotherJvm
import org.understudy.enrol
import org.understudy.hex
import org.understudy.octets
import org.understudy.synchronise

/** The payment service in a JVM of its own, over the files of a phone that outlive it. */
class ServiceProcess(files: File, libraries: String = System.getProperty("jna.library.path")) : CardSide, AutoCloseable {
    private val server = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).apply { soTimeout = 120_000 }
    private val process = anotherJvm(
        JUnitCore::class.java.name,
        ServiceProgram::class.java.name,
        libraries = libraries,
    ).apply {
        environment()["PHONE_PORT"] = "${server.localPort}"
        environment()["PHONE_FILES"] = files.path
        // What JUnit says of it is of no use to anybody.
        redirectOutput(ProcessBuilder.Redirect.DISCARD)
    }.start()
    private val line = server.accept()
    private val card = RemoteCard(line)

    override fun transceive(command: ByteArray): ByteArray? = card.transceive(command)

    override fun leave() = card.leave()

    /** The user takes the phone out, as [AndroidPhone.takenOut]. */
    fun takenOut() = ask("out")

    /** Binds a card at the bank of a desk. */
    fun provision(desk: Desk) {
        ask("bind ${desk.address}")
        ask("verify ${desk.address} ${desk.code()}")
    }

    fun synchronise(desk: Desk) = ask("synchronise ${desk.address}")

    /** Ends it as `kill -9` does. */
    override fun close() {
        process.destroyForcibly().waitFor()
        card.close()
        server.close()
    }

    private fun ask(what: String) = check(card.say(what) == "done") { what }
}

/** The program of [ServiceProcess]: a test that never ends by itself. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class ServiceProgram {
    @Test fun serve() {
        // The keystore outlives the process too.
        val keystore = MemoryKeystore().apply { key = ByteArray(32) { 0x22 } }
        val line = Socket(InetAddress.getLoopbackAddress(), System.getenv("PHONE_PORT").toInt())
        val phone = AndroidPhone(keystore, File(System.getenv("PHONE_FILES")))
        for (said in line.getInputStream().bufferedReader().lineSequence()) {
            val answer = if (said == "reset") phone.reader.leave().let { null } else answer(phone, said.split(' '))
            if (answer != null) line.getOutputStream().write((answer + "\n").toByteArray())
        }
    }

    private fun answer(phone: AndroidPhone, words: List<String>): String {
        val wallet = phone.wallet()
        val service = words.getOrNull(1)?.let(::HttpTokenService)
        when (words[0]) {
            "out" -> phone.takenOut()
            "bind" -> {
                wallet.enrol(service!!)
                service.bind(wallet.device()!!, Issuer.BANK_CARD, Issuer.EXPIRY)
            }
            "verify" -> {
                service!!.verify(wallet.device()!!, 1u, words[2])
                wallet.synchronise(service)
            }
            "synchronise" -> wallet.synchronise(service!!)
            else -> return hex(phone.reader.transceive(octets(words[0])))
        }
        return "done"
    }
}
