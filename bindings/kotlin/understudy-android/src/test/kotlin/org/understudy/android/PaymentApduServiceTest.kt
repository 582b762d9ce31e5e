package org.understudy.android

import java.nio.ByteBuffer
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.understudy.Fixture
import org.understudy.ffi.Wallet
import org.understudy.ffi.WalletInterface
import org.understudy.hex
import org.understudy.installAndWipe
import org.understudy.statusWord
import org.understudy.valueOf

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class PaymentApduServiceTest {
    private val wallet = Wallet()
    private val reader = Reader(Robolectric.setupService(PaymentApduService::class.java))

    @Before fun provision() {
        wallet.installAndWipe(Fixture.packageBuffer())
        InstalledWallet.wallet = wallet
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

    @Test fun `an error below the wallet answers 6F00 and throws nothing`() {
        InstalledWallet.wallet = object : WalletInterface by wallet {
            override fun process(command: ByteArray): ByteArray = throw UnsatisfiedLinkError("no library")
            override fun fieldLost() = throw IllegalStateException("closed")
            override fun install(`package`: ByteBuffer) = error("not asked")
        }
        assertEquals("6F00", hex(reader.transceive(Fixture.selectDirectory)))
        reader.leave()
    }

    @Test fun `the service itself takes null and empty commands`() {
        val service = PaymentApduService()
        assertEquals(2, service.processCommandApdu(null, null).size)
        assertEquals(2, service.processCommandApdu(ByteArray(0), null).size)
    }
}
