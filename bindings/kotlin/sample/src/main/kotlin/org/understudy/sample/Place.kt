package org.understudy.sample

import org.understudy.sample.bind.BindScreen
import org.understudy.sample.cards.CardsScreen
import org.understudy.sample.close.CloseScreen
import org.understudy.sample.history.HistoryScreen
import org.understudy.sample.lost.LostScreen
import org.understudy.sample.password.PasswordScreen
import org.understudy.sample.readiness.ReadinessScreen
import org.understudy.sample.tap.TapScreen

/** The screens there are. */
enum class Place(val title: Int, val open: (MainActivity) -> Screen) {
    CARDS(R.string.app_name, ::CardsScreen),
    BIND(R.string.bind_title, ::BindScreen),
    TAP(R.string.tap_title, ::TapScreen),
    PASSWORD(R.string.password_title, ::PasswordScreen),
    HISTORY(R.string.history_title, ::HistoryScreen),
    READINESS(R.string.readiness_title, ::ReadinessScreen),
    LOST(R.string.lost_title, ::LostScreen),
    CLOSE(R.string.close_title, ::CloseScreen),
}
