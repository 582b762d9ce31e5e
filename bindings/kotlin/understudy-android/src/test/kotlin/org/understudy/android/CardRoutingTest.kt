package org.understudy.android

import android.app.Activity
import android.app.Application
import android.os.Build
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCardEmulation
import org.understudy.Phone

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE, shadows = [RoutedCardEmulation::class])
class CardRoutingTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val phone = NfcPhone(context)

    private val directory = "325041592E5359532E4444463031"

    /** What terminals select of the issuer's debit card: its short form, and its own. */
    private val debit = setOf("A0000003330101", "A000000333010101")

    @Before fun prepare() {
        Understudy.keyWrapper = MemoryKeystore()
    }

    @After fun close() = Understudy.wipe(context)

    private fun registered() = RoutedCardEmulation.registered[phone.service]?.toSet()

    @Test fun `the AIDs of installed cards are registered as the cards come, rest, pay again and go`() {
        val wallet = Understudy.wallet(context)
        assertEquals(setOf(directory), registered())
        Phone.provision(wallet)
        assertEquals(debit + directory, registered())
        wallet.setPaying(1u, false)
        assertEquals(setOf(directory), registered())
        wallet.setPaying(1u, true)
        assertEquals(debit + directory, registered())
        wallet.remove(1u)
        assertEquals(setOf(directory), registered())
    }

    @Test fun `a wallet that is wiped takes its AIDs along`() {
        val wallet = Understudy.wallet(context)
        Phone.provision(wallet)
        assertEquals(debit + directory, registered())
        wallet.wipe()
        assertEquals(setOf(directory), registered())
    }

    @Test fun `what is registered already is left alone, and what the system lost comes back`() {
        Phone.provision(Understudy.wallet(context))
        val before = RoutedCardEmulation.registrations
        Understudy.close()
        Understudy.wallet(context)
        assertTrue(Understudy.registerAids(context))
        assertEquals(before, RoutedCardEmulation.registrations)
        RoutedCardEmulation.registered.clear()
        Understudy.close()
        Understudy.wallet(context)
        assertEquals(debit + directory, registered())
    }

    @Test fun `a phone that refuses keeps no card from coming`() {
        RoutedCardEmulation.accepts = false
        Phone.provision(Understudy.wallet(context))
        assertEquals(1, Understudy.wallet(context).cards().size)
        assertFalse(Understudy.registerAids(context))
    }

    class Screen : Activity()

    @Test fun `while the app is in front readers reach its service`() {
        Understudy.preferWhileInFront(context)
        val screen = Robolectric.buildActivity(Screen::class.java).setup()
        assertEquals(phone.service, ShadowCardEmulation.getPreferredService())
        screen.pause()
        assertNull(ShadowCardEmulation.getPreferredService())
        screen.resume()
        assertEquals(phone.service, ShadowCardEmulation.getPreferredService())
        screen.pause()
    }

    @Test fun `a user who forbids it, and a screen that does not count, prefer nothing`() {
        Understudy.preferWhileInFront(context) { it !is Screen }
        Robolectric.buildActivity(Screen::class.java).setup().also {
            assertNull(ShadowCardEmulation.getPreferredService())
        }.pause()
        Understudy.preferWhileInFront(context)
        RoutedCardEmulation.allowsForeground = false
        Robolectric.buildActivity(Screen::class.java).setup()
        assertNull(ShadowCardEmulation.getPreferredService())
    }

    @Test fun `a phone without NFC has nothing to register or to prefer`() {
        org.robolectric.shadows.ShadowNfcAdapter.setNfcHardwareExists(false)
        Understudy.preferWhileInFront(context)
        Robolectric.buildActivity(Screen::class.java).setup()
        assertNull(ShadowCardEmulation.getPreferredService())
        Phone.provision(Understudy.wallet(context))
        assertFalse(Understudy.registerAids(context))
        assertFalse(Understudy.setObserveMode(context, true))
    }

    @Test fun `observe mode is the app's to switch on, and is off when a card is presented or the process starts`() {
        Phone.provision(Understudy.wallet(context))
        val isThere = Build.VERSION.SDK_INT >= Build.VERSION_CODES.VANILLA_ICE_CREAM
        if (isThere) shadowOf(phone.nfc).setObserveModeSupported(true)
        assertEquals(isThere, Understudy.isObserveModeSupported(context))
        assertFalse(Understudy.isObserveModeOn(context))

        assertEquals(isThere, Understudy.setObserveMode(context, true))
        assertEquals(isThere, Understudy.isObserveModeOn(context))
        Understudy.wallet(context).present(1u, 30u)
        assertFalse(Understudy.isObserveModeOn(context))

        Understudy.setObserveMode(context, true)
        Understudy.close()
        Understudy.wallet(context)
        assertFalse(Understudy.isObserveModeOn(context))
        assertTrue("off is off", Understudy.setObserveMode(context, false))
    }
}
