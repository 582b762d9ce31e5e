package org.understudy.sample

import android.os.Handler
import android.os.Looper
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/**
 * The one thread on which this app waits for storage and network. Tasks run in order, so that a
 * screen sees what the task before it changed.
 */
class Work {
    val thread: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "sample-work").apply { isDaemon = true } }
    private val main = Handler(Looper.getMainLooper())

    /** Does [task] on the thread, and tells [done] on the main one how it went. */
    fun <T> run(task: () -> T, done: (Result<T>) -> Unit) = thread.execute {
        val result = runCatching(task)
        main.post { done(result) }
    }

    fun onMain(task: () -> Unit) {
        main.post(task)
    }
}
