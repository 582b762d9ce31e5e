package org.understudy.android

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
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
 * AES-256 in the Android Keystore, which never gives it out: in the TEE of most phones. It asks for
 * no user and no unlocked phone, so that a tap needs neither; it is there after the first unlock.
 * Laid out as the nonce of GCM (12 octets), ciphertext and tag (16).
 */
internal class KeystoreWrapper(private val alias: String = AndroidKeystore.STORAGE) : KeyWrapper {
    override fun wrap(key: ByteArray): ByteArray = answered {
        val cipher = Cipher.getInstance(GCM)
        cipher.init(Cipher.ENCRYPT_MODE, kept() ?: made())
        cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray = answered {
        if (wrapped.size < NONCE + TAG) throw StorageKeyLost()
        val cipher = Cipher.getInstance(GCM)
        cipher.init(Cipher.DECRYPT_MODE, kept() ?: throw StorageKeyLost(), GCMParameterSpec(8 * TAG, wrapped, 0, NONCE))
        cipher.doFinal(wrapped, NONCE, wrapped.size - NONCE)
    }

    override fun erase() = answered { AndroidKeystore.delete(alias) }

    private fun kept(): SecretKey? = AndroidKeystore.secretKey(alias)

    private fun made(): SecretKey {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val specification = KeyGenParameterSpec.Builder(alias, purposes)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, AndroidKeystore.NAME).apply { init(specification) }.generateKey()
    }

    /** Tells a key that is gone from a keystore that does not answer. */
    private fun <T> answered(work: () -> T): T = try {
        work()
    } catch (gone: KeyPermanentlyInvalidatedException) {
        throw StorageKeyLost(gone)
    } catch (gone: UnrecoverableKeyException) {
        throw StorageKeyLost(gone)
    } catch (other: AEADBadTagException) {
        throw StorageKeyLost(other)
    } catch (silent: GeneralSecurityException) {
        throw IOException("the keystore does not answer", silent)
    } catch (silent: ProviderException) {
        throw IOException("the keystore does not answer", silent)
    }

    private companion object {
        const val GCM = "AES/GCM/NoPadding"
        const val NONCE = 12
        const val TAG = 16
    }
}
