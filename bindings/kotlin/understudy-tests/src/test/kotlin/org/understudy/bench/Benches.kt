package org.understudy.bench

import org.understudy.Desk

/** Prints the figures of Kotlin beside their goals; nothing fails by them. Run by `cargo xtask bench`. */
object Benches {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Desk().use { desk ->
            crossing(desk, rounds = 2_000)
            coldTap(desk, processes = 20)
            busy(desk, taps = arguments.firstOrNull()?.toInt() ?: 10_000)
        }
    }
}
