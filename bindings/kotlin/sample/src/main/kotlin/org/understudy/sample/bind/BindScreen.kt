package org.understudy.sample.bind

import android.widget.EditText
import org.understudy.android.Understudy
import org.understudy.android.enrol
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen

class BindScreen(host: MainActivity) : Screen(host, R.layout.bind) {
    // A real wallet gives `enrol` the keys that it expects of its bank.
    private val presenter = BindPresenter(app::wallet, app.bank, enrol = { Understudy.enrol(app, it) })

    init {
        onClick(R.id.bind_request) {
            val (address, number, expiry) = listOf(R.id.bind_address, R.id.bind_number, R.id.bind_expiry).map(::text)
            act({ presenter.request(address, number, expiry) })
        }
        onClick(R.id.bind_confirm) {
            val code = text(R.id.bind_code)
            act({ presenter.confirm(code) }) { host.home() }
        }
        onClick(R.id.bind_again) { act(presenter::sendAgain) { host.say(host.getString(R.string.bind_sent_again)) } }
        onClick(R.id.bind_other) { act(presenter::startAgain) }
    }

    override fun refresh() = load(presenter::load) { binding ->
        show(R.id.bind_form, !binding.awaitsCode)
        show(R.id.bind_code_form, binding.awaitsCode)
        if (binding.awaitsCode) find<EditText>(R.id.bind_number).text.clear()
        find<EditText>(R.id.bind_address).apply {
            isEnabled = !binding.addressIsFixed
            if (binding.address.isNotEmpty()) setText(binding.address)
        }
    }
}
