package org.understudy.sample

import android.app.Activity
import android.view.View
import android.widget.TextView

/** A view that the layout has. `requireViewById`, which Android has since 9. */
fun <V : View> View.part(id: Int): V = checkNotNull(findViewById<V>(id)) { "the layout lacks this view" }

fun <V : View> Activity.part(id: Int): V = checkNotNull(findViewById<V>(id)) { "the layout lacks this view" }

/** Puts a text into one of the views below this one. */
fun View.put(id: Int, text: CharSequence) {
    part<TextView>(id).text = text
}

/** Is there, or takes no place. */
var View.isThere: Boolean
    get() = visibility == View.VISIBLE
    set(there) {
        visibility = if (there) View.VISIBLE else View.GONE
    }
