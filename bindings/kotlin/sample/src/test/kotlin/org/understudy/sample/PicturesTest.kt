package org.understudy.sample

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.view.View
import android.view.ViewGroup
import android.widget.FrameLayout
import android.widget.TextView
import java.io.File
import java.util.TimeZone
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import org.understudy.android.RoutedCardEmulation

/**
 * Every screen, drawn by Android's own Skia, in both languages. `-Dunderstudy.pictures=write` puts
 * the documentation's pictures in their place anew; otherwise they must still show what is drawn.
 */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], shadows = [RoutedCardEmulation::class])
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class PicturesTest {
    private val documented = File("../../../docs/images")
    private val drawn = File("target/pictures")
    private lateinit var user: User

    @Before fun prepare() = TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"))

    @After fun close() = user.close()

    @Test
    @Config(qualifiers = "en-rUS-$PHONE")
    fun `every screen by day in English`() = drawAll("en")

    @Test
    @Config(qualifiers = "zh-rCN-$PHONE")
    fun `every screen by day in Chinese`() = drawAll("zh")

    @Test
    @Config(qualifiers = "en-rUS-w360dp-h740dp-night-mdpi")
    fun `every screen by night`() = drawAll("night")

    @Test
    @Config(qualifiers = "en-rUS-$PHONE")
    fun `labels that are cut off, or lie over others, are noticed`() {
        user = User().open()
        val long = TextView(user.activity).apply { text = "a long sentence that has no room"; setSingleLine() }
        val high = TextView(user.activity).apply { text = "several\nlines" }
        val over = TextView(user.activity).apply { text = "over" }
        val frame = FrameLayout(user.activity)
        frame.addView(long, ViewGroup.LayoutParams(40, 30))
        frame.addView(high, ViewGroup.LayoutParams(300, 20))
        frame.addView(over, ViewGroup.LayoutParams(300, 60))
        frame.measure(MEASURE, MEASURE)
        frame.layout(0, 0, 400, 400)
        val found = faults(frame).joinToString()
        for (fault in listOf("is wider", "is higher", "lies over")) assertTrue(found, fault in found)
        assertEquals("a frame without labels", emptyList<String>(), faults(FrameLayout(user.activity)))
        assertTrue("a blank picture is noticed", Picture(user.activity).difference(blank()) > DIFFERENT)
    }

    private fun blank() = Bitmap.createBitmap(360, 740, Bitmap.Config.ARGB_8888)

    private fun drawAll(kind: String) {
        user = User()
        user.open()
        picture("empty-$kind")
        user.go(Place.BIND)
        picture("bind-$kind")
        user.withCards(2)
        user.wallet.setPassword("192837".toCharArray())
        user.tap(minor = 1234)
        user.go(Place.TAP)
        picture("sent-$kind")
        user.tap(minor = 250_000)
        picture("tap-$kind")
        user.go(Place.HISTORY)
        picture("history-$kind")
        user.go(Place.PASSWORD)
        picture("password-$kind")
        user.go(Place.LOST)
        picture("lost-$kind")
        user.go(Place.CLOSE)
        picture("close-$kind")
        user.lockScreen(false)
        user.wallet.setPaying(1u, false)
        user.go(Place.READINESS)
        picture("readiness-$kind")
        user.wallet.setPaying(1u, true)
        user.wallet.setPaying(2u, false)
        user.activity.home()
        user.settle()
        picture("cards-$kind")
    }

    private fun picture(name: String) {
        // The bar of the system is drawn over the window's root.
        val root = user.activity.window.decorView as ViewGroup
        val picture = Picture(user.activity)
        picture.save(File(drawn, "$name.png"))
        assertTrue("$name is blank", picture.drawn() > 30)
        assertEquals(name, emptyList<String>(), faults(root))
        val shown = File(documented, "$name.png")
        if (name !in SHOWN) return
        if (System.getProperty("understudy.pictures") == "write") picture.save(shown)
        val difference = picture.difference(shown.readBytes().let { BitmapFactory.decodeByteArray(it, 0, it.size) })
        assertTrue("$name differs in $difference of 1000 points from the documentation's", difference <= DIFFERENT)
    }

    private companion object {
        const val PHONE = "w360dp-h740dp-notnight-mdpi"

        /** Of a thousand: the time of a tap is another each time. */
        const val DIFFERENT = 10
        val MEASURE = View.MeasureSpec.makeMeasureSpec(400, View.MeasureSpec.EXACTLY)
        val SHOWN = setOf("cards-en", "bind-en", "tap-en", "history-zh", "lost-zh", "readiness-zh", "close-en", "cards-night")
    }
}
