package org.understudy.bench

/** Durations of one thing, in nanoseconds. */
class Durations {
    private val all = mutableListOf<Long>()

    operator fun plusAssign(nanoseconds: Long) {
        all += nanoseconds
    }

    val count get() = all.size

    /** The duration that so many of a hundred do not exceed. */
    fun percentile(of: Double): Long = all.sorted()[((all.size - 1) * of / 100).toInt()]

    /** Each duration less the one of the same round. */
    operator fun minus(other: Durations) = Durations().also { it.all += all.zip(other.all, Long::minus) }
}

/** Prints rows under a heading: a name, the median, p99 and the worst, and the goal for p99. */
class Table(private val heading: String, private val unit: String, private val nanoseconds: Double) {
    private val rows = mutableListOf<String>()

    fun row(name: String, durations: Durations, goal: Double? = null) {
        val shown = listOf(50.0, 99.0, 100.0).map { durations.percentile(it) / nanoseconds }
        val verdict = goal?.let { "  goal ≤ %g %s: %s".format(it, unit, if (shown[1] <= it) "met" else "MISSED") }.orEmpty()
        rows += "  %-44s %10.2f %10.2f %10.2f".format(name, shown[0], shown[1], shown[2]) + verdict
    }

    fun note(text: String) {
        rows += "  $text"
    }

    fun print() {
        println("\n%-46s %10s %10s %10s".format("$heading, in $unit", "median", "p99", "worst"))
        rows.forEach(::println)
    }
}

const val MICROSECONDS = 1e3
const val MILLISECONDS = 1e6

inline fun nanoseconds(work: () -> Unit): Long {
    val start = System.nanoTime()
    work()
    return System.nanoTime() - start
}
