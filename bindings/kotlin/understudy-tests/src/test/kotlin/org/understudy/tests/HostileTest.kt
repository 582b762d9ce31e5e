package org.understudy.tests

import android.os.Bundle
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.android.AndroidPhone
import org.understudy.hex
import org.understudy.statusWord

/** One table of hostile commands, run by every way to the card. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class HostileTest {
    private val android = AndroidPhone()
    private val plain = Phone()

    @After fun close() {
        android.close()
        plain.close()
    }

    @Test fun `whatever comes is answered with a status word, alike by JNI, by UniFFI and by the service, and costs no key`() {
        val behindService = android.provisioned(Issuer.desk)
        plain.provisioned().use { wallet ->
            val byJni = plain.openForTaps()
            val ways = listOf<(ByteArray) -> ByteArray>(byJni::process, { wallet.process(it).octets }, android.reader::transceive)
            for (before in listOf(null, Tap.selectDirectory, Tap.selectApplication)) for ((name, command) in HOSTILE) {
                val answers = ways.map { way ->
                    before?.let(way)
                    hex(way(command))
                }
                assertEquals("$name: $answers", 1, answers.distinct().size)
                assertTrue("$name: $answers", answers[0].matches(Regex("6[0-9A-F]{3}")))
            }
            for (each in listOf(wallet, behindService)) {
                each.userActed()
                each.settle()
            }
            for (way in ways.drop(1)) assertEquals("9000", statusWord(Tap.commands.map(way).last()))
            assertEquals(wallet.cards().single().keysLeft, behindService.cards().single().keysLeft)
            assertEquals("one of ten", 9, wallet.cards().single().keysLeft.toInt())
        }
    }

    @Test fun `a message without a command, or without any data, ends nothing`() {
        android.provisioned(Issuer.desk)
        android.takenOut()
        assertEquals("9000", statusWord(android.reader.transceive(Tap.selectDirectory)))
        for (data in listOf(Bundle(), null)) android.reader.send(data)
        val rest = Tap.commands.drop(1).map(android.reader::transceive)
        assertEquals(listOf("9000", "9000"), rest.map(::statusWord))
    }
}
