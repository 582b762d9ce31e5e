package org.understudy.sample

import java.time.YearMonth
import java.time.ZoneOffset
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.TokenServiceException
import org.understudy.ffi.Amount
import org.understudy.ffi.Effect
import org.understudy.ffi.PasswordState
import org.understudy.ffi.TapEvent
import org.understudy.hex
import org.understudy.sample.bind.Bank
import org.understudy.sample.bind.BindPresenter
import org.understudy.sample.bind.InputException
import org.understudy.sample.bind.Mistake
import org.understudy.sample.bind.cardNumber
import org.understudy.sample.bind.code
import org.understudy.sample.bind.expiry
import org.understudy.sample.history.HistoryPresenter
import org.understudy.sample.lost.LostPresenter
import org.understudy.sample.password.PasswordPresenter
import org.understudy.sample.tap.TapNews
import org.understudy.sample.tap.newsOf
import org.understudy.tap

/** The presenters on a plain JVM, against the bank of the `understudy` command: no view, no Android. */
class PresentersTest {
    private val phone = Phone()
    private val opened = lazy { phone.provisioned() }
    private val wallet by opened
    private val bank = object : Bank {
        override var address = ""
        override var pending: UShort? = null
    }

    @After fun close() {
        if (opened.isInitialized()) wallet.close()
        phone.close()
    }

    @Test fun `input is taken as people type it`() {
        assertEquals("6222020000000001230", cardNumber("6222 0200 0000 0001 230"))
        assertEquals("4912", expiry(" 12/49 "))
        assertEquals("4901", expiry("0149"))
        assertEquals("012345", code(" 012345 "))
        val wrong = mapOf(
            Mistake.NUMBER to { cardNumber("6222020000000001231") },
            Mistake.EXPIRY to { expiry("1/49") },
            Mistake.CODE to { code("12345") },
        )
        for ((mistake, parse) in wrong) {
            val thrown = assertThrows(InputException::class.java) { parse() }
            assertEquals(mistake, thrown.mistake)
            assertEquals("what was typed is not in it", mistake.name, thrown.message)
        }
    }

    @Test fun `a second card goes to the issuer that knows this phone, whatever is typed`() {
        wallet
        bank.address = Issuer.desk.address
        val presenter = BindPresenter({ wallet }, bank)
        assertTrue(presenter.load().addressIsFixed)
        presenter.request("https://another.example", Phone.bankCard(1), "12/49")
        assertEquals(Issuer.desk.address, bank.address)
        Issuer.code()
        presenter.sendAgain()
        presenter.confirm(Issuer.code())
        assertEquals(2, wallet.cards().size)
        assertNull(bank.pending)
    }

    @Test fun `a request that the issuer refuses leaves nothing pending`() {
        wallet
        bank.address = Issuer.desk.address
        val presenter = BindPresenter({ wallet }, bank)
        assertThrows(TokenServiceException::class.java) { presenter.request("", Issuer.BANK_CARD, "12/49") }
        assertNull(bank.pending)
    }

    @Test fun `the month's sums are one for each currency, whatever the merchants`() {
        repeat(2) {
            wallet.userActed()
            tap { wallet.process(it).octets }
            wallet.fieldLost()
            wallet.settle()
        }
        val history = HistoryPresenter({ wallet }, { 0 }).load()
        val total = history.totals.single()
        assertEquals(listOf<Any>(156.toUShort(), 2468uL, 0uL, 2uL), listOf(total.currency, total.unconfirmed, total.approved, total.taps))
        assertEquals(YearMonth.now(ZoneOffset.UTC), total.month)
        assertEquals(2, history.entries.size)
    }

    @Test fun `digits are overwritten, accepted or not`() {
        val presenter = PasswordPresenter({ wallet }) { Issuer.service }
        val arrays = listOf("192837", "192838", "192837", "192837", "000000", "564738", "564738").map { it.toCharArray() }
        assertThrows(InputException::class.java) { presenter.set(arrays[0], arrays[1]) }
        presenter.set(arrays[2], arrays[3])
        assertTrue(presenter.load() is PasswordState.Set)
        runCatching { presenter.change(arrays[4], arrays[5], arrays[6]) }
        for (array in arrays) assertTrue("${array.size}", array.all { it == '0' || it == '\u0000' })
    }

    @Test fun `what the bank ordered is told, the gravest last`() {
        val presenter = LostPresenter({ wallet }) { Issuer.service }
        assertEquals(1, presenter.load().paying)
        Issuer.desk.run("wipe", "--device", hex(wallet.device()!!))
        assertEquals(Effect.WIPED, presenter.takeMessages().last())
    }

    @Test fun `of a tap's events the last one that says something is told`() {
        val amount = Amount(1234u, 156u)
        val sent = listOf(TapEvent.CardSelected(1u), TapEvent.Sent(1u, amount, 1u), TapEvent.FieldLost)
        assertTrue(newsOf(sent) is TapNews.Sent)
        assertTrue(newsOf(sent + TapEvent.VerificationNeeded(1u, amount) + TapEvent.FieldLost) is TapNews.Verify)
        assertTrue(newsOf(listOf(TapEvent.Refused("no key is left"))) is TapNews.Refused)
        assertNull(newsOf(listOf(TapEvent.CardSelected(1u), TapEvent.FieldLost)))
    }
}
