package org.understudy.android

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

/** The rules of the baseline profile, each looked up among the classes. */
class BaselineProfileTest {
    private val rules = File("src/main/baseline-prof.txt").readLines().filter { it.isNotBlank() && !it.startsWith("#") }

    @Test fun `every class and method that the profile names is there`() {
        rules.forEach(::lookUp)
        assertEquals(rules.distinct(), rules)
        for (name in listOf("PaymentApduService", "TapHandler", "NativeTap")) assertTrue(rules.any { name in it })
    }

    @Test fun `a rule that names nothing is noticed`() {
        val wrong = listOf(
            "Lorg/understudy/android/PaymentService;",
            "HSPLorg/understudy/android/PaymentApduService;->onStart()V",
            "HSPLorg/understudy/android/PaymentApduService;->onDeactivated(J)V",
            "HSPLorg/understudy/android/PaymentApduService;->onDeactivated(I)I",
            "HSPLorg/understudy/android/*;->onDeactivated(I)V",
        )
        for (rule in wrong) assertThrows(rule, Throwable::class.java) { lookUp(rule) }
    }

    private fun lookUp(rule: String) {
        val (flags, name, method) = checkNotNull(RULE.matchEntire(rule)) { "$rule is no rule" }.destructured
        assertEquals("a method is hot, at start or after it; a class is not", method.isEmpty(), flags.isEmpty())
        // Not initialised: the native library is not loaded here.
        val type = Class.forName(name.replace('/', '.'), false, javaClass.classLoader)
        if (method.isNotEmpty()) assertTrue("$rule names no method", type.declaredMethods.any { "${it.name}${descriptor(it)}" == method })
    }

    private fun descriptor(method: java.lang.reflect.Method) =
        method.parameterTypes.joinToString("", "(", ")") { it.descriptorString() } + method.returnType.descriptorString()

    private companion object {
        /** Flags, class, and method with its descriptor. */
        val RULE = Regex("([HSP]*)L([A-Za-z/$]+);(?:->([A-Za-z$<>]+\\(.*\\).+))?")
    }
}
