package org.understudy

import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import java.nio.file.StandardOpenOption
import java.security.SecureRandom

/** A key that stays in a keystore, and that other keys are encrypted under. */
interface KeyWrapper {
    /** Encrypts a key; makes the wrapping key if there is none. */
    fun wrap(key: ByteArray): ByteArray

    /**
     * Decrypts what [wrap] gave.
     *
     * @throws StorageKeyLost the wrapping key is gone for good
     * @throws IOException the keystore does not answer now
     */
    fun unwrap(wrapped: ByteArray): ByteArray

    /** Destroys the wrapping key: what was wrapped is lost. */
    fun erase()
}

/**
 * The storage key can't be had any more, and what it sealed neither: the lock screen was removed,
 * the app's data came from another device, or a file is gone. The cards are bound anew after
 * everything was erased.
 */
class StorageKeyLost(cause: Throwable? = null) :
    Exception("the storage key is lost; erase the wallet and bind its cards anew", cause)

/** A wallet's storage key, 32 random octets, kept in a file encrypted under a keystore's key. */
class StorageKey(private val file: File, private val wrapper: KeyWrapper) {
    /**
     * Lends the key to [use] in a direct buffer, which is overwritten afterwards. Makes a key if
     * there is none, and keeps it durably before it is used.
     *
     * @throws StorageKeyLost it can't be decrypted any more
     * @throws IOException the keystore or the storage does not answer now
     */
    @Throws(StorageKeyLost::class, IOException::class)
    fun <T> lend(use: (ByteBuffer) -> T): T {
        val key = synchronized(StorageKey) { kept() ?: made() }
        val buffer = direct(key)
        key.fill(0)
        try {
            return use(buffer)
        } finally {
            for (at in 0 until buffer.capacity()) buffer.put(at, 0)
        }
    }

    /**
     * Destroys the key, first in the keystore; its file too if the keystore does not answer.
     *
     * @throws IOException the keystore or the storage does not answer now
     */
    @Throws(IOException::class)
    fun erase(): Unit = synchronized(StorageKey) {
        try {
            wrapper.erase()
        } finally {
            Files.deleteIfExists(file.toPath())
            Files.deleteIfExists(draft().toPath())
        }
    }

    private fun kept(): ByteArray? {
        if (!file.exists()) return null
        val key = wrapper.unwrap(file.readBytes())
        return if (key.size == PaymentWallet.STORAGE_KEY_OCTETS) key else throw StorageKeyLost()
    }

    private fun made(): ByteArray {
        val key = ByteArray(PaymentWallet.STORAGE_KEY_OCTETS).also(SecureRandom()::nextBytes)
        val wrapped = wrapper.wrap(key)
        val folder = checkNotNull(file.absoluteFile.parentFile)
        folder.mkdirs()
        val draft = draft()
        FileOutputStream(draft).use { stream ->
            stream.write(wrapped)
            stream.fd.sync()
        }
        Files.move(draft.toPath(), file.toPath(), StandardCopyOption.ATOMIC_MOVE)
        FileChannel.open(folder.toPath(), StandardOpenOption.READ).use { it.force(true) }
        return key
    }

    /** The file while it is written. */
    private fun draft() = File(file.path + ".draft")

    private companion object
}
