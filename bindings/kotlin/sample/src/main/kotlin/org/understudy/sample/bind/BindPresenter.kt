package org.understudy.sample.bind

import java.net.URISyntaxException
import org.understudy.HttpTokenService
import org.understudy.PaymentWallet
import org.understudy.TokenService
import org.understudy.enrol
import org.understudy.synchronise

/** How far the binding of a card is. */
class Binding(
    /** A code is awaited. */
    val awaitsCode: Boolean,
    val address: String,
    /** This phone is known to that issuer, and to no other. */
    val addressIsFixed: Boolean,
)

/** Binds a card in two steps: the number, then the code that the bank sends to the cardholder. */
class BindPresenter(
    private val wallet: () -> PaymentWallet,
    private val bank: Bank,
    private val issuer: (address: String) -> TokenService = ::HttpTokenService,
    private val enrol: (TokenService) -> Unit = { wallet().enrol(it) },
) {
    fun load() = Binding(bank.pending != null, bank.address, isEnrolled())

    /**
     * Makes this phone known to the issuer if it is not, and asks for the card.
     */
    fun request(address: String, number: String, expiry: String) {
        val place = if (isEnrolled()) bank.address else address.trim()
        val service = service(place)
        val card = cardNumber(number)
        val month = expiry(expiry)
        val wallet = wallet()
        enrol(service)
        bank.address = place
        bank.pending = service.bind(device(wallet), card, month)
    }

    /** Gives the code; the card is in the wallet then, with its keys. */
    fun confirm(typed: String) {
        val code = code(typed)
        val card = bank.pending ?: return
        val wallet = wallet()
        val service = service(bank.address)
        service.verify(device(wallet), card, code)
        bank.pending = null
        wallet.synchronise(service)
    }

    fun sendAgain() {
        bank.pending?.let { service(bank.address).sendCodeAgain(device(wallet()), it) }
    }

    /** Back to the first step: that card is not wanted, or its code is dead. */
    fun startAgain() {
        bank.pending = null
    }

    private fun isEnrolled() = bank.address.isNotEmpty() && wallet().device() != null

    private fun device(wallet: PaymentWallet) = checkNotNull(wallet.device()) { "this phone is enrolled" }

    private fun service(address: String) = try {
        issuer(address)
    } catch (_: IllegalArgumentException) {
        throw InputException(Mistake.ADDRESS)
    } catch (_: URISyntaxException) {
        throw InputException(Mistake.ADDRESS)
    }
}
