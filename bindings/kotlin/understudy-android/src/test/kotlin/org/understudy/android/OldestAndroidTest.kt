package org.understudy.android

import android.app.role.RoleManager
import android.nfc.NfcAdapter
import android.os.Build
import java.io.File
import java.nio.ByteBuffer
import org.codehaus.mojo.animal_sniffer.SignatureChecker
import org.codehaus.mojo.animal_sniffer.logging.Logger
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.objectweb.asm.ClassReader
import org.objectweb.asm.ClassVisitor
import org.objectweb.asm.Label
import org.objectweb.asm.MethodVisitor
import org.objectweb.asm.Opcodes

/** The class files of both modules, held against the oldest Android that runs them: API 26. */
class OldestAndroidTest {
    @Test fun `what API 26 lacks is reached only by functions that ask for the version`() {
        assertEquals(emptyList<String>(), shipped().flatMap(::unguarded))
    }

    @Test fun `what API 26 lacks is noticed, of Android and of Java`() {
        val missing = unguarded(classFile(TooNew::class.java))
        assertEquals(missing.toString(), 3, missing.size)
        for (api in listOf("RoleManager", "java.util.List java.util.List.of(Object)", "java.nio.ByteBuffer.flip()")) {
            assertTrue("$api is not in $missing", missing.any { api in it })
        }
    }

    @Test fun `a function that asks for the version may go on`() {
        val guarded = classFile(Guarded::class.java)
        assertTrue(findings(guarded).any { "isSecureNfcEnabled" in it })
        assertEquals(emptyList<String>(), unguarded(guarded))
    }

    @Test fun `the byte code is that of Java 11`() {
        for (file in shipped()) assertEquals(file.path, 55, ByteBuffer.wrap(file.readBytes()).getShort(6).toInt())
    }

    private fun shipped(): List<File> = listOf("target/classes", "../understudy/target/classes").flatMap { folder ->
        val files = File(folder).walk().filter { it.extension == "class" }.toList()
        assertTrue("$folder has no classes", files.isNotEmpty())
        files
    }

    private fun classFile(type: Class<*>) = File(type.getResource(type.name.substringAfterLast('.') + ".class")!!.toURI())

    /** The findings on lines of functions that do not read `Build.VERSION.SDK_INT`. */
    private fun unguarded(classFile: File): List<String> {
        val findings = findings(classFile)
        if (findings.isEmpty()) return findings
        val guarded = guardedLines(classFile)
        return findings.filter { finding -> LINE.find(finding)?.groupValues?.get(1)?.toInt() !in guarded }
    }

    private fun findings(classFile: File): List<String> {
        errors.clear()
        checker.process(classFile)
        return errors.toList()
    }

    private fun guardedLines(classFile: File): Set<Int> {
        val functions = mutableListOf<Function>()
        ClassReader(classFile.readBytes()).accept(
            object : ClassVisitor(Opcodes.ASM9) {
                override fun visitMethod(access: Int, name: String, type: String, signature: String?, exceptions: Array<String>?) =
                    Function(name.removePrefix("access\$").substringBefore("\$lambda")).also(functions::add)
            },
            0,
        )
        // A lambda is guarded where its function is, and so is what the compiler adds to reach it.
        val guarded = functions.filter { it.asks }.map { it.name }.toSet()
        return functions.filter { it.name in guarded }.flatMap { it.lines }.toSet()
    }

    private class Function(val name: String) : MethodVisitor(Opcodes.ASM9) {
        val lines = mutableSetOf<Int>()
        var asks = false

        override fun visitLineNumber(line: Int, start: Label) {
            lines += line
        }

        override fun visitFieldInsn(opcode: Int, owner: String, name: String, type: String) {
            asks = asks || owner == "android/os/Build\$VERSION" && name == "SDK_INT"
        }
    }

    private class Collecting(private val errors: MutableList<String>) : Logger {
        override fun info(message: String) = Unit
        override fun info(message: String, cause: Throwable) = Unit
        override fun debug(message: String) = Unit
        override fun debug(message: String, cause: Throwable) = Unit
        override fun warn(message: String) = Unit
        override fun warn(message: String, cause: Throwable) = Unit
        override fun error(message: String) {
            errors += message
        }
        override fun error(message: String, cause: Throwable) = error(message)
    }

    private companion object {
        val LINE = Regex(":(\\d+):")

        /** Classes that come with the library, not with Android. */
        val OTHERS = setOf("org.understudy.*", "com.sun.jna.*", "kotlin.*", "org.jetbrains.*")

        val errors = mutableListOf<String>()

        val checker = File("target/signatures/api-26.signature").inputStream().use { signatures ->
            SignatureChecker(signatures, OTHERS, Collecting(errors)).apply { setSourcePath(emptyList()) }
        }
    }
}

@Suppress("unused")
private class TooNew {
    fun role(roles: RoleManager) = roles.isRoleAvailable(RoleManager.ROLE_HOME)

    fun list(): List<Int> = java.util.List.of(1)

    fun flip(buffer: ByteBuffer): ByteBuffer = buffer.flip()
}

@Suppress("unused")
private class Guarded {
    fun secure(nfc: NfcAdapter) = Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q && nfc.isSecureNfcEnabled
}
