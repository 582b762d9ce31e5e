package org.understudy.sample.tap

import android.app.KeyguardManager
import android.content.Context
import android.content.Intent

/** The system's question for the screen lock: PIN, pattern, password, and where the phone has it, the finger or face. */
class ScreenLock(context: Context) {
    private val guard = checkNotNull(context.getSystemService(KeyguardManager::class.java))

    /** A screen of the system's, which ends with RESULT_OK if the phone's owner answered; null without a screen lock. */
    @Suppress("DEPRECATION") // In favour of BiometricPrompt, which does the same from Android 11 on.
    fun question(title: String): Intent? = guard.createConfirmDeviceCredentialIntent(title, null)
}
