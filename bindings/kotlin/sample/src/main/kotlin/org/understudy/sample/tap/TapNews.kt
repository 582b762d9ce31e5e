package org.understudy.sample.tap

import org.understudy.ffi.Amount
import org.understudy.ffi.TapEvent

/** A tap, as its user should hear of it. */
sealed interface TapNews {
    /** The answer was given to the reader. Whether it was paid, the till says. */
    class Sent(val amount: Amount) : TapNews

    /** The user must verify, and tap again. */
    class Verify(val amount: Amount, val merchant: String?) : TapNews

    /** The card refused, for a reason in the library's words. */
    class Refused(val reason: String) : TapNews
}

/** What the last of these events means to the user; null if they tell nothing. */
fun newsOf(events: List<TapEvent>): TapNews? = events.reversed().firstNotNullOfOrNull { event ->
    when (event) {
        is TapEvent.Sent -> TapNews.Sent(event.amount)
        is TapEvent.VerificationNeeded -> TapNews.Verify(event.amount, null)
        is TapEvent.Refused -> TapNews.Refused(event.reason)
        is TapEvent.CardSelected, is TapEvent.FieldLost, is TapEvent.Waited -> null
    }
}
