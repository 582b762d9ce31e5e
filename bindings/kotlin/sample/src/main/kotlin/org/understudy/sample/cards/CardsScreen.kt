package org.understudy.sample.cards

import android.view.View
import android.view.ViewGroup
import org.understudy.android.Understudy
import org.understudy.android.readiness
import org.understudy.ffi.Card
import org.understudy.ffi.CardState
import org.understudy.sample.MainActivity
import org.understudy.sample.Place
import org.understudy.sample.R
import org.understudy.sample.Screen
import org.understudy.sample.isThere
import org.understudy.sample.money
import org.understudy.sample.part
import org.understudy.sample.put

class CardsScreen(host: MainActivity) : Screen(host, R.layout.cards) {
    private val presenter = CardsPresenter(app::wallet) { Understudy.readiness(app) }

    init {
        val links = mapOf(
            R.id.cards_prompt to Place.TAP,
            R.id.cards_obstacles to Place.READINESS,
            R.id.cards_add to Place.BIND,
            R.id.cards_history to Place.HISTORY,
            R.id.cards_password to Place.PASSWORD,
            R.id.cards_lost to Place.LOST,
            R.id.cards_close to Place.CLOSE,
        )
        for ((link, place) in links) onClick(link) { host.go(place) }
    }

    override fun refresh() = load(presenter::load) { shown ->
        val prompt = shown.prompt
        show(R.id.cards_prompt, if (prompt == null) "" else host.getString(R.string.cards_prompt, host.money(prompt.amount)))
        val obstacles = shown.obstacles
        show(
            R.id.cards_obstacles,
            if (obstacles == 0) "" else host.resources.getQuantityString(R.plurals.cards_obstacles, obstacles, obstacles),
        )
        show(R.id.cards_none, shown.cards.isEmpty())
        val list = find<ViewGroup>(R.id.cards_list)
        list.removeAllViews()
        for (card in shown.cards) list.addView(row(card, list))
    }

    private fun row(card: Card, list: ViewGroup): View = host.layoutInflater.inflate(R.layout.card, list, false).apply {
        val pays = card.state == CardState.ACTIVE
        part<View>(R.id.card_face).isEnabled = pays
        put(R.id.card_name, card.label)
        put(R.id.card_number, host.getString(R.string.card_number, card.lastFour))
        put(R.id.card_expiry, card.monthOfExpiry)
        val badge = badge(card)
        part<View>(R.id.card_badge).isThere = badge != null
        if (badge != null) put(R.id.card_badge, host.getString(badge))
        part<View>(R.id.card_present).apply {
            isThere = pays
            setOnClickListener { act({ presenter.present(card.id) }) { host.say(presentedSentence(card)) } }
        }
        part<View>(R.id.card_default).apply {
            isThere = !card.isDefault
            setOnClickListener { act({ presenter.makeDefault(card.id) }) }
        }
    }

    private fun presentedSentence(card: Card) =
        host.getString(R.string.card_now_presented, card.lastFour, CardsPresenter.PRESENTED_SECONDS.toInt())

    private fun badge(card: Card): Int? = when {
        card.state == CardState.SUSPENDED_BY_USER -> R.string.card_paused
        card.state == CardState.SUSPENDED_BY_ISSUER -> R.string.card_suspended
        card.keysLeft.toInt() == 0 -> R.string.card_no_keys
        card.isPresented && !card.isDefault -> R.string.card_presented
        card.isDefault -> R.string.card_is_default
        else -> null
    }
}
