package org.understudy.android

import java.security.KeyStore
import javax.crypto.SecretKey

/** The Android Keystore: keys by their aliases, which it never gives out. */
internal object AndroidKeystore {
    /** The provider's name, and the type of its store. */
    const val NAME = "AndroidKeyStore"

    /** The aliases that this library uses. */
    const val STORAGE = "understudy.storage"
    const val VERIFICATION = "understudy.verification"
    const val ATTESTATION = "understudy.attestation"

    /** @throws java.security.GeneralSecurityException it does not answer, or there is none */
    fun store(): KeyStore = KeyStore.getInstance(NAME).apply { load(null) }

    /** A symmetric key; null if there is none of this alias. */
    fun secretKey(alias: String): SecretKey? = store().getKey(alias, null) as SecretKey?

    /** Erases a key for good; nothing, if there is none. */
    fun delete(alias: String) = store().deleteEntry(alias)
}
