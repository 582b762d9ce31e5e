package org.understudy.android

import android.content.Context
import android.os.UserManager
import android.provider.Settings
import java.io.File
import java.io.IOException
import java.nio.ByteBuffer
import org.understudy.KeyWrapper
import org.understudy.PaymentWallet
import org.understudy.StorageKey
import org.understudy.StorageKeyLost
import org.understudy.TokenService
import org.understudy.ffi.TapEvent
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet
import org.understudy.tap.WalletUnavailable

/**
 * The one wallet of this process, which the payment service, the app's screens, its pushes and its
 * jobs share; whoever comes first opens it. It lies in the app's folder that no backup copies,
 * sealed under a key that the Android Keystore holds.
 */
object Understudy {
    /** Hears what happened in taps, on a thread that is not the main one, when the field is gone. */
    @Volatile
    var listener: ((List<TapEvent>) -> Unit)? = null

    /** Keeps the storage key; set before the first use, if not the Android Keystore. */
    @Volatile
    var keyWrapper: KeyWrapper = KeystoreWrapper()

    /** The app's payment service, if it is a subclass; set in the `onCreate` of the app's Application. */
    @Volatile
    var service: Class<out PaymentApduService> = PaymentApduService::class.java

    /**
     * Gives the issuer that jobs ask for keys and letters, on a thread that may wait; null: no job is
     * scheduled. Set in the `onCreate` of the app's Application, which runs before any job.
     */
    @Volatile
    var tokenService: ((Context) -> TokenService)? = null

    @Volatile
    private var whole: PaymentWallet? = null

    @Volatile
    private var forTaps: TapWallet? = null

    /** Where this process opened the wallet, for whom it ever was. */
    @Volatile
    private var opened: File? = null
    private val opening = Any()
    private val openingForTaps = Any()

    /**
     * The wallet; takes a fifth of a second for the first time in a process, so not on the main
     * thread. One that was closed is opened anew.
     *
     * @throws WalletUnavailable the phone was not unlocked since it started, or its keystore does
     *     not answer; later it may
     * @throws StorageKeyLost for good; [wipe] makes room for a new wallet
     * @throws WalletException the library's own reason
     * @throws IllegalStateException this is not the app's main process
     */
    @Throws(WalletUnavailable::class, StorageKeyLost::class, WalletException::class)
    fun wallet(context: Context): PaymentWallet = synchronized(opening) {
        whole?.takeIf { it.isOpen }?.let { return it }
        // What was closed for the app was closed for the reader.
        if (whole != null) forTaps = null
        val opened = try {
            open(context, PaymentWallet::open)
        } catch (other: WalletException.StorageKey) {
            throw StorageKeyLost(other)
        }
        opened.also {
            whole = it
            begin(context.applicationContext, it)
        }
    }

    /** Closes the wallet, for readers too; the next who asks opens it again. */
    fun close() = alone {
        // A reader may have it open, though the app has not.
        opened?.let(PaymentWallet::closeIn)
        whole = null
        forTaps = null
    }

    /**
     * Erases the wallet and the key that seals it, first in the keystore, whether they can be read
     * or not. The issuer is not told: the app asks it to delete the cards.
     *
     * @throws IOException something is left, and [wipe] is to be called again: the keystore's key, if
     *     it does not answer, or files. What could be erased is erased
     */
    @Throws(IOException::class)
    fun wipe(context: Context) = alone {
        val held = if (folder(context).exists()) runCatching { wallet(context) }.getOrNull() else null
        val erased = runCatching { key(context).erase() }
        // A keystore that has them no more, or does not answer, keeps nobody from wiping.
        runCatching { AndroidKeystore.delete(AndroidKeystore.VERIFICATION) }
        runCatching { held?.wipe() }
        close()
        if (!folder(context).deleteRecursively()) throw IOException("the wallet's files can't be erased")
        erased.getOrThrow()
    }

    /** The wallet as a reader meets it, opened without JNA. */
    internal fun taps(context: Context): TapWallet {
        current(context)
        return object : TapWallet {
            override fun process(command: ByteArray) = current(context).process(command)
            override fun fieldLost() = forTaps?.fieldLost() ?: Unit
        }
    }

    /** What is to do between two taps. */
    internal fun between(context: Context) {
        val wallet = wallet(context)
        wallet.settle()
        scheduleIfDue(context, wallet)
        val events = wallet.events()
        if (events.isNotEmpty()) listener?.invoke(events)
    }

    /** The screen went dark. Nobody but the app verifies, so a wallet that it did not open is not verified. */
    internal fun forgetVerification() {
        whole?.forgetVerification()
    }

    /** The app, or a service that the system has started, opened the wallet. */
    private fun begin(application: Context, wallet: PaymentWallet) {
        val routing = CardRouting(application)
        // What another app, or this one before its process ended, left on.
        routing.presented()
        wallet.observer = routing
        runCatching { routing.cardsChanged(wallet.cards()) }
    }

    private fun current(context: Context): TapWallet = forTaps ?: synchronized(openingForTaps) {
        forTaps ?: try {
            open(context, TapWallet::open)
        } catch (lost: StorageKeyLost) {
            throw WalletUnavailable(lost.message!!, lost)
        } catch (refused: IllegalStateException) {
            throw WalletUnavailable(refused.message ?: "the wallet can't be opened", refused)
        }.also { forTaps = it }
    }

    /** Does [work] while nobody opens the wallet. */
    private fun alone(work: () -> Unit) = synchronized(opening) { synchronized(openingForTaps, work) }

    private fun <T> open(context: Context, open: (File, ByteBuffer, ByteArray?) -> T): T {
        requireMainProcess(context.applicationInfo.processName, processName(context))
        if (!isUserUnlocked(context)) {
            throw WalletUnavailable("the phone was not unlocked since it started")
        }
        DarkScreen.watch(context)
        return try {
            val folder = folder(context).apply { mkdirs() }
            key(context).lend { open(folder, it, boot(context)) }.also { opened = folder }
        } catch (silent: IOException) {
            throw WalletUnavailable("the keystore does not answer", silent)
        }
    }

    internal fun isUserUnlocked(context: Context) = context.getSystemService(UserManager::class.java)?.isUserUnlocked == true

    private fun folder(context: Context) = File(context.noBackupFilesDir, "understudy")

    private fun key(context: Context) = StorageKey(File(context.noBackupFilesDir, "understudy.key"), keyWrapper)

    /** 16 octets that name this run of the system: Android counts them. Null where it does not. */
    private fun boot(context: Context): ByteArray? {
        val count = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, -1)
        if (count < 0) return null
        return ByteBuffer.allocate(16).put("boot count".toByteArray()).putInt(12, count).array()
    }
}
