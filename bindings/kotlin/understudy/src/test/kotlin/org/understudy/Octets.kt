package org.understudy

/** Octets from hex; blanks are for the reader. */
fun octets(hex: String): ByteArray =
    hex.filterNot { it.isWhitespace() }.chunked(2) { it.toString().toInt(16).toByte() }.toByteArray()

/** Upper-case hex without blanks. */
fun hex(octets: ByteArray): String = octets.joinToString("") { "%02X".format(it) }

/** The two octets that end an answer, in hex. */
fun statusWord(answer: ByteArray): String = hex(answer.copyOfRange(answer.size - 2, answer.size))

/**
 * The value of the first object with this tag, in hex, or null: for the answers of a card, which
 * have tags of one or two octets and lengths of one or two.
 */
fun valueOf(tag: String, answer: ByteArray): String? = find(tag, answer.copyOf(answer.size - 2))

private fun find(tag: String, objects: ByteArray): String? {
    var at = 0
    while (at < objects.size) {
        val wide = objects[at].toInt() and 0x1F == 0x1F
        val found = objects.copyOfRange(at, at + if (wide) 2 else 1)
        var start = at + found.size + 1
        var length = objects[start - 1].toInt() and 0xFF
        if (length == 0x81) length = objects[start++].toInt() and 0xFF
        val value = objects.copyOfRange(start, start + length)
        if (hex(found) == tag) return hex(value)
        if (found[0].toInt() and 0x20 != 0) find(tag, value)?.let { return it }
        at = start + length
    }
    return null
}

/** One UnionPay tap of CNY 12.34, as a terminal sends it. */
object Tap {
    val selectDirectory = octets("00A40400 0E 325041592E5359532E4444463031 00")

    /** The debit application. */
    val selectApplication = octets("00A40400 08 A000000333010101 00")

    /**
     * GET PROCESSING OPTIONS: TTQ, amounts, country, TVR, currency, date, type, unpredictable
     * number, time, merchant.
     */
    val getProcessingOptions = getProcessingOptions(minor = 1234)

    val commands = listOf(selectDirectory, selectApplication, getProcessingOptions)

    /** As the other one, at a terminal that takes no PIN: the phone must verify its user, or nobody. */
    fun withoutPinPad(minor: Int): ByteArray = getProcessingOptions(minor, qualifiers = "3200C080")

    private fun getProcessingOptions(minor: Int, qualifiers: String = "3600C080"): ByteArray {
        val data = octets(
            "$qualifiers %012d 000000000000 0156 0000000000 0156 261127 00 01020304 120000".format(minor),
        ) + "CORNER SHOP BEIJING ".toByteArray()
        val header = octets("80A80000 %02X 83 %02X".format(data.size + 2, data.size))
        return header + data + 0
    }
}

/** The answers to a whole tap. */
fun tap(process: (ByteArray) -> ByteArray): List<ByteArray> = Tap.commands.map(process)

/** The counter that a whole tap used, in hex; fails if it was refused. */
fun atcOfTap(process: (ByteArray) -> ByteArray): String {
    val answer = tap(process).last()
    return checkNotNull(valueOf("9F36", answer)) { "the tap ended with ${statusWord(answer)}" }
}
