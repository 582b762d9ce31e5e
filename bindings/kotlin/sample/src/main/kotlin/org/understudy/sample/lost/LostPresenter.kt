package org.understudy.sample.lost

import org.understudy.PaymentWallet
import org.understudy.TokenService
import org.understudy.ffi.CardState
import org.understudy.ffi.Effect
import org.understudy.synchronise

/** How the cards stand. */
class Standing(val paying: Int, val paused: Int, val suspended: Int)

/** A phone that may be in others' hands: this one's cards are paused, and the bank's messages are taken. */
class LostPresenter(private val wallet: () -> PaymentWallet, private val issuer: () -> TokenService) {
    fun load(): Standing {
        val states = wallet().cards().map { it.state }
        return Standing(
            paying = states.count { it == CardState.ACTIVE },
            paused = states.count { it == CardState.SUSPENDED_BY_USER },
            suspended = states.count { it == CardState.SUSPENDED_BY_ISSUER },
        )
    }

    fun pauseAll() = setPaying(CardState.ACTIVE, false)

    fun resumeAll() = setPaying(CardState.SUSPENDED_BY_USER, true)

    /** Takes the bank's messages; says what they did, the gravest last. */
    fun takeMessages(): List<Effect> = wallet().synchronise(issuer()).effects.filter { it in TOLD }.sortedBy(TOLD::indexOf)

    private fun setPaying(from: CardState, paying: Boolean) {
        val wallet = wallet()
        for (card in wallet.cards().filter { it.state == from }) wallet.setPaying(card.id, paying)
    }

    private companion object {
        val TOLD = listOf(Effect.RESUMED, Effect.SUSPENDED, Effect.DELETED, Effect.WIPED)
    }
}
