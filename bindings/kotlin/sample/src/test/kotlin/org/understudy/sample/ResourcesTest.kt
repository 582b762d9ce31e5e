package org.understudy.sample

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.math.pow
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element

class ResourcesTest {
    private val english = texts("values")
    private val chinese = texts("values-zh-rCN")

    @Test fun `each text is there in both languages, with the same arguments`() {
        assertTrue(english.size > 100)
        assertEquals(english.keys, chinese.keys)
        for ((name, text) in english) {
            val translated = chinese.getValue(name)
            assertTrue(name, text.isNotBlank() && translated.isNotBlank())
            assertEquals(name, arguments(text), arguments(translated))
        }
    }

    @Test fun `no text is in a layout, in the manifest or left in the other language`() {
        for (file in files("layout") + File("src/main/AndroidManifest.xml")) {
            val literal = Regex("android:(text|hint|label|title|contentDescription)=\"([^@?\"][^\"]*)\"").find(file.readText())
            assertEquals(file.name, null, literal?.value)
        }
        val same = english.filter { (name, text) -> chinese[name] == text }.keys
        assertEquals(setOf("card_number", "bind_address_hint"), same)
    }

    @Test fun `text stands out from what is behind it, by day and by night`() {
        val day = colours("values")
        for (colours in listOf(day, day + colours("values-night"))) {
            for ((ink, ground) in PAIRS) {
                val ratio = contrast(colours.getValue(ink), colours.getValue(ground))
                assertTrue("$ink on $ground: $ratio", ratio >= 4.5)
            }
        }
    }

    private fun texts(folder: String): Map<String, String> {
        val root = parse(File("src/main/res/$folder/strings.xml"))
        val plurals = elements(root, "plurals").associate { plural ->
            plural.getAttribute("name") to elements(plural, "item").single { it.getAttribute("quantity") == "other" }.textContent
        }
        return elements(root, "string").associate { it.getAttribute("name") to it.textContent } + plurals
    }

    private fun colours(folder: String): Map<String, Int> =
        elements(parse(File("src/main/res/$folder/colors.xml")), "color")
            .associate { it.getAttribute("name") to it.textContent.removePrefix("#").toInt(16) }

    private fun arguments(text: String) = Regex("%\\d\\$[sd]").findAll(text).map { it.value }.toSet()

    private fun files(folder: String) = checkNotNull(File("src/main/res/$folder").listFiles()).toList()

    private fun parse(file: File): Element = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).documentElement

    private fun elements(parent: Element, name: String): List<Element> {
        val found = parent.getElementsByTagName(name)
        return List(found.length) { found.item(it) as Element }
    }

    /** The contrast ratio of the Web Content Accessibility Guidelines 2.1, 1 to 21. */
    private fun contrast(one: Int, other: Int): Double {
        val (dark, light) = listOf(luminance(one), luminance(other)).sorted()
        return (light + 0.05) / (dark + 0.05)
    }

    private fun luminance(colour: Int): Double = listOf(16 to 0.2126, 8 to 0.7152, 0 to 0.0722).sumOf { (shift, weight) ->
        val part = (colour shr shift and 0xFF) / 255.0
        weight * if (part <= 0.04045) part / 12.92 else ((part + 0.055) / 1.055).pow(2.4)
    }

    private companion object {
        val PAIRS = listOf("ink" to "surface", "ink" to "background", "ink_soft" to "surface", "ink_soft" to "background") +
            listOf("accent" to "surface", "accent" to "background", "danger" to "surface", "on_accent" to "accent") +
            listOf("on_notice" to "notice", "on_card" to "card_start", "on_card" to "card_end", "on_card" to "card_paused")
    }
}
