package org.understudy.android

import android.os.Build
import android.security.KeyStoreException
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import org.understudy.KeyWrapper
import org.understudy.StorageKeyLost

/**
 * AES-256-GCM in the Android Keystore, which never gives the key out: in the TEE of most phones. It
 * asks for no user and no unlocked phone, so that a tap needs neither; it is there after the first
 * unlock. The options bind a key when it is made; one that is there stays as it is.
 *
 * @param strongBox asks for the key in a chip of its own, where the phone has one, else in the TEE.
 *     Its price: the chip is slow, and opening the wallet, a cold tap included, waits for it once in a
 *     process, tenths of a second on phones that publish figures; readers give the whole tap half a second
 * @param unlockedDeviceRequired lets the key be used only while the phone is unlocked, from Android 9
 *     on. Its price: a process that starts behind a locked screen can't pay, and readers are answered
 *     6985. A wallet that is open already pays on, since its keys are in memory
 */
class KeystoreWrapper @JvmOverloads constructor(
    private val strongBox: Boolean = false,
    private val unlockedDeviceRequired: Boolean = false,
) : KeyWrapper {
    /** The key, encrypted: nonce (12 octets), ciphertext, tag (16). Makes the wrapping key, if there is none. */
    override fun wrap(key: ByteArray): ByteArray = answered {
        val cipher = Cipher.getInstance(GCM)
        cipher.init(Cipher.ENCRYPT_MODE, AndroidKeystore.secretKey(AndroidKeystore.STORAGE) ?: made())
        cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray = answered {
        if (wrapped.size < NONCE + TAG) throw StorageKeyLost()
        val key = AndroidKeystore.secretKey(AndroidKeystore.STORAGE) ?: throw StorageKeyLost()
        val cipher = Cipher.getInstance(GCM)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(8 * TAG, wrapped, 0, NONCE))
        cipher.doFinal(wrapped, NONCE, wrapped.size - NONCE)
    }

    override fun erase() = answered { AndroidKeystore.delete(AndroidKeystore.STORAGE) }

    private fun made(): SecretKey {
        if (!strongBox || Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return generated(specification())
        return try {
            generated(specification().setIsStrongBoxBacked(true))
        } catch (_: StrongBoxUnavailableException) {
            generated(specification())
        }
    }

    private fun specification(): KeyGenParameterSpec.Builder {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val specification = KeyGenParameterSpec.Builder(AndroidKeystore.STORAGE, purposes)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        if (unlockedDeviceRequired && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            specification.setUnlockedDeviceRequired(true)
        }
        return specification
    }

    private fun generated(specification: KeyGenParameterSpec.Builder): SecretKey =
        KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, AndroidKeystore.NAME)
            .apply { init(specification.build()) }
            .generateKey()

    /** Tells a key that is gone from a keystore that does not answer. */
    private fun <T> answered(work: () -> T): T = try {
        work()
    } catch (gone: KeyPermanentlyInvalidatedException) {
        throw StorageKeyLost(gone)
    } catch (unreadable: UnrecoverableKeyException) {
        if (isForGood(unreadable)) throw StorageKeyLost(unreadable)
        throw IOException("the keystore does not answer", unreadable)
    } catch (other: AEADBadTagException) {
        throw StorageKeyLost(other)
    } catch (silent: GeneralSecurityException) {
        throw IOException("the keystore does not answer", silent)
    } catch (silent: ProviderException) {
        throw IOException("the keystore does not answer", silent)
    }

    /**
     * The keystore throws this exception for every failure while it looks a key up, a passing one too.
     * From Android 13 on the cause says which it was; before, none is taken for the end of the key.
     */
    private fun isForGood(failure: UnrecoverableKeyException): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU &&
            (failure.cause as? KeyStoreException)?.run { !isTransientFailure && !isSystemError } == true

    private companion object {
        const val GCM = "AES/GCM/NoPadding"
        const val NONCE = 12
        const val TAG = 16
    }
}
