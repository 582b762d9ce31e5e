package org.understudy.android

import android.os.SystemClock
import java.io.IOException
import java.security.SecureRandom
import java.util.concurrent.atomic.AtomicBoolean
import org.understudy.PaymentWallet
import org.understudy.ffi.Prompt
import org.understudy.ffi.WalletException

/** What became of a verification; only [VERIFIED] lets the wallet pay above its limit. */
enum class VerificationOutcome {
    /** The Keystore saw a strong biometric or the device's credential, and the wallet was told. */
    VERIFIED,

    /** It saw neither within the validity, or the screen went dark since: ask the user. */
    NOT_VERIFIED,

    /**
     * The key was invalidated, as when the screen lock is removed. A new one is in its place;
     * this verification does not count: ask the user once more.
     */
    KEY_REPLACED,

    /** The tap that waited for it waits no longer: the user is verified for none. */
    PROMPT_OVER,

    /** The device has no secure screen lock: [Obstacle.NO_SCREEN_LOCK]. */
    NO_SCREEN_LOCK,
}

/**
 * Tells the wallet that the device verified its user, where the Android Keystore agrees: a key that
 * works only for [validitySeconds] after a strong biometric or the device's credential computes a MAC
 * over a fresh nonce, and a Keystore that refuses refuses the verification. Screens that a trust
 * agent unlocked do not count.
 *
 * ```kotlin
 * val asked = verification.begin(wallet)              // then BiometricPrompt, or the keyguard's screen
 * when (verification.confirm(wallet, asked)) { … }    // in its onAuthenticationSucceeded
 * ```
 *
 * The wallet is told the greatest age that the verification can have: the time since [begin], by
 * [SystemClock.elapsedRealtime], or [validitySeconds], if that is less. It shows nothing about the
 * app itself: whoever runs code in it may call [PaymentWallet.userVerified] as well.
 *
 * Each call asks the Keystore, some ten milliseconds, and the first makes the key; not on the main
 * thread. Any number of objects may exist; they share one key, and its validity is that of the object
 * that made it.
 */
class KeystoreVerification internal constructor(
    /** Seconds for which an authentication counts, 1 to 300. */
    val validitySeconds: Int,
    private val key: VerificationKey,
    private val elapsed: () -> Long,
    private val lastDark: () -> Long?,
) {
    /** A verification by the Android Keystore; [validitySeconds] is 1 to 300. */
    @JvmOverloads
    constructor(validitySeconds: Int = VALIDITY_SECONDS) : this(
        validitySeconds,
        KeystoreVerificationKey(validitySeconds),
        SystemClock::elapsedRealtime,
        { DarkScreen.last },
    )

    init {
        require(validitySeconds in 1..VALIDITY_SECONDS_MAX) { "a verification counts for 1 to $VALIDITY_SECONDS_MAX seconds" }
    }

    /** A verification that was begun and not confirmed yet; good for one [confirm]. */
    class Pending internal constructor(
        internal val since: Long,
        internal val nonce: ByteArray,
        /** The tap that waits for it; null if it is for any. */
        val prompt: Prompt?,
    ) {
        internal val used = AtomicBoolean()
    }

    /**
     * Begins a verification, before the app shows BiometricPrompt or the keyguard's screen. It is for
     * the tap that waits for one, if one does, else for any. Makes the key, if there is none; what keeps
     * it from that is told by [confirm].
     *
     * @param prompt the tap that the user is asked for; an app that has shown them one gives that, so
     *     that no other that came meanwhile takes its place
     * @throws WalletException.Closed the wallet was closed
     * @throws IOException the Keystore does not answer
     */
    @JvmOverloads
    @Throws(WalletException::class, IOException::class)
    fun begin(wallet: PaymentWallet, prompt: Prompt? = wallet.prompt()): Pending {
        key.prepare()
        return Pending(elapsed(), nonce(), prompt)
    }

    /**
     * Confirms what [begin] began, when the device's own screen said that the user succeeded. The
     * screen must not have gone dark in between.
     *
     * @throws WalletException the wallet was closed, or its storage failed
     * @throws IOException the Keystore does not answer; nothing is verified
     * @throws IllegalStateException it was confirmed before
     */
    @Throws(WalletException::class, IOException::class)
    fun confirm(wallet: PaymentWallet, pending: Pending): VerificationOutcome {
        check(pending.used.compareAndSet(false, true)) { "a verification is confirmed once" }
        return told(wallet, pending, since = pending.since)
    }

    /**
     * Takes the unlocking of the screen for a verification: counts if a strong biometric or the
     * credential was accepted within [validitySeconds], and the screen did not go dark in that time,
     * in which this process must have had the wallet of [Understudy] open to see it. Its age is not
     * known, so it is taken for the oldest that it can be. No prompt is needed.
     *
     * @throws WalletException the wallet was closed, or its storage failed
     * @throws IOException the Keystore does not answer; nothing is verified
     */
    @Throws(WalletException::class, IOException::class)
    fun confirmUnlock(wallet: PaymentWallet): VerificationOutcome {
        val since = elapsed() - MILLISECONDS * validitySeconds
        return told(wallet, Pending(since, nonce(), wallet.prompt()), since)
    }

    private fun told(wallet: PaymentWallet, pending: Pending, since: Long): VerificationOutcome {
        val use = key.use(pending.nonce)
        if (use != KeyUse.DONE) return refused(use)
        // What came before the dark may have been somebody else's, whom a trust agent let in again.
        if (isDarkSince(since)) return VerificationOutcome.NOT_VERIFIED
        val age = age(since)
        try {
            if (pending.prompt == null) wallet.userVerified(age) else wallet.userVerifiedFor(pending.prompt, age)
        } catch (_: WalletException.Refused) {
            return VerificationOutcome.PROMPT_OVER
        }
        // The screen may have gone dark while the wallet was told, and must win.
        if (isDarkSince(since)) {
            wallet.forgetVerification()
            return VerificationOutcome.NOT_VERIFIED
        }
        return VerificationOutcome.VERIFIED
    }

    private fun refused(use: KeyUse): VerificationOutcome = when (use) {
        KeyUse.INVALIDATED ->
            if (key.replace() == KeyUse.NO_SCREEN_LOCK) VerificationOutcome.NO_SCREEN_LOCK else VerificationOutcome.KEY_REPLACED
        KeyUse.NO_SCREEN_LOCK -> VerificationOutcome.NO_SCREEN_LOCK
        else -> VerificationOutcome.NOT_VERIFIED
    }

    /** A screen that nobody watches may have gone dark. */
    private fun isDarkSince(moment: Long): Boolean = lastDark().let { it == null || it >= moment }

    /** Whole seconds, rounded up. */
    private fun age(since: Long): UInt {
        val seconds = (elapsed() - since + MILLISECONDS - 1) / MILLISECONDS
        return seconds.coerceIn(0, validitySeconds.toLong()).toUInt()
    }

    private fun nonce() = ByteArray(NONCE).also(SecureRandom()::nextBytes)

    companion object {
        /** Seconds for which an authentication counts, if nothing else is said. */
        const val VALIDITY_SECONDS = 30

        private const val VALIDITY_SECONDS_MAX = 300
        private const val MILLISECONDS = 1000L
        private const val NONCE = 32
    }
}
