package org.understudy.android

import android.content.Intent
import android.nfc.cardemulation.HostApduService
import android.os.Looper
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLog
import org.understudy.Fixture
import org.understudy.ffi.Wallet
import org.understudy.hex
import org.understudy.installAndWipe
import org.understudy.statusWord
import org.understudy.valueOf

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class PaymentApduServiceTest {
    private val wallet = Wallet()
    private val service = Robolectric.setupService(PaymentApduService::class.java)
    private val reader = Reader(service)

    @Before fun provision() {
        wallet.installAndWipe(Fixture.packageBuffer())
        InstalledWallet.wallet = wallet.forTaps()
    }

    @After fun close() {
        InstalledWallet.wallet = null
        reader.close()
        wallet.close()
    }

    @Test fun `a tap through the framework's service ends with the cryptogram`() {
        assertEquals("9000", statusWord(reader.transceive(Fixture.selectDirectory)))
        assertEquals("9000", statusWord(reader.transceive(Fixture.selectApplication)))
        val answer = reader.transceive(Fixture.getProcessingOptions)
        assertEquals("9000", statusWord(answer))
        assertEquals(Fixture.CRYPTOGRAM, valueOf("9F26", answer))
    }

    @Test fun `a reader that leaves ends the tap and spends no key`() {
        reader.transceive(Fixture.selectApplication)
        reader.leave()
        assertEquals("6985", hex(reader.transceive(Fixture.getProcessingOptions)))
        reader.transceive(Fixture.selectApplication)
        assertEquals("9000", statusWord(reader.transceive(Fixture.getProcessingOptions)))
    }

    @Test fun `without a wallet nothing is found`() {
        InstalledWallet.wallet = null
        assertEquals("6A82", hex(reader.transceive(Fixture.selectDirectory)))
        reader.leave()
    }

    @Test fun `a closed wallet answers 6F00 and throws nothing`() {
        wallet.close()
        assertEquals("6F00", hex(reader.transceive(Fixture.selectDirectory)))
        reader.leave()
    }

    @Test fun `an error below the wallet answers 6F00, throws nothing and is logged without its message`() {
        InstalledWallet.wallet = Failing
        assertEquals("6F00", hex(reader.transceive(Fixture.selectDirectory)))
        reader.leave()
        darken()

        val logged = ShadowLog.getLogsForTag("Understudy")
        assertEquals(List(3) { "java.lang.UnsatisfiedLinkError" }, logged.map { it.msg })
        assertTrue(logged.all { it.throwable == null })
    }

    @Test fun `an app hears of every failure, and what it throws goes no further`() {
        val heard = mutableListOf<Throwable>()
        val service = object : PaymentApduService() {
            override fun onFailure(failure: Throwable) {
                heard += failure
                throw failure
            }
        }
        InstalledWallet.wallet = Failing
        assertEquals("6F00", hex(service.processCommandApdu(Fixture.selectDirectory, null)))
        service.onDeactivated(HostApduService.DEACTIVATION_DESELECTED)
        assertEquals(2, heard.size)
    }

    @Test fun `a dark screen withdraws the verification`() {
        wallet.userVerified()
        darken()
        reader.transceive(Fixture.selectApplication)
        assertEquals(Fixture.CRYPTOGRAM, valueOf("9F26", reader.transceive(Fixture.getProcessingOptions)))
    }

    @Test fun `without a dark screen the verification is under the cryptogram`() {
        wallet.userVerified()
        reader.transceive(Fixture.selectApplication)
        val cryptogram = valueOf("9F26", reader.transceive(Fixture.getProcessingOptions))
        assertNotNull(cryptogram)
        assertNotEquals(Fixture.CRYPTOGRAM, cryptogram)
    }

    @Test fun `a service that ended listens to the screen no longer`() {
        InstalledWallet.wallet = Failing
        service.onDestroy()
        darken()
        assertEquals(0, ShadowLog.getLogsForTag("Understudy").size)
    }

    @Test fun `a wallet that is replaced amid a tap loses its conversation`() {
        val former = InstalledWallet.wallet
        reader.transceive(Fixture.selectApplication)
        InstalledWallet.wallet = null
        InstalledWallet.wallet = former
        assertEquals("6985", hex(reader.transceive(Fixture.getProcessingOptions)))
        assertEquals(1, wallet.keysLeft().toInt())
    }

    @Test fun `the service itself takes null and empty commands`() {
        val service = PaymentApduService()
        assertEquals(2, service.processCommandApdu(null, null).size)
        assertEquals(2, service.processCommandApdu(ByteArray(0), null).size)
    }

    private fun darken() {
        RuntimeEnvironment.getApplication().sendBroadcast(Intent(Intent.ACTION_SCREEN_OFF))
        shadowOf(Looper.getMainLooper()).idle()
    }

    private object Failing : TapWallet {
        override fun process(command: ByteArray): ByteArray = fail()
        override fun fieldLost(): Unit = fail()
        override fun forgetVerification(): Unit = fail()

        private fun fail(): Nothing = throw UnsatisfiedLinkError("a message")
    }
}
