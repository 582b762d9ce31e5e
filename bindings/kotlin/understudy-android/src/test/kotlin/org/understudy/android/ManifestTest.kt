package org.understudy.android

import android.app.job.JobService
import android.nfc.cardemulation.CardEmulation
import android.nfc.cardemulation.HostApduService
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.understudy.Tap
import org.understudy.hex
import org.w3c.dom.Element

class ManifestTest {
    private val manifest = File("src/main/AndroidManifest.xml").readText()
    private val aids = File("src/main/res/xml/apduservice.xml").readText()

    @Test fun `the manifest declares the service as the system wants it`() = checkManifest(manifest)

    @Test fun `every AID that a tap selects is registered for payment on a lit screen, locked or not`() = checkAids(aids)

    @Test fun `neither a backup nor a transfer takes the wallet along`() {
        val rules = parse(File("src/main/res/xml/understudy_data_extraction_rules.xml").readText())
        for (way in listOf("cloud-backup", "device-transfer")) {
            val excluded = elements(only(rules, way), "exclude").map { it.getAttribute("domain") to it.getAttribute("path") }
            assertEquals(listOf("root" to "no_backup/understudy", "root" to "no_backup/understudy.key"), excluded)
        }
    }

    @Test fun `a manifest that is wrong in one place is noticed`() {
        val wrong = listOf(
            "android.permission.NFC" to "android.permission.NFCC",
            "hardware.nfc.hce" to "hardware.nfc.hcef",
            "android:required=\"false\"" to "android:required=\"true\"",
            ".PaymentApduService" to ".PaymentService",
            "android:exported=\"true\"" to "android:exported=\"false\"",
            "BIND_NFC_SERVICE" to "NFC",
            "action.HOST_APDU_SERVICE" to "action.HOST_APDU_SERVICES",
            "host_apdu_service\"" to "host_apdu\"",
            "@xml/apduservice" to "@xml/service",
            "allowBackup=\"false\"" to "allowBackup=\"true\"",
            "@xml/understudy_data_extraction_rules" to "@xml/rules",
            "android:exported" to "android:process=\":pay\" android:exported",
            "<application" to "<application android:process=\":pay\"",
            "permission.INTERNET" to "permission.INTERNETS",
            "android:exported=\"false\"" to "android:exported=\"true\"",
            "BIND_JOB_SERVICE" to "BIND_JOB",
            ".ReplenishmentJob" to ".Replenishment",
        )
        for ((right, mistake) in wrong) expectNoticed(manifest, right, mistake, ::checkManifest)
    }

    @Test fun `an AID list that is wrong in one place is noticed`() {
        val wrong = listOf(
            "<host-apdu-service" to "<offhost-apdu-service",
            "requireDeviceUnlock=\"false\"" to "requireDeviceUnlock=\"true\"",
            "requireDeviceScreenOn=\"true\"" to "requireDeviceScreenOn=\"false\"",
            "category=\"payment\"" to "category=\"other\"",
            "understudy_service_description" to "understudy_description",
            "@drawable/understudy_service_banner" to "@drawable/banner",
            hex(Tap.selectDirectory.copyOfRange(5, 19)) to "325041592E5359532E4444463032",
            "\"A0000003330101\"" to "\"A0000003330102\"",
            "A000000333010103" to "A000000333010102",
            "A000000333010108" to "A0000003330101080",
        )
        for ((right, mistake) in wrong) expectNoticed(aids, right, mistake, ::checkAids)
    }

    private fun checkManifest(text: String) {
        val manifest = parse(text)
        val permissions = elements(manifest, "uses-permission").map { android(it, "name") }
        assertEquals(listOf("NFC", "INTERNET", "ACCESS_NETWORK_STATE").map { "android.permission.$it" }, permissions)
        val feature = only(manifest, "uses-feature")
        assertEquals("android.hardware.nfc.hce", android(feature, "name"))
        assertEquals("false", android(feature, "required"))

        val application = only(manifest, "application")
        assertEquals("false", android(application, "allowBackup"))
        assertEquals("@xml/understudy_data_extraction_rules", android(application, "dataExtractionRules"))
        for (part in elements(application, "*") + application) {
            assertEquals("one process has the wallet", "", android(part, "process"))
        }
        val (service, job) = elements(manifest, "service")
        assertEquals(ReplenishmentJob::class.java.name, android(job, "name"))
        assertEquals("false", android(job, "exported"))
        assertEquals(JobService.PERMISSION_BIND, android(job, "permission"))
        assertEquals(PaymentApduService::class.java.name, android(service, "name"))
        assertEquals("true", android(service, "exported"))
        assertEquals("android.permission.BIND_NFC_SERVICE", android(service, "permission"))
        assertEquals(HostApduService.SERVICE_INTERFACE, android(only(service, "action"), "name"))
        val metaData = only(service, "meta-data")
        assertEquals(HostApduService.SERVICE_META_DATA, android(metaData, "name"))
        assertEquals("@xml/apduservice", android(metaData, "resource"))
    }

    private fun checkAids(text: String) {
        val service = parse(text)
        assertEquals("host-apdu-service", service.tagName)
        assertEquals("false", android(service, "requireDeviceUnlock"))
        assertEquals("true", android(service, "requireDeviceScreenOn"))
        val banner = android(service, "apduServiceBanner").removePrefix("@drawable/")
        assertTrue("$banner is there", File("src/main/res/drawable/$banner.xml").isFile)
        val group = only(service, "aid-group")
        assertEquals(CardEmulation.CATEGORY_PAYMENT, android(group, "category"))
        val strings = elements(parse(File("src/main/res/values/strings.xml").readText()), "string")
        for (described in listOf(service, group)) {
            val name = android(described, "description").removePrefix("@string/")
            assertTrue(name, strings.single { it.getAttribute("name") == name }.textContent.isNotBlank())
        }

        val aids = elements(group, "aid-filter").map { android(it, "name") }
        assertTrue(aids.all { it.matches(Regex("([0-9A-F]{2}){5,16}")) })
        assertEquals(aids.distinct(), aids)
        assertTrue("the form that terminals select", "A0000003330101" in aids)
        for (select in listOf(Tap.selectDirectory, Tap.selectApplication)) {
            assertTrue(hex(select.copyOfRange(5, select.size - 1)) in aids)
        }
    }

    private fun expectNoticed(text: String, right: String, mistake: String, check: (String) -> Unit) {
        assertTrue("$right is there", right in text)
        val opened = text.replace(right, mistake)
        val name = mistake.drop(1).substringBefore(' ')
        val wrong = if (right.startsWith("<")) opened.replace("</" + right.drop(1), "</$name") else opened
        val thrown = runCatching { check(wrong) }.exceptionOrNull()
        assertTrue("$mistake passes", thrown is AssertionError || thrown is NoSuchElementException)
    }

    private fun parse(text: String): Element =
        DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
            .newDocumentBuilder().parse(text.byteInputStream()).documentElement

    private fun only(parent: Element, name: String): Element = elements(parent, name).single()

    private fun elements(parent: Element, name: String): List<Element> {
        val found = parent.getElementsByTagName(name)
        return List(found.length) { found.item(it) as Element }
    }

    private fun android(element: Element, name: String): String =
        element.getAttributeNS("http://schemas.android.com/apk/res/android", name)
}
