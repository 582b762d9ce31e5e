package org.understudy

import java.nio.ByteBuffer

/** The octets in a direct buffer, the only kind that the library reads in place. */
internal fun direct(octets: ByteArray): ByteBuffer {
    val buffer = ByteBuffer.allocateDirect(octets.size)
    for ((at, octet) in octets.withIndex()) buffer.put(at, octet)
    return buffer
}

/**
 * Lends digits to [use] in a direct buffer, and overwrites both copies afterwards, whatever happens.
 * A character beyond ASCII becomes one that is no digit.
 */
internal fun wiped(digits: CharArray, use: (ByteBuffer) -> Unit) {
    val buffer = ByteBuffer.allocateDirect(digits.size)
    try {
        for ((at, digit) in digits.withIndex()) buffer.put(at, if (digit.code < 0x80) digit.code.toByte() else '?'.code.toByte())
        use(buffer)
    } finally {
        for (at in 0 until buffer.capacity()) buffer.put(at, 0)
        digits.fill('\u0000')
    }
}
