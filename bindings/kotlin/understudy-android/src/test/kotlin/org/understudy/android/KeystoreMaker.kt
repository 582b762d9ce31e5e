package org.understudy.android

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import java.io.ByteArrayInputStream
import java.math.BigInteger
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PublicKey
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.security.spec.ECGenParameterSpec
import java.util.Date
import org.bouncycastle.asn1.ASN1Boolean
import org.bouncycastle.asn1.ASN1Encodable
import org.bouncycastle.asn1.ASN1Enumerated
import org.bouncycastle.asn1.ASN1Integer
import org.bouncycastle.asn1.ASN1ObjectIdentifier
import org.bouncycastle.asn1.DEROctetString
import org.bouncycastle.asn1.DERSequence
import org.bouncycastle.asn1.DERTaggedObject
import org.bouncycastle.asn1.x500.X500Name
import org.bouncycastle.asn1.x509.BasicConstraints
import org.bouncycastle.asn1.x509.Extension
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo
import org.bouncycastle.cert.X509v3CertificateBuilder
import org.bouncycastle.jce.provider.BouncyCastleProvider
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder

/**
 * The maker of a keystore: a root, an authority, and certificates of keys with Android's description
 * of them, after the schema of version 4 in Android's documentation of key attestation.
 */
class KeystoreMaker {
    private val rootKey = pair()
    private val authorityKey = pair()

    /** The maker's root certificate. */
    val root: Certificate = certificate("CN=root", "CN=root", rootKey.public, rootKey, isAuthority = true)
    private val authority = certificate("CN=authority", "CN=root", authorityKey.public, rootKey, isAuthority = true)

    /** The boot loader of the phone is locked. */
    var isLocked = true

    /** The key's certificates describe it; without, the maker is one of a phone that attests nothing. */
    var describes = true

    /** Another challenge than the asked one; null: the asked one. */
    var challenge: ByteArray? = null

    /** Key, authority, root; without a description, the key's alone. */
    fun certify(key: PublicKey, specification: KeyGenParameterSpec): List<Certificate> {
        val asked = specification.attestationChallenge
        if (!describes || asked == null) return listOf(certificate("CN=key", "CN=authority", key, authorityKey))
        val isStrongBox = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && specification.isStrongBoxBacked
        val description = description(challenge ?: asked, level = if (isStrongBox) 2 else 1)
        return listOf(certificate("CN=key", "CN=authority", key, authorityKey, description), authority, root)
    }

    private fun description(challenge: ByteArray, level: Int): ASN1Encodable {
        val verifiedBoot = 0
        val unverifiedBoot = 2
        val state = ASN1Enumerated(if (isLocked) verifiedBoot else unverifiedBoot)
        val rootOfTrust = sequence(DEROctetString(ByteArray(32)), ASN1Boolean.getInstance(isLocked), state, DEROctetString(ByteArray(32)))
        val byHardware = sequence(DERTaggedObject(true, 704, rootOfTrust))
        val levels = ASN1Enumerated(level)
        return sequence(
            ASN1Integer(4), levels, ASN1Integer(41), levels,
            DEROctetString(challenge), DEROctetString(ByteArray(0)), sequence(), byHardware,
        )
    }

    private fun certificate(
        subject: String,
        issuer: String,
        key: PublicKey,
        signer: KeyPair,
        description: ASN1Encodable? = null,
        isAuthority: Boolean = false,
    ): Certificate {
        val builder = X509v3CertificateBuilder(
            X500Name(issuer), BigInteger.ONE, Date(0), Date(4_000_000_000_000), X500Name(subject),
            SubjectPublicKeyInfo.getInstance(key.encoded),
        )
        if (isAuthority) builder.addExtension(Extension.basicConstraints, true, BasicConstraints(true))
        description?.let { builder.addExtension(ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17"), false, it) }
        val signed = builder.build(JcaContentSignerBuilder("SHA256withECDSA").setProvider(bouncyCastle).build(signer.private))
        return CertificateFactory.getInstance("X.509").generateCertificate(ByteArrayInputStream(signed.encoded))
    }

    private fun sequence(vararg parts: ASN1Encodable) = DERSequence(parts)

}

/** Not registered: asked by this object alone. */
private val bouncyCastle = BouncyCastleProvider()

/** A key pair on the curve P-256. */
internal fun pair(): KeyPair =
    KeyPairGenerator.getInstance("EC", bouncyCastle).apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
