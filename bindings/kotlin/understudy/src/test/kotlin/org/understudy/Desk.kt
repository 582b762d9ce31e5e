package org.understudy

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS

/**
 * A bank that answers phones and a shop with a terminal: the `understudy` command on one home, in
 * processes of its own. The bank listens, with these options of `understudy serve`, until [close], which
 * erases the home.
 */
class Desk(vararg options: String) : AutoCloseable {
    private val folder = kotlin.io.path.createTempDirectory("desk").toFile()
    private val said = LinkedBlockingQueue<JsonObject>()
    private val bank = start(listOf("serve", "--listen", "127.0.0.1:0") + options, ProcessBuilder.Redirect.PIPE)

    init {
        Runtime.getRuntime().addShutdownHook(Thread(::close))
        Thread { bank.inputStream.bufferedReader().forEachLine { said.put(JsonParser.parseString(it).asJsonObject) } }
            .apply { isDaemon = true }.start()
    }

    /** Where the bank answers, as a URL. */
    val address = "http://" + next("understudy.listening/1")["address"].asString

    /** The bank as a phone reaches it. */
    val service = HttpTokenService(address)

    /** The code that the holder of the card bound last was sent. One test at a time asks. */
    fun code(): String = next("understudy.code-sent/1")["code"].asString

    /** Runs one command to its end; [input] is its standard input. Fails if the command did. */
    fun run(vararg arguments: String, input: String = ""): JsonObject {
        val ran = tried(arguments.toList(), input) {}
        check(ran.exit == 0) { "${arguments.toList()} ended with ${ran.exit}: ${ran.text}" }
        return ran.json()
    }

    /** The terminal taps a card once, with these options of `understudy tap`. */
    fun tap(card: CardSide, vararg options: String, input: String = ""): Tapped = CardSocket().use { socket ->
        val ran = tried(listOf("tap", "--card", socket.address) + options, input) { socket.serve(card) }
        Tapped(ran.json(), ran.exit)
    }

    /** Every request that the bank decided, oldest first. */
    fun authorisations(): List<JsonObject> =
        run("authorisations")["authorisations"].asJsonArray.map { it.asJsonObject }.reversed()

    /** Every token that the bank issued, in order. */
    fun tokens(): List<JsonObject> = run("tokens")["tokens"].asJsonArray.map { it.asJsonObject }

    override fun close() {
        bank.destroy()
        bank.waitFor()
        folder.deleteRecursively()
    }

    private class Ran(val exit: Int, val text: String) {
        fun json(): JsonObject = JsonParser.parseString(text).asJsonObject
    }

    /** Files take what it says: nobody waits for a pipe that is full. */
    private fun tried(arguments: List<String>, input: String, meanwhile: () -> Unit): Ran {
        val out = File.createTempFile("out", "", folder)
        val process = start(arguments, ProcessBuilder.Redirect.to(out))
        process.outputStream.use { it.write(input.toByteArray()) }
        try {
            meanwhile()
            check(process.waitFor(120, SECONDS)) { "$arguments does not end" }
        } finally {
            process.destroyForcibly()
        }
        return Ran(process.exitValue(), out.readText() + errors().readText())
    }

    private fun errors() = File(folder, "errors")

    private fun start(arguments: List<String>, out: ProcessBuilder.Redirect): Process {
        val program = checkNotNull(System.getProperty("understudy.program")) { "run this by `cargo xtask kotlin`" }
        val home = File(folder, "home").path
        val builder = ProcessBuilder(listOf(program, "--json", "--home", home) + arguments)
        builder.environment()["UNDERSTUDY_PASSPHRASE"] = "glass orbit pencil nine"
        return builder.redirectOutput(out).redirectError(errors()).start()
    }

    private fun next(format: String): JsonObject {
        while (true) {
            val line = checkNotNull(said.poll(60, SECONDS)) { "the bank says nothing: ${errors().readText()}" }
            if (line["format"].asString == format) return line
        }
    }
}

/** The end of one tap, as the terminal tells it. */
class Tapped(private val json: JsonObject, private val exit: Int) {
    /** `approved`, `declined`, `pin-required`, …; an approval ends the program with 0, and nothing else does. */
    val result: String = json["result"].asString.also { check((it == "approved") == (exit == 0)) { this } }

    /** Why the terminal or the issuer did not approve. */
    val reason: String? = json["reason"]?.asString

    /** The number of the bank's decision, if it was asked. */
    val authorisation: Long? = json["issuer"]?.asJsonObject?.get("authorisation")?.asLong

    override fun toString() = "exit $exit: $json"
}
