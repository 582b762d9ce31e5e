package org.understudy.tests

import java.util.Random
import org.understudy.Tap
import org.understudy.octets

/** The command at which a library of the feature `forced-panic` panics; any other knows it not. */
const val FORCED_PANIC = "80FE0000 04 424F4F4D"

/** Commands that no terminal sends, by what they are. */
val HOSTILE: Map<String, ByteArray> = buildMap {
    put("no octet", ByteArray(0))
    for (octet in listOf(0x00, 0x80, 0xFF)) put("the octet %02X".format(octet), byteArrayOf(octet.toByte()))
    for (size in listOf(4, 261, 262, 65_535, 65_536, 65_537, 1_000_000)) {
        put("$size octets 00", ByteArray(size))
        put("$size octets FF", ByteArray(size) { -1 })
    }
    put("a length beyond the end", octets("00A40400 FF 00"))
    put("a class that is none", octets("FF000000"))
    put("an instruction that is none", octets(FORCED_PANIC))
    for (size in Tap.getProcessingOptions.indices.drop(1).filter { it < Tap.getProcessingOptions.size - 1 }) {
        put("the first $size octets of GET PROCESSING OPTIONS", Tap.getProcessingOptions.copyOf(size))
    }
    val random = Random(20261127)
    repeat(300) { put("random octets $it", ByteArray(random.nextInt(300)).also(random::nextBytes)) }
}
