package org.understudy

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket

/** A card as a reader meets it. */
interface CardSide {
    /** The answer to a command; null if the card left the field and does not answer. */
    fun transceive(command: ByteArray): ByteArray?

    /** The field went away. */
    fun leave()
}

/**
 * A card that a program taps over TCP, as `understudy tap --card` does: a line of hex each way, and
 * the line `reset`, without an answer, when the field goes off.
 */
class CardSocket : AutoCloseable {
    private val server = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).apply { soTimeout = 60_000 }
    val address = "127.0.0.1:${server.localPort}"

    /** Answers one program on the caller's thread, until it hangs up. The end of it ends the field too. */
    fun serve(card: CardSide) = server.accept().use { reader ->
        reader.tcpNoDelay = true
        val out = reader.getOutputStream()
        for (line in reader.getInputStream().bufferedReader().lineSequence()) {
            if (line == "reset") card.leave()
            else card.transceive(octets(line))?.let { out.write((hex(it) + "\n").toByteArray()) }
        }
        card.leave()
    }

    override fun close() = server.close()
}

/** A card at the other end of such a line. */
class RemoteCard(private val line: Socket) : CardSide, AutoCloseable {
    private val answers = line.getInputStream().bufferedReader()

    override fun transceive(command: ByteArray): ByteArray? = say(hex(command))?.let(::octets)

    /** The line that answers any other; null if the far end is gone. */
    fun say(text: String): String? {
        send(text)
        return answers.readLine()
    }

    override fun leave() = send("reset")

    override fun close() = line.close()

    private fun send(text: String) = line.getOutputStream().write((text + "\n").toByteArray())
}

/** A card that keeps what it answered. */
class Recorded(private val card: CardSide) : CardSide by card {
    val answers = mutableListOf<ByteArray>()

    /** The counters of the cryptograms that left, in hex. */
    val counters get() = answers.filter { it.size > 2 }.mapNotNull { valueOf("9F36", it) }

    override fun transceive(command: ByteArray) = card.transceive(command)?.also(answers::add)
}
