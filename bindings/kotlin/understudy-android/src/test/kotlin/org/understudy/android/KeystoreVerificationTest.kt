package org.understudy.android

import android.content.ContextWrapper
import android.content.Intent
import android.os.Build
import android.os.Looper
import android.os.SystemClock
import android.security.keystore.KeyProperties
import java.io.IOException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowSystemClock
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.ffi.WalletException
import org.understudy.statusWord
import java.time.Duration

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class KeystoreVerificationTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = FakeKeystore().install()
    private val verification = KeystoreVerification(validitySeconds = 20)
    private lateinit var wallet: PaymentWallet

    /** Above the card's limit, at a terminal without a PIN pad. */
    private val large = Tap.withoutPinPad(minor = 250_000)

    @Before fun prepare() {
        Understudy.keyWrapper = KeystoreWrapper()
        wallet = Understudy.wallet(context)
        Phone.provision(wallet)
        // So that nothing before the test counts.
        pass(seconds = 100)
    }

    @After fun close() {
        Understudy.wipe(context)
        keystore.uninstall()
    }

    private fun pay(command: ByteArray = large): String {
        wallet.userActed()
        wallet.process(Tap.selectApplication)
        return statusWord(wallet.process(command).octets).also { wallet.fieldLost() }
    }

    private fun pass(seconds: Long) {
        ShadowSystemClock.advanceBy(Duration.ofSeconds(seconds))
        keystore.secondsSinceUser = keystore.secondsSinceUser?.plus(seconds.toInt())
    }

    /** The device's screen asks, and its user succeeds. */
    private fun succeed() {
        keystore.secondsSinceUser = 0
    }

    private fun darken() {
        context.sendBroadcast(Intent(Intent.ACTION_SCREEN_OFF))
        shadowOf(Looper.getMainLooper()).idle()
    }

    @Test fun `a payment above the limit waits for the user, and the Keystore lets it pass once`() {
        assertEquals("6986", pay())
        val asked = verification.begin(wallet)
        assertEquals(250_000uL, asked.prompt!!.amount.minor)
        succeed()
        assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, asked))
        assertEquals("9000", pay())
        assertEquals("it was for one tap", "6986", pay())
    }

    @Test fun `before any tap it holds for the next ones`() {
        val asked = verification.begin(wallet)
        assertNull(asked.prompt)
        succeed()
        assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, asked))
        assertEquals("9000", pay())
    }

    @Test fun `what the Keystore did not see does not count, whatever the app says`() {
        val asked = verification.begin(wallet)
        // A trust agent opened the screen: the secure hardware has no token.
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirm(wallet, asked))
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirmUnlock(wallet))
        assertEquals("6986", pay())
    }

    @Test fun `an authentication counts for as long as the key's validity`() {
        succeed()
        pass(seconds = 20)
        assertEquals(VerificationOutcome.VERIFIED, verification.confirmUnlock(wallet))
        pass(seconds = 1)
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirmUnlock(wallet))
    }

    @Test fun `the wallet is told the oldest age that is possible`() {
        val long = KeystoreVerification(validitySeconds = 300)
        // The card takes a verification of 60 seconds. Whole seconds, rounded up.
        val rows = listOf(
            Triple(long, 60_000L, "9000"),
            Triple(long, 60_001L, "6986"),
            Triple(long, 200_000L, "6986"),
            // The Keystore saw it within 20 seconds, however long the app's screen was there.
            Triple(verification, 200_000L, "9000"),
        )
        for ((verification, milliseconds, answer) in rows) {
            wallet.forgetVerification()
            val asked = verification.begin(wallet)
            ShadowSystemClock.advanceBy(Duration.ofMillis(milliseconds))
            succeed()
            assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, asked))
            assertEquals("after $milliseconds ms", answer, pay())
        }
    }

    @Test fun `a screen that went dark ends it, before and after it is confirmed`() {
        val asked = verification.begin(wallet)
        succeed()
        pass(seconds = 1)
        darken()
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirm(wallet, asked))
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirmUnlock(wallet))
        assertEquals("6986", pay())
        pass(seconds = 21)
        succeed()
        assertEquals(VerificationOutcome.VERIFIED, verification.confirmUnlock(wallet))
        darken()
        assertEquals("6986", pay())
    }

    @Test fun `a process that was not there to see the dark counts no unlocking from before it`() {
        succeed()
        pass(seconds = 5)
        startProcess()
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirmUnlock(wallet))
        assertEquals("6986", pay())
        val asked = verification.begin(wallet)
        succeed()
        assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, asked))
        pass(seconds = 20)
        assertEquals(VerificationOutcome.VERIFIED, verification.confirmUnlock(wallet))
    }

    /** As when the process starts now: it sees the screen from here on. */
    private fun startProcess() = DarkScreen.watch(object : ContextWrapper(context) {
        override fun getApplicationContext() = this
    })

    @Test fun `where nobody watches the screen, nobody is verified`() {
        val unseen = KeystoreVerification(20, KeystoreVerificationKey(validity = 20), SystemClock::elapsedRealtime) { null }
        val asked = unseen.begin(wallet)
        succeed()
        assertEquals(VerificationOutcome.NOT_VERIFIED, unseen.confirm(wallet, asked))
        assertEquals("6986", pay())
    }

    @Test fun `a screen that goes dark while the wallet is told ends it as well`() {
        // Asked for the dark twice: before and after the wallet was told.
        val asked = ArrayDeque(listOf(0L, Long.MAX_VALUE))
        val key = KeystoreVerificationKey(validity = 20)
        val verification = KeystoreVerification(20, key, SystemClock::elapsedRealtime) { asked.removeFirst() }
        val begun = verification.begin(wallet)
        succeed()
        assertEquals(VerificationOutcome.NOT_VERIFIED, verification.confirm(wallet, begun))
        assertTrue(asked.isEmpty())
        assertEquals("6986", pay())
    }

    @Test fun `a key that new biometrics invalidated is replaced, and the user is asked once more`() {
        verification.begin(wallet)
        keystore.invalidate(AndroidKeystore.VERIFICATION)
        val asked = verification.begin(wallet)
        succeed()
        assertEquals(VerificationOutcome.KEY_REPLACED, verification.confirm(wallet, asked))
        assertEquals("6986", pay())
        val again = verification.begin(wallet)
        succeed()
        assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, again))
        assertEquals("9000", pay())
    }

    @Test fun `without a screen lock nobody is verified`() {
        keystore.hasScreenLock = false
        val asked = verification.begin(wallet)
        assertEquals(VerificationOutcome.NO_SCREEN_LOCK, verification.confirm(wallet, asked))
        keystore.hasScreenLock = true
        verification.begin(wallet)
        keystore.invalidate(AndroidKeystore.VERIFICATION)
        keystore.hasScreenLock = false
        assertEquals(VerificationOutcome.NO_SCREEN_LOCK, verification.confirmUnlock(wallet))
    }

    @Test fun `a tap that waits no longer is told`() {
        assertEquals("6986", pay())
        val asked = verification.begin(wallet)
        wallet.userVerified()
        assertEquals("9000", pay())
        succeed()
        assertEquals(VerificationOutcome.PROMPT_OVER, verification.confirm(wallet, asked))
    }

    @Test fun `one verification is confirmed once`() {
        val asked = verification.begin(wallet)
        succeed()
        verification.confirm(wallet, asked)
        assertThrows(IllegalStateException::class.java) { verification.confirm(wallet, asked) }
    }

    @Test fun `a Keystore that does not answer verifies nobody and is asked again`() {
        val asked = verification.begin(wallet)
        succeed()
        keystore.answers = false
        assertThrows(IOException::class.java) { verification.confirm(wallet, asked) }
        keystore.answers = true
        assertEquals("6986", pay())
        assertEquals(VerificationOutcome.VERIFIED, verification.confirm(wallet, verification.begin(wallet)))
    }

    @Test fun `a closed wallet is told as everywhere`() {
        val asked = verification.begin(wallet)
        succeed()
        wallet.close()
        assertThrows(WalletException.Closed::class.java) { verification.confirm(wallet, asked) }
    }

    @Test fun `the key takes a strong biometric or the credential, for its validity, and dies with the wallet`() {
        verification.begin(wallet)
        val key = keystore.held.getValue(AndroidKeystore.VERIFICATION).specification
        assertTrue(key.isUserAuthenticationRequired)
        assertTrue(key.isInvalidatedByBiometricEnrollment)
        assertEquals(20, key.userAuthenticationValidityDurationSeconds)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            assertEquals(KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL, key.userAuthenticationType)
        }
        assertNotNull(keystore.held[AndroidKeystore.STORAGE])
        Understudy.wipe(context)
        assertFalse(AndroidKeystore.VERIFICATION in keystore.held)
        assertFalse(AndroidKeystore.STORAGE in keystore.held)
    }

    @Test fun `a validity that nobody should have is refused`() {
        for (seconds in listOf(-1, 0, 301)) {
            assertThrows(IllegalArgumentException::class.java) { KeystoreVerification(seconds) }
        }
    }
}
