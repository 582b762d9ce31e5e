package org.understudy.android

import android.content.Context
import android.os.Build
import android.security.KeyStoreException
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.ProviderException
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import org.understudy.IssuerKeys
import org.understudy.TokenService
import org.understudy.enrol
import org.understudy.ffi.WalletException

/**
 * Android Key Attestation: the Keystore makes an EC key (P-256) for an issuer's challenge and says in a
 * certificate where that key lives and how the phone was started. The key is erased at once: nothing
 * but its certificates is wanted. They show that a phone of that kind answered this challenge, not
 * that the wallet's own keys live in it.
 *
 * @param strongBox asks for a key in a chip of its own, where the phone has one, else in the TEE. Its
 *     price: making the key takes seconds instead of a fraction of one, once per enrolment
 */
class KeystoreAttestation @JvmOverloads constructor(private val strongBox: Boolean = false) {
    /**
     * The chain of certificates over [challenge], 1 to 128 octets: the key's first, each in DER directly
     * behind the one before. Null where the phone attests nothing: the issuer's verdict says so, and
     * an issuer that demands an attestation refuses. Waits for the Keystore, on some phones for the
     * network, so not on the main thread.
     *
     * @throws IOException the Keystore does not answer now; later it may
     */
    @Throws(IOException::class)
    fun chain(challenge: ByteArray): ByteArray? = try {
        make(challenge)
        certificates()
    } catch (refused: ProviderException) {
        if (isTransient(refused)) throw IOException("the keystore does not attest now", refused)
        null
    } catch (silent: GeneralSecurityException) {
        throw IOException("the keystore does not answer", silent)
    } finally {
        // A keystore that does not answer keeps a key that nobody uses, until the next one takes its place.
        runCatching { AndroidKeystore.delete(AndroidKeystore.ATTESTATION) }
    }

    private fun make(challenge: ByteArray) {
        if (!strongBox || Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return generate(specification(challenge))
        try {
            generate(specification(challenge).setIsStrongBoxBacked(true))
        } catch (_: StrongBoxUnavailableException) {
            generate(specification(challenge))
        }
    }

    private fun specification(challenge: ByteArray) =
        KeyGenParameterSpec.Builder(AndroidKeystore.ATTESTATION, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setAttestationChallenge(challenge)

    private fun generate(specification: KeyGenParameterSpec.Builder) {
        val generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, AndroidKeystore.NAME)
        generator.initialize(specification.build())
        generator.generateKeyPair()
    }

    private fun certificates(): ByteArray? {
        val chain = AndroidKeystore.store().getCertificateChain(AndroidKeystore.ATTESTATION).orEmpty()
        // A phone that can't attest certifies its key by itself, and describes nothing.
        val key = chain.firstOrNull() as? X509Certificate
        if (key?.getExtensionValue(DESCRIPTION) == null) return null
        return chain.map { it.encoded }.reduce(ByteArray::plus)
    }

    private fun isTransient(failure: ProviderException): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU &&
            generateSequence<Throwable>(failure) { it.cause }.any { it is KeyStoreException && it.isTransientFailure }

    private companion object {
        /** The extension that describes the key. */
        const val DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17"
    }
}

/**
 * Makes this phone known to an issuer, with what its Keystore attests over the issuer's challenge;
 * nothing, if it is known already. [expected] are the keys that the app knows to be the issuer's. Waits
 * for the network and the Keystore, so not on the main thread.
 *
 * @throws IOException the issuer can't be reached, refuses ([org.understudy.TokenServiceException], 403
 *     for the attestation), or has other keys than expected; or the Keystore does not answer
 * @throws WalletException the wallet can't be opened or its storage failed
 */
@Throws(IOException::class, WalletException::class)
fun Understudy.enrol(
    context: Context,
    service: TokenService,
    expected: IssuerKeys? = null,
    attestation: KeystoreAttestation = KeystoreAttestation(),
) = wallet(context).enrol(service, expected, attestation::chain)
