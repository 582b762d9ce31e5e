package org.understudy.android

import android.os.Build
import java.io.File
import java.io.IOException
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.understudy.Desk
import org.understudy.Issuer
import org.understudy.TokenService
import org.understudy.TokenServiceException
import org.understudy.hex
import org.understudy.synchronise

/** Chains of a keystore, and what the issuer's program makes of them. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class KeystoreAttestationTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = FakeKeystore().install()
    private val maker = KeystoreMaker()
    private val root = File.createTempFile("root", ".der").apply { writeBytes(maker.root.encoded) }

    @Before fun prepare() {
        keystore.maker = maker
        Understudy.keyWrapper = KeystoreWrapper()
    }

    @After fun close() {
        Understudy.wipe(context)
        keystore.uninstall()
        root.delete()
    }

    /** Enrols at a bank that knows the keystore's maker; returns the bank's verdict. */
    private fun verdict(attestation: KeystoreAttestation = KeystoreAttestation(), vararg demands: String): String =
        Desk("--attestation-root", root.path, *demands).use { bank ->
            Understudy.enrol(context, bank.service, attestation = attestation)
            val device = hex(Understudy.wallet(context).device()!!).lowercase()
            val view = bank.run("resume", "--device", device)
            Understudy.wipe(context)
            view["attestation"].asString
        }

    @Test fun `a phone whose Keystore attests is enrolled as what it is`() {
        assertEquals("key in a trusted environment, verified boot, locked", verdict())
        assertEquals("key in a trusted environment, verified boot, locked", verdict(KeystoreAttestation(), "--hardware-only"))
        maker.isLocked = false
        assertEquals("key in a trusted environment, unverified boot, unlocked", verdict())
    }

    @Test fun `a chip of its own is asked for where the phone has one`() {
        val chip = KeystoreAttestation(strongBox = true)
        val knowsChips = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P
        val place = if (knowsChips) "a StrongBox" else "a trusted environment"
        assertEquals("key in $place, verified boot, locked", verdict(chip))
        keystore.hasStrongBox = false
        assertEquals("key in a trusted environment, verified boot, locked", verdict(chip))
    }

    @Test fun `a phone that can't attest brings nothing, and the verdict says so`() {
        maker.describes = false
        assertEquals("none", verdict())
        keystore.maker = null
        assertEquals("none", verdict())
        val refused = assertThrows(TokenServiceException::class.java) { verdict(KeystoreAttestation(), "--hardware-only") }
        assertEquals(403, refused.status)
    }

    @Test fun `a phone that was refused, or whose request was lost, may try again`() {
        Desk("--attestation-root", root.path, "--hardware-only").use { bank ->
            keystore.maker = null
            assertThrows(TokenServiceException::class.java) { Understudy.enrol(context, bank.service) }
            keystore.maker = maker
            val lost = object : TokenService by bank.service {
                override fun enrol(request: ByteArray) = throw IOException("the line is dead")
            }
            assertThrows(IOException::class.java) { Understudy.enrol(context, lost) }
            Understudy.enrol(context, bank.service)
            val name = Understudy.wallet(context).device()
            Understudy.enrol(context, bank.service)
            assertArrayEquals("it is known, and keeps its name", name, Understudy.wallet(context).device())
            val card = bank.service.bind(name!!, Issuer.BANK_CARD, Issuer.EXPIRY)
            bank.service.verify(name, card, bank.code())
            Understudy.wallet(context).synchronise(bank.service)
            assertEquals(1, Understudy.wallet(context).cards().size)
        }
    }

    @Test fun `the issuer refuses a chain of another maker, for another challenge, or of an unlocked phone`() {
        fun refusal(vararg demands: String) =
            assertThrows(TokenServiceException::class.java) { verdict(KeystoreAttestation(), *demands) }.message!!
        maker.isLocked = false
        assertTrue(refusal("--hardware-only").contains("unlocked"))
        maker.isLocked = true
        maker.challenge = ByteArray(32)
        assertTrue(refusal().contains("it was made for another challenge"))
        maker.challenge = null
        keystore.maker = KeystoreMaker()
        assertTrue(refusal().contains("the chain ends in no root that the issuer knows"))
    }

    @Test fun `the key is for this challenge alone, and is gone afterwards`() {
        val challenge = ByteArray(32) { 7 }
        val chain = KeystoreAttestation().chain(challenge)!!
        val specification = keystore.pairs.single()
        assertArrayEquals(challenge, specification.attestationChallenge)
        assertTrue("the key's certificate comes first, the root last", hex(chain).endsWith(hex(maker.root.encoded)))
        assertFalse(AndroidKeystore.store().containsAlias(AndroidKeystore.ATTESTATION))
    }

    @Test fun `a Keystore that does not answer enrols nobody as unattested`() {
        keystore.uninstall()
        try {
            assertThrows(IOException::class.java) { KeystoreAttestation().chain(ByteArray(32)) }
        } finally {
            keystore.install()
        }
    }
}
