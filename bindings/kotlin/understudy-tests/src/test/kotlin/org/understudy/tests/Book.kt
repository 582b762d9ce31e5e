package org.understudy.tests

import org.junit.Assert.assertEquals
import org.understudy.Desk
import org.understudy.PaymentWallet
import org.understudy.ffi.HistoryOutcome
import org.understudy.synchronise

/** One line of a bank's book. */
data class Decision(val approved: Boolean, val reason: String, val minor: Long, val token: Int)

/** A payment that was approved. */
fun approved(minor: Long = 1234, token: Int = 1) = Decision(true, "approved", minor, token)

/** Every decision of the bank, oldest first. */
fun Desk.decisions(): List<Decision> = authorisations().map {
    Decision(it["approved"].asBoolean, it["reason"].asString, it["minor_units"].asLong, it["token"].asInt)
}

/**
 * The phone reports, and the bank's book holds these decisions and no suspicion: every token and its
 * device are active, every letter was taken, and every card that wanted keys has them. The phone's
 * history says of the payments what the bank decided.
 */
fun assertBook(desk: Desk, wallet: PaymentWallet, vararg expected: Decision) {
    assertEquals(emptyList<Exception>(), wallet.synchronise(desk.service).refusals)
    assertEquals(expected.toList(), desk.decisions())
    for (token in desk.tokens()) {
        assertEquals("$token", listOf("active", "active"), listOf(token["status"].asString, token["standing"].asString))
    }
    wallet.synchronise(desk.service)
    val known = wallet.history().filter { it.outcome is HistoryOutcome.Approved || it.outcome is HistoryOutcome.Declined }
    assertEquals(expected.size, known.size)
    assertEquals(expected.map { it.approved }, known.sortedBy { it.number }.map { it.outcome is HistoryOutcome.Approved })
}
