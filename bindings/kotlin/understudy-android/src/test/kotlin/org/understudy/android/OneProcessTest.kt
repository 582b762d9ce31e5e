package org.understudy.android

import android.app.Application
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.understudy.tap.WalletUnavailable

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class OneProcessTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val main = context.applicationInfo.processName

    @After fun close() {
        context.applicationInfo.processName = main
        Understudy.wipe(context)
    }

    @Test fun `in the app's main process there is a wallet, in another one an error that says why`() {
        Understudy.keyWrapper = MemoryKeystore()
        assertEquals(main, processName(context))
        Understudy.wallet(context)
        Understudy.close()

        context.applicationInfo.processName = "org.example.main"
        val refused = assertThrows(IllegalStateException::class.java) { Understudy.wallet(context) }
        val reason = "the wallet belongs to the process org.example.main, and this is $main: " +
            "remove android:process from the manifest"
        assertEquals(reason, refused.message)
        val taps = assertThrows(WalletUnavailable::class.java) { Understudy.taps(context) }
        assertEquals("a reader is answered 6985, and this is logged", reason, taps.message)
    }
}
