package org.understudy

import java.nio.ByteBuffer
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.understudy.ffi.Amount
import org.understudy.ffi.CardState
import org.understudy.ffi.Effect
import org.understudy.ffi.HistoryOutcome
import org.understudy.ffi.PasswordState
import org.understudy.ffi.TapEvent
import org.understudy.ffi.WalletException
import org.understudy.tap.TapWallet

class PaymentWalletTest {
    private val phone = Phone()

    @AfterEach fun close() = phone.close()

    @Test fun `a card that is bound over HTTP pays, and its tap is in the history with its amount`() {
        phone.open().use { wallet ->
            assertNull(wallet.device())
            assertEquals("6A82", hex(wallet.process(Tap.selectDirectory).octets))
            wallet.enrol(Issuer.service)
            val device = wallet.device()!!
            wallet.enrol(Issuer.service)
            assertArrayEquals(device, wallet.device(), "enrolled once")
            val card = Issuer.service.bind(device, Issuer.BANK_CARD, Issuer.EXPIRY)
            val wrong = assertThrows(TokenServiceException::class.java) {
                val code = Issuer.code()
                try {
                    Issuer.service.verify(device, card, if (code == "000000") "000001" else "000000")
                } finally {
                    Issuer.service.verify(device, card, code)
                }
            }
            assertEquals(403, wrong.status)
            assertEquals("the code is wrong; attempts left: 2", wrong.message)
            val brought = wallet.synchronise(Issuer.service)
            assertTrue(Effect.INSTALLED in brought.effects, "${brought.effects}")
            assertEquals(emptyList<Exception>(), brought.refusals)

            val installed = wallet.cards().single()
            assertEquals(card, installed.id)
            assertEquals(CardState.ACTIVE, installed.state)
            wallet.userActed()
            val answers = Tap.commands.map(wallet::process)

            val answer = answers.last().octets
            assertEquals("9000", statusWord(answer))
            val counter = valueOf("9F36", answer)!!.toInt(16).toUShort()
            assertEquals(listOf(null, TapEvent.CardSelected(card), TapEvent.Sent(card, Amount(1234u, 156u), counter)), answers.map { it.event })
            val entry = wallet.history().first()
            assertEquals(HistoryOutcome.Sent, entry.outcome)
            assertEquals(Amount(1234u, 156u), entry.amount)
            assertEquals("CORNER SHOP BEIJING", entry.merchant)
            assertEquals(counter, entry.atc)
            assertEquals(entry, wallet.history(card = card).first())
            assertEquals(emptyList<Any>(), wallet.history(card = 9u))
            assertTrue(wallet.historyCsv().contains("CORNER SHOP"))
            assertTrue(wallet.historyJson().contains("CORNER SHOP"))
            val sum = wallet.monthlySums(0).single()
            assertEquals(listOf<Any>(1234uL, 1uL, 0uL), listOf(sum.unconfirmed, sum.taps, sum.approved))
            wallet.clearHistory()
            assertEquals(emptyList<Any>(), wallet.history())
        }
    }

    @Test fun `JNI and UniFFI carry on one conversation over one wallet, whoever opens it first`() {
        phone.provisioned().close()
        val byJni = TapWallet.open(phone.folder, direct(phone.key))
        phone.open().use { wallet ->
            wallet.settle()
            byJni.process(Tap.selectDirectory)
            assertEquals("9000", statusWord(wallet.process(Tap.selectApplication).octets))
            val first = byJni.process(Tap.getProcessingOptions)
            assertEquals("9000", statusWord(first))
            byJni.fieldLost()
            assertEquals("6985", hex(wallet.process(Tap.getProcessingOptions).octets))
            wallet.settle()
            val second = atcOfTap { wallet.process(it).octets }
            assertEquals("%04X".format(valueOf("9F36", first)!!.toInt(16) + 1), second)
        }
        assertEquals("6A82", hex(byJni.process(Tap.selectDirectory)), "closed for everybody")
        val wrong = assertThrows(IllegalStateException::class.java) { TapWallet.open(phone.folder, direct(ByteArray(32))) }
        val boot = assertThrows(IllegalStateException::class.java) { TapWallet.open(phone.folder, direct(phone.key), ByteArray(17) { 1 }) }
        assertEquals("a boot id has 16 octets, not all zero", boot.message)
        val wrongToo = assertThrows(WalletException.StorageKey::class.java) { PaymentWallet.open(phone.folder, direct(ByteArray(32))) }
        assertEquals(wrongToo.message, wrong.message)
    }

    @Test fun `a second opener in the process must bring the same key`() {
        phone.open().use {
            assertThrows(WalletException.StorageKey::class.java) { PaymentWallet.open(phone.folder, direct(ByteArray(32))) }
            assertThrows(IllegalStateException::class.java) { TapWallet.open(phone.folder, direct(ByteArray(32))) }
            phone.open()
        }
    }

    @Test fun `whatever a reader sends is answered, alike both ways`() {
        phone.provisioned().use { wallet ->
            val byJni = TapWallet.open(phone.folder, direct(phone.key))
            val left = wallet.cards().single().keysLeft
            val cut = (0 until Tap.getProcessingOptions.size - 1).map(Tap.getProcessingOptions::copyOf)
            val malformed = listOf("", "00", "00A404", "00A4040005", "00A40400FF00", "FF000000", "80A80000").map(::octets)
            val long = listOf(261, 65_535, 65_536, 65_537, 1_000_000).flatMap { size -> listOf(0x00, 0x5A, 0xFF).map { fill -> ByteArray(size) { fill.toByte() } } }
            val random = java.util.Random(1).let { random -> List(200) { ByteArray(random.nextInt(300)).also(random::nextBytes) } }
            for (command in cut + malformed + long + random) {
                val answers = listOf<(ByteArray) -> ByteArray>({ wallet.process(it).octets }, byJni::process).map { process ->
                    process(Tap.selectApplication)
                    hex(process(command))
                }
                assertEquals(answers[0], answers[1], "to ${hex(command.copyOf(minOf(command.size, 20)))}")
                assertTrue(answers[0].matches(Regex("6[0-9A-F]{3}")), answers[0])
            }
            assertEquals(left, wallet.cards().single().keysLeft, "no key was spent")
        }
    }

    @Test fun `a wallet that was closed says so, and a reader finds nothing`() {
        val wallet = phone.provisioned()
        wallet.close()
        wallet.close()
        val uses = listOf<PaymentWallet.() -> Any?>(
            { cards() }, { settle() }, { device() }, { report() }, { needs() }, { history() }, { storage() },
            { userActed() }, { userVerified() }, { prompt() }, { passwordState() }, { setPassword("135792".toCharArray()) },
            { receive(ByteArray(8)) }, { present(1u, 5u) }, { setDefault(1u) }, { wipe() }, { synchronise(Issuer.service) },
        )
        for (call in uses) {
            val error = assertThrows(WalletException.Closed::class.java) { wallet.call() }
            assertEquals("the wallet is closed; open it again", error.message)
        }
        assertEquals("6A82", hex(wallet.process(Tap.selectDirectory).octets))
        wallet.fieldLost()
        wallet.forgetVerification()
        phone.open().use { assertEquals(1, it.cards().size) }
    }

    @Test fun `an error carries the library's own sentence`() {
        phone.provisioned().use { wallet ->
            val texts = listOf<Pair<Class<out WalletException>, () -> Any?>>(
                WalletException.Refused::class.java to { wallet.receive(ByteArray(40)) },
                WalletException.Refused::class.java to { wallet.setDefault(77u) },
                WalletException.Password::class.java to { wallet.setPassword("12".toCharArray()) },
                WalletException.Argument::class.java to { PaymentWallet.open(phone.folder, direct(ByteArray(31))) },
                WalletException.Argument::class.java to { PaymentWallet.open(phone.folder, direct(phone.key), ByteArray(3)) },
            ).map { (kind, use) -> assertThrows(kind) { use() }.message!! }
            assertEquals("a storage key has 32 octets", texts[3])
            assertEquals("a boot id has 16 octets, not all zero", texts[4])
            assertTrue(texts.all { it.length > 10 && it[0].isLowerCase() }, "$texts")
        }
        val heap = assertThrows(IllegalArgumentException::class.java) { PaymentWallet.open(phone.folder, ByteBuffer.allocate(32)) }
        assertEquals("the storage key comes in a direct buffer", heap.message)
    }

    @Test fun `a storage key is read from the buffer's position to its limit`() {
        phone.open().close()
        val larger = ByteBuffer.allocateDirect(40).apply { position(4); put(phone.key); limit(36); position(4) }
        PaymentWallet.open(phone.folder, larger).close()
        larger.position(4).limit(36)
        TapWallet.open(phone.folder, larger)
        phone.open().close()
    }

    @Test fun `a payment password is set, verifies, changes and locks`() {
        phone.provisioned().use { wallet ->
            assertEquals(PasswordState.Unset, wallet.passwordState())
            val digits = "135792".toCharArray()
            wallet.setPassword(digits)
            assertTrue(digits.all { it == '\u0000' }, "overwritten")
            assertThrows(WalletException.Password::class.java) { wallet.setPassword("246813".toCharArray()) }
            wallet.verifyPassword("135792".toCharArray())
            wallet.changePassword("135792".toCharArray(), "864209".toCharArray())
            val wrong = assertThrows(WalletException.Password::class.java) { wallet.verifyPassword("135792".toCharArray()) }
            assertFalse(wrong.message!!.contains("135792"))
            assertEquals(PasswordState.Set(4u), wallet.passwordState())
            repeat(4) { assertThrows(WalletException.Password::class.java) { wallet.verifyPassword("135792".toCharArray()) } }
            assertEquals(PasswordState.Locked, wallet.passwordState())
            assertThrows(WalletException.Password::class.java) { wallet.verifyPassword("864209".toCharArray()) }
        }
    }

    @Test fun `a payment password of other characters than digits is refused`() {
        phone.open().use { wallet ->
            for (other in listOf("", "12345", "13579a", "１３５７９２", "\u01311357924", "1".repeat(33))) {
                assertThrows(WalletException.Password::class.java, { wallet.setPassword(other.toCharArray()) }, other)
            }
            assertEquals(PasswordState.Unset, wallet.passwordState())
        }
    }

    @Test fun `a tap above the limit asks for the user, and goes through once the password was given`() {
        phone.provisioned().use { wallet ->
            wallet.setPassword("135792".toCharArray())
            wallet.userActed()
            val large = Tap.withoutPinPad(minor = 250_000)
            wallet.process(Tap.selectApplication)
            val refused = wallet.process(large)
            assertEquals("6986", hex(refused.octets))
            assertEquals(TapEvent.VerificationNeeded(1u, Amount(250_000u, 156u)), refused.event)
            wallet.fieldLost()
            val prompt = wallet.prompt()!!
            assertEquals(Amount(250_000u, 156u), prompt.amount)
            assertEquals("CORNER SHOP BEIJING", prompt.merchant)

            wallet.verifyPassword("135792".toCharArray())
            wallet.process(Tap.selectApplication)
            assertEquals("9000", statusWord(wallet.process(large).octets))
        }
    }

    @Test fun `a password for one tap is good for no larger one that came while it was typed`() {
        phone.provisioned().use { wallet ->
            wallet.setPassword("135792".toCharArray())
            wallet.userActed()
            fun pay(minor: Int): String {
                wallet.process(Tap.selectApplication)
                return statusWord(wallet.process(Tap.withoutPinPad(minor)).octets).also { wallet.fieldLost() }
            }
            assertEquals("6986", pay(250_000))
            val shown = wallet.prompt()!!
            assertEquals("6986", pay(900_000), "another reader's")
            assertThrows(WalletException.Refused::class.java) { wallet.verifyPasswordFor(shown, "135792".toCharArray()) }
            assertEquals("6986", pay(900_000))
            assertEquals("6986", pay(250_000))
            val digits = "135792".toCharArray()
            wallet.verifyPasswordFor(wallet.prompt()!!, digits)
            assertTrue(digits.all { it == '\u0000' }, "overwritten")
            assertEquals("9000", pay(250_000))
            assertThrows(WalletException.Password::class.java) { wallet.verifyPasswordFor(shown, "864209".toCharArray()) }
            assertEquals(PasswordState.Set(4u), wallet.passwordState())
        }
    }

    @Test fun `a verification for a prompt is refused when none waits, and forgotten when the screen goes dark`() {
        phone.provisioned().use { wallet ->
            wallet.userActed()
            val large = Tap.withoutPinPad(minor = 250_000)
            wallet.process(Tap.selectApplication)
            wallet.process(large)
            wallet.fieldLost()
            val prompt = wallet.prompt()!!
            val other = prompt.copy(amount = Amount(1u, 156u))
            assertThrows(WalletException.Refused::class.java) { wallet.userVerifiedFor(other) }
            wallet.userVerifiedFor(prompt)
            wallet.forgetVerification()
            wallet.process(Tap.selectApplication)
            assertEquals("6986", hex(wallet.process(large).octets))
        }
    }

    @Test fun `keys that run low are replenished, and no counter comes twice`() {
        phone.provisioned().use { wallet ->
            val before = wallet.cards().single().keysLeft.toInt()
            val seen = mutableListOf<String>()
            while (wallet.needs().cards.none { it.wanted }) seen += pay(wallet)
            val low = wallet.cards().single().keysLeft.toInt()
            assertTrue(low < before, "$low of $before")
            val brought = wallet.synchronise(Issuer.service)
            assertTrue(Effect.REPLENISHED in brought.effects, "${brought.effects} ${brought.refusals.map { it.message }}")
            assertTrue(wallet.cards().single().keysLeft.toInt() > low)
            repeat(3) { seen += pay(wallet) }
            assertEquals(seen.distinct(), seen)
        }
    }

    private fun pay(wallet: PaymentWallet): String {
        wallet.userActed()
        return atcOfTap { wallet.process(it).octets }.also {
            wallet.fieldLost()
            wallet.settle()
        }
    }

    @Test fun `the issuer's keys are those that the app expects`() {
        phone.open().use { wallet ->
            val known = Issuer.service.challenge().keys
            val others = IssuerKeys(known.receive, ByteArray(32))
            assertNotEquals(known, others)
            val error = assertThrows(java.io.IOException::class.java) { wallet.enrol(Issuer.service, expected = others) }
            assertEquals("the issuer's keys are not the expected ones", error.message)
            assertNull(wallet.device())
            wallet.enrol(Issuer.service, expected = known)
        }
    }

    @Test fun `no text of the wallet holds a card's number`() {
        phone.provisioned().use { wallet ->
            wallet.userActed()
            val track2 = valueOf("57", tap { wallet.process(it).octets }.last())!!
            val token = track2.substringBefore('D')
            val texts = listOf(
                wallet, wallet.cards(), wallet.history(), wallet.needs(), wallet.storage(), wallet.events(),
                wallet.historyJson(), wallet.historyCsv(), TapWallet.open(phone.folder, direct(phone.key)),
            ).map(Any::toString)
            for (text in texts) for (number in listOf(token, Issuer.BANK_CARD)) {
                assertFalse(text.contains(number.drop(6).dropLast(4)), text)
            }
            assertTrue(texts[1].contains(token.takeLast(4)), texts[1])
        }
    }

    @Test fun `a wallet that was wiped holds nothing when it is opened anew`() {
        val wallet = phone.provisioned()
        wallet.wipe()
        assertThrows(WalletException.Closed::class.java) { wallet.cards() }
        phone.open().use { anew ->
            assertEquals(emptyList<Any>(), anew.cards())
            assertNull(anew.device())
            Phone.provision(anew)
            assertEquals(1, anew.cards().size)
        }
    }

    @Test fun `the card that is presented pays, and the default afterwards`() {
        phone.provisioned(cards = 2).use { wallet ->
            val (first, second) = wallet.cards().map { it.id }
            assertEquals(listOf(true, false), wallet.cards().map { it.isDefault })
            wallet.present(second, 30u)
            wallet.settle()
            wallet.userActed()
            wallet.process(Tap.selectApplication)
            val event = wallet.process(Tap.getProcessingOptions).event as TapEvent.Sent
            assertEquals(second, event.card)
            wallet.presentDefault()
            assertEquals(listOf(true, false), wallet.cards().map { it.isPresented })
            wallet.setPaying(first, false)
            assertEquals(CardState.SUSPENDED_BY_USER, wallet.cards()[0].state)
            wallet.remove(second)
            assertEquals(listOf(first), wallet.cards().map { it.id })
        }
    }
}
