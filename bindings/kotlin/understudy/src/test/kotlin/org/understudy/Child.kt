package org.understudy

import java.io.File
import org.understudy.tap.TapWallet

/** Another JVM: opens a wallet, and answers each line of hex with a line of hex. */
object Child {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (way, folder) = arguments
        val key = direct(ByteArray(32) { 0x11 })
        val process: (ByteArray) -> ByteArray
        val lost: () -> Unit
        val acted: () -> Unit
        try {
            if (way == "jni") {
                val wallet = TapWallet.open(File(folder), key)
                process = wallet::process
                lost = wallet::fieldLost
                acted = {}
            } else {
                val wallet = PaymentWallet.open(File(folder), key)
                process = { wallet.process(it).octets }
                lost = wallet::fieldLost
                acted = { wallet.userActed(); wallet.settle() }
            }
        } catch (failure: Exception) {
            println("${failure.javaClass.simpleName}: ${failure.message}")
            return
        }
        println("open")
        for (line in generateSequence(::readLine)) {
            when (line) {
                "lost" -> println("done".also { lost() })
                "acted" -> println("done".also { acted() })
                else -> println(hex(process(octets(line))))
            }
        }
    }
}

/** The other JVM, step by step. */
class ChildProcess(way: String, folder: File) : AutoCloseable {
    private val process = ProcessBuilder(
        File(System.getProperty("java.home"), "bin/java").path,
        "-cp", System.getProperty("java.class.path"),
        "-Djava.library.path=" + System.getProperty("java.library.path"),
        "-Djna.library.path=" + System.getProperty("jna.library.path"),
        Child::class.java.name, way, folder.path,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val lines = process.inputStream.bufferedReader()

    /** What it said first: `open`, or the exception. */
    val first: String = line()

    fun ask(line: String): String {
        process.outputWriter().apply { write(line + "\n"); flush() }
        return line()
    }

    fun process(command: ByteArray): ByteArray = octets(ask(hex(command)))

    /** Ends it as `kill -9` does. */
    override fun close() {
        process.destroyForcibly().waitFor()
    }

    private fun line(): String = checkNotNull(lines.readLine()) { "the other JVM ended" }
}
