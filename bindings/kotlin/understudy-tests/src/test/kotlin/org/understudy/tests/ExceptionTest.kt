package org.understudy.tests

import java.nio.ByteBuffer
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Test
import org.understudy.ChildProcess
import org.understudy.IssuerChallenge
import org.understudy.IssuerKeys
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet

/** The sentences of exceptions are those of the library's errors, by both ways. */
class ExceptionTest {
    private val phone = Phone()

    @After fun close() = phone.close()

    private fun key(fill: Int): ByteBuffer = ByteBuffer.allocateDirect(32).apply { repeat(32) { put(it, fill.toByte()) } }

    private fun assertRefusesToOpen(kind: Class<out WalletException>, sentence: String, fill: Int = 0x11) {
        assertEquals(sentence, assertThrows(kind) { PaymentWallet.open(phone.folder, key(fill)) }.message)
        assertEquals(sentence, assertThrows(IllegalStateException::class.java) { TapWallet.open(phone.folder, key(fill)) }.message)
    }

    @Test fun `why a wallet can't be opened`() {
        phone.open().close()
        ChildProcess("jni", phone.folder).use { other ->
            assertEquals("open", other.first)
            assertRefusesToOpen(WalletException.Busy::class.java, "the wallet is in use by another process; close that first")
        }
        assertRefusesToOpen(
            WalletException.StorageKey::class.java,
            "the storage key or passphrase is not the one of this wallet",
            fill = 0x12,
        )
        for (file in phone.folder.listFiles()!!.filter { it.length() > 0 }) file.writeBytes(file.readBytes().copyOf(20))
        assertRefusesToOpen(WalletException.Unreadable::class.java, "no file of the wallet is whole; it cannot be opened")
    }

    @Test fun `why a call was refused`() {
        val wallet = phone.open()
        val keys = IssuerKeys(ByteArray(31), ByteArray(32))
        val refusals = listOf<Triple<Class<out WalletException>, String, () -> Any?>>(
            Triple(WalletException.Argument::class.java, "a key or challenge is not 32 good octets") {
                wallet.enrolmentRequest(IssuerChallenge(ByteArray(32), keys), null)
            },
            Triple(WalletException.Refused::class.java, "the wallet has no card 9") { wallet.setDefault(9u) },
            Triple(WalletException.Refused::class.java, "the wallet is not enrolled with an issuer") { wallet.report() },
            Triple(WalletException.Password::class.java, "a payment password has 6 to 32 digits, and nothing else") {
                wallet.setPassword("12".toCharArray())
            },
        )
        for ((kind, sentence, call) in refusals) assertEquals(sentence, assertThrows(kind) { call() }.message)
        wallet.close()
        val closed = assertThrows(WalletException.Closed::class.java) { wallet.cards() }
        assertEquals("the wallet is closed; open it again", closed.message)
    }
}
