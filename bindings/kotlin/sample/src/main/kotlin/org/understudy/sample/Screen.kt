package org.understudy.sample

import android.view.View
import android.widget.TextView

/**
 * One screen: binds a layout to a presenter, and decides nothing. Presenters may wait, so they are
 * called through [load] and [act] only.
 */
abstract class Screen(protected val host: MainActivity, layout: Int) {
    val view: View = host.layoutInflater.inflate(layout, host.content, false)
    protected val app: SampleApp = host.app

    /** Shows what is so now. Called when the screen comes to the front, and after each act. */
    abstract fun refresh()

    /** Reads something and shows it. */
    protected fun <T> load(task: () -> T, show: (T) -> Unit) = app.work.run(task) { result ->
        if (host.isShowing(this)) result.fold(show, host::sayFailure)
    }

    /** Does what the user asked for, once however often they ask, then shows what is so. */
    protected fun <T> act(task: () -> T, done: (T) -> Unit = {}) {
        if (!host.startBusy()) return
        app.work.run(task) { result ->
            host.endBusy()
            if (host.isShowing(this)) {
                result.fold(done, host::sayFailure)
                // What is done may have led to another screen, which refreshes itself.
                if (host.isShowing(this)) refresh()
            }
        }
    }

    protected fun <V : View> find(id: Int): V = view.part(id)

    protected fun onClick(id: Int, action: () -> Unit) = find<View>(id).setOnClickListener { action() }

    protected fun text(id: Int) = find<TextView>(id).text.toString()

    protected fun show(id: Int, visible: Boolean) {
        find<View>(id).isThere = visible
    }

    protected fun show(id: Int, text: CharSequence) {
        find<TextView>(id).text = text
        show(id, text.isNotEmpty())
    }
}
