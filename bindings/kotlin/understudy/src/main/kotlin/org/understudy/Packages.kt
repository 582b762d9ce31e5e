package org.understudy

import java.nio.ByteBuffer
import org.understudy.ffi.WalletException
import org.understudy.ffi.WalletInterface

/**
 * Installs what lies between the buffer's position and its limit, then overwrites that with zeros,
 * whether it was accepted or not: a package holds keys.
 *
 * The buffer is direct and writable, so that the keys have one place in memory and it can be
 * wiped; a `ByteArray` can't be, since the garbage collector may have copied it.
 *
 * @throws WalletException when the wallet refuses the package
 * @throws IllegalArgumentException when the buffer is read-only or not direct
 */
@Throws(WalletException::class)
fun WalletInterface.installAndWipe(octets: ByteBuffer) = usedAndWiped(octets, this::install)

/**
 * Adds a package's keys to the card that readers see; the buffer is as for [installAndWipe].
 *
 * @throws WalletException when there is no card, or the wallet refuses the package
 * @throws IllegalArgumentException when the buffer is read-only or not direct
 */
@Throws(WalletException::class)
fun WalletInterface.replenishAndWipe(octets: ByteBuffer) = usedAndWiped(octets, this::replenish)

private fun usedAndWiped(octets: ByteBuffer, use: (ByteBuffer) -> Unit) {
    require(octets.isDirect && !octets.isReadOnly) { "a package comes in a direct, writable buffer" }
    // The generated code reads from the start of a buffer, wherever its position is.
    val own = octets.slice()
    try {
        use(own)
    } finally {
        for (i in 0 until own.capacity()) own.put(i, 0)
    }
}
