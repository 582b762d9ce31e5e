package org.understudy.tests

import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Test
import org.understudy.ChildProcess
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.hex
import org.understudy.octets
import org.understudy.statusWord

/** A library with the feature `forced-panic` really panics; the one that ships knows no such command. */
class PanicTest {
    private val phone = Phone()
    private val panicking = System.getProperty("native.panicking.dir")

    @After fun close() = phone.close()

    @Test fun `a panic is answered 6F00 by both ways, ends the tap, and the next one works`() {
        phone.provisioned().close()
        for (way in listOf("jni", "uniffi")) ChildProcess(way, phone.folder, panicking).use { child ->
            assertEquals("open", child.first)
            assertEquals(listOf("9000", "9000"), Tap.commands.take(2).map { statusWord(child.process(it)) })
            assertEquals(way, "6F00", hex(child.process(octets(FORCED_PANIC))))
            assertEquals("$way: the tap is over", "6985", hex(child.process(Tap.getProcessingOptions)))
            assertEquals(way, List(3) { "9000" }, Tap.commands.map { statusWord(child.process(it)) })
        }
    }

    @Test fun `the library that ships has no command that panics`() {
        phone.provisioned().close()
        for (way in listOf("jni", "uniffi")) ChildProcess(way, phone.folder).use { child ->
            assertEquals("9000", statusWord(child.process(Tap.selectApplication)))
            assertEquals(way, "6D00", hex(child.process(octets(FORCED_PANIC))))
            assertEquals(way, "9000", statusWord(child.process(Tap.getProcessingOptions)))
        }
    }
}
