package org.understudy.sample.history

import android.view.View
import android.view.ViewGroup
import android.widget.ArrayAdapter
import android.widget.ListView
import java.time.Instant
import java.time.ZoneId
import org.understudy.ffi.HistoryEntry
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen
import org.understudy.sample.moment
import org.understudy.sample.money
import org.understudy.sample.month
import org.understudy.sample.outcome
import org.understudy.sample.put

class HistoryScreen(host: MainActivity) : Screen(host, R.layout.history) {
    private val presenter = HistoryPresenter(app::wallet) {
        ZoneId.systemDefault().rules.getOffset(Instant.now()).totalSeconds
    }
    private val list = find<ListView>(R.id.history_list)
    private val totals: ViewGroup = host.layoutInflater.inflate(R.layout.history_totals, list, false) as ViewGroup

    init {
        list.addHeaderView(totals, null, false)
        list.emptyView = find(R.id.history_none)
    }

    override fun refresh() = load(presenter::load) { history ->
        totals.removeAllViews()
        for (total in history.totals) totals.addView(panel(total))
        list.adapter = Entries(history.entries)
    }

    private fun panel(total: MonthTotal): View = host.layoutInflater.inflate(R.layout.history_month, totals, false).apply {
        put(R.id.month_name, host.month(total.month))
        put(R.id.month_taps, host.resources.getQuantityString(R.plurals.history_taps, total.taps.toInt(), total.taps.toInt()))
        put(R.id.month_unconfirmed, host.money(total.unconfirmed, total.currency))
        put(R.id.month_approved, host.money(total.approved, total.currency))
        put(R.id.month_returned, host.money(total.returned, total.currency))
    }

    private inner class Entries(entries: List<HistoryEntry>) : ArrayAdapter<HistoryEntry>(host, R.layout.history_entry, entries) {
        override fun getView(at: Int, old: View?, parent: ViewGroup): View {
            val view = old ?: host.layoutInflater.inflate(R.layout.history_entry, parent, false)
            val entry = getItem(at) ?: return view
            view.put(R.id.entry_merchant, entry.merchant ?: host.getString(R.string.history_no_merchant))
            view.put(R.id.entry_moment, host.moment(entry.at))
            view.put(R.id.entry_amount, entry.amount?.let { host.money(it) }.orEmpty())
            view.put(R.id.entry_outcome, host.outcome(entry.outcome))
            return view
        }
    }
}
