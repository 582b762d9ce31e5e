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

/**
 * Another JVM with this one's classes and libraries, which runs a program; [libraries] is the folder
 * of another libunderstudy.
 */
fun anotherJvm(
    program: String,
    vararg arguments: String,
    libraries: String = System.getProperty("jna.library.path"),
): ProcessBuilder {
    val robolectric = System.getProperties().stringPropertyNames().filter { "robolectric" in it }
    return ProcessBuilder(
        listOf(File(System.getProperty("java.home"), "bin/java").path, "-cp", System.getProperty("java.class.path")) +
            "-Djava.library.path=$libraries" + "-Djna.library.path=$libraries" +
            robolectric.map { "-D$it=${System.getProperty(it)}" } + program + arguments,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).apply { environment().remove("RUST_BACKTRACE") }
}

/** The other JVM, step by step. */
class ChildProcess(way: String, folder: File, libraries: String = System.getProperty("jna.library.path")) : AutoCloseable {
    private val process = anotherJvm(Child::class.java.name, way, folder.path, libraries = libraries).start()
    private val lines = process.inputStream.bufferedReader()

    /** Its first line: `open`, or the exception. */
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
