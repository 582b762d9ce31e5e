package org.understudy

import java.io.File
import org.understudy.tap.TapWallet

/** The bank of all tests that need no book of their own; see [Desk]. */
object Issuer {
    /** A bank card that it takes. */
    const val BANK_CARD = "6222020000000001230"
    const val EXPIRY = "4912"

    val desk = Desk()

    /** The issuer as a phone reaches it. */
    val service get() = desk.service

    /** The code that its last card's holder was sent. One test at a time asks. */
    fun code(): String = desk.code()
}

/** A phone's folder and storage key; its wallet holds nothing until it is provisioned. */
class Phone : AutoCloseable {
    val folder: File = kotlin.io.path.createTempDirectory("phone").toFile()
    val key: ByteArray = ByteArray(32) { 0x11 }

    fun open(): PaymentWallet = PaymentWallet.open(folder, direct(key))

    /** The same wallet by JNI. */
    fun openForTaps(): TapWallet = TapWallet.open(folder, direct(key))

    /** Opens the wallet and puts cards in, bound over HTTP and verified by their codes. */
    fun provisioned(cards: Int = 1): PaymentWallet = open().also { wallet -> provision(wallet, cards) }

    override fun close() {
        folder.deleteRecursively()
    }

    companion object {
        fun provision(wallet: PaymentWallet, cards: Int = 1, desk: Desk = Issuer.desk) {
            wallet.enrol(desk.service)
            val device = wallet.device()!!
            repeat(cards) { number ->
                val card = desk.service.bind(device, bankCard(number), Issuer.EXPIRY)
                desk.service.verify(device, card, desk.code())
            }
            wallet.synchronise(desk.service)
        }

        /** Numbers of the issuer's own range with a right check digit. */
        fun bankCard(number: Int): String {
            if (number == 0) return Issuer.BANK_CARD
            val body = Issuer.BANK_CARD.take(14) + "%04d".format(number)
            val sum = body.reversed().mapIndexed { at, digit ->
                val value = digit.digitToInt() * if (at % 2 == 0) 2 else 1
                if (value > 9) value - 9 else value
            }.sum()
            return body + (10 - sum % 10) % 10
        }
    }
}
