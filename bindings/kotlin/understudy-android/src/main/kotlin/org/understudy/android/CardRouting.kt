package org.understudy.android

import android.app.Activity
import android.app.Application
import android.content.ComponentName
import android.content.Context
import android.content.pm.PackageManager
import android.nfc.NfcAdapter
import android.nfc.cardemulation.CardEmulation
import android.os.Build
import android.os.Bundle
import android.util.Log
import org.understudy.WalletObserver
import org.understudy.ffi.Card
import org.understudy.ffi.CardState
import org.understudy.ffi.WalletException

/** The contactless directory, 2PAY.SYS.DDF01. */
private const val DIRECTORY = "325041592E5359532E4444463031"

/** Hexadecimal digits of the form of an AID that terminals select: provider and product. */
private const val SHORT_AID = 14

/**
 * The AIDs to register for these cards, in upper-case hexadecimal digits: the directory, and of each
 * active card its applications and their 7-octet forms. Without an active card, the directory alone.
 */
internal fun aidsFor(cards: List<Card>): List<String> {
    val applications = cards.filter { it.state == CardState.ACTIVE }.flatMap { it.aids }
    return (listOf(DIRECTORY) + applications.map { it.take(SHORT_AID) } + applications).distinct()
}

/** Card emulation of this phone; null if it has none. */
internal fun cardEmulation(context: Context): CardEmulation? {
    val nfc = NfcAdapter.getDefaultAdapter(context) ?: return null
    val isThere = context.packageManager.hasSystemFeature(PackageManager.FEATURE_NFC_HOST_CARD_EMULATION)
    return if (isThere) CardEmulation.getInstance(nfc) else null
}

/**
 * Registers the AIDs of the installed cards for the app's service, in the place of those of its XML
 * file; the system keeps them when the phone restarts. Done without being asked at the start of a
 * process and whenever a card comes, goes, is suspended or resumed through the wallet of
 * [Understudy]; nothing is registered anew where nothing changed. Opens the wallet, so not on the main
 * thread.
 *
 * @return false if the phone has no card emulation or refuses
 */
@Throws(WalletException::class)
fun Understudy.registerAids(context: Context): Boolean = registerAids(context, wallet(context).cards())

private fun registerAids(context: Context, cards: List<Card>): Boolean {
    val emulation = cardEmulation(context) ?: return false
    val service = ComponentName(context, Understudy.service)
    val aids = aidsFor(cards)
    val registered = emulation.getAidsForService(service, CardEmulation.CATEGORY_PAYMENT)
    if (registered?.toSet() == aids.toSet()) return true
    return emulation.registerAidsForService(service, CardEmulation.CATEGORY_PAYMENT, aids)
}

/** Keeps the phone's card emulation in step with the wallet; never throws. */
internal class CardRouting(private val context: Context) : WalletObserver {
    override fun cardsChanged(cards: List<Card>) = contained { registerAids(context, cards) }

    override fun presented() = contained { Understudy.setObserveMode(context, false) }

    private fun contained(work: () -> Unit) {
        // A phone that refuses must not keep a card from coming or going.
        runCatching(work).onFailure { Log.w("Understudy", it.javaClass.name) }
    }
}

/**
 * Lets readers reach the app's service while one of its activities is in front, though another app is
 * the default wallet. The user can forbid that in the system's payment settings.
 *
 * @param counts the activities that count; all, if nothing else is said
 * @return the callbacks, for [Application.unregisterActivityLifecycleCallbacks]
 */
fun Understudy.preferWhileInFront(
    application: Application,
    counts: (Activity) -> Boolean = { true },
): Application.ActivityLifecycleCallbacks =
    PreferredInFront(counts).also(application::registerActivityLifecycleCallbacks)

private class PreferredInFront(private val counts: (Activity) -> Boolean) : Application.ActivityLifecycleCallbacks {
    override fun onActivityResumed(activity: Activity) = of(activity) { emulation ->
        if (emulation.categoryAllowsForegroundPreference(CardEmulation.CATEGORY_PAYMENT)) {
            emulation.setPreferredService(activity, ComponentName(activity, Understudy.service))
        }
    }

    override fun onActivityPaused(activity: Activity) = of(activity) { it.unsetPreferredService(activity) }

    private fun of(activity: Activity, work: (CardEmulation) -> Unit) {
        if (counts(activity)) cardEmulation(activity)?.let(work)
    }

    override fun onActivityCreated(activity: Activity, state: Bundle?) = Unit
    override fun onActivityStarted(activity: Activity) = Unit
    override fun onActivityStopped(activity: Activity) = Unit
    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit
    override fun onActivityDestroyed(activity: Activity) = Unit
}

/** The phone can observe readers without being a card for them; Android 15 and newer, on some. */
fun Understudy.isObserveModeSupported(context: Context): Boolean =
    Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM &&
        NfcAdapter.getDefaultAdapter(context)?.isObserveModeSupported == true

/** Readers are observed and not answered now. */
fun Understudy.isObserveModeOn(context: Context): Boolean =
    isObserveModeSupported(context) &&
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM &&
        NfcAdapter.getDefaultAdapter(context)?.isObserveModeEnabled == true

/**
 * Switches observe mode on or off: while it is on, the phone answers no reader, and no tap can
 * happen. Nothing here ever switches it on but this call; it is off again when the process starts and
 * whenever a card is presented. The system heeds only the default wallet or the preferred service.
 *
 * @return true if it is as asked now
 */
fun Understudy.setObserveMode(context: Context, on: Boolean): Boolean {
    if (isObserveModeOn(context) == on) return true
    return isObserveModeSupported(context) &&
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM &&
        NfcAdapter.getDefaultAdapter(context)?.setObserveModeEnabled(on) == true
}
