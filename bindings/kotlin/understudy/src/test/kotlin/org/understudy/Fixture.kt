package org.understudy

import java.nio.ByteBuffer

/** Octets from hex; blanks are for the reader. */
fun octets(hex: String): ByteArray =
    hex.filterNot { it.isWhitespace() }.chunked(2) { it.toString().toInt(16).toByte() }.toByteArray()

/** Upper-case hex without blanks. */
fun hex(octets: ByteArray): String = octets.joinToString("") { "%02X".format(it) }

/** The two octets that end an answer, in hex. */
fun statusWord(answer: ByteArray): String = hex(answer.copyOfRange(answer.size - 2, answer.size))

/**
 * The value of the first object with this tag, in hex, or null: for the answers of a card, which
 * have tags of one or two octets and lengths of one.
 */
fun valueOf(tag: String, objects: ByteArray): String? {
    var at = 0
    while (at < objects.size - 2) {
        val wide = objects[at].toInt() and 0x1F == 0x1F
        val found = objects.copyOfRange(at, at + if (wide) 2 else 1)
        val start = at + found.size + 1
        val end = minOf(start + (objects[start - 1].toInt() and 0xFF), objects.size)
        val value = objects.copyOfRange(start, end)
        if (hex(found) == tag) return hex(value)
        if (found[0].toInt() and 0x20 != 0) valueOf(tag, value + ByteArray(2))?.let { return it }
        at = end
    }
    return null
}

/** A card with one single-use key and one tap, from the annotated hex of the test resources. */
object Fixture {
    /** The cryptogram that the session key of the package gives for the tap's data. */
    const val CRYPTOGRAM = "DDC4590E71F0299C"

    /** The card's session key; it appears in no message and no answer. */
    const val SESSION_KEY = "6FBD812B6EF6680376AF68DBB5536BB5"

    /** The card's token; it appears in no message. */
    const val TOKEN = "6250947000000014"

    private val tap = lines("tap.hex").filter { it.isNotEmpty() }.map(::octets)
    val selectDirectory = tap[0]
    val selectApplication = tap[1]
    val getProcessingOptions = tap[2]

    val packageOctets = octets(lines("package.hex").joinToString(""))

    /** A package in a direct buffer of its own, ready to be read. */
    fun packageBuffer(octets: ByteArray = packageOctets): ByteBuffer =
        ByteBuffer.allocateDirect(octets.size).put(octets).flip()

    private fun lines(resource: String) =
        Fixture::class.java.getResource(resource)!!.readText().lines().map { it.substringBefore('#').trim() }
}
