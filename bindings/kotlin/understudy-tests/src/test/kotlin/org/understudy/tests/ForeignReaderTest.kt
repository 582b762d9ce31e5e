package org.understudy.tests

import com.github.devnied.emvnfccard.enums.EmvCardScheme
import com.github.devnied.emvnfccard.model.EmvCard
import com.github.devnied.emvnfccard.parser.EmvTemplate
import com.github.devnied.emvnfccard.parser.IProvider
import java.text.SimpleDateFormat
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.understudy.Desk
import org.understudy.Tap
import org.understudy.android.AndroidPhone
import org.understudy.statusWord
import org.understudy.valueOf

/** A reader that others wrote reads the card through the framework's service. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class ForeignReaderTest {
    private val desk = Desk()
    private val phone = AndroidPhone()
    private val wallet = phone.provisioned(desk)
    private var commands = 0

    @After fun close() {
        phone.close()
        desk.close()
    }

    private fun read(): EmvCard {
        phone.takenOut()
        val provider = object : IProvider {
            override fun transceive(command: ByteArray): ByteArray = phone.reader.transceive(command).also { commands++ }
            override fun getAt() = ByteArray(0)
        }
        val everything = EmvTemplate.Config()
            .setContactLess(true).setReadAllAids(true).setReadTransactions(true).setReadCplc(true).setReadAt(false)
        val card = EmvTemplate.Builder().setProvider(provider).setConfig(everything).build().readEmvCard()
        phone.reader.leave()
        return card
    }

    /** Number and expiry, YYMM, as our own tap finds them in the track 2 equivalent data. */
    private fun track(): List<String> {
        phone.takenOut()
        val track = Tap.commands.map(phone.reader::transceive).firstNotNullOf { valueOf("57", it) }
        phone.reader.leave()
        return listOf(track.substringBefore('D'), track.substringAfter('D').take(4))
    }

    @Test fun `it reports the scheme, the token, its expiry and no transactions`() {
        val card = read()
        assertEquals(EmvCardScheme.UNIONPAY, card.type)
        assertEquals(track(), listOf(card.cardNumber, SimpleDateFormat("yyMM").format(card.expireDate)))
        assertTrue(card.applications.isNotEmpty())
        assertTrue(card.applications.all { it.listTransactions.isNullOrEmpty() })
        assertEquals("the holder has no name", listOf(null, null), listOf(card.holderFirstname, card.holderLastname))
        assertBook(desk, wallet)
    }

    @Test fun `of a suspended card it reports nothing`() {
        wallet.setPaying(1u, false)
        val card = read()
        assertTrue("it tried", commands > 10)
        assertEquals(listOf(null, null, null), listOf(card.type, card.cardNumber, card.expireDate))
        assertBook(desk, wallet)
    }

    @Test fun `it reads a card until its keys are gone and after, and throws nothing`() {
        val keys = wallet.cards().single().keysLeft.toInt()
        repeat(keys) { read() }
        assertEquals(0, wallet.cards().single().keysLeft.toInt())
        phone.takenOut()
        assertEquals("6985", Tap.commands.map(phone.reader::transceive).last().let(::statusWord))
        phone.reader.leave()
        assertNull(read().cardNumber)
        assertBook(desk, wallet)
    }
}
