package org.understudy

import java.io.IOException
import org.understudy.ffi.Effect
import org.understudy.ffi.Keys
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
    /** Letters that the wallet refused, and the report and requests that the issuer refused. */
    val refusals: List<Exception>,
)

/**
 * Gives the issuer what it waits for and takes what it has: the report if one is due, requests for
 * keys, then every letter, and again while a letter asks for more. Makes the next tap ready at the
 * end. What was done stays when the network fails; calling again carries on. A second caller waits
 * until the first is done.
 *
 * A letter that the wallet refuses does not keep those behind it from their effect, and a report
 * that the issuer refuses does not keep letters from coming: one of them may be there to wipe this
 * wallet. After [Effect.WIPED] the wallet is closed, and one that is opened again is empty, but for the
 * reports that tell the issuer so: until it enrols, this gives them again.
 *
 * @throws IOException the issuer can't be reached
 * @throws WalletException the storage failed, or this device is not enrolled
 */
@Throws(IOException::class, WalletException::class)
fun PaymentWallet.synchronise(service: TokenService): Synchronised = synchronized(synchronising) { inTurn(service) }

private fun PaymentWallet.inTurn(service: TokenService): Synchronised {
    val device = device() ?: return parted(service)
    val effects = mutableListOf<Effect>()
    val refusals = mutableListOf<Exception>()
    val requests = KeyRequests(service, device)
    for (round in 1..ROUNDS + cards().size) {
        val needs = needs()
        val refused = if (needs.report) refusalOf { service.report(device, report()) } else null
        requests.ask(needs.cards)
        val brought = take(service.letters(device, lastLetter()), refusals)
        effects += brought
        if (Effect.WIPED in brought) {
            // Nothing is left; whoever opens it again has an empty one, which may enrol.
            use { it.part(service) }
            return Synchronised(effects, refusals + requests.refusals)
        }
        if (refused != null) {
            refusals += refused
            break
        }
        if (!needs().report && brought.none { it == Effect.WANTED }) break
    }
    settle()
    return Synchronised(effects, refusals + requests.refusals + requests.postponed)
}

private fun PaymentWallet.parted(service: TokenService): Synchronised {
    if (partingReports().isEmpty()) throw WalletException.Refused("the device is not enrolled yet")
    part(service)
    return Synchronised(emptyList(), emptyList())
}

/** Gives the last reports of a device that was wiped: its name is in their headers alone. */
private fun PaymentWallet.part(service: TokenService) {
    for (report in partingReports()) service.report(report.copyOfRange(DEVICE.first, DEVICE.last + 1), report)
}

/** The refusal that [request] meets, if it is no passing one. */
private fun refusalOf(request: () -> Unit): TokenServiceException? = try {
    request()
    null
} catch (refusal: TokenServiceException) {
    if (refusal.isPassing) throw refusal
    refusal
}

/** What each letter did; one that the wallet refuses is put down in [refusals]. */
private fun PaymentWallet.take(letters: List<ByteArray>, refusals: MutableList<Exception>): List<Effect> = buildList {
    for (letter in letters) {
        try {
            add(receive(letter))
        } catch (refusal: WalletException.Refused) {
            refusals += refusal
        }
    }
}

/** The requests for keys of one synchronisation: each card is granted them or refused once. */
private class KeyRequests(private val service: TokenService, private val device: ByteArray) {
    private val answered = mutableSetOf<UShort>()

    /** Refusals for this synchronisation. */
    val refusals = mutableListOf<TokenServiceException>()

    /**
     * Refusals of the last round that a report may lift: the issuer seals the keys of one card to a
     * receive key, and each report brings a new one.
     */
    var postponed = emptyList<TokenServiceException>()
        private set

    fun ask(cards: List<Keys>) {
        postponed = cards.filter { it.wanted && it.card !in answered }.mapNotNull { ask(it.card) }
    }

    private fun ask(card: UShort): TokenServiceException? {
        try {
            service.replenish(device, card)
        } catch (refusal: TokenServiceException) {
            if (refusal.status == REPORT_FIRST) return refusal
            refusals += refusal
        }
        answered += card
        return null
    }
}

/** The octets of a report that name its device: behind version, suite, kind and the key's name. */
private val DEVICE = 11..26

/** The status of HTTP for a device that the issuer does not know. */
private const val NOT_FOUND = 404

/** Rounds of reports and letters, at most, beside one a card: an issuer that never has enough is asked another day. */
private const val ROUNDS = 4

/** The status of HTTP by which the issuer gives a card no keys before the device has reported. */
private const val REPORT_FIRST = 409
