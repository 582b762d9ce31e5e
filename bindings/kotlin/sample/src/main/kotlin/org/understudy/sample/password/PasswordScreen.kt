package org.understudy.sample.password

import android.widget.Button
import android.widget.EditText
import org.understudy.HttpTokenService
import org.understudy.ffi.PasswordState
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen
import org.understudy.sample.standing

class PasswordScreen(host: MainActivity) : Screen(host, R.layout.password) {
    private val presenter = PasswordPresenter(app::wallet) { HttpTokenService(app.bank.address) }
    private var isSet = false

    init {
        onClick(R.id.password_save) {
            val (old, new, repeated) = FIELDS.map { find<EditText>(it).takeDigits() }
            val save = if (isSet) { -> presenter.change(old, new, repeated) } else { -> presenter.set(new, repeated) }
            act(save) { host.say(host.getString(R.string.password_saved)) }
        }
        onClick(R.id.password_ask) {
            act(presenter::askIssuer) { state ->
                host.say(host.getString(if (state is PasswordState.Locked) R.string.password_still_locked else R.string.password_unlocked))
            }
        }
    }

    override fun refresh() = load(presenter::load) { state ->
        isSet = state is PasswordState.Set
        val isLocked = state is PasswordState.Locked
        show(R.id.password_state, host.standing(state))
        show(R.id.password_old_label, isSet)
        show(R.id.password_old, isSet)
        show(R.id.password_form, !isLocked)
        show(R.id.password_ask, isLocked)
        find<Button>(R.id.password_save).setText(if (isSet) R.string.password_change else R.string.password_set)
    }

    private companion object {
        val FIELDS = listOf(R.id.password_old, R.id.password_new, R.id.password_repeat)
    }
}
