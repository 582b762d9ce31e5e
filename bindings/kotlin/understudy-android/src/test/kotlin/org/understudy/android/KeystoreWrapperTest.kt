package org.understudy.android

import android.os.Build
import android.security.KeyStoreException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.understudy.StorageKeyLost
import org.understudy.tap.WalletUnavailable

/** The storage key under a keystore that keeps to what a key was made for. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class KeystoreWrapperTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = FakeKeystore().install()
    private val knowsOptions = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P

    @After fun close() {
        keystore.isDeviceLocked = false
        Understudy.wipe(context)
        keystore.uninstall()
    }

    private fun open(wrapper: KeystoreWrapper) {
        Understudy.keyWrapper = wrapper
        Understudy.close()
        Understudy.wallet(context)
    }

    private fun specification() = keystore.held.getValue(AndroidKeystore.STORAGE).specification

    @Test fun `by default the key asks for no user, no chip and no unlocked phone`() {
        open(KeystoreWrapper())
        assertFalse(specification().isUserAuthenticationRequired)
        assertEquals(256, specification().keySize)
        if (!knowsOptions) return
        assertFalse(specification().isStrongBoxBacked)
        assertFalse(specification().isUnlockedDeviceRequired)
        keystore.isDeviceLocked = true
        open(KeystoreWrapper())
    }

    @Test fun `a chip of its own is asked for, and where there is none the key is made without`() {
        open(KeystoreWrapper(strongBox = true))
        if (knowsOptions) assertTrue(specification().isStrongBoxBacked)
        Understudy.wipe(context)
        keystore.hasStrongBox = false
        open(KeystoreWrapper(strongBox = true))
        if (knowsOptions) assertFalse(specification().isStrongBoxBacked)
    }

    @Test fun `a key for unlocked phones opens no wallet behind a locked screen, and loses nothing`() {
        open(KeystoreWrapper(unlockedDeviceRequired = true))
        if (!knowsOptions) return
        keystore.isDeviceLocked = true
        assertThrows(WalletUnavailable::class.java) { open(KeystoreWrapper(unlockedDeviceRequired = true)) }
        keystore.isDeviceLocked = false
        open(KeystoreWrapper(unlockedDeviceRequired = true))
    }

    @Test fun `a key that is there stays as it was made`() {
        open(KeystoreWrapper())
        val made = specification()
        open(KeystoreWrapper(strongBox = true, unlockedDeviceRequired = true))
        assertTrue(made === specification())
    }

    @Test fun `a key that the Keystore invalidated or lost, and octets that are not its own, are a lost key`() {
        open(KeystoreWrapper())
        keystore.invalidate(AndroidKeystore.STORAGE)
        assertThrows(StorageKeyLost::class.java) { open(KeystoreWrapper()) }
        Understudy.wipe(context)
        open(KeystoreWrapper())
        for (octets in listOf(ByteArray(0), ByteArray(27), ByteArray(60))) {
            assertThrows(StorageKeyLost::class.java) { KeystoreWrapper().unwrap(octets) }
        }
        AndroidKeystore.delete(AndroidKeystore.STORAGE)
        assertThrows(StorageKeyLost::class.java) { open(KeystoreWrapper()) }
    }

    @Test fun `a key that can't be looked up now is not lost, and one that is damaged is`() {
        open(KeystoreWrapper())
        val (systemError, hardwareBusy, damaged) = listOf(4, -48, 8)
        for (passing in listOf(systemError, hardwareBusy)) {
            keystore.lookupFailure = KeyStoreException(passing, "a passing failure")
            assertThrows("$passing", WalletUnavailable::class.java) { open(KeystoreWrapper()) }
        }
        keystore.lookupFailure = KeyStoreException(damaged, "value corrupted")
        val tellsThemApart = Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU
        val told = if (tellsThemApart) StorageKeyLost::class.java else WalletUnavailable::class.java
        assertThrows(told) { open(KeystoreWrapper()) }
        keystore.lookupFailure = null
        open(KeystoreWrapper())
    }

    @Test fun `a Keystore that does not answer loses nothing`() {
        open(KeystoreWrapper())
        keystore.answers = false
        assertThrows(WalletUnavailable::class.java) { open(KeystoreWrapper()) }
        keystore.answers = true
        open(KeystoreWrapper())
    }
}
