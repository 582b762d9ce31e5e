package org.understudy.sample.tap

import android.widget.EditText
import org.understudy.android.KeystoreVerification
import org.understudy.android.VerificationOutcome
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen
import org.understudy.sample.money
import org.understudy.sample.password.takeDigits

class TapScreen(host: MainActivity) : Screen(host, R.layout.tap) {
    private val presenter = TapPresenter(app::wallet, KeystoreVerification())
    private var isVerified = false

    init {
        onClick(R.id.tap_verify) {
            act(presenter::begin) { host.prove(host.getString(R.string.tap_prove)) { act(presenter::confirm, ::confirmed) } }
        }
        onClick(R.id.tap_enter) {
            val digits = find<EditText>(R.id.tap_password).takeDigits()
            act({ presenter.enterPassword(digits) }) { isVerified = true }
        }
        onClick(R.id.tap_done) { host.back() }
    }

    override fun refresh() {
        val heard = app.news
        app.news = null
        load({ presenter.load(heard ?: last) }) { state ->
            if (heard != null) isVerified = false
            last = state.news
            show(state)
        }
    }

    private var last: TapNews? = null

    private fun confirmed(outcome: VerificationOutcome) {
        isVerified = outcome == VerificationOutcome.VERIFIED
        when (outcome) {
            VerificationOutcome.VERIFIED -> return
            VerificationOutcome.NOT_VERIFIED -> R.string.error_not_proved
            VerificationOutcome.KEY_REPLACED -> R.string.error_lock_changed
            VerificationOutcome.PROMPT_OVER -> R.string.error_prompt_over
            VerificationOutcome.NO_SCREEN_LOCK -> R.string.error_no_lock
        }.let { host.say(host.getString(it)) }
    }

    private fun show(state: TapState) {
        val news = state.news
        val (headline, detail) = when {
            isVerified -> R.string.tap_verified to host.getString(R.string.tap_verified_detail)
            news is TapNews.Sent -> R.string.tap_sent to host.getString(R.string.tap_sent_detail)
            news is TapNews.Verify -> R.string.tap_waits to host.getString(R.string.tap_waits_detail)
            news is TapNews.Refused -> R.string.tap_refused to news.reason
            else -> R.string.tap_none to host.getString(R.string.tap_none_detail)
        }
        show(R.id.tap_amount, amount(news))
        show(R.id.tap_merchant, (news as? TapNews.Verify)?.merchant.orEmpty())
        show(R.id.tap_headline, host.getString(headline))
        show(R.id.tap_detail, detail)
        val waits = news is TapNews.Verify && !isVerified
        show(R.id.tap_verify, waits)
        show(R.id.tap_by_password, waits && state.hasPassword)
        show(R.id.tap_done, !waits)
    }

    private fun amount(news: TapNews?) = when (news) {
        is TapNews.Sent -> host.money(news.amount)
        is TapNews.Verify -> host.money(news.amount)
        else -> ""
    }
}
