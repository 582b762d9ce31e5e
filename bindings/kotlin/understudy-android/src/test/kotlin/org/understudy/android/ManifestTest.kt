package org.understudy.android

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.Fixture
import org.understudy.hex
import org.w3c.dom.Element

class ManifestTest {
    @Test fun `the manifest declares the service as the system wants it`() {
        val manifest = parse("AndroidManifest.xml")
        val service = elements(manifest, "service").single()

        assertEquals(PaymentApduService::class.java.name, android(service, "name"))
        assertEquals("true", android(service, "exported"))
        assertEquals("android.permission.BIND_NFC_SERVICE", android(service, "permission"))
        assertEquals("@xml/apduservice", android(elements(service, "meta-data").single(), "resource"))
        assertEquals("android.permission.NFC", android(elements(manifest, "uses-permission").single(), "name"))
    }

    @Test fun `every AID that a tap selects is registered for payment`() {
        val group = elements(parse("res/xml/apduservice.xml"), "aid-group").single()
        assertEquals("payment", android(group, "category"))

        val aids = elements(group, "aid-filter").map { android(it, "name") }
        assertTrue(aids.all { it.matches(Regex("([0-9A-F]{2}){5,16}")) })
        assertEquals(aids.distinct(), aids)
        for (select in listOf(Fixture.selectDirectory, Fixture.selectApplication)) {
            assertTrue(hex(select.copyOfRange(5, select.size - 1)) in aids)
        }
    }

    private fun parse(path: String): Element =
        DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
            .newDocumentBuilder().parse(File("src/main", path)).documentElement

    private fun elements(parent: Element, name: String): List<Element> {
        val found = parent.getElementsByTagName(name)
        return List(found.length) { found.item(it) as Element }
    }

    private fun android(element: Element, name: String): String =
        element.getAttributeNS("http://schemas.android.com/apk/res/android", name)
}
