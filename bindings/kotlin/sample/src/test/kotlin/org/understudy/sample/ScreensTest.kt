package org.understudy.sample

import android.app.Activity
import android.os.Parcelable
import android.provider.Settings
import android.util.SparseArray
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.widget.EditText
import android.widget.ListView
import android.widget.TextView
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.android.RoutedCardEmulation
import org.understudy.android.Understudy
import org.understudy.ffi.CardState
import org.understudy.ffi.PasswordState
import org.understudy.hex
import org.understudy.sample.tap.TapNews

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], qualifiers = "en-rUS", shadows = [RoutedCardEmulation::class])
class ScreensTest {
    private val user = User()

    @After fun close() = user.close()

    @Test fun `a card is bound by its number and the code that the bank sent`() {
        user.open()
        user.seesNot(R.id.cards_obstacles)
        user.click(R.id.cards_add)
        user.sees(Place.BIND)
        fill("6222 0200 0000 0001 230", "12/49", Issuer.desk.address)
        user.click(R.id.bind_request)
        user.sees(R.id.bind_code, "")
        val code = Issuer.code()

        user.type(R.id.bind_code, if (code == "000000") "000001" else "000000")
        user.click(R.id.bind_confirm)
        user.sees(R.id.message, R.string.error_refused, "the code is wrong; attempts left: 2")
        user.turn()
        user.type(R.id.bind_code, code)
        user.click(R.id.bind_confirm)

        user.sees(Place.CARDS)
        assertEquals(1, user.wallet.cards().size)
        user.sees(R.id.card_number, "•••• •••• •••• 1230")
        user.sees(R.id.card_badge, R.string.card_is_default)
        user.click(R.id.cards_add)
        assertFalse("the phone has its issuer", user.activity.part<EditText>(R.id.bind_address).isEnabled)
    }

    @Test fun `what is typed wrongly is told, and nobody is asked`() {
        user.open().click(R.id.cards_add)
        val right = Triple(Issuer.BANK_CARD, "12/49", Issuer.desk.address)
        val wrong = listOf(
            right.copy(first = "6222020000000001231") to R.string.mistake_number,
            right.copy(first = "") to R.string.mistake_number,
            right.copy(second = "13/49") to R.string.mistake_expiry,
            right.copy(second = "49") to R.string.mistake_expiry,
            right.copy(third = "http://bank.example") to R.string.mistake_address,
            right.copy(third = "") to R.string.mistake_address,
            right.copy(third = "https://a b") to R.string.mistake_address,
        )
        for ((typed, sentence) in wrong) {
            fill(typed.first, typed.second, typed.third)
            user.click(R.id.bind_request)
            user.sees(R.id.message, sentence)
        }
        assertNull(user.wallet.device())
        fill(right.first, right.second, "http://127.0.0.1:1")
        user.click(R.id.bind_request)
        user.sees(R.id.message, R.string.error_network)
    }

    @Test fun `no saved state of the window holds a number, a code or a password`() {
        user.withCards(1).open()
        user.go(Place.BIND)
        val ofCard = listOf(R.id.bind_number, R.id.bind_expiry, R.id.bind_code)
        ofCard.forEach { user.activity.part<EditText>(it).setText("123456") }
        assertNotNull("a state is saved", saved()[R.id.bind_address])
        for (field in ofCard) assertNull(saved()[field])
        user.go(Place.PASSWORD)
        val passwords = listOf(R.id.password_old, R.id.password_new, R.id.password_repeat)
        passwords.forEach { user.activity.part<EditText>(it).setText("135792") }
        for (field in passwords) assertNull(saved()[field])
    }

    private fun saved() = SparseArray<Parcelable>().also(user.activity.content::saveHierarchyState)

    @Test fun `a card is presented for one tap, and another made the default`() {
        user.withCards(2).open()
        assertEquals(listOf(1, 2), user.wallet.cards().map { it.id.toInt() })
        card(1).part<View>(R.id.card_present).performClick()
        user.settle()
        user.sees(R.id.message, R.string.card_now_presented, Phone.bankCard(1).takeLast(4), 60)
        assertTrue(user.wallet.cards()[1].isPresented)
        card(1).part<View>(R.id.card_default).performClick()
        user.settle()
        assertTrue(user.wallet.cards()[1].isDefault)
        assertFalse(card(1).part<View>(R.id.card_default).isShown)
    }

    @Test fun `a tap shows its amount, and claims no more than that it was sent`() {
        user.withCards(1).open()
        assertTrue(user.tap(minor = 1234) is TapNews.Sent)
        user.sees(Place.TAP)
        user.sees(R.id.tap_amount, "CN¥12.34")
        user.sees(R.id.tap_headline, R.string.tap_sent)
        user.turn()
        user.back()
        user.sees(Place.CARDS)
    }

    @Test fun `a large amount waits for the screen lock, and the second tap is sent`() {
        user.withCards(1).open()
        user.tap(minor = 250_000)
        user.sees(R.id.tap_amount, "CN¥2,500.00")
        user.sees(R.id.tap_merchant, "CORNER SHOP BEIJING")
        user.click(R.id.tap_verify)
        user.answerLock(right = false)
        user.sees(R.id.message, R.string.error_not_proved)
        assertTrue("still", user.tap(minor = 250_000) is TapNews.Verify)
        user.click(R.id.tap_verify)
        user.answerLock(right = true)
        user.sees(R.id.tap_headline, R.string.tap_verified)
        assertTrue(user.tap(minor = 250_000) is TapNews.Sent)
        user.sees(R.id.tap_headline, R.string.tap_sent)
    }

    @Test fun `a tap that waited while the app was closed is offered when it opens`() {
        user.withCards(1)
        user.tap(minor = 250_000)
        user.app.news = null
        user.open()
        user.sees(R.id.cards_prompt, R.string.cards_prompt, "CN¥2,500.00")
        user.click(R.id.cards_prompt)
        user.sees(R.id.tap_headline, R.string.tap_waits)
    }

    @Test fun `a phone without a screen lock is told to set one`() {
        user.withCards(1).open()
        user.lockScreen(false)
        user.tap(minor = 250_000)
        user.click(R.id.tap_verify)
        user.sees(R.id.message, R.string.error_no_lock)
    }

    @Test fun `the payment password is set, verifies a payment, and is changed`() {
        user.withCards(1).open()
        user.click(R.id.cards_password)
        user.sees(R.id.password_state, R.string.password_unset)
        save("", "19283", "19283")
        user.sees(R.id.message, R.string.mistake_password)
        save("", "192837", "192838")
        user.sees(R.id.message, R.string.mistake_repeat)
        save("", "111111", "111111")
        user.sees(R.id.message, R.string.error_password)
        save("", "192837", "192837")
        user.sees(R.id.message, R.string.password_saved)

        user.tap(minor = 250_000)
        user.type(R.id.tap_password, "192837")
        user.click(R.id.tap_enter)
        user.sees(R.id.tap_headline, R.string.tap_verified)
        assertTrue(user.tap(minor = 250_000) is TapNews.Sent)

        user.go(Place.PASSWORD)
        save("192837", "564738", "564738")
        user.sees(R.id.message, R.string.password_saved)
        user.wallet.verifyPassword("564738".toCharArray())
    }

    @Test fun `a locked payment password sends its owner to the bank`() {
        user.withCards(1).open()
        user.wallet.setPassword("192837".toCharArray())
        user.click(R.id.cards_password)
        while (user.wallet.passwordState() is PasswordState.Set) save("564738", "918273", "918273")
        user.sees(R.id.password_state, R.string.password_locked)
        user.seesNot(R.id.password_form)
        user.click(R.id.password_ask)
        user.sees(R.id.message, R.string.password_still_locked)
        Issuer.desk.run("unlock-password", "--device", hex(user.wallet.device()!!))
        user.click(R.id.password_ask)
        user.sees(R.id.message, R.string.password_unlocked)
        save("192837", "564738", "564738")
        user.sees(R.id.message, R.string.password_saved)
    }

    @Test fun `the history shows taps and the month's sums`() {
        user.withCards(1).open()
        user.click(R.id.cards_history)
        assertTrue(user.activity.part<View>(R.id.history_none).isShown)
        user.tap(minor = 1234)
        user.tap(minor = 500)
        user.go(Place.HISTORY)
        val list = user.activity.part<ListView>(R.id.history_list)
        assertEquals("two taps under their month", 3, list.count)
        val entry = list.adapter.getView(1, null, list)
        assertEquals("CN¥5.00", entry.part<TextView>(R.id.entry_amount).text)
        assertEquals("CORNER SHOP BEIJING", entry.part<TextView>(R.id.entry_merchant).text)
        val month = list.adapter.getView(0, null, list)
        assertEquals("CN¥17.34", month.part<TextView>(R.id.month_unconfirmed).text)
        assertEquals("CN¥0.00", month.part<TextView>(R.id.month_approved).text)
    }

    @Test fun `cards are paused at once, and resumed by their owner alone`() {
        user.withCards(2).open()
        user.click(R.id.cards_lost)
        user.sees(R.id.lost_standing, R.string.lost_standing, 2, 0, 0)
        user.click(R.id.lost_pause)
        user.sees(R.id.lost_standing, R.string.lost_standing, 0, 2, 0)
        assertTrue(user.wallet.cards().all { it.state == CardState.SUSPENDED_BY_USER })
        user.click(R.id.lost_resume)
        user.answerLock(right = false)
        user.sees(R.id.lost_standing, R.string.lost_standing, 0, 2, 0)
        user.click(R.id.lost_resume)
        user.answerLock(right = true)
        user.sees(R.id.lost_standing, R.string.lost_standing, 2, 0, 0)
        user.click(R.id.lost_messages)
        user.sees(R.id.message, R.string.lost_nothing)
    }

    @Test fun `the bank's message that deletes everything takes effect when it is taken`() {
        user.withCards(1).open()
        Issuer.desk.run("wipe", "--device", hex(user.wallet.device()!!))
        user.click(R.id.cards_lost)
        user.click(R.id.lost_messages)
        user.sees(R.id.message, R.string.lost_wiped)
        user.sees(R.id.lost_standing, R.string.lost_standing, 0, 0, 0)
    }

    @Test fun `the word of the screen lock counts only where the Keystore agrees`() {
        user.withCards(1).open()
        user.tap(minor = 250_000)
        user.click(R.id.tap_verify)
        // The screen says yes, and nobody authenticated.
        shadowOf(user.activity).receiveResult(user.systemScreen(), Activity.RESULT_OK, null)
        user.settle()
        user.sees(R.id.message, R.string.error_not_proved)
        assertTrue("still", user.tap(minor = 250_000) is TapNews.Verify)
    }

    @Test fun `the service is closed by the phone's owner alone, and nothing is left`() {
        user.withCards(1).open()
        val key = user.keystore.held.getValue("understudy.storage")
        user.click(R.id.cards_close)
        assertFalse(user.activity.part<View>(R.id.close_now).isEnabled)
        user.click(R.id.close_understood)
        user.click(R.id.close_now)
        user.answerLock(right = false)
        assertEquals(1, user.wallet.cards().size)
        user.click(R.id.close_now)
        user.answerLock(right = true)
        user.sees(Place.CARDS)
        user.sees(R.id.message, R.string.close_done)
        user.sees(R.id.cards_none, R.string.cards_none)
        assertEquals("", user.app.bank.address)
        assertNotSame("the wallet that is there now has another key", key, user.keystore.held["understudy.storage"])
        assertNull(user.wallet.device())
    }

    @Test fun `no other screen's result is taken for the owner's proof`() {
        user.withCards(1).open()
        user.go(Place.CLOSE)
        user.click(R.id.close_understood)
        user.click(R.id.close_now)
        user.systemScreen()
        user.phone.isDefaultWallet(false)
        user.go(Place.READINESS)
        fix(R.string.obstacle_not_default)
        shadowOf(user.activity).receiveResult(user.systemScreen(), Activity.RESULT_OK, null)
        user.settle()
        assertEquals("nothing was erased", 1, user.wallet.cards().size)
    }

    @Test fun `every obstacle leads to the screen that removes it`() {
        user.withCards(1)
        user.lockScreen(false)
        shadowOf(user.phone.nfc).setEnabled(false)
        user.wallet.setPaying(1u, false)
        user.open()
        user.sees(R.id.cards_obstacles, "3 things keep this phone from paying")
        user.click(R.id.cards_obstacles)
        fix(R.string.obstacle_nfc_off)
        assertEquals(Settings.ACTION_NFC_SETTINGS, user.systemScreen().action)
        fix(R.string.obstacle_no_lock)
        assertEquals(Settings.ACTION_SECURITY_SETTINGS, user.systemScreen().action)
        fix(R.string.obstacle_suspended)
        user.sees(Place.LOST)
    }

    @Test fun `a phone that is ready says so`() {
        user.withCards(1).open()
        user.go(Place.READINESS)
        user.sees(R.id.readiness_ready, R.string.readiness_ready)
    }

    @Test fun `a wallet whose key is lost leads to its erasure, which needs no wallet`() {
        user.withCards(1)
        Understudy.close()
        user.keystore.held.clear()
        user.open()
        user.sees(R.id.message, R.string.error_key_lost)
        user.go(Place.READINESS)
        fix(R.string.obstacle_key_lost)
        user.sees(Place.CLOSE)
        user.click(R.id.close_understood)
        user.click(R.id.close_now)
        user.answerLock(right = true)
        user.sees(R.id.message, R.string.close_done)
    }

    @Test fun `the window is not for screenshots, and finds its place again`() {
        user.open()
        val secure = WindowManager.LayoutParams.FLAG_SECURE
        assertEquals(secure, user.activity.window.attributes.flags and secure)
        user.go(Place.LOST)
        user.turn()
        user.sees(Place.LOST)
        user.back()
        user.sees(Place.CARDS)
        user.back()
        assertTrue(user.activity.isFinishing)
    }

    private fun fill(number: String, expiry: String, address: String) {
        user.type(R.id.bind_number, number)
        user.type(R.id.bind_expiry, expiry)
        user.type(R.id.bind_address, address)
    }

    private fun save(old: String, new: String, repeated: String) {
        if (old.isNotEmpty()) user.type(R.id.password_old, old)
        user.type(R.id.password_new, new)
        user.type(R.id.password_repeat, repeated)
        user.click(R.id.password_save)
    }

    private fun card(at: Int) = user.activity.part<ViewGroup>(R.id.cards_list).getChildAt(at)!!

    private fun fix(title: Int) {
        val list = user.activity.part<ViewGroup>(R.id.readiness_list)
        val rows = List(list.childCount) { list.getChildAt(it)!! }
        val row = rows.single { it.part<TextView>(R.id.obstacle_title).text == user.app.getString(title) }
        assertTrue(row.part<View>(R.id.obstacle_fix).isShown)
        row.part<View>(R.id.obstacle_fix).performClick()
        user.settle()
    }
}
