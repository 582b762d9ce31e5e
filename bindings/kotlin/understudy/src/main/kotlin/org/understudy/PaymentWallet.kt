package org.understudy

import java.io.File
import java.nio.ByteBuffer
import org.understudy.ffi.Answer
import org.understudy.ffi.Card
import org.understudy.ffi.Effect
import org.understudy.ffi.HistoryEntry
import org.understudy.ffi.HistoryFilter
import org.understudy.ffi.MonthlySum
import org.understudy.ffi.Needs
import org.understudy.ffi.PasswordState
import org.understudy.ffi.Prompt
import org.understudy.ffi.Storage
import org.understudy.ffi.TapEvent
import org.understudy.ffi.Wallet
import org.understudy.ffi.WalletException
import org.understudy.ffi.endIn

/**
 * Hears of what the phone around a wallet must know. Called on the thread that made the change, after
 * it; what it throws reaches the caller, though the change stays.
 */
interface WalletObserver {
    /** A card came, went, changed, was suspended or pays again; these are there now. */
    fun cardsChanged(cards: List<Card>)

    /** The user wants to pay with a card now. */
    fun presented()
}

/**
 * A wallet of stand-in cards, sealed in a folder. Any thread may call; what changes the wallet waits
 * for the storage, what a tap needs ([process], [fieldLost]) does not.
 *
 * Errors are [WalletException]s, whose message is the library's own sentence. After [close] every
 * call but [process], [fieldLost], [forgetVerification] and [events] throws [WalletException.Closed].
 */
class PaymentWallet private constructor(private val wallet: Wallet) : AutoCloseable {
    companion object {
        /** Octets of a storage key. */
        const val STORAGE_KEY_OCTETS = 32

        /**
         * Opens the wallet in a folder, or makes one; if this process has it open already, this is
         * the same one. [key] is a direct buffer of 32 octets, read from its position on, which its
         * owner overwrites afterwards. [boot], 16 octets, names the run of the operating system;
         * without it Linux is asked, and where that does not say, a key that was made ready for a
         * tap is given up each time the process ends.
         *
         * @throws WalletException.Busy another process has it open
         * @throws WalletException.StorageKey it is sealed under another key
         * @throws IllegalArgumentException the buffer is not direct
         */
        @Throws(WalletException::class)
        fun open(folder: File, key: ByteBuffer, boot: ByteArray? = null): PaymentWallet {
            // The generated code leaks a handle over a buffer of the heap, and reads from its start.
            require(key.isDirect) { "the storage key comes in a direct buffer" }
            return PaymentWallet(Wallet.open(folder.path, key.slice(), boot))
        }

        /** As [close], for the wallet in a folder, which a reader may have opened alone; nothing if nobody has. */
        fun closeIn(folder: File) = endIn(folder.path)
    }

    /**
     * Closes the wallet for everybody in this process, once the calls that are under way have
     * ended. Its keys are wiped from memory, and its folder is free.
     */
    override fun close() = wallet.end()

    /** It was not closed, by whomever. */
    val isOpen: Boolean
        get() = try {
            wallet.lastLetter()
            true
        } catch (_: WalletException.Closed) {
            false
        }

    /** Hears of the cards, if they change through this object; null: nobody does. */
    @Volatile
    var observer: WalletObserver? = null

    /** Held by one synchronisation at a time: a letter that two take is refused to one of them. */
    internal val synchronising = Any()

    private fun tellOfCards() {
        observer?.cardsChanged(if (isOpen) cards() else emptyList())
    }

    // A tap

    /** The answer to one command of a reader, 2 to 258 octets, whatever the command is; 6A82 after [close]. */
    fun process(command: ByteArray): Answer = wallet.process(command)

    /** The reader's field went away: the conversation is over. */
    fun fieldLost() = wallet.fieldLost()

    /** What happened in taps since this was last asked, oldest first; at most 16 events. */
    fun events(): List<TapEvent> = wallet.events()

    /** Makes the next tap ready. Due after a tap, and when [needs] says so. */
    @Throws(WalletException::class)
    fun settle() = wallet.settle()

    // The issuer

    /**
     * This device's name, 16 octets; null before it enrolled.
     */
    @Throws(WalletException::class)
    fun device(): ByteArray? = wallet.device()

    /** The request that makes this device known to an issuer; see [enrol]. */
    @Throws(WalletException::class)
    fun enrolmentRequest(challenge: IssuerChallenge, attestation: ByteArray?): ByteArray =
        wallet.enrolmentRequest(
            direct(challenge.challenge),
            direct(challenge.keys.receive),
            direct(challenge.keys.verify),
            attestation,
        )

    /** Takes a letter of the issuer; says what it did. */
    @Throws(WalletException::class)
    fun receive(letter: ByteArray): Effect = wallet.receive(letter).also { if (it in OF_CARDS) tellOfCards() }

    /** The number of the last letter that was accepted; 0 before the first. */
    @Throws(WalletException::class)
    fun lastLetter(): ULong = wallet.lastLetter()

    /** The report for the issuer: a new one, or the last one again until it was accepted. */
    @Throws(WalletException::class)
    fun report(): ByteArray = wallet.report()

    /** After [Effect.WIPED]: the reports that tell the issuer so, to be sent in order. */
    @Throws(WalletException::class)
    fun partingReports(): List<ByteArray> = wallet.partingReports()

    /** What should be seen to before the user stands at the till. */
    @Throws(WalletException::class)
    fun needs(): Needs = wallet.needs()

    // The user

    /** The cards, in the order in which they were installed. */
    @Throws(WalletException::class)
    fun cards(): List<Card> = wallet.cards()

    /** Makes a card the one that readers see when no other is presented. */
    @Throws(WalletException::class)
    fun setDefault(card: UShort) = wallet.setDefault(card)

    /** Shows a card to readers for one tap or so many seconds. */
    @Throws(WalletException::class)
    fun present(card: UShort, seconds: UInt) {
        wallet.present(card, seconds)
        observer?.presented()
    }

    /** Shows the default card again. */
    @Throws(WalletException::class)
    fun presentDefault() = wallet.presentDefault()

    /** Keeps a card from paying, or lets it pay again if the issuer does. */
    @Throws(WalletException::class)
    fun setPaying(card: UShort, paying: Boolean) {
        wallet.setPaying(card, paying)
        tellOfCards()
    }

    /** Removes a card, its keys and its history from this device. */
    @Throws(WalletException::class)
    fun remove(card: UShort) {
        wallet.remove(card)
        tellOfCards()
    }

    /** The user acted in the app: the guard against readers that drain the card starts anew. */
    @Throws(WalletException::class)
    fun userActed() = wallet.userActed()

    /** The device verified its user so many seconds ago. Only who saw this happen may say so. */
    @Throws(WalletException::class)
    fun userVerified(secondsAgo: UInt = 0u) = wallet.userVerified(secondsAgo)

    /** As [userVerified], in answer to a [prompt]: for one tap of its amount or less. */
    @Throws(WalletException::class)
    fun userVerifiedFor(prompt: Prompt, secondsAgo: UInt = 0u) = wallet.userVerifiedFor(prompt, secondsAgo)

    /** The verification holds no longer: the screen went dark, or the user left. */
    fun forgetVerification() = wallet.forgetVerification()

    /** The tap that waits for the user's verification and a second tap, if one does. */
    @Throws(WalletException::class)
    fun prompt(): Prompt? = wallet.prompt()

    // The payment password: 6 to 32 digits, which are overwritten when the call returns

    /** The state of the payment password. */
    @Throws(WalletException::class)
    fun passwordState(): PasswordState = wallet.passwordState()

    /** Sets the payment password, where there is none. */
    @Throws(WalletException::class)
    fun setPassword(digits: CharArray) = wiped(digits, wallet::setPassword)

    /** Changes the payment password. */
    @Throws(WalletException::class)
    fun changePassword(old: CharArray, new: CharArray) =
        wiped(old) { before -> wiped(new) { after -> wallet.changePassword(before, after) } }

    /**
     * Verifies the user by the payment password: for the tap that waits for it, or else for any
     * while the verification is fresh.
     */
    @Throws(WalletException::class)
    fun verifyPassword(digits: CharArray) = wiped(digits, wallet::verifyPassword)

    /**
     * As [verifyPassword], in answer to the [prompt] that the user was shown: for one tap of its amount
     * or less, and for no other that came meanwhile.
     *
     * @throws WalletException.Refused the password is right, and that tap waits no longer
     */
    @Throws(WalletException::class)
    fun verifyPasswordFor(prompt: Prompt, digits: CharArray) = wiped(digits) { wallet.verifyPasswordFor(prompt, it) }

    // The history

    /** The taps, newest first. */
    @Throws(WalletException::class)
    fun history(card: UShort? = null, from: ULong? = null, before: ULong? = null): List<HistoryEntry> =
        wallet.history(HistoryFilter(card, from, before))

    /** The history as JSON. */
    @Throws(WalletException::class)
    fun historyJson(): String = wallet.historyJson()

    /** The history as CSV. */
    @Throws(WalletException::class)
    fun historyCsv(): String = wallet.historyCsv()

    /** Sums a month, merchant and currency, at a place so many seconds east of Greenwich. */
    @Throws(WalletException::class)
    fun monthlySums(utcOffset: Int): List<MonthlySum> = wallet.monthlySums(utcOffset)

    /** Clears the history of a card, or all of it. */
    @Throws(WalletException::class)
    fun clearHistory(card: UShort? = null) = wallet.clearHistory(card)

    // The storage

    /** What is on the disk. */
    @Throws(WalletException::class)
    fun storage(): Storage = wallet.storage()

    /** Erases everything, and closes the wallet. */
    @Throws(WalletException::class)
    fun wipe() {
        wallet.wipe()
        tellOfCards()
    }
}

/** What a letter does to cards that somebody outside the wallet must know. */
private val OF_CARDS = setOf(
    Effect.INSTALLED,
    Effect.CHANGED,
    Effect.SUSPENDED,
    Effect.RESUMED,
    Effect.DELETED,
    Effect.WIPED,
)
