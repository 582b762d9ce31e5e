package org.understudy.tests

import java.io.File
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.CardSide
import org.understudy.Desk
import org.understudy.Recorded
import org.understudy.Tapped
import org.understudy.hex
import org.understudy.octets
import org.understudy.statusWord
import org.understudy.valueOf

/** The JVM that holds the service dies by `kill -9`, and another one opens its files. */
class KilledServiceTest {
    private val desk = Desk()
    private val files: File = kotlin.io.path.createTempDirectory("files").toFile()
    private val counters = mutableListOf<String>()

    @After fun close() {
        desk.close()
        files.deleteRecursively()
    }

    private fun tap(card: CardSide): Tapped {
        val recorded = Recorded(card)
        return desk.tap(recorded).also { counters += recorded.counters }
    }

    /** A card whose process dies at the command that spends a key: before it hears it, or with the answer. */
    private inner class Dying(private val service: ServiceProcess, private val answered: Boolean) : CardSide {
        var died = false

        override fun transceive(command: ByteArray): ByteArray? {
            if (died) return null
            died = hex(command).startsWith("80A8")
            if (!died) return service.transceive(command)
            if (answered) counters += valueOf("9F36", service.transceive(command)!!)!!
            service.close()
            return null
        }

        override fun leave() = if (died) Unit else service.leave()
    }

    @Test fun `the process dies between two taps and amid taps, and its counters go on`() {
        ServiceProcess(files).use { first ->
            first.provision(desk)
            first.takenOut()
            assertEquals("approved", tap(first).result)
        }
        // Nobody takes the phone out: the system starts the process for the reader.
        for (answered in listOf(false, true)) ServiceProcess(files).use { next ->
            assertEquals("approved", tap(next).result)
            next.takenOut()
            val dying = Dying(next, answered)
            val torn = desk.tap(dying, "--timeout", "1")
            assertTrue(dying.died)
            assertEquals("$torn", "try-again", torn.result)
            assertNull(torn.authorisation)
        }
        ServiceProcess(files).use { last ->
            last.takenOut()
            assertEquals("approved", tap(last).result)
            last.synchronise(desk)
        }
        assertEquals("one key left amid a tap, and none twice", (1..5).map { "%04X".format(it) }, counters)
        assertEquals(List(4) { approved() }, desk.decisions())
        for (token in desk.tokens()) {
            assertEquals(listOf("active", "active"), listOf(token["status"].asString, token["standing"].asString))
        }
    }

    @Test fun `a panic in the library is answered 6F00 by the service, and the next tap pays`() {
        ServiceProcess(files, System.getProperty("native.panicking.dir")).use { service ->
            service.provision(desk)
            service.takenOut()
            assertEquals("6F00", statusWord(service.transceive(octets(FORCED_PANIC))!!))
            assertEquals("approved", tap(service).result)
            service.synchronise(desk)
        }
        assertEquals(listOf(approved()), desk.decisions())
    }
}
