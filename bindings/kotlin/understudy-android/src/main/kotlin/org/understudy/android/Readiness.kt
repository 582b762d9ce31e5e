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
import org.understudy.ffi.Card
import org.understudy.ffi.CardState
import org.understudy.ffi.Keys
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

    /** Readers that select one of the cards' applications reach another app, though this is the default wallet. */
    AID_CONFLICT,

    /** Observe mode is on: readers are not answered; [setObserveMode] switches it off. */
    OBSERVE_MODE,

    /** There is no screen lock that could verify the user. */
    NO_SCREEN_LOCK,

    /** The phone was not unlocked since it started. */
    BEFORE_FIRST_UNLOCK,

    /** The wallet can't be opened now, and later it may; see [Understudy.wallet]. */
    WALLET_UNAVAILABLE,

    /** The storage key is lost: [Understudy.wipe], then bind cards anew. */
    STORAGE_KEY_LOST,

    /** There is no card. */
    NO_CARD,

    /** The card that readers see is suspended. */
    SUSPENDED,

    /** The card that readers see has no keys: [org.understudy.synchronise]. */
    NO_KEYS,

    /** It has few keys: [org.understudy.synchronise]. */
    KEYS_LOW,

    /** Some of its keys end within two days: [org.understudy.synchronise]. */
    KEYS_EXPIRING,
    ;

    /**
     * The screen that lets the user remove it: the system's, or for what is in the wallet the app's own
     * first one; null where no screen does, as without NFC. [NOT_DEFAULT_WALLET] is to be started for a
     * result, from an activity; from Android 15 on it asks for [RoleManager.ROLE_WALLET].
     */
    fun fix(context: Context, service: Class<out PaymentApduService> = Understudy.service): Intent? = when (this) {
        NFC_OFF, SECURE_NFC -> Intent(Settings.ACTION_NFC_SETTINGS)
        NO_SCREEN_LOCK -> Intent(Settings.ACTION_SECURITY_SETTINGS)
        NOT_DEFAULT_WALLET -> request(context) ?: changeDefault(ComponentName(context, service))
        AID_CONFLICT -> Intent(Settings.ACTION_NFC_PAYMENT_SETTINGS)
        NO_NFC, NO_HOST_CARD_EMULATION, BEFORE_FIRST_UNLOCK, WALLET_UNAVAILABLE -> null
        OBSERVE_MODE, STORAGE_KEY_LOST, NO_CARD, SUSPENDED, NO_KEYS, KEYS_LOW, KEYS_EXPIRING ->
            context.packageManager.getLaunchIntentForPackage(context.packageName)
    }

    private fun request(context: Context): Intent? =
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) {
            null
        } else {
            walletRole(context)?.createRequestRoleIntent(RoleManager.ROLE_WALLET)
        }

    private fun changeDefault(service: ComponentName) = Intent(CardEmulation.ACTION_CHANGE_DEFAULT)
        .putExtra(CardEmulation.EXTRA_CATEGORY, CardEmulation.CATEGORY_PAYMENT)
        .putExtra(CardEmulation.EXTRA_SERVICE_COMPONENT, service)
}

/**
 * The obstacles that keep the phone from paying now, the phone's own before the wallet's. Opens the
 * wallet, so not on the main thread. [service] is the app's payment service.
 *
 * @throws IllegalStateException called in another process than the app's main one
 */
fun Understudy.readiness(
    context: Context,
    service: Class<out PaymentApduService> = Understudy.service,
): List<Obstacle> {
    val (wallet, obstacles) = try {
        wallet(context).let { it to listOfNotNull(obstacle(it)) }
    } catch (_: StorageKeyLost) {
        null to listOf(Obstacle.STORAGE_KEY_LOST)
    } catch (_: WalletUnavailable) {
        null to listOf(if (isUserUnlocked(context)) Obstacle.WALLET_UNAVAILABLE else Obstacle.BEFORE_FIRST_UNLOCK)
    } catch (_: WalletException) {
        null to listOf(Obstacle.WALLET_UNAVAILABLE)
    }
    val cards = runCatching { wallet?.cards() }.getOrNull().orEmpty()
    return ofPhone(context, ComponentName(context, service), cards) + obstacles
}

private fun ofPhone(context: Context, service: ComponentName, cards: List<Card>): List<Obstacle> = buildList {
    val nfc = NfcAdapter.getDefaultAdapter(context)
    val emulation = cardEmulation(context)
    when {
        nfc == null -> add(Obstacle.NO_NFC)
        emulation == null -> add(Obstacle.NO_HOST_CARD_EMULATION)
        else -> {
            if (!nfc.isEnabled) add(Obstacle.NFC_OFF)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q && nfc.isSecureNfcEnabled) add(Obstacle.SECURE_NFC)
            if (!isDefault(context, emulation, service)) {
                add(Obstacle.NOT_DEFAULT_WALLET)
            } else if (aidsFor(cards).any { !emulation.isDefaultServiceForAid(service, it) }) {
                add(Obstacle.AID_CONFLICT)
            }
            if (Understudy.isObserveModeOn(context)) add(Obstacle.OBSERVE_MODE)
        }
    }
    if (context.getSystemService(KeyguardManager::class.java)?.isDeviceSecure != true) add(Obstacle.NO_SCREEN_LOCK)
}

/** From Android 15 on the holder of the wallet's role, where the phone has that role. */
private fun isDefault(context: Context, emulation: CardEmulation, service: ComponentName): Boolean {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM) {
        walletRole(context)?.let { return it.isRoleHeld(RoleManager.ROLE_WALLET) }
    }
    return emulation.isDefaultServiceForCategory(service, CardEmulation.CATEGORY_PAYMENT)
}

private fun walletRole(context: Context): RoleManager? =
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) {
        null
    } else {
        context.getSystemService(RoleManager::class.java)?.takeIf { it.isRoleAvailable(RoleManager.ROLE_WALLET) }
    }

private fun obstacle(wallet: PaymentWallet): Obstacle? {
    val cards = wallet.cards()
    val card = cards.firstOrNull { it.isPresented } ?: cards.firstOrNull { it.isDefault }
    val keys = wallet.needs().cards.firstOrNull { it.card == card?.id }
    return obstacle(card, keys, now = System.currentTimeMillis() / 1000)
}

/** What keeps this card from paying, or soon will; [now] in Unix time. */
internal fun obstacle(card: Card?, keys: Keys?, now: Long): Obstacle? {
    val end = keys?.nextEnd?.toLong()
    return when {
        card == null -> Obstacle.NO_CARD
        card.state != CardState.ACTIVE -> Obstacle.SUSPENDED
        card.keysLeft.toInt() == 0 -> Obstacle.NO_KEYS
        end != null && end - now < EXPIRING_SECONDS -> Obstacle.KEYS_EXPIRING
        keys?.wanted == true -> Obstacle.KEYS_LOW
        else -> null
    }
}

/** Two days: from then on the wallet wants new keys. */
private const val EXPIRING_SECONDS = 2 * 24 * 60 * 60
