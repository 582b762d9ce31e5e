package org.understudy.sample.history

import java.time.YearMonth
import org.understudy.PaymentWallet
import org.understudy.ffi.HistoryEntry

/** What was paid in a month in one currency, in minor units. */
data class MonthTotal(
    val month: YearMonth,
    val currency: UShort,
    val approved: ULong,
    val unconfirmed: ULong,
    val returned: ULong,
    val taps: ULong,
)

class History(val totals: List<MonthTotal>, val entries: List<HistoryEntry>)

/** The taps, newest first, and each month's sums. [utcOffset] is the phone's, in seconds. */
class HistoryPresenter(private val wallet: () -> PaymentWallet, private val utcOffset: () -> Int) {
    fun load(): History {
        val wallet = wallet()
        val totals = wallet.monthlySums(utcOffset())
            .groupBy { YearMonth.of(it.year.toInt(), it.month.toInt()) to it.currency }
            .map { (place, merchants) ->
                MonthTotal(
                    place.first,
                    place.second,
                    merchants.sumOf { it.approved },
                    merchants.sumOf { it.unconfirmed },
                    merchants.sumOf { it.returned },
                    merchants.sumOf { it.taps },
                )
            }
        return History(totals.sortedByDescending { it.month }, wallet.history())
    }

    fun clear() = wallet().clearHistory()
}
