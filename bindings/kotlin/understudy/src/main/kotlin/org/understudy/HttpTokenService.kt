package org.understudy

import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.URI
import java.net.URLEncoder
import java.nio.ByteBuffer

/**
 * [TokenService] over HTTP, as `docs/http.md` lays it out. [base] is the address without a path,
 * `https://bank.example`: beyond one machine it must be https, for the bank card's number and the
 * code cross as they are.
 *
 * @throws IllegalArgumentException [base] is neither https nor a loopback address
 */
class HttpTokenService(base: String, private val timeoutMillis: Int = 10_000) : TokenService {
    private val base = URI(base.trimEnd('/'))

    init {
        val local = this.base.host in listOf("localhost", "127.0.0.1", "[::1]")
        require(this.base.scheme == "https" || (this.base.scheme == "http" && local)) {
            "the issuer is reached by https, or by http on this machine"
        }
    }

    override fun challenge(): IssuerChallenge {
        val answer = ByteBuffer.wrap(post("/v1/challenges", ByteArray(0), OCTETS))
        if (answer.remaining() != 1 + 3 * KEY || answer.get() != VERSION) throw malformed()
        fun next() = ByteArray(KEY).also { answer.get(it) }
        return IssuerChallenge(next(), IssuerKeys(receive = next(), verify = next()))
    }

    override fun enrol(request: ByteArray): ByteArray =
        post("/v1/devices", request, OCTETS).also { if (it.size != DEVICE) throw malformed() }

    override fun bind(device: ByteArray, number: String, expiry: String): UShort {
        val form = "number=${URLEncoder.encode(number, "UTF-8")}&expiry=${URLEncoder.encode(expiry, "UTF-8")}"
        val answer = post("${path(device)}/cards", form.toByteArray(), FORM)
        return String(answer).trim().toUShortOrNull() ?: throw malformed()
    }

    override fun verify(device: ByteArray, card: UShort, code: String) {
        post("${path(device)}/cards/$card/code", code.toByteArray(), "text/plain")
    }

    override fun sendCodeAgain(device: ByteArray, card: UShort) {
        post("${path(device)}/cards/$card/code/again", ByteArray(0), OCTETS)
    }

    override fun replenish(device: ByteArray, card: UShort) {
        post("${path(device)}/cards/$card/keys", ByteArray(0), OCTETS)
    }

    override fun letters(device: ByteArray, after: ULong): List<ByteArray> {
        val answer = ask("${path(device)}/letters?after=$after", null, OCTETS)
        val input = DataInputStream(answer.inputStream())
        val letters = mutableListOf<ByteArray>()
        while (input.available() > 0) {
            val length = if (input.available() < Int.SIZE_BYTES) -1 else input.readInt()
            if (length < 0 || length > input.available()) throw malformed()
            letters += ByteArray(length).also(input::readFully)
        }
        return letters
    }

    override fun report(device: ByteArray, report: ByteArray) {
        post("${path(device)}/reports", report, OCTETS)
    }

    private fun path(device: ByteArray) = "/v1/devices/" + device.joinToString("") { "%02x".format(it) }

    private fun post(path: String, body: ByteArray, type: String): ByteArray = ask(path, body, type)

    private fun ask(path: String, body: ByteArray?, type: String): ByteArray {
        val connection = URI("$base$path").toURL().openConnection() as HttpURLConnection
        try {
            connection.connectTimeout = timeoutMillis
            connection.readTimeout = timeoutMillis
            // An issuer does not move: a redirection would carry a card number elsewhere.
            connection.instanceFollowRedirects = false
            if (body != null) {
                connection.requestMethod = "POST"
                connection.doOutput = true
                connection.setRequestProperty("Content-Type", type)
                // Not streamed, so that it is sent anew when a kept connection turns out to have ended.
                connection.outputStream.use { it.write(body) }
            }
            val status = connection.responseCode
            if (status in 200..299) return connection.inputStream.use { bounded(it, ANSWER_MAX) }
            throw TokenServiceException(status, sentence(connection.errorStream, status))
        } finally {
            connection.disconnect()
        }
    }

    /** The one sentence of a refusal; a proxy's page is no sentence. */
    private fun sentence(stream: InputStream?, status: Int): String {
        val text = stream?.use { String(bounded(it, SENTENCE_MAX)) }?.trim().orEmpty()
        return if (text.isEmpty() || '\n' in text || '<' in text) "the issuer answered with status $status" else text
    }

    private fun bounded(stream: InputStream, most: Int): ByteArray {
        val octets = ByteArrayOutputStream()
        val part = ByteArray(8192)
        while (true) {
            val read = stream.read(part)
            if (read < 0) return octets.toByteArray()
            octets.write(part, 0, read)
            if (octets.size() > most) throw IOException("the issuer's answer is too long")
        }
    }

    private fun malformed() = IOException("the issuer's answer is not what the path gives")

    private companion object {
        const val VERSION: Byte = 1
        const val KEY = 32
        const val DEVICE = 16
        const val ANSWER_MAX = 8 * 1024 * 1024
        const val SENTENCE_MAX = 4096
        const val OCTETS = "application/octet-stream"
        const val FORM = "application/x-www-form-urlencoded"
    }
}
