package org.understudy

import java.io.IOException

/** An issuer's public keys, 32 octets each: letters are sealed by the one, signed by the other. */
class IssuerKeys(val receive: ByteArray, val verify: ByteArray) {
    override fun equals(other: Any?) =
        other is IssuerKeys && receive.contentEquals(other.receive) && verify.contentEquals(other.verify)

    override fun hashCode() = 31 * receive.contentHashCode() + verify.contentHashCode()
}

/** A challenge, 32 octets, that one enrolment request answers, and the keys of who gave it. */
class IssuerChallenge(val challenge: ByteArray, val keys: IssuerKeys)

/**
 * The issuer as a device reaches it. Every call may wait for the network, and throws
 * [TokenServiceException] when the issuer refuses, another [IOException] when it can't be reached.
 *
 * Devices are named by their 16 octets, cards by their number on the device.
 */
interface TokenService {
    /** A new challenge. */
    @Throws(IOException::class)
    fun challenge(): IssuerChallenge

    /** Makes a device known by its enrolment request; the same request twice does no harm. */
    @Throws(IOException::class)
    fun enrol(request: ByteArray): ByteArray

    /**
     * Asks for a card that stands in for a bank card, which is named by its number, 13 to 19 digits,
     * and its month of expiry, YYMM. Its letter can be fetched then; it pays once its holder is
     * verified ([verify]) by the code on the way.
     */
    @Throws(IOException::class)
    fun bind(device: ByteArray, number: String, expiry: String): UShort

    /** Gives the code that the cardholder was sent, 6 digits. */
    @Throws(IOException::class)
    fun verify(device: ByteArray, card: UShort, code: String)

    /** Has another code sent. */
    @Throws(IOException::class)
    fun sendCodeAgain(device: ByteArray, card: UShort)

    /** Asks for new keys, which come with the letters. */
    @Throws(IOException::class)
    fun replenish(device: ByteArray, card: UShort)

    /** The letters behind the one of this number, in order. */
    @Throws(IOException::class)
    fun letters(device: ByteArray, after: ULong): List<ByteArray>

    /** Gives a report; the answer is among the letters. */
    @Throws(IOException::class)
    fun report(device: ByteArray, report: ByteArray)
}

/** The issuer refused with this [status] of HTTP; the message is its own sentence. */
class TokenServiceException(val status: Int, message: String) : IOException(message) {
    /** The same request may be granted later: request timeout, too many requests, a server's own error. */
    val isPassing: Boolean get() = status == 408 || status == 429 || status >= 500
}
