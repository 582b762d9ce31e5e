package org.understudy.sample.close

import org.understudy.sample.bind.Bank

/** Ends the service on this phone. [wipe] erases the wallet and its key, whether they can be read or not. */
class ClosePresenter(private val bank: Bank, private val wipe: () -> Unit) {
    /** The phone's owner has just proved to be there. */
    fun close() {
        wipe()
        bank.pending = null
        bank.address = ""
    }
}
