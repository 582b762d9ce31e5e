package org.understudy.android

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import java.io.InputStream
import java.io.OutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.Key
import java.security.KeyStoreSpi
import java.security.KeyPair
import java.security.KeyPairGeneratorSpi
import java.security.Provider
import java.security.ProviderException
import java.security.SecureRandom
import java.security.Security
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.ECGenParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.KeyGeneratorSpi
import javax.crypto.Mac
import javax.crypto.MacSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/**
 * The Android Keystore in memory, as the provider that Java knows it by: Robolectric has none. Keys
 * have no octets that anybody sees, and what their specification asks of the user and of the chip is
 * kept as the real one keeps it.
 */
class FakeKeystore : Provider("AndroidKeyStore", "1.0", "keys in memory") {
    val held = linkedMapOf<String, HeldKey>()
    private val chains = mutableMapOf<String, List<Certificate>>()

    /** Seconds since the user authenticated, strongly; null: not since the start. */
    var secondsSinceUser: Int? = null
    var hasScreenLock = true
    var hasStrongBox = true
    var isDeviceLocked = false
    var answers = true

    /** Why keys can't be looked up now, as the framework tells it. */
    var lookupFailure: Exception? = null

    /** Certifies key pairs; null: it can't attest, and refuses. */
    var maker: KeystoreMaker? = null

    /** Why key pairs can't be made now. */
    var failure: Exception? = null

    /** Specifications of the key pairs that were made. */
    val pairs = mutableListOf<KeyGenParameterSpec>()

    init {
        service("KeyStore", "AndroidKeyStore") { Store() }
        service("KeyGenerator", "AES") { Generator("AES") }
        service("KeyGenerator", "HmacSHA256") { Generator("HmacSHA256") }
        service("KeyPairGenerator", "EC") { PairGenerator() }
        service("Cipher", "AES/GCM/NoPadding") { GcmCipher() }
        service("Mac", "HmacSHA256") { HeldMac() }
    }

    /** Puts it before the providers of the JVM. */
    fun install() = apply { Security.insertProviderAt(this, 1) }

    fun uninstall() = Security.removeProvider(name)

    /** As when the user enrols another finger or changes the screen lock. */
    fun invalidate(alias: String) {
        held.getValue(alias).isInvalid = true
    }

    /** A key; only its keystore may use its octets. */
    class HeldKey(val specification: KeyGenParameterSpec, private val algorithm: String, internal val octets: ByteArray) : SecretKey {
        var isInvalid = false
        override fun getAlgorithm() = algorithm
        override fun getFormat(): String? = null
        override fun getEncoded(): ByteArray? = null
    }

    private fun checkSpecification(specification: KeyGenParameterSpec) {
        if (!answers) throw ProviderException("the keystore is busy")
        if (specification.isUserAuthenticationRequired && !hasScreenLock) {
            throw InvalidAlgorithmParameterException(IllegalStateException("Secure lock screen must be enabled"))
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && specification.isStrongBoxBacked && !hasStrongBox) {
            throw android.security.keystore.StrongBoxUnavailableException("no such chip")
        }
    }

    private fun service(type: String, algorithm: String, make: () -> Any) {
        putService(object : Service(this, type, algorithm, FakeKeystore::class.java.name, null, null) {
            override fun newInstance(parameter: Any?) = make()
            override fun supportsParameter(parameter: Any?) = parameter is HeldKey
        })
    }

    private fun usable(key: Key?): SecretKeySpec {
        key as HeldKey
        if (!answers) throw ProviderException("the keystore is busy")
        if (key.isInvalid) throw KeyPermanentlyInvalidatedException()
        val isForUnlocked = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && key.specification.isUnlockedDeviceRequired
        if (isForUnlocked && isDeviceLocked) throw UserNotAuthenticatedException("the device is locked")
        if (key.specification.isUserAuthenticationRequired) {
            val age = secondsSinceUser ?: throw UserNotAuthenticatedException()
            if (age > key.specification.userAuthenticationValidityDurationSeconds) throw UserNotAuthenticatedException()
        }
        return SecretKeySpec(key.octets, key.algorithm)
    }

    private inner class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
        override fun engineGetKey(alias: String, password: CharArray?): Key? {
            lookupFailure?.let { throw UnrecoverableKeyException("Failed to obtain information about key").initCause(it) }
            return held[alias]
        }
        override fun engineContainsAlias(alias: String) = alias in held || alias in chains
        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = chains[alias]?.toTypedArray()
        override fun engineGetCertificate(alias: String): Certificate? = chains[alias]?.first()
        override fun engineDeleteEntry(alias: String) {
            held.remove(alias)
            chains.remove(alias)
        }
        override fun engineAliases(): Enumeration<String> = Collections.enumeration(held.keys + chains.keys)
        override fun engineSize() = held.size + chains.size
        override fun engineIsKeyEntry(alias: String) = engineContainsAlias(alias)
        override fun engineIsCertificateEntry(alias: String) = false
        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null
        override fun engineGetCreationDate(alias: String?): Date? = null
        override fun engineSetKeyEntry(alias: String?, key: Key?, password: CharArray?, chain: Array<out Certificate>?) = refuse()
        override fun engineSetKeyEntry(alias: String?, key: ByteArray?, chain: Array<out Certificate>?) = refuse()
        override fun engineSetCertificateEntry(alias: String?, certificate: Certificate?) = refuse()
        override fun engineStore(stream: OutputStream?, password: CharArray?) = refuse()
        private fun refuse(): Nothing = throw UnsupportedOperationException()
    }

    private inner class Generator(private val algorithm: String) : KeyGeneratorSpi() {
        private lateinit var specification: KeyGenParameterSpec

        override fun engineInit(specification: AlgorithmParameterSpec?, random: SecureRandom?) {
            checkSpecification(specification as KeyGenParameterSpec)
            this.specification = specification
        }

        override fun engineInit(random: SecureRandom?): Unit = throw UnsupportedOperationException()
        override fun engineInit(size: Int, random: SecureRandom?): Unit = throw UnsupportedOperationException()

        override fun engineGenerateKey(): SecretKey {
            val key = HeldKey(specification, algorithm, ByteArray(32).also(SecureRandom()::nextBytes))
            held[specification.keystoreAlias] = key
            return key
        }
    }

    private inner class HeldMac : MacSpi() {
        private val mac = Mac.getInstance("HmacSHA256", "SunJCE")
        override fun engineInit(key: Key?, parameters: AlgorithmParameterSpec?) = mac.init(usable(key))
        override fun engineGetMacLength() = mac.macLength
        override fun engineUpdate(octet: Byte) = mac.update(octet)
        override fun engineUpdate(octets: ByteArray?, from: Int, length: Int) = mac.update(octets, from, length)
        override fun engineDoFinal(): ByteArray = mac.doFinal()
        override fun engineReset() = mac.reset()
    }

    private inner class GcmCipher : CipherSpi() {
        private val cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE")
        override fun engineInit(mode: Int, key: Key?, random: SecureRandom?) = cipher.init(mode, usable(key))
        override fun engineInit(mode: Int, key: Key?, parameters: AlgorithmParameterSpec?, random: SecureRandom?) =
            cipher.init(mode, usable(key), parameters)
        override fun engineInit(mode: Int, key: Key?, parameters: AlgorithmParameters?, random: SecureRandom?) =
            cipher.init(mode, usable(key), parameters)
        override fun engineSetMode(mode: String?) = Unit
        override fun engineSetPadding(padding: String?) = Unit
        override fun engineGetBlockSize() = cipher.blockSize
        override fun engineGetOutputSize(length: Int) = cipher.getOutputSize(length)
        override fun engineGetIV(): ByteArray? = cipher.iv
        override fun engineGetParameters(): AlgorithmParameters? = cipher.parameters
        override fun engineUpdate(octets: ByteArray?, from: Int, length: Int): ByteArray? = cipher.update(octets, from, length)
        override fun engineUpdate(octets: ByteArray?, from: Int, length: Int, out: ByteArray?, at: Int) =
            cipher.update(octets, from, length, out, at)
        override fun engineDoFinal(octets: ByteArray?, from: Int, length: Int): ByteArray =
            if (octets == null) cipher.doFinal() else cipher.doFinal(octets, from, length)
        override fun engineDoFinal(octets: ByteArray?, from: Int, length: Int, out: ByteArray?, at: Int) =
            cipher.doFinal(octets, from, length, out, at)
    }

    private inner class PairGenerator : KeyPairGeneratorSpi() {
        private lateinit var specification: KeyGenParameterSpec

        override fun initialize(specification: AlgorithmParameterSpec?, random: SecureRandom?) {
            checkSpecification(specification as KeyGenParameterSpec)
            this.specification = specification
        }

        override fun initialize(size: Int, random: SecureRandom?): Unit = throw UnsupportedOperationException()

        override fun generateKeyPair(): KeyPair {
            failure?.let { throw ProviderException("Failed to generate key pair", it) }
            val maker = maker ?: throw ProviderException("Failed to generate attestation certificate chain")
            check((specification.algorithmParameterSpec as ECGenParameterSpec).name == "secp256r1") { "another curve" }
            val pair = pair()
            pairs += specification
            chains[specification.keystoreAlias] = maker.certify(pair.public, specification)
            return KeyPair(pair.public, null)
        }
    }
}
