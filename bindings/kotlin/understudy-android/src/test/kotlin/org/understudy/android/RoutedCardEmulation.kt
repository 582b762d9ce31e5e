package org.understudy.android

import android.content.ComponentName
import android.nfc.cardemulation.CardEmulation
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowCardEmulation

/** The routing of AIDs, which Robolectric's own card emulation lacks. */
@Implements(CardEmulation::class)
class RoutedCardEmulation : ShadowCardEmulation() {
    @Implementation
    fun registerAidsForService(service: ComponentName, category: String, aids: List<String>): Boolean {
        check(category == CardEmulation.CATEGORY_PAYMENT && aids.all(CardEmulation::isValidAid)) { "$category $aids" }
        if (!accepts) return false
        registered[service] = aids
        registrations++
        return true
    }

    @Implementation
    fun getAidsForService(service: ComponentName, category: String): List<String>? =
        registered[service].takeIf { category == CardEmulation.CATEGORY_PAYMENT }

    @Implementation
    fun isDefaultServiceForAid(service: ComponentName, aid: String): Boolean =
        aid !in others && aid in registered[service].orEmpty()

    @Implementation
    fun categoryAllowsForegroundPreference(category: String): Boolean =
        allowsForeground && category == CardEmulation.CATEGORY_PAYMENT

    companion object {
        val registered = mutableMapOf<ComponentName, List<String>>()
        var registrations = 0
        var accepts = true
        var allowsForeground = true

        /** AIDs that another app has. */
        val others = mutableSetOf<String>()

        /** As on a new phone. */
        fun clear() {
            registered.clear()
            registrations = 0
            accepts = true
            allowsForeground = true
            others.clear()
            ShadowCardEmulation.reset()
        }
    }
}
