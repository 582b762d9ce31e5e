package org.understudy.android

import android.os.UserManager
import android.provider.Settings
import java.io.File
import java.io.IOException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertSame
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.understudy.Phone
import org.understudy.StorageKeyLost
import org.understudy.Tap
import org.understudy.statusWord
import org.understudy.tap.WalletUnavailable

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class UnderstudyTest {
    private val context = RuntimeEnvironment.getApplication()
    private val keystore = MemoryKeystore()

    @Before fun prepare() {
        Understudy.keyWrapper = keystore
        Settings.Global.putInt(context.contentResolver, Settings.Global.BOOT_COUNT, 7)
    }

    @After fun close() = Understudy.wipe(context)

    @Test fun `everybody has the same wallet, in the folder that no backup copies`() {
        val wallet = Understudy.wallet(context)
        assertSame(wallet, Understudy.wallet(context))
        val files = context.noBackupFilesDir.list()!!.toSet()
        assertEquals(setOf("understudy", "understudy.key"), files)
    }

    @Test fun `a wallet that was closed is opened anew with its cards`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.wallet(context).close()
        assertEquals(1, Understudy.wallet(context).cards().size)
        Understudy.close()
        assertEquals(1, Understudy.wallet(context).cards().size)
    }

    @Test fun `in the same boot an armed key stays good, in another it is given up`() {
        Phone.provision(Understudy.wallet(context))
        val left = keysLeft()
        Understudy.close()
        assertEquals(left, keysLeft())
        Understudy.close()
        Settings.Global.putInt(context.contentResolver, Settings.Global.BOOT_COUNT, 8)
        assertEquals(left - 1, keysLeft())
    }

    private fun keysLeft(): Int = Understudy.wallet(context).cards().single().keysLeft.toInt()

    @Test fun `a keystore that does not answer loses nothing`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.close()
        keystore.answers = false
        assertThrows(WalletUnavailable::class.java) { Understudy.wallet(context) }
        keystore.answers = true
        assertEquals(1, Understudy.wallet(context).cards().size)
    }

    @Test fun `a storage key that is lost is told, and wiping makes room for a new wallet`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.close()
        keystore.key = null
        assertThrows(StorageKeyLost::class.java) { Understudy.wallet(context) }
        Understudy.wipe(context)
        assertEquals("first in the keystore", listOf("erase"), keystore.acts)
        assertEquals(emptyList<Any>(), Understudy.wallet(context).cards())
    }

    @Test fun `wiping erases the wallet though the keystore does not answer, and says that its key is left`() {
        Phone.provision(Understudy.wallet(context))
        File(context.noBackupFilesDir, "understudy.key.draft").writeText("of a process that died")
        keystore.answers = false
        assertThrows(IOException::class.java) { Understudy.wipe(context) }
        assertEquals(emptyList<String>(), context.noBackupFilesDir.list()!!.toList())
        keystore.answers = true
        assertEquals(emptyList<Any>(), Understudy.wallet(context).cards())
    }

    @Test fun `a wallet that only a reader has open is closed and wiped too, though its key is lost`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.close()
        val reader = Understudy.taps(context)
        assertEquals("9000", statusWord(reader.process(Tap.selectDirectory)))
        keystore.key = null
        Understudy.wipe(context)
        assertEquals("6A82", statusWord(reader.process(Tap.selectDirectory)))
        assertEquals(emptyList<Any>(), Understudy.wallet(context).cards())
    }

    @Test fun `a key's file that is gone is a lost key as well`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.close()
        assertTrue(File(context.noBackupFilesDir, "understudy.key").delete())
        assertThrows(StorageKeyLost::class.java) { Understudy.wallet(context) }
        Understudy.wipe(context)
        assertEquals(emptyList<Any>(), Understudy.wallet(context).cards())
    }

    @Test fun `before the first unlock there is no wallet, and afterwards there is`() {
        val users = shadowOf(context.getSystemService(UserManager::class.java)!!)
        users.setUserUnlocked(false)
        val locked = assertThrows(WalletUnavailable::class.java) { Understudy.wallet(context) }
        assertEquals("the phone was not unlocked since it started", locked.message)
        assertFalse(File(context.noBackupFilesDir, "understudy.key").exists())
        users.setUserUnlocked(true)
        Understudy.wallet(context)
    }
}
