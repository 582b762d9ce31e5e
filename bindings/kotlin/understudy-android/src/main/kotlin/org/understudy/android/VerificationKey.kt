package org.understudy.android

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.InvalidAlgorithmParameterException
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.KeyGenerator
import javax.crypto.Mac
import javax.crypto.SecretKey

/** A key that works only shortly after its keeper saw the device's user authenticate. */
internal interface VerificationKey {
    /** Makes the key, if there is none. */
    fun prepare(): KeyUse

    /** Computes HMAC-SHA256 over [nonce] to see whether the keeper lets the key be used. */
    fun use(nonce: ByteArray): KeyUse

    /** Puts a new key in the place of one that was invalidated. */
    fun replace(): KeyUse
}

/** The keeper's answer to who wants to use a [VerificationKey]. */
internal enum class KeyUse {
    /** The key is there, and was used if that was asked. */
    DONE,

    /** The user did not authenticate within the key's validity. */
    NOT_AUTHENTICATED,

    /** The key is invalid for good, as when the screen lock was removed. */
    INVALIDATED,

    /** There is no screen lock that could authenticate anybody. */
    NO_SCREEN_LOCK,
}

/**
 * HMAC-SHA256 in the Android Keystore, usable for [validity] seconds after a strong biometric or the
 * device's credential was accepted. The secure hardware knows both by their authentication tokens;
 * a trust agent that unlocks the screen has none. A failing Keystore is an [IOException].
 */
internal class KeystoreVerificationKey(
    private val validity: Int,
    private val alias: String = AndroidKeystore.VERIFICATION,
) : VerificationKey {
    override fun prepare() = answered {
        if (AndroidKeystore.secretKey(alias) == null) make()
        KeyUse.DONE
    }

    override fun use(nonce: ByteArray) = answered {
        val mac = Mac.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256)
        mac.init(AndroidKeystore.secretKey(alias) ?: make())
        if (mac.doFinal(nonce).size != MAC) throw IOException("the keystore answers with something else")
        KeyUse.DONE
    }

    override fun replace() = answered {
        AndroidKeystore.delete(alias)
        make()
        KeyUse.DONE
    }

    private fun make(): SecretKey {
        val specification = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setUserAuthenticationRequired(true)
            .setInvalidatedByBiometricEnrollment(true)
            .apply(::boundInTime)
            .build()
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256, AndroidKeystore.NAME)
        return generator.apply { init(specification) }.generateKey()
    }

    private fun boundInTime(specification: KeyGenParameterSpec.Builder) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val authenticators = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            specification.setUserAuthenticationParameters(validity, authenticators)
        } else {
            // There, a key that is bound in time takes fingerprint and credential.
            @Suppress("DEPRECATION")
            specification.setUserAuthenticationValidityDurationSeconds(validity)
        }
    }

    private fun answered(work: () -> KeyUse): KeyUse = try {
        work()
    } catch (_: UserNotAuthenticatedException) {
        KeyUse.NOT_AUTHENTICATED
    } catch (_: KeyPermanentlyInvalidatedException) {
        KeyUse.INVALIDATED
    } catch (_: UnrecoverableKeyException) {
        KeyUse.INVALIDATED
    } catch (_: InvalidAlgorithmParameterException) {
        // Of a specification that is right, only a device without a screen lock makes no key.
        KeyUse.NO_SCREEN_LOCK
    } catch (silent: GeneralSecurityException) {
        throw IOException("the keystore does not answer", silent)
    } catch (silent: ProviderException) {
        throw IOException("the keystore does not answer", silent)
    }

    private companion object {
        /** Octets of HMAC-SHA256. */
        const val MAC = 32
    }
}
