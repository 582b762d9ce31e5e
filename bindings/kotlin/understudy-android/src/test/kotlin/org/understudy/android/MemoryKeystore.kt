package org.understudy.android

import java.io.IOException
import java.security.SecureRandom
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec
import org.understudy.KeyWrapper
import org.understudy.StorageKeyLost

/** A keystore in memory: Robolectric has none. */
class MemoryKeystore : KeyWrapper {
    @Volatile var key: ByteArray? = null
    @Volatile var answers = true
    val acts = mutableListOf<String>()

    override fun wrap(key: ByteArray): ByteArray {
        val mine = this.key ?: ByteArray(32).also(SecureRandom()::nextBytes).also { this.key = it }
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.ENCRYPT_MODE, SecretKeySpec(mine, "AES"))
        return cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray {
        if (!answers) throw IOException("busy")
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.DECRYPT_MODE, SecretKeySpec(key ?: throw StorageKeyLost(), "AES"), GCMParameterSpec(128, wrapped, 0, 12))
        return try {
            cipher.doFinal(wrapped, 12, wrapped.size - 12)
        } catch (other: AEADBadTagException) {
            throw StorageKeyLost(other)
        }
    }

    override fun erase() {
        if (!answers) throw IOException("busy")
        acts += "erase"
        key = null
    }
}
