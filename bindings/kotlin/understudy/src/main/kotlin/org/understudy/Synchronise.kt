package org.understudy

import java.io.IOException
import org.understudy.ffi.Effect
import org.understudy.ffi.WalletException

/**
 * Makes this device known to an issuer; nothing, if it is already. A request that was refused or lost
 * is made anew by calling again. [expected] are the keys that the
 * app knows to be the issuer's: without them whoever answers is believed. [attest] makes what the
 * device's keystore says of it, over the challenge.
 *
 * @throws IOException the issuer can't be reached, refuses, or has other keys than expected
 */
@Throws(IOException::class, WalletException::class)
fun PaymentWallet.enrol(
    service: TokenService,
    expected: IssuerKeys? = null,
    attest: (challenge: ByteArray) -> ByteArray? = { null },
) {
    if (isKnownTo(service)) return
    val challenge = service.challenge()
    if (expected != null && challenge.keys != expected) throw IOException("the issuer's keys are not the expected ones")
    service.enrol(enrolmentRequest(challenge, attest(challenge.challenge)))
}

/** The issuer accepted this device's enrolment; the wallet itself knows only that it made the request. */
private fun PaymentWallet.isKnownTo(service: TokenService): Boolean {
    val device = device() ?: return false
    if (lastLetter() > 0u) return true
    return try {
        service.letters(device, after = 0u)
        true
    } catch (refused: TokenServiceException) {
        if (refused.status != NOT_FOUND) throw refused
        false
    }
}

/** What [synchronise] brought. */
class Synchronised(
    /** What each letter did, in order. */
    val effects: List<Effect>,
    /** Letters that the wallet refused, and requests that the issuer refused. */
    val refusals: List<Exception>,
)

/**
 * Gives the issuer what it waits for and takes what it has: the report if one is due, requests for
 * keys, then every letter, and again while a letter asks for more. Makes the next tap ready at the
 * end. What was done stays when the network fails; calling again carries on.
 *
 * A letter that the wallet refuses does not keep those behind it from their effect. After
 * [Effect.WIPED] the wallet is closed, and one that is opened again is empty.
 *
 * @throws IOException the issuer can't be reached
 * @throws WalletException the storage failed, or this device is not enrolled
 */
@Throws(IOException::class, WalletException::class)
fun PaymentWallet.synchronise(service: TokenService): Synchronised {
    val device = device() ?: throw WalletException.Refused("the device is not enrolled yet")
    val effects = mutableListOf<Effect>()
    val refusals = mutableListOf<Exception>()
    for (round in 1..ROUNDS) {
        val needs = needs()
        if (needs.report) service.report(device, report())
        for (keys in needs.cards.filter { it.wanted && round == 1 }) {
            try {
                service.replenish(device, keys.card)
            } catch (refusal: TokenServiceException) {
                refusals += refusal
            }
        }
        val brought = service.letters(device, lastLetter()).map { letter ->
            try {
                receive(letter)
            } catch (refusal: WalletException.Refused) {
                refusals += refusal
                null
            }
        }.filterNotNull()
        effects += brought
        if (Effect.WIPED in brought) {
            // Nothing is left; whoever opens it again has an empty one, which may enrol.
            use { for (report in partingReports()) service.report(device, report) }
            return Synchronised(effects, refusals)
        }
        if (!needs().report && brought.none { it == Effect.WANTED }) break
    }
    settle()
    return Synchronised(effects, refusals)
}

private const val NOT_FOUND = 404

/** Rounds of reports and letters, at most: an issuer that never has enough is asked another day. */
private const val ROUNDS = 4
