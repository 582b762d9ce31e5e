package org.understudy.sample.readiness

import org.understudy.android.Obstacle
import org.understudy.sample.Place
import org.understudy.sample.R

/** What an obstacle is called, and what its removal means to the user. */
class Explained(val title: Int, val remedy: Int)

val Obstacle.explained: Explained
    get() = when (this) {
        Obstacle.NO_NFC -> Explained(R.string.obstacle_no_nfc, R.string.remedy_other_phone)
        Obstacle.NO_HOST_CARD_EMULATION -> Explained(R.string.obstacle_no_hce, R.string.remedy_other_phone)
        Obstacle.NFC_OFF -> Explained(R.string.obstacle_nfc_off, R.string.remedy_nfc_off)
        Obstacle.SECURE_NFC -> Explained(R.string.obstacle_secure_nfc, R.string.remedy_secure_nfc)
        Obstacle.NOT_DEFAULT_WALLET -> Explained(R.string.obstacle_not_default, R.string.remedy_not_default)
        Obstacle.AID_CONFLICT -> Explained(R.string.obstacle_aid_conflict, R.string.remedy_aid_conflict)
        Obstacle.OBSERVE_MODE -> Explained(R.string.obstacle_observe_mode, R.string.remedy_observe_mode)
        Obstacle.NO_SCREEN_LOCK -> Explained(R.string.obstacle_no_lock, R.string.remedy_no_lock)
        Obstacle.BEFORE_FIRST_UNLOCK -> Explained(R.string.obstacle_unavailable, R.string.remedy_unlock)
        Obstacle.WALLET_UNAVAILABLE -> Explained(R.string.obstacle_unavailable, R.string.remedy_unavailable)
        Obstacle.STORAGE_KEY_LOST -> Explained(R.string.obstacle_key_lost, R.string.remedy_key_lost)
        Obstacle.NO_CARD -> Explained(R.string.obstacle_no_card, R.string.remedy_no_card)
        Obstacle.SUSPENDED -> Explained(R.string.obstacle_suspended, R.string.remedy_suspended)
        Obstacle.NO_KEYS -> Explained(R.string.obstacle_no_keys, R.string.remedy_keys)
        Obstacle.KEYS_LOW -> Explained(R.string.obstacle_keys_low, R.string.remedy_keys)
        Obstacle.KEYS_EXPIRING -> Explained(R.string.obstacle_keys_expiring, R.string.remedy_keys)
    }

/** The screen of this app that removes it, if one does. */
val Obstacle.place: Place?
    get() = when (this) {
        Obstacle.STORAGE_KEY_LOST -> Place.CLOSE
        Obstacle.NO_CARD -> Place.BIND
        Obstacle.SUSPENDED -> Place.LOST
        else -> null
    }

/** The issuer removes it, once it is asked. */
val Obstacle.isIssuers: Boolean
    get() = this == Obstacle.NO_KEYS || this == Obstacle.KEYS_LOW || this == Obstacle.KEYS_EXPIRING
