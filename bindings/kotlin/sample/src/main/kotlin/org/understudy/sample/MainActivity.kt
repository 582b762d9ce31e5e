package org.understudy.sample

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.os.Bundle
import android.view.MenuItem
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.widget.TextView

/** The window: one screen at a time, and the way back. */
class MainActivity : Activity() {
    val app get() = application as SampleApp
    val content: ViewGroup get() = part(R.id.content)
    private val trail = ArrayDeque(listOf(Place.CARDS))
    private var screen: Screen? = null
    private var busy = false
    private var afterProof: (() -> Unit)? = null

    val place: Place get() = trail.last()

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        // A code or a card number is nothing for a screenshot or the list of recent apps.
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        setContentView(R.layout.main)
        saved?.getIntArray(TRAIL)?.let { places ->
            trail.clear()
            places.mapTo(trail) { Place.entries[it] }
        }
        display()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putIntArray(TRAIL, trail.map { it.ordinal }.toIntArray())
    }

    override fun onResume() {
        super.onResume()
        app.front = this
        // The user is here: what a reader did meanwhile counts no longer against the card.
        app.work.run({ app.wallet().userActed() }) {}
        if (app.news == null) screen?.refresh() else showNews()
    }

    override fun onPause() {
        app.front = null
        super.onPause()
    }

    fun go(to: Place) {
        if (to == place) {
            screen?.refresh()
        } else {
            trail += to
            display()
            screen?.refresh()
        }
    }

    /** Shows the tap of [SampleApp.news]. */
    fun showNews() = go(Place.TAP)

    fun back() {
        if (trail.size == 1) return finish()
        trail.removeLast()
        display()
        screen?.refresh()
    }

    /** Back to the cards. */
    fun home() {
        trail.clear()
        trail += Place.CARDS
        display()
        screen?.refresh()
    }

    fun isShowing(asked: Screen) = asked === screen && !isDestroyed

    /** Says a sentence above the screen, until the next one or the next screen. */
    fun say(sentence: String) {
        part<TextView>(R.id.message).apply {
            text = sentence
            isThere = sentence.isNotEmpty()
        }
    }

    fun sayFailure(failure: Throwable) = say(sentenceOf(failure))

    /** False if something is being done already. */
    fun startBusy(): Boolean {
        if (busy) return false
        say("")
        showBusy(true)
        return true
    }

    fun endBusy() = showBusy(false)

    /** Has the phone ask for its screen lock; goes on with [then] if its owner proved to be there. */
    fun prove(title: String, then: () -> Unit) {
        val question = app.lock.question(title) ?: return say(getString(R.string.error_no_lock))
        afterProof = then
        start(question, PROOF)
    }

    /** Starts a screen of the system's, whatever comes of it: who comes back sees what is so now. */
    fun startForResult(intent: Intent) = start(intent, OTHER)

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        super.onActivityResult(request, result, data)
        if (request != PROOF) return
        val then = afterProof ?: return
        afterProof = null
        if (result == RESULT_OK) then() else say(getString(R.string.error_not_proved))
    }

    @Deprecated("Deprecated in Java")
    override fun onBackPressed() = back()

    override fun onOptionsItemSelected(item: MenuItem): Boolean {
        if (item.itemId != android.R.id.home) return super.onOptionsItemSelected(item)
        back()
        return true
    }

    private fun start(intent: Intent, request: Int) = try {
        @Suppress("DEPRECATION") // Its successor is androidx's.
        startActivityForResult(intent, request)
    } catch (_: ActivityNotFoundException) {
        say(getString(R.string.error_no_screen))
    }

    private fun display() {
        say("")
        setTitle(place.title)
        actionBar?.setDisplayHomeAsUpEnabled(trail.size > 1)
        content.removeAllViews()
        screen = place.open(this).also { content.addView(it.view) }
    }

    private fun showBusy(now: Boolean) {
        busy = now
        part<View>(R.id.busy).visibility = if (now) View.VISIBLE else View.INVISIBLE
    }

    private companion object {
        const val TRAIL = "trail"
        const val PROOF = 1
        const val OTHER = 2
    }
}
