package org.understudy

import com.sun.net.httpserver.HttpServer
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.understudy.ffi.Effect
import org.understudy.ffi.WalletException

class HttpTokenServiceTest {
    /** A server that is not the issuer's: answers each request with what a test says. */
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply { start() }
    private val service = HttpTokenService("http://127.0.0.1:${server.address.port}/")
    private val device = ByteArray(16) { 0x2A }

    @AfterEach fun close() = server.stop(0)

    private fun answer(status: Int, body: ByteArray, headers: Map<String, String> = emptyMap()) {
        runCatching { server.removeContext("/") }
        server.createContext("/") { exchange ->
            exchange.requestBody.readAllBytes()
            for ((name, value) in headers) exchange.responseHeaders.add(name, value)
            exchange.sendResponseHeaders(status, if (body.isEmpty()) -1 else body.size.toLong())
            exchange.responseBody.use { it.write(body) }
        }
    }

    @Test fun `the issuer's refusals come with status and sentence`() {
        val issuer = Issuer.service
        val refusals = listOf<Pair<Int, () -> Unit>>(
            404 to { issuer.bind(device, Issuer.BANK_CARD, Issuer.EXPIRY) },
            400 to { issuer.enrol(ByteArray(40)) },
            400 to { issuer.bind(device, "12", Issuer.EXPIRY) },
            404 to { issuer.verify(device, 1u, "000000") },
            404 to { issuer.sendCodeAgain(device, 1u) },
            404 to { issuer.replenish(device, 1u) },
            404 to { issuer.letters(device, 0u) },
            400 to { issuer.report(device, ByteArray(10)) },
        )
        for ((status, call) in refusals) {
            val refusal = assertThrows(TokenServiceException::class.java) { call() }
            assertEquals(status, refusal.status, refusal.message)
            assertTrue(refusal.message!!.length > 15, refusal.message)
        }
    }

    @Test fun `another code replaces the first`() {
        Phone().use { phone ->
            phone.open().use { wallet ->
                wallet.enrol(Issuer.service)
                val card = Issuer.service.bind(wallet.device()!!, Issuer.BANK_CARD, Issuer.EXPIRY)
                val first = Issuer.code()
                Issuer.service.sendCodeAgain(wallet.device()!!, card)
                val second = Issuer.code()
                if (first != second) {
                    assertThrows(TokenServiceException::class.java) { Issuer.service.verify(wallet.device()!!, card, first) }
                }
                Issuer.service.verify(wallet.device()!!, card, second)
            }
        }
    }

    @Test fun `a card number leaves this machine by https alone`() {
        for (base in listOf("http://bank.example", "http://10.0.0.1:80", "ftp://localhost", "bank.example", "http://localhost.bank.example")) {
            assertThrows(IllegalArgumentException::class.java, { HttpTokenService(base) }, base)
        }
        for (base in listOf("https://bank.example", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1")) HttpTokenService(base)
    }

    @Test fun `an answer that is not the path's is an error, and no wallet changes`() {
        val odd = listOf(ByteArray(0), ByteArray(96), ByteArray(97), ByteArray(98) { 1 }, ByteArray(9 * 1024 * 1024))
        for (body in odd) {
            answer(201, body)
            assertThrows(IOException::class.java) { service.challenge() }
            assertThrows(IOException::class.java) { service.enrol(ByteArray(1)) }
            assertThrows(IOException::class.java) { service.bind(device, Issuer.BANK_CARD, Issuer.EXPIRY) }
        }
        for (body in listOf("00", "000000", "00000005 01", "FFFFFFFF 00", "00000001 01 00")) {
            answer(200, octets(body))
            assertThrows(IOException::class.java, { service.letters(device, 0u) }, body)
        }
        answer(200, octets("00000001 01 00000000 00000002 0203"))
        assertEquals(listOf("01", "", "0203"), service.letters(device, 0u).map(::hex))
    }

    @Test fun `a redirection is not followed, and a proxy's page is no sentence`() {
        answer(307, ByteArray(0), mapOf("Location" to "http://127.0.0.1:${server.address.port}/elsewhere"))
        val moved = assertThrows(TokenServiceException::class.java) { service.bind(device, Issuer.BANK_CARD, Issuer.EXPIRY) }
        assertEquals(307, moved.status)
        answer(502, "<html>\nBad gateway</html>".toByteArray())
        val page = assertThrows(TokenServiceException::class.java) { service.challenge() }
        assertEquals("the issuer answered with status 502", page.message)
    }

    @Test fun `nobody who answers is an error of the network, and what was done stays`() {
        Phone().use { phone ->
            phone.provisioned().use { wallet ->
                val cards = wallet.cards()
                server.stop(0)
                val error = assertThrows(IOException::class.java) { wallet.synchronise(service) }
                assertTrue(error !is TokenServiceException, "$error")
                assertEquals(cards, wallet.cards())
                wallet.synchronise(Issuer.service)
            }
        }
    }

    @Test fun `a letter that the wallet refuses keeps none behind it from its effect`() {
        Phone().use { phone ->
            phone.open().use { wallet ->
                wallet.enrol(Issuer.service)
                Issuer.service.bind(wallet.device()!!, Issuer.BANK_CARD, Issuer.EXPIRY)
                Issuer.code()
                val forged = object : TokenService by Issuer.service {
                    override fun letters(device: ByteArray, after: ULong) =
                        Issuer.service.letters(device, after).flatMap { listOf(ByteArray(300) { 7 }, it) }
                }
                val brought = wallet.synchronise(forged)
                assertTrue(Effect.INSTALLED in brought.effects, "${brought.effects}")
                assertTrue(brought.refusals.isNotEmpty() && brought.refusals.all { it is WalletException.Refused }, "${brought.refusals}")
            }
        }
    }

    @Test fun `a report that the issuer refuses keeps no letter from coming, and a passing failure is told`() {
        Phone().use { phone ->
            phone.open().use { wallet ->
                wallet.enrol(Issuer.service)
                Issuer.service.bind(wallet.device()!!, Issuer.BANK_CARD, Issuer.EXPIRY)
                Issuer.code()
                class Refusing(private val status: Int) : TokenService by Issuer.service {
                    override fun report(device: ByteArray, report: ByteArray) = throw TokenServiceException(status, "no")
                }
                assertEquals(Effect.INSTALLED, wallet.synchronise(Issuer.service).effects.first())
                Issuer.service.bind(wallet.device()!!, Phone.bankCard(1), Issuer.EXPIRY)
                Issuer.code()
                while (!wallet.needs().report) spend(wallet)
                assertEquals(503, assertThrows(TokenServiceException::class.java) { wallet.synchronise(Refusing(503)) }.status)
                val brought = wallet.synchronise(Refusing(400))
                assertTrue(Effect.INSTALLED in brought.effects, "${brought.effects}")
                assertTrue(brought.refusals.any { (it as? TokenServiceException)?.status == 400 }, "${brought.refusals}")
            }
        }
    }

    @Test fun `a second synchronisation waits for the first, so that no letter is taken by both`() {
        Phone().use { phone ->
            phone.open().use { wallet ->
                wallet.enrol(Issuer.service)
                Issuer.service.bind(wallet.device()!!, Issuer.BANK_CARD, Issuer.EXPIRY)
                Issuer.code()
                val second = Thread { wallet.synchronise(Issuer.service) }
                val slow = object : TokenService by Issuer.service {
                    override fun letters(device: ByteArray, after: ULong): List<ByteArray> {
                        val letters = Issuer.service.letters(device, after)
                        if (second.state == Thread.State.NEW) second.start()
                        while (second.state != Thread.State.BLOCKED) check(second.isAlive) { "it did not wait" }
                        return letters
                    }
                }
                val brought = wallet.synchronise(slow)
                second.join()
                assertEquals(emptyList<Exception>(), brought.refusals)
                assertTrue(Effect.INSTALLED in brought.effects, "${brought.effects}")
            }
        }
    }

    private fun spend(wallet: PaymentWallet) {
        wallet.userActed()
        for (command in Tap.commands) wallet.process(command)
        wallet.fieldLost()
        wallet.settle()
    }

    @Test fun `a wiped wallet tells its issuer, though letters come behind and the line dies meanwhile`() {
        Phone().use { phone ->
            val device = phone.provisioned().use { it.device()!! }
            Issuer.desk.run("wipe", "--device", hex(device).lowercase())
            val given = mutableListOf<ByteArray>()
            class Line(private var isDead: Boolean) : TokenService by Issuer.service {
                override fun letters(device: ByteArray, after: ULong) = Issuer.service.letters(device, after) + ByteArray(300)
                override fun report(device: ByteArray, report: ByteArray) {
                    if (isDead) throw IOException("no network")
                    given += device
                    Issuer.service.report(device, report)
                }
            }
            val wallet = phone.open()
            assertThrows(IOException::class.java) { wallet.synchronise(Line(isDead = true)) }
            assertEquals(false, wallet.isOpen)
            phone.open().use { anew ->
                assertEquals(emptyList<Effect>(), anew.synchronise(Line(isDead = false)).effects)
                assertTrue(given.isNotEmpty() && given.all { it.contentEquals(device) })
            }
        }
    }

    @Test fun `a wallet without an issuer says that it is not enrolled`() {
        Phone().use { phone ->
            phone.open().use { wallet ->
                val error = assertThrows(WalletException.Refused::class.java) { wallet.synchronise(Issuer.service) }
                assertEquals("the device is not enrolled yet", error.message)
            }
        }
    }
}
