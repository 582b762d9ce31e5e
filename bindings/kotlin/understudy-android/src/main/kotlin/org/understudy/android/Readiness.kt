package org.understudy.android

import android.app.KeyguardManager
import android.app.role.RoleManager
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.nfc.NfcAdapter
import android.nfc.cardemulation.CardEmulation
import android.os.Build
import android.provider.Settings
import org.understudy.PaymentWallet
import org.understudy.StorageKeyLost
import org.understudy.ffi.CardState
import org.understudy.ffi.WalletException
import org.understudy.tap.WalletUnavailable

/** Something that keeps the phone from paying at a till now. */
enum class Obstacle {
    /** The phone has no NFC. */
    NO_NFC,

    /** Its NFC can't be a card. */
    NO_HOST_CARD_EMULATION,

    /** NFC is off. */
    NFC_OFF,

    /** "Secure NFC" is on: readers reach the card only while the phone is unlocked. */
    SECURE_NFC,

    /** Another app is the default wallet: readers reach this one only while it is in front. */
    NOT_DEFAULT_WALLET,

    /** There is no screen lock that could verify the user. */
    NO_SCREEN_LOCK,

    /** The wallet can't be opened now; see [Understudy.wallet]. */
    WALLET_UNAVAILABLE,

    /** The storage key is lost: [Understudy.wipe], then bind cards anew. */
    STORAGE_KEY_LOST,

    /** There is no card. */
    NO_CARD,

    /** The card that readers see is suspended. */
    SUSPENDED,

    /** The card that readers see has no keys: [org.understudy.synchronise]. */
    NO_KEYS,

    /** It has few keys, or they end soon: [org.understudy.synchronise]. */
    KEYS_LOW,
    ;

    /** What the app starts so that the user removes it; null where no screen of the system does. */
    fun fix(context: Context, service: Class<out PaymentApduService> = PaymentApduService::class.java): Intent? = when (this) {
        NFC_OFF, SECURE_NFC -> Intent(Settings.ACTION_NFC_SETTINGS)
        NO_SCREEN_LOCK -> Intent(Settings.ACTION_SECURITY_SETTINGS)
        NOT_DEFAULT_WALLET ->
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM) {
                context.getSystemService(RoleManager::class.java)?.createRequestRoleIntent(RoleManager.ROLE_WALLET)
            } else {
                Intent(CardEmulation.ACTION_CHANGE_DEFAULT)
                    .putExtra(CardEmulation.EXTRA_CATEGORY, CardEmulation.CATEGORY_PAYMENT)
                    .putExtra(CardEmulation.EXTRA_SERVICE_COMPONENT, ComponentName(context, service))
            }
        else -> null
    }
}

/**
 * What keeps the phone from paying now, the phone's own before the wallet's; empty when nothing
 * does. Opens the wallet, so not on the main thread. [service] is the app's payment service.
 */
fun Understudy.readiness(
    context: Context,
    service: Class<out PaymentApduService> = PaymentApduService::class.java,
): List<Obstacle> = ofPhone(context, ComponentName(context, service)) + try {
    ofWallet(wallet(context))
} catch (_: StorageKeyLost) {
    listOf(Obstacle.STORAGE_KEY_LOST)
} catch (_: WalletUnavailable) {
    listOf(Obstacle.WALLET_UNAVAILABLE)
} catch (_: WalletException) {
    listOf(Obstacle.WALLET_UNAVAILABLE)
}

private fun ofPhone(context: Context, service: ComponentName): List<Obstacle> = buildList {
    val nfc = NfcAdapter.getDefaultAdapter(context)
    when {
        nfc == null -> add(Obstacle.NO_NFC)
        !context.packageManager.hasSystemFeature(PackageManager.FEATURE_NFC_HOST_CARD_EMULATION) ->
            add(Obstacle.NO_HOST_CARD_EMULATION)
        else -> {
            if (!nfc.isEnabled) add(Obstacle.NFC_OFF)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q && nfc.isSecureNfcEnabled) add(Obstacle.SECURE_NFC)
            val emulation = CardEmulation.getInstance(nfc)
            if (!emulation.isDefaultServiceForCategory(service, CardEmulation.CATEGORY_PAYMENT)) add(Obstacle.NOT_DEFAULT_WALLET)
        }
    }
    if (context.getSystemService(KeyguardManager::class.java)?.isDeviceSecure != true) add(Obstacle.NO_SCREEN_LOCK)
}

private fun ofWallet(wallet: PaymentWallet): List<Obstacle> {
    val card = wallet.cards().firstOrNull { it.isPresented } ?: wallet.cards().firstOrNull { it.isDefault }
    val keys = wallet.needs().cards.firstOrNull { it.card == card?.id }
    return when {
        card == null -> listOf(Obstacle.NO_CARD)
        card.state != CardState.ACTIVE -> listOf(Obstacle.SUSPENDED)
        card.keysLeft.toInt() == 0 -> listOf(Obstacle.NO_KEYS)
        keys?.wanted == true -> listOf(Obstacle.KEYS_LOW)
        else -> emptyList()
    }
}
