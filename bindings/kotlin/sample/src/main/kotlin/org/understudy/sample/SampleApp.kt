package org.understudy.sample

import android.app.Application
import org.understudy.HttpTokenService
import org.understudy.android.Understudy
import org.understudy.android.preferWhileInFront
import org.understudy.sample.bind.Bank
import org.understudy.sample.bind.StoredBank
import org.understudy.sample.tap.ScreenLock
import org.understudy.sample.tap.TapNews
import org.understudy.sample.tap.newsOf

/** What the screens share. The wallet itself is [Understudy.wallet]. */
class SampleApp : Application() {
    val work = Work()
    val bank: Bank by lazy { StoredBank(getSharedPreferences("bank", MODE_PRIVATE)) }
    val lock by lazy { ScreenLock(this) }

    /** The last tap that the user should hear of, until they did. Of the main thread. */
    var news: TapNews? = null

    /** The screen in front, which is told when there is [news]. Of the main thread. */
    var front: MainActivity? = null

    override fun onCreate() {
        super.onCreate()
        // Jobs bring keys and letters; and readers find this app while it is in front.
        Understudy.tokenService = { HttpTokenService(bank.address) }
        Understudy.preferWhileInFront(this)
        Understudy.listener = { events ->
            newsOf(events)?.let { heard ->
                work.onMain {
                    news = heard
                    front?.showNews()
                }
            }
        }
    }

    /** The wallet; opens it, so not on the main thread. */
    fun wallet() = Understudy.wallet(this)
}
