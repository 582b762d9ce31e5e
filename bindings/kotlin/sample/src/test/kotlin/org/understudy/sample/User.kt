package org.understudy.sample

import android.app.Activity
import android.content.Intent
import android.os.Looper
import android.view.View
import android.widget.EditText
import android.widget.TextView
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.android.FakeKeystore
import org.understudy.android.NfcPhone
import org.understudy.android.PaymentApduService
import org.understudy.android.Reader
import org.understudy.android.Understudy
import org.understudy.ffi.TapEvent
import org.understudy.sample.tap.TapNews
import org.understudy.sample.tap.newsOf

/** A phone that is ready to pay, with the app on it, and the person who uses both. */
class User : AutoCloseable {
    val app = RuntimeEnvironment.getApplication() as SampleApp
    val keystore = FakeKeystore().install()
    val phone = NfcPhone(app)
    private var window: ActivityController<MainActivity>? = null
    val activity: MainActivity get() = checkNotNull(window) { "the app is open" }.get()
    val wallet get() = Understudy.wallet(app)

    fun lockScreen(isSecure: Boolean) {
        keystore.hasScreenLock = isSecure
        phone.hasScreenLock(isSecure)
    }

    fun withCards(cards: Int) = apply {
        Phone.provision(wallet, cards)
        app.bank.address = Issuer.desk.address
    }

    /** Holds the phone to a reader that asks for so many minor units; gives what the app heard of it. */
    fun tap(minor: Int): TapNews? {
        val events = mutableListOf<TapEvent>()
        val app = checkNotNull(Understudy.listener)
        Understudy.listener = { events += it; app(it) }
        val service = Robolectric.setupService(PaymentApduService::class.java)
        Reader(service).use { reader ->
            listOf(Tap.selectDirectory, Tap.selectApplication, Tap.withoutPinPad(minor)).forEach(reader::transceive)
            reader.leave()
        }
        service.onDestroy()
        // The listener is called by them.
        Thread.getAllStackTraces().keys.filter { it.name.startsWith("understudy-") }.forEach { it.join(SECONDS.toMillis(60)) }
        Understudy.listener = app
        settle()
        return newsOf(events)
    }

    fun open() = apply {
        window = Robolectric.buildActivity(MainActivity::class.java).setup()
        settle()
    }

    fun go(place: Place) {
        activity.go(place)
        settle()
    }

    fun type(field: Int, text: String) {
        val view = activity.part<EditText>(field)
        assertTrue("the field can be typed into", view.isShown && view.isEnabled)
        view.setText(text)
    }

    fun click(button: Int) {
        val view = activity.part<View>(button)
        assertTrue("${app.resources.getResourceEntryName(button)} can be clicked", view.isShown && view.isEnabled)
        view.performClick()
        settle()
    }

    fun sees(place: Place) = assertEquals(place, activity.place)

    fun sees(label: Int, text: String) {
        val view = activity.part<TextView>(label)
        assertTrue("“${view.text}” is shown", view.isShown)
        assertEquals(text, view.text.toString())
    }

    fun sees(label: Int, text: Int, vararg arguments: Any) = sees(label, app.getString(text, *arguments))

    fun seesNot(view: Int) = assertTrue("it is not shown", !activity.part<View>(view).isShown)

    /** The system's screen that the app has just started. */
    fun systemScreen(): Intent = shadowOf(activity).nextStartedActivityForResult.intent

    /** Answers the question for the screen lock. */
    fun answerLock(right: Boolean) {
        if (right) keystore.secondsSinceUser = 0
        shadowOf(activity).receiveResult(systemScreen(), if (right) Activity.RESULT_OK else Activity.RESULT_CANCELED, null)
        settle()
    }

    fun back() {
        activity.back()
        settle()
    }

    /** The system makes the window anew, as when the phone is turned. */
    fun turn() {
        checkNotNull(window).recreate()
        settle()
    }

    /** Lets what was begun come to its end: a task, what it tells the screen, and what that begins. */
    fun settle() = repeat(8) {
        app.work.thread.submit {}.get()
        shadowOf(Looper.getMainLooper()).idle()
    }

    override fun close() {
        window?.close()
        settle()
        Understudy.wipe(app)
        app.work.thread.shutdown()
        keystore.uninstall()
        Understudy.tokenService = null
    }
}
