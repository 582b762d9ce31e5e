package org.understudy.android

import android.app.role.RoleManager
import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager
import android.nfc.cardemulation.CardEmulation
import android.os.Build
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
import org.robolectric.shadows.ShadowNfcAdapter
import org.robolectric.shadows.ShadowRoleManager
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.synchronise

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE, shadows = [RoutedCardEmulation::class])
class ReadinessTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = MemoryKeystore()
    private val phone = NfcPhone(context)
    private val nfc get() = phone.nfc

    /** A phone that is ready, with one card. */
    @Before fun prepare() {
        Understudy.keyWrapper = keystore
        Phone.provision(Understudy.wallet(context))
    }

    @After fun close() = Understudy.wipe(context)

    private fun check(vararg expected: Obstacle) = assertEquals(expected.toList(), Understudy.readiness(context))

    @Test fun `a phone that is ready has no obstacle`() = check()

    @Test fun `every obstacle of the phone is told, with the screen that removes it`() {
        shadowOf(nfc).setEnabled(false)
        check(Obstacle.NFC_OFF)
        assertEquals(Settings.ACTION_NFC_SETTINGS, Obstacle.NFC_OFF.fix(context)!!.action)
        shadowOf(nfc).setEnabled(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
            nfc.enableSecureNfc(true)
            check(Obstacle.SECURE_NFC)
            nfc.enableSecureNfc(false)
        }
        phone.isDefaultWallet(false)
        check(Obstacle.NOT_DEFAULT_WALLET)
        phone.isDefaultWallet(true)
        RoutedCardEmulation.others += "A0000003330101"
        check(Obstacle.AID_CONFLICT)
        assertEquals(Settings.ACTION_NFC_PAYMENT_SETTINGS, Obstacle.AID_CONFLICT.fix(context)!!.action)
        RoutedCardEmulation.others.clear()
        phone.hasScreenLock(false)
        check(Obstacle.NO_SCREEN_LOCK)
        assertEquals(Settings.ACTION_SECURITY_SETTINGS, Obstacle.NO_SCREEN_LOCK.fix(context)!!.action)
        phone.features(PackageManager.FEATURE_NFC_HOST_CARD_EMULATION, isThere = false)
        check(Obstacle.NO_HOST_CARD_EMULATION, Obstacle.NO_SCREEN_LOCK)
        ShadowNfcAdapter.setNfcHardwareExists(false)
        check(Obstacle.NO_NFC, Obstacle.NO_SCREEN_LOCK)
        assertEquals(null, Obstacle.NO_NFC.fix(context))
    }

    @Test fun `a phone that observes readers answers none`() {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) return check()
        shadowOf(nfc).setObserveModeSupported(true)
        check()
        Understudy.setObserveMode(context, true)
        check(Obstacle.OBSERVE_MODE)
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
        check(Obstacle.BEFORE_FIRST_UNLOCK)
        users.setUserUnlocked(true)
        keystore.answers = false
        check(Obstacle.WALLET_UNAVAILABLE)
        keystore.answers = true
        keystore.key = null
        check(Obstacle.STORAGE_KEY_LOST)
    }

    @Test fun `keys that end within two days are told, and few ones otherwise`() {
        val wallet = Understudy.wallet(context)
        val card = wallet.cards().single()
        val keys = wallet.needs().cards.single()
        val day = 24 * 60 * 60L
        val end = keys.nextEnd!!.toLong()
        assertEquals(null, obstacle(card, keys, now = end - 2 * day))
        assertEquals(Obstacle.KEYS_EXPIRING, obstacle(card, keys, now = end - 2 * day + 1))
        assertEquals(Obstacle.KEYS_LOW, obstacle(card, keys.copy(wanted = true), now = end - 2 * day))
        assertEquals(Obstacle.KEYS_LOW, obstacle(card, keys.copy(wanted = true, nextEnd = null), now = end))
    }

    @Test fun `what is in the wallet is the app's own screen to remove`() {
        val screen = ComponentName(context, "org.example.Main")
        val packages = shadowOf(context.packageManager)
        packages.addActivityIfNotPresent(screen)
        packages.addIntentFilterForActivity(
            screen,
            IntentFilter(Intent.ACTION_MAIN).apply { addCategory(Intent.CATEGORY_LAUNCHER) },
        )
        val ours = listOf(
            Obstacle.OBSERVE_MODE, Obstacle.STORAGE_KEY_LOST, Obstacle.NO_CARD, Obstacle.SUSPENDED,
            Obstacle.NO_KEYS, Obstacle.KEYS_LOW, Obstacle.KEYS_EXPIRING,
        )
        for (obstacle in ours) assertEquals(obstacle.name, screen, obstacle.fix(context)!!.component)
    }

    @Test fun `the system asks the user for the role, or before Android 15 for the service`() {
        val fix = Obstacle.NOT_DEFAULT_WALLET.fix(context)!!
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM) {
            assertEquals("android.app.role.action.REQUEST_ROLE", fix.action)
            assertEquals(RoleManager.ROLE_WALLET, fix.getStringExtra(Intent.EXTRA_ROLE_NAME))
            // A phone without this role.
            ShadowRoleManager.reset()
        }
        val service = Obstacle.NOT_DEFAULT_WALLET.fix(context)!!
        assertEquals(CardEmulation.ACTION_CHANGE_DEFAULT, service.action)
        assertEquals(CardEmulation.CATEGORY_PAYMENT, service.getStringExtra(CardEmulation.EXTRA_CATEGORY))
        @Suppress("DEPRECATION")
        assertEquals(phone.service, service.getParcelableExtra(CardEmulation.EXTRA_SERVICE_COMPONENT))
    }
}
