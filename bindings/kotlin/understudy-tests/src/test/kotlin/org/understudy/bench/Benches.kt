package org.understudy.bench

import org.understudy.Desk

/** Prints the figures of Kotlin beside their goals; nothing fails by them. Run by `cargo xtask bench`. */
object Benches {
    @JvmStatic
    fun main(arguments: Array<String>) {
        // The bank ends a connection after 30 s, and a request that is on its way then is not repeated.
        System.setProperty("http.keepAlive", "false")
        Desk().use { desk ->
            crossing(desk, rounds = 2_000)
            coldTap(desk, processes = 20)
            busy(desk, taps = arguments.firstOrNull()?.toInt() ?: 10_000)
        }
    }
}
