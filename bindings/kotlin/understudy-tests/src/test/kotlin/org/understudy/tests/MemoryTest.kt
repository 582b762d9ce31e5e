package org.understudy.tests

import java.io.File
import java.io.RandomAccessFile
import java.nio.ByteBuffer
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.anotherJvm
import org.understudy.tap.TapWallet

/** Another JVM's whole memory is searched for the storage key of the wallet that it had open. */
class MemoryTest {
    private val phone = Phone()

    @After fun close() = phone.close()

    @Test fun `after close no copy of the storage key is in the process's memory, whichever way opened the wallet`() {
        for (way in listOf("uniffi", "jni")) {
            val process = anotherJvm(MarkedWallet::class.java.name, way, phone.folder.path).start()
            try {
                val said = process.inputStream.bufferedReader()
                val hits = linkedMapOf<String, Int>()
                for (stage in generateSequence(said::readLine)) {
                    hits[stage] = search(process.pid())
                    process.outputWriter().apply { write("on\n"); flush() }
                }
                assertEquals("$way: $hits", listOf("lent", "open", "planted", "closed"), hits.keys.toList())
                // The control: a copy that is there is found, whatever else is.
                assertTrue("$way: $hits", hits.getValue("lent") >= 1)
                assertEquals("$way: $hits", hits.getValue("open") + 1, hits.getValue("planted"))
                assertEquals("$way: $hits", 0, hits.getValue("closed"))
            } finally {
                process.destroyForcibly().waitFor()
            }
        }
    }

    /** The number of copies of the key in the memory that another process may read and write. */
    private fun search(pid: Long): Int {
        val key = ByteArray(MarkedWallet.OCTETS, MarkedWallet::octet)
        var searched = 0L
        var found = 0
        RandomAccessFile("/proc/$pid/mem", "r").use { memory ->
            for (line in File("/proc/$pid/maps").readLines()) {
                val (range, rights) = line.split(' ')
                if (!rights.startsWith("rw")) continue
                val (from, to) = range.split('-').map { it.toULong(16).toLong() }
                searched += pieces(memory, from, to) { found += occurrences(key, it) }
            }
        }
        check(searched > 10L * 1024 * 1024) { "only $searched octets could be read" }
        return found
    }

    /** Reads a range in pieces that overlap by less than a key; returns how many octets could be read. */
    private fun pieces(memory: RandomAccessFile, from: Long, to: Long, use: (ByteArray) -> Unit): Long {
        var at = from
        var searched = 0L
        while (at < to) {
            val piece = ByteArray(minOf(PIECE.toLong(), to - at).toInt())
            // A page that was never touched, or that nobody may read, holds nothing.
            val whole = runCatching { memory.seek(at); memory.readFully(piece) }.isSuccess
            if (whole) {
                use(piece)
                searched += piece.size
            }
            if (at + piece.size >= to) break
            at += piece.size - (MarkedWallet.OCTETS - 1)
        }
        return searched
    }

    private fun occurrences(key: ByteArray, octets: ByteArray): Int {
        var found = 0
        for (at in 0..octets.size - key.size) {
            if (octets[at] == key[0] && key.indices.all { octets[at + it] == key[it] }) found++
        }
        return found
    }

    private companion object {
        const val PIECE = 1 shl 20
    }
}

/** The program of [MemoryTest]: says its stage, and goes on when it is told. */
object MarkedWallet {
    const val OCTETS = PaymentWallet.STORAGE_KEY_OCTETS

    /** One octet of the key, which this program never holds in an array. */
    fun octet(at: Int): Byte = (at * 89 + 0x35 xor (at shl 3)).toByte()

    private fun fill(buffer: ByteBuffer) = repeat(OCTETS) { buffer.put(it, octet(it)) }

    private fun wipe(buffer: ByteBuffer) = repeat(OCTETS) { buffer.put(it, 0) }

    private fun stage(name: String) {
        println(name)
        readln()
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val (way, folder) = arguments
        val key = ByteBuffer.allocateDirect(OCTETS)
        fill(key)
        stage("lent")
        val byJni = if (way == "jni") TapWallet.open(File(folder), key) else null
        val wallet = PaymentWallet.open(File(folder), key)
        wipe(key)
        for (command in Tap.commands) byJni?.process(command) ?: wallet.process(command)
        wallet.settle()
        stage("open")
        fill(key)
        stage("planted")
        wipe(key)
        wallet.close()
        stage("closed")
    }
}
