package org.understudy.android

import android.app.ActivityManager
import android.app.Application
import android.content.Context
import android.os.Build
import android.os.Process

/** The name of this process; null if the system does not say. */
internal fun processName(context: Context): String? {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) return Application.getProcessName()
    val processes = context.getSystemService(ActivityManager::class.java)?.runningAppProcesses
    return processes?.firstOrNull { it.pid == Process.myPid() }?.processName
}

/**
 * Fails in a process other than the app's main one: there, a second wallet would be told that the
 * first one is open, and which of them has it would be chance.
 */
internal fun requireMainProcess(main: String, own: String?) = check(own == null || own == main) {
    "the wallet belongs to the process $main, and this is $own: remove android:process from the manifest"
}
