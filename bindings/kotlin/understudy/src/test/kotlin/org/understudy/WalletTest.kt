package org.understudy

import java.nio.ByteBuffer
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.ffi.Wallet
import org.understudy.ffi.WalletException

class WalletTest {
    private val wallet = Wallet()

    @After fun close() = wallet.close()

    @Test fun `a tap ends with the cryptogram of the published formulas`() {
        wallet.installAndWipe(Fixture.packageBuffer())

        assertEquals("9000", statusWord(wallet.process(Fixture.selectDirectory)))
        val application = wallet.process(Fixture.selectApplication)
        assertEquals("9000", statusWord(application))
        assertEquals("A000000333010101", valueOf("84", application))
        val answer = wallet.process(Fixture.getProcessingOptions)
        assertEquals("9000", statusWord(answer))
        assertEquals(Fixture.CRYPTOGRAM, valueOf("9F26", answer))
        assertEquals("0001", valueOf("9F36", answer))
    }

    @Test fun `a second GET PROCESSING OPTIONS is refused, without and with a new SELECT`() {
        wallet.installAndWipe(Fixture.packageBuffer())
        assertEquals("9000", statusWord(tap()))

        assertEquals("6985", statusWord(wallet.process(Fixture.getProcessingOptions)))
        assertEquals("the only key is used up", "6985", statusWord(tap()))
    }

    @Test fun `the loss of the field ends the conversation`() {
        wallet.installAndWipe(Fixture.packageBuffer())
        wallet.process(Fixture.selectApplication)

        wallet.fieldLost()

        assertEquals("6985", statusWord(wallet.process(Fixture.getProcessingOptions)))
        assertEquals("the key was not spent", Fixture.CRYPTOGRAM, valueOf("9F26", tap()))
    }

    @Test fun `an answered tap takes one key`() {
        assertEquals(0, keysLeft())
        wallet.installAndWipe(Fixture.packageBuffer())
        assertEquals(1, keysLeft())
        tap()
        assertEquals(0, keysLeft())
    }

    @Test fun `a verification that was forgotten is not told to the issuer`() {
        wallet.installAndWipe(Fixture.packageBuffer())
        wallet.userVerified()
        wallet.forgetVerification()
        assertEquals(Fixture.CRYPTOGRAM, valueOf("9F26", tap()))

        Wallet().use { other ->
            other.installAndWipe(Fixture.packageBuffer())
            other.userVerified()
            other.process(Fixture.selectApplication)
            val verified = valueOf("9F26", other.process(Fixture.getProcessingOptions))
            assertNotEquals("a verification is under the cryptogram", Fixture.CRYPTOGRAM, verified)
        }
    }

    @Test fun `a package replenishes the card that readers see, and is wiped`() {
        val later = Fixture.packageOctets.clone().also { it[it.size - 17] = 2 }
        val early = assertThrows(WalletException.NoCard::class.java) { wallet.replenishAndWipe(Fixture.packageBuffer(later)) }
        assertEquals("the wallet holds no card; install a package that brings one", early.message)
        wallet.installAndWipe(Fixture.packageBuffer())

        val accepted = Fixture.packageBuffer(later)
        wallet.replenishAndWipe(accepted)

        assertEquals(2, keysLeft())
        assertTrue((0 until accepted.capacity()).all { accepted[it] == 0.toByte() })
        assertThrows(WalletException.Refused::class.java) { wallet.replenishAndWipe(Fixture.packageBuffer(later)) }
        assertEquals(2, keysLeft())
    }

    @Test fun `a wallet without a card has nothing to pay with`() {
        assertEquals("6A82", hex(wallet.process(Fixture.selectDirectory)))
        assertEquals("6A82", hex(wallet.process(Fixture.selectApplication)))
    }

    @Test fun `octets that are no command get a status word`() {
        wallet.installAndWipe(Fixture.packageBuffer())
        val malformed = listOf("", "00", "00A404", "00A4040005", "00A40400FF00", "FF000000", "80A80000")
        for (command in malformed.map(::octets) + ByteArray(65_536) { 0x5A }) {
            val answer = wallet.process(command)
            assertEquals("to ${hex(command).take(20)}", 2, answer.size)
            assertTrue(statusWord(answer), statusWord(answer).startsWith("6"))
        }
        val withoutLe = Fixture.getProcessingOptions.size - 1
        for (length in 0 until withoutLe) {
            wallet.process(Fixture.selectApplication)
            val cut = wallet.process(Fixture.getProcessingOptions.copyOf(length))
            assertEquals("cut to $length octets", 2, cut.size)
        }
        assertEquals("no key was spent", 1, keysLeft())
    }

    @Test fun `a refused package is explained without a word of what it held`() {
        val cut = Fixture.packageOctets.copyOf(Fixture.packageOctets.size - 1)
        val error = assertThrows(WalletException::class.java) { wallet.installAndWipe(Fixture.packageBuffer(cut)) }

        assertEquals("the package is refused: the package is damaged: the octets end inside a data object", error.message)
        val text = error.stackTraceToString().uppercase()
        for (secret in listOf(Fixture.SESSION_KEY, Fixture.TOKEN)) {
            for (piece in secret.windowed(8)) assertFalse(text, text.contains(piece))
        }
        assertEquals("6A82", hex(wallet.process(Fixture.selectDirectory)))
    }

    @Test fun `a package is wiped, accepted or refused`() {
        val accepted = Fixture.packageBuffer()
        wallet.installAndWipe(accepted)
        val refused = Fixture.packageBuffer(ByteArray(40) { 0x5A })
        assertThrows(WalletException::class.java) { wallet.installAndWipe(refused) }

        for (buffer in listOf(accepted, refused)) {
            assertTrue((0 until buffer.capacity()).all { buffer[it] == 0.toByte() })
        }
    }

    @Test fun `a package is read from its position to its limit, and nothing else is wiped`() {
        val size = Fixture.packageOctets.size
        val larger = ByteBuffer.allocateDirect(size + 8)
        larger.put(0, 0x11).put(size + 7, 0x22)
        larger.position(4)
        larger.put(Fixture.packageOctets).limit(size + 4).position(4)

        wallet.installAndWipe(larger)

        assertEquals(1, keysLeft())
        larger.clear()
        assertEquals(listOf<Byte>(0x11, 0x22), listOf(larger[0], larger[size + 7]))
    }

    @Test fun `a package on the garbage-collected heap is refused`() {
        val heap = ByteBuffer.wrap(Fixture.packageOctets)
        assertThrows(IllegalArgumentException::class.java) { wallet.installAndWipe(heap) }
        assertThrows(IllegalArgumentException::class.java) {
            wallet.installAndWipe(Fixture.packageBuffer().asReadOnlyBuffer())
        }
    }

    private fun keysLeft(): Int = wallet.keysLeft().toInt()

    private fun tap(): ByteArray {
        wallet.process(Fixture.selectDirectory)
        wallet.process(Fixture.selectApplication)
        return wallet.process(Fixture.getProcessingOptions)
    }
}
