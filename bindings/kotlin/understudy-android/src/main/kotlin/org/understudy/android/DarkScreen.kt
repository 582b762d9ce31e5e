package org.understudy.android

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.SystemClock

/** Hears that the screen goes dark: the user's verification ends there, whoever took it. */
internal object DarkScreen : BroadcastReceiver() {
    /**
     * The last time at which the screen was dark or may have been, in milliseconds of
     * [SystemClock.elapsedRealtime]: nobody saw it before [watch]. Null as long as nobody watches.
     */
    @Volatile
    var last: Long? = null
        private set

    private var application: Context? = null

    /** Listens from now on, for as long as the process lives. */
    fun watch(context: Context) = synchronized(this) {
        val asked = context.applicationContext
        if (application === asked) return
        // The system sends this to receivers that are registered in code, and to no others.
        asked.registerReceiver(this, IntentFilter(Intent.ACTION_SCREEN_OFF))
        last = SystemClock.elapsedRealtime() - 1
        application = asked
    }

    override fun onReceive(context: Context?, intent: Intent?) {
        last = SystemClock.elapsedRealtime()
        Understudy.forgetVerification()
    }
}
