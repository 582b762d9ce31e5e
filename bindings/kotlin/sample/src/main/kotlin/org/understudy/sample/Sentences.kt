package org.understudy.sample

import android.content.Context
import java.io.IOException
import java.text.NumberFormat
import java.time.Instant
import java.time.YearMonth
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Currency
import org.understudy.StorageKeyLost
import org.understudy.TokenServiceException
import org.understudy.ffi.Amount
import org.understudy.ffi.HistoryOutcome
import org.understudy.ffi.PasswordState
import org.understudy.ffi.WalletException
import org.understudy.sample.bind.InputException
import org.understudy.tap.WalletUnavailable

/** What the user is told of a failure, in their language where it is known. */
fun Context.sentenceOf(failure: Throwable): String = when (failure) {
    is InputException -> getString(failure.mistake.sentence)
    is TokenServiceException -> getString(R.string.error_refused, failure.message)
    is IOException -> getString(R.string.error_network)
    is StorageKeyLost -> getString(R.string.error_key_lost)
    is WalletUnavailable -> getString(R.string.error_unavailable)
    is WalletException.Password -> getString(R.string.error_password)
    is WalletException -> getString(R.string.error_wallet, failure.message)
    else -> getString(R.string.error_other)
}

/** An amount as people write it. */
fun Context.money(amount: Amount): String = money(amount.minor, amount.currency)

fun Context.money(minor: ULong, numeric: UShort): String {
    val currency = Currency.getAvailableCurrencies().firstOrNull { it.numericCode == numeric.toInt() }
        ?: return getString(R.string.money_unknown, minor.toString(), numeric.toString())
    val digits = currency.defaultFractionDigits.coerceAtLeast(0)
    return NumberFormat.getCurrencyInstance(locale()).apply {
        this.currency = currency
        minimumFractionDigits = digits
        maximumFractionDigits = digits
    }.format(minor.toLong().toBigDecimal().movePointLeft(digits))
}

/** When a tap was, on this phone's clock. */
fun Context.moment(seconds: ULong?): String {
    if (seconds == null) return getString(R.string.moment_unknown)
    val format = DateTimeFormatter.ofPattern(getString(R.string.moment_pattern), locale())
    return Instant.ofEpochSecond(seconds.toLong()).atZone(ZoneId.systemDefault()).format(format)
}

fun Context.month(month: YearMonth): String =
    month.format(DateTimeFormatter.ofPattern(getString(R.string.month_pattern), locale()))

/** What the phone knows of a tap's fate. Only the issuer knows whether it was paid. */
fun Context.outcome(outcome: HistoryOutcome): String = when (outcome) {
    is HistoryOutcome.Sent -> getString(R.string.outcome_sent)
    is HistoryOutcome.PossiblyTorn -> getString(R.string.outcome_torn)
    is HistoryOutcome.DeclinedByCard -> getString(R.string.outcome_declined_by_card)
    is HistoryOutcome.Refused -> getString(R.string.outcome_refused)
    is HistoryOutcome.NeedsVerification -> getString(R.string.outcome_verify)
    is HistoryOutcome.UnknownPowerLost -> getString(R.string.outcome_power_lost)
    is HistoryOutcome.Approved -> getString(R.string.outcome_approved, money(outcome.amount))
    is HistoryOutcome.Declined -> getString(R.string.outcome_declined)
    is HistoryOutcome.Reversed -> getString(R.string.outcome_reversed, money(outcome.amount))
}

/** How the payment password stands. */
fun Context.standing(state: PasswordState): String = when (state) {
    is PasswordState.Unset -> getString(R.string.password_unset)
    is PasswordState.Set ->
        resources.getQuantityString(R.plurals.password_tries, state.triesLeft.toInt(), state.triesLeft.toInt())
    is PasswordState.Locked -> getString(R.string.password_locked)
}

private fun Context.locale() = resources.configuration.locales[0]
