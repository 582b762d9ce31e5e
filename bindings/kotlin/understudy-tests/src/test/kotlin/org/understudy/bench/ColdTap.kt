package org.understudy.bench

import java.io.File
import java.lang.management.ManagementFactory
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec
import org.understudy.Desk
import org.understudy.KeyWrapper
import org.understudy.PaymentWallet
import org.understudy.Phone
import org.understudy.StorageKey
import org.understudy.Tap
import org.understudy.anotherJvm
import org.understudy.ffi.uniffiEnsureInitialized
import org.understudy.statusWord
import org.understudy.tap.TapWallet

/** A process that a reader's first command started: each step, in a new JVM each time. */
fun coldTap(desk: Desk, processes: Int) = Phone().use { phone ->
    Cold.storageKey(phone.folder).lend { PaymentWallet.open(Cold.wallet(phone.folder), it) }.use { Phone.provision(it, desk = desk) }
    val table = Table("A cold tap", "ms", MILLISECONDS)
    for (way in listOf("JNI", "UniFFI")) {
        val steps = linkedMapOf<String, Durations>()
        repeat(processes) {
            val process = anotherJvm(Cold::class.java.name, way, phone.folder.path).start()
            for (line in process.inputStream.bufferedReader().readLines()) {
                val (name, nanoseconds) = line.split(": ")
                steps.getOrPut(name, ::Durations) += nanoseconds.toLong()
            }
            check(process.waitFor() == 0) { "the JVM failed" }
        }
        for ((name, durations) in steps) table.row("$way: $name", durations, if (name == Cold.ALL) 30.0 else null)
    }
    table.note("$processes JVMs each; in the place of a phone's keystore stands the JVM's own AES, loaded for it")
    table.print()
}

/** The program of one cold tap; prints `step: nanoseconds`. */
object Cold {
    const val ALL = "all but the JVM and the keystore"

    fun wallet(folder: File) = File(folder, "wallet")

    fun storageKey(folder: File) = StorageKey(File(folder, "wallet.key"), Software)

    /** AES-256 in GCM under a key that is in this source: the work of a keystore without one. */
    private object Software : KeyWrapper {
        private val key by lazy { SecretKeySpec(ByteArray(32) { 0x33 }, "AES") }

        /** The time that unwrapping a key took, in nanoseconds. */
        var took = 0L

        override fun wrap(key: ByteArray): ByteArray {
            val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, Software.key) }
            return cipher.iv + cipher.doFinal(key)
        }

        override fun unwrap(wrapped: ByteArray): ByteArray {
            lateinit var key: ByteArray
            took = nanoseconds {
                val cipher = Cipher.getInstance("AES/GCM/NoPadding")
                cipher.init(Cipher.DECRYPT_MODE, Software.key, GCMParameterSpec(128, wrapped, 0, 12))
                key = cipher.doFinal(wrapped, 12, wrapped.size - 12)
            }
            return key
        }

        override fun erase() = Unit
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val folder = File(arguments[1])
        val began = System.currentTimeMillis()
        // The kit's own classes are not what is measured.
        val select = Tap.selectDirectory
        val steps = linkedMapOf<String, Long>()
        fun step(name: String, work: () -> Unit) {
            steps[name] = nanoseconds(work)
        }
        lateinit var process: (ByteArray) -> ByteArray
        if (arguments[0] == "JNI") {
            step("the library's load") { Class.forName("org.understudy.tap.NativeTap") }
        } else {
            step("JNA's and the library's load") { uniffiEnsureInitialized() }
        }
        val asked = System.nanoTime()
        storageKey(folder).lend { key ->
            steps["reading the key"] = System.nanoTime() - asked - Software.took
            step("opening the store") {
                if (arguments[0] == "JNI") process = TapWallet.open(wallet(folder), key)::process
                else PaymentWallet.open(wallet(folder), key).let { opened -> process = { opened.process(it).octets } }
            }
        }
        lateinit var answer: ByteArray
        step("the first answer") { answer = process(select) }
        check(statusWord(answer) == "9000")
        steps[ALL] = steps.values.sum()
        steps["the keystore"] = Software.took
        println("the JVM: ${(began - ManagementFactory.getRuntimeMXBean().startTime) * 1_000_000}")
        steps.forEach { (name, nanoseconds) -> println("$name: $nanoseconds") }
    }
}
