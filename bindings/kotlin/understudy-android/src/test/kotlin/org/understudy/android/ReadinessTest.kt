package org.understudy.android

import android.app.KeyguardManager
import android.content.ComponentName
import android.content.pm.PackageManager
import android.nfc.NfcAdapter
import android.nfc.cardemulation.CardEmulation
import android.os.UserManager
import android.provider.Settings
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCardEmulation
import org.robolectric.shadows.ShadowNfcAdapter
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.synchronise

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class ReadinessTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = MemoryKeystore()
    private val nfc by lazy { NfcAdapter.getDefaultAdapter(context)!! }

    /** A phone that is ready, with one card. */
    @Before fun prepare() {
        Understudy.keyWrapper = keystore
        for (feature in listOf(PackageManager.FEATURE_NFC, PackageManager.FEATURE_NFC_HOST_CARD_EMULATION)) {
            shadowOf(context.packageManager).setSystemFeature(feature, true)
        }
        ShadowNfcAdapter.setNfcHardwareExists(true)
        shadowOf(nfc).setEnabled(true)
        shadowOf(nfc).setSecureNfcSupported(true)
        ShadowCardEmulation.setDefaultServiceForCategory(ours, CardEmulation.CATEGORY_PAYMENT)
        shadowOf(context.getSystemService(KeyguardManager::class.java)!!).setIsDeviceSecure(true)
        Phone.provision(Understudy.wallet(context))
    }

    @After fun close() = Understudy.wipe(context)

    private val ours get() = ComponentName(context, PaymentApduService::class.java)

    private fun check(vararg expected: Obstacle) = assertEquals(expected.toList(), Understudy.readiness(context))

    @Test fun `a phone that is ready has no obstacle`() = check()

    @Test fun `every obstacle of the phone is told, with the screen that removes it`() {
        shadowOf(nfc).setEnabled(false)
        check(Obstacle.NFC_OFF)
        assertEquals(Settings.ACTION_NFC_SETTINGS, Obstacle.NFC_OFF.fix(context)!!.action)
        shadowOf(nfc).setEnabled(true)
        nfc.enableSecureNfc(true)
        check(Obstacle.SECURE_NFC)
        nfc.enableSecureNfc(false)
        ShadowCardEmulation.setDefaultServiceForCategory(ComponentName("other", "other.Service"), CardEmulation.CATEGORY_PAYMENT)
        check(Obstacle.NOT_DEFAULT_WALLET)
        ShadowCardEmulation.setDefaultServiceForCategory(ours, CardEmulation.CATEGORY_PAYMENT)
        shadowOf(context.getSystemService(KeyguardManager::class.java)!!).setIsDeviceSecure(false)
        check(Obstacle.NO_SCREEN_LOCK)
        assertEquals(Settings.ACTION_SECURITY_SETTINGS, Obstacle.NO_SCREEN_LOCK.fix(context)!!.action)
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_NFC_HOST_CARD_EMULATION, false)
        check(Obstacle.NO_HOST_CARD_EMULATION, Obstacle.NO_SCREEN_LOCK)
        ShadowNfcAdapter.setNfcHardwareExists(false)
        check(Obstacle.NO_NFC, Obstacle.NO_SCREEN_LOCK)
        assertEquals(null, Obstacle.NO_NFC.fix(context))
    }

    @Test fun `every obstacle of the wallet is told`() {
        val wallet = Understudy.wallet(context)
        wallet.setPaying(1u, false)
        check(Obstacle.SUSPENDED)
        wallet.setPaying(1u, true)
        while (wallet.needs().cards.none { it.wanted }) pay()
        check(Obstacle.KEYS_LOW)
        while (wallet.cards().single().keysLeft > 0u) pay()
        check(Obstacle.NO_KEYS)
        wallet.synchronise(Issuer.service)
        check()
        wallet.remove(1u)
        check(Obstacle.NO_CARD)
    }

    private fun pay() {
        val wallet = Understudy.wallet(context)
        wallet.userActed()
        Tap.commands.forEach(wallet::process)
        wallet.fieldLost()
        wallet.settle()
    }

    @Test fun `a wallet that can't be opened is told, and a lost key apart`() {
        Understudy.close()
        val users = shadowOf(context.getSystemService(UserManager::class.java)!!)
        users.setUserUnlocked(false)
        check(Obstacle.WALLET_UNAVAILABLE)
        users.setUserUnlocked(true)
        keystore.key = null
        check(Obstacle.STORAGE_KEY_LOST)
    }

    @Test fun `from Android 15 on the system asks the user for the wallet's role`() {
        assertEquals("android.app.role.action.REQUEST_ROLE", Obstacle.NOT_DEFAULT_WALLET.fix(context)!!.action)
    }
}
