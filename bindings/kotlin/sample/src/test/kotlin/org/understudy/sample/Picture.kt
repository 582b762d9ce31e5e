package org.understudy.sample

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Rect
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import java.io.File
import kotlin.math.abs

/** A window as Skia draws it. */
class Picture(activity: Activity) {
    val bitmap: Bitmap = activity.window.decorView.let { window ->
        Bitmap.createBitmap(window.width, window.height, Bitmap.Config.ARGB_8888).also { window.draw(Canvas(it)) }
    }

    /** How many of its points differ from the commonest colour, of a thousand. */
    fun drawn(): Int {
        val commonest = points().asIterable().groupingBy { it }.eachCount().values.max()
        return 1000 - (1000L * commonest / (bitmap.width * bitmap.height)).toInt()
    }

    /** How many points differ visibly from another picture of this size, of a thousand. */
    fun difference(other: Bitmap): Int {
        if (other.width != bitmap.width || other.height != bitmap.height) return 1000
        val theirs = points(other)
        val differing = points().withIndex().count { (at, point) -> distance(point, theirs[at]) > 48 }
        return (1000L * differing / theirs.size).toInt()
    }

    fun save(file: File) {
        file.parentFile?.mkdirs()
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    private fun points(of: Bitmap = bitmap) = IntArray(of.width * of.height).also { of.getPixels(it, 0, of.width, 0, 0, of.width, of.height) }

    private fun distance(one: Int, other: Int) = listOf(16, 8, 0).sumOf { abs((one shr it and 0xFF) - (other shr it and 0xFF)) }
}

/** What is wrong with the labels below [root], in words: cut off, shortened, beyond the window, or over one another. */
fun faults(root: ViewGroup): List<String> {
    val labels = labels(root).filter { it.text.isNotEmpty() }
    val places = labels.associateWith { place(it, root) }
    val cut = labels.mapNotNull { label -> fault(label)?.let { "“${label.text}” $it" } }
    val beyond = labels.filter { places.getValue(it).run { left < 0 || right > root.width } }.map { "“${it.text}” leaves the window" }
    val over = labels.flatMapIndexed { at, one ->
        labels.drop(at + 1).filter { Rect.intersects(places.getValue(one), places.getValue(it)) }.map { "“${one.text}” lies over “${it.text}”" }
    }
    return cut + beyond + over
}

private fun labels(view: View): List<TextView> = when {
    view.visibility != View.VISIBLE -> emptyList()
    view is TextView -> listOf(view)
    view is ViewGroup -> (0 until view.childCount).flatMap { labels(view.getChildAt(it)!!) }
    else -> emptyList()
}

private fun fault(label: TextView): String? {
    val layout = label.layout ?: return "is not laid out"
    val lines = 0 until layout.lineCount
    val width = label.width - label.totalPaddingLeft - label.totalPaddingRight
    val height = label.height - label.totalPaddingTop - label.totalPaddingBottom
    return when {
        lines.any { layout.getEllipsisCount(it) > 0 } -> "is shortened"
        lines.any { layout.getLineMax(it) > width + 1 } -> "is wider than its place"
        layout.height > height + 1 -> "is higher than its place"
        else -> null
    }
}

/** Where the text itself lies. */
private fun place(label: TextView, root: ViewGroup): Rect {
    val layout = label.layout ?: return Rect()
    val lines = 0 until layout.lineCount
    val place = Rect(
        lines.minOf { layout.getLineLeft(it) }.toInt(),
        0,
        lines.maxOf { layout.getLineRight(it) }.toInt(),
        layout.height,
    )
    place.offset(label.totalPaddingLeft, label.totalPaddingTop)
    root.offsetDescendantRectToMyCoords(label, place)
    return place
}
