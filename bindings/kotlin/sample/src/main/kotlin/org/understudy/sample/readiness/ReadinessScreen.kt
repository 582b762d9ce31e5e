package org.understudy.sample.readiness

import android.view.View
import android.view.ViewGroup
import org.understudy.HttpTokenService
import org.understudy.android.Obstacle
import org.understudy.android.Understudy
import org.understudy.android.readiness
import org.understudy.android.setObserveMode
import org.understudy.sample.MainActivity
import org.understudy.sample.R
import org.understudy.sample.Screen
import org.understudy.sample.isThere
import org.understudy.sample.part
import org.understudy.sample.put
import org.understudy.synchronise

class ReadinessScreen(host: MainActivity) : Screen(host, R.layout.readiness) {
    override fun refresh() = load({ Understudy.readiness(app) }) { obstacles ->
        show(R.id.readiness_ready, obstacles.isEmpty())
        val list = find<ViewGroup>(R.id.readiness_list)
        list.removeAllViews()
        for (obstacle in obstacles) list.addView(row(obstacle, list))
    }

    private fun row(obstacle: Obstacle, list: ViewGroup): View =
        host.layoutInflater.inflate(R.layout.obstacle, list, false).apply {
            put(R.id.obstacle_title, host.getString(obstacle.explained.title))
            put(R.id.obstacle_remedy, host.getString(obstacle.explained.remedy))
            val fix = fix(obstacle)
            part<View>(R.id.obstacle_fix).apply {
                isThere = fix != null
                setOnClickListener { fix?.invoke() }
            }
        }

    private fun fix(obstacle: Obstacle): (() -> Unit)? {
        obstacle.place?.let { place -> return { host.go(place) } }
        if (obstacle.isIssuers) return { act({ app.wallet().synchronise(HttpTokenService(app.bank.address)) }) }
        if (obstacle == Obstacle.OBSERVE_MODE) return { act({ Understudy.setObserveMode(app, false) }) }
        return obstacle.fix(app)?.let { intent -> { host.startForResult(intent) } }
    }
}
