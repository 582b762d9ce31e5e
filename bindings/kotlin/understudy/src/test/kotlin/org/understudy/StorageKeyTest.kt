package org.understudy

import java.io.File
import java.io.IOException
import java.nio.ByteBuffer
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class StorageKeyTest {
    private val folder = kotlin.io.path.createTempDirectory("key").toFile()
    private val file = File(folder, "deeper/key")
    private val keystore = Keystore()
    private val key = StorageKey(file, keystore)

    @AfterEach fun close() {
        folder.deleteRecursively()
    }

    /** Hides a key by an exclusive or; a keystore that was erased has another one. */
    private class Keystore : KeyWrapper {
        var pad = 0x55
        var answers = true

        override fun wrap(key: ByteArray): ByteArray = ByteArray(key.size) { (key[it].toInt() xor pad).toByte() } + pad.toByte()

        override fun unwrap(wrapped: ByteArray): ByteArray {
            if (!answers) throw IOException("busy")
            if (wrapped.isEmpty() || wrapped.last().toInt() != pad) throw StorageKeyLost()
            return ByteArray(wrapped.size - 1) { (wrapped[it].toInt() xor pad).toByte() }
        }

        override fun erase() {
            pad++
        }
    }

    private fun octetsOf(buffer: ByteBuffer) = ByteArray(buffer.capacity()) { buffer[it] }.toList()

    @Test fun `the key is made once, random and wrapped, and its buffer is overwritten`() {
        lateinit var lent: ByteBuffer
        val first = key.lend { lent = it; assertTrue(it.isDirect); octetsOf(it) }
        assertEquals(32, first.size)
        assertEquals(List(32) { 0.toByte() }, octetsOf(lent))
        assertEquals(first, StorageKey(file, keystore).lend(::octetsOf))
        assertNotEquals(first, StorageKey(File(folder, "other"), keystore).lend(::octetsOf))
        assertFalse(file.readBytes().toList().windowed(32).contains(first))
        assertEquals(listOf("key"), file.parentFile!!.list()!!.toList())
    }

    @Test fun `a buffer is overwritten also when its user throws`() {
        lateinit var lent: ByteBuffer
        assertThrows(IllegalStateException::class.java) { key.lend { lent = it; error("no") } }
        assertEquals(List(32) { 0.toByte() }, octetsOf(lent))
    }

    @Test fun `a key that can't be unwrapped is lost, and a new one can be made after an erasure`() {
        val first = key.lend(::octetsOf)
        keystore.pad++
        assertThrows(StorageKeyLost::class.java) { key.lend(::octetsOf) }
        assertTrue(file.exists(), "nothing was erased meanwhile")
        keystore.pad--
        assertEquals(first, key.lend(::octetsOf))
        key.erase()
        assertFalse(file.exists())
        assertNotEquals(first, key.lend(::octetsOf))
    }

    @Test fun `a file of another length is a key that is lost`() {
        key.lend {}
        for (size in listOf(0, 1, 31, 40)) {
            file.writeBytes(keystore.wrap(ByteArray(size)))
            assertThrows(StorageKeyLost::class.java) { key.lend {} }
        }
    }

    @Test fun `a keystore that does not answer loses nothing`() {
        val first = key.lend(::octetsOf)
        keystore.answers = false
        assertThrows(IOException::class.java) { key.lend {} }
        keystore.answers = true
        assertEquals(first, key.lend(::octetsOf))
    }
}
