package org.understudy.sample.lost

import org.understudy.HttpTokenService
import org.understudy.ffi.Effect
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen

class LostScreen(host: MainActivity) : Screen(host, R.layout.lost) {
    private val presenter = LostPresenter(app::wallet) { HttpTokenService(app.bank.address) }

    init {
        onClick(R.id.lost_pause) { act(presenter::pauseAll) }
        onClick(R.id.lost_resume) {
            host.prove(host.getString(R.string.lost_prove)) { act(presenter::resumeAll) }
        }
        onClick(R.id.lost_messages) { act(presenter::takeMessages) { host.say(host.getString(sentence(it.lastOrNull()))) } }
    }

    override fun refresh() = load(presenter::load) { standing ->
        val counts = listOf(standing.paying, standing.paused, standing.suspended)
        show(R.id.lost_standing, host.getString(R.string.lost_standing, *counts.toTypedArray()))
        show(R.id.lost_pause, standing.paying > 0)
        show(R.id.lost_resume, standing.paused > 0)
        show(R.id.lost_messages, app.bank.address.isNotEmpty())
    }

    private fun sentence(effect: Effect?): Int = when (effect) {
        Effect.WIPED -> R.string.lost_wiped
        Effect.DELETED -> R.string.lost_deleted
        Effect.SUSPENDED -> R.string.lost_suspended
        Effect.RESUMED -> R.string.lost_resumed
        else -> R.string.lost_nothing
    }
}
