package org.understudy.sample.close

import android.widget.CheckBox
import org.understudy.android.Understudy
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen

class CloseScreen(host: MainActivity) : Screen(host, R.layout.close) {
    private val presenter = ClosePresenter(app.bank) { Understudy.wipe(app) }

    init {
        onClick(R.id.close_understood) { refresh() }
        onClick(R.id.close_now) {
            host.prove(host.getString(R.string.close_prove)) {
                act(presenter::close) {
                    host.home()
                    host.say(host.getString(R.string.close_done))
                }
            }
        }
    }

    override fun refresh() {
        find<android.view.View>(R.id.close_now).isEnabled = find<CheckBox>(R.id.close_understood).isChecked
    }
}
