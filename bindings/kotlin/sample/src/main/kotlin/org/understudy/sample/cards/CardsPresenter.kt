package org.understudy.sample.cards

import org.understudy.PaymentWallet
import org.understudy.android.Obstacle
import org.understudy.ffi.Card
import org.understudy.ffi.Prompt

/** The wallet at a glance. */
class Cards(
    val cards: List<Card>,
    /** A tap that waits for the user. */
    val prompt: Prompt?,
    val obstacles: Int,
)

/** The cards, and which of them readers see. */
class CardsPresenter(private val wallet: () -> PaymentWallet, private val readiness: () -> List<Obstacle>) {
    fun load(): Cards {
        val wallet = wallet()
        // No card is what an empty list says already.
        return Cards(wallet.cards(), wallet.prompt(), readiness().count { it != Obstacle.NO_CARD })
    }

    /** Readers see this card for [PRESENTED_SECONDS], or until one tap. */
    fun present(card: UShort) = wallet().run {
        userActed()
        present(card, PRESENTED_SECONDS)
    }

    fun makeDefault(card: UShort) = wallet().run {
        userActed()
        setDefault(card)
    }

    companion object {
        const val PRESENTED_SECONDS = 60u
    }
}

/** A card's last four digits, as its holder knows them: the bank card's, else the stand-in's. */
val Card.lastFour: String get() = bankCard ?: number.takeLast(4)

/** MM/YY, as it stands on a card. */
val Card.monthOfExpiry: String get() = expiry.substring(2, 4) + "/" + expiry.take(2)
