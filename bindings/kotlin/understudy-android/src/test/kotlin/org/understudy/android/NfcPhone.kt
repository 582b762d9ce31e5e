package org.understudy.android

import android.app.KeyguardManager
import android.app.role.RoleManager
import android.content.ComponentName
import android.content.Context
import android.content.pm.PackageManager
import android.nfc.NfcAdapter
import android.nfc.cardemulation.CardEmulation
import android.os.Build
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowCardEmulation
import org.robolectric.shadows.ShadowNfcAdapter

/** A phone whose NFC is on, whose screen is locked securely, and whose default wallet is this app. */
class NfcPhone(private val context: Context) {
    val service = ComponentName(context, PaymentApduService::class.java)

    init {
        RoutedCardEmulation.clear()
        features(PackageManager.FEATURE_NFC, PackageManager.FEATURE_NFC_HOST_CARD_EMULATION, isThere = true)
        ShadowNfcAdapter.setNfcHardwareExists(true)
        shadowOf(nfc).setEnabled(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) shadowOf(nfc).setSecureNfcSupported(true)
        isDefaultWallet(true)
        hasScreenLock(true)
    }

    val nfc get() = NfcAdapter.getDefaultAdapter(context)!!

    fun features(vararg names: String, isThere: Boolean) =
        names.forEach { shadowOf(context.packageManager).setSystemFeature(it, isThere) }

    fun hasScreenLock(it: Boolean) = shadowOf(context.getSystemService(KeyguardManager::class.java)!!).setIsDeviceSecure(it)

    /** By the role where the phone has one, from Android 15 on, else by the user's choice of a service. */
    fun isDefaultWallet(it: Boolean) {
        val chosen = if (it) service else ComponentName("other", "other.Service")
        ShadowCardEmulation.setDefaultServiceForCategory(chosen, CardEmulation.CATEGORY_PAYMENT)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) return
        val roles = shadowOf(context.getSystemService(RoleManager::class.java)!!)
        roles.addAvailableRole(RoleManager.ROLE_WALLET)
        if (it) roles.addHeldRole(RoleManager.ROLE_WALLET) else roles.removeHeldRole(RoleManager.ROLE_WALLET)
    }
}
