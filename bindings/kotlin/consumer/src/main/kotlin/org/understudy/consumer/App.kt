package org.understudy.consumer

import android.content.Context
import android.content.Intent
import java.io.File
import org.understudy.IssuerKeys
import org.understudy.KeyWrapper
import org.understudy.android.Obstacle
import org.understudy.ffi.TapEvent

/** The app around the documents' examples: the names that they use and do not declare. */
interface App {
    val context: Context
    val folder: File
    val keyWrapper: KeyWrapper
    val keysOfTheBank: IssuerKeys
    val commandOfAReader: ByteArray

    /** What the user typed: the number of a bank card, its expiry (YYMM), the code that came. */
    val number: String
    val expiry: String
    val code: String

    fun show(events: List<TapEvent>)

    fun offer(obstacle: Obstacle, fix: Intent?)
}
