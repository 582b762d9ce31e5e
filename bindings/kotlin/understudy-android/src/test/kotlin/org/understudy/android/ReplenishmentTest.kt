package org.understudy.android

import android.app.Application
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.ComponentName
import android.os.Build
import android.os.Looper
import android.os.UserManager
import java.io.IOException
import java.util.concurrent.TimeUnit.SECONDS
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.understudy.Issuer
import org.understudy.Phone
import org.understudy.Tap
import org.understudy.TokenService
import org.understudy.TokenServiceException
import org.understudy.statusWord

/** The framework's own [android.app.job.JobService], with the issuer's program at the other end. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], manifest = Config.NONE)
class ReplenishmentTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val keystore = MemoryKeystore()
    private val jobs get() = context.getSystemService(JobScheduler::class.java)!!

    @Before fun prepare() {
        Understudy.keyWrapper = keystore
        Understudy.tokenService = { Issuer.service }
    }

    @After fun close() {
        Understudy.tokenService = null
        Understudy.wipe(context)
    }

    private fun keysLeft() = Understudy.wallet(context).cards().single().keysLeft.toInt()

    private fun pay() {
        val wallet = Understudy.wallet(context)
        wallet.userActed()
        assertEquals("9000", statusWord(Tap.commands.map { wallet.process(it).octets }.last()))
        wallet.fieldLost()
        Understudy.between(context)
    }

    private fun payUntilDue() {
        val wallet = Understudy.wallet(context)
        while (jobs.allPendingJobs.isEmpty()) {
            assertFalse(isDue(wallet.needs()))
            pay()
        }
        assertTrue(isDue(wallet.needs()))
    }

    /** Runs the job as the system does; true if it asks to be run again. */
    private fun run(): Boolean {
        val job = Robolectric.buildService(ReplenishmentJob::class.java).create().get()
        assertTrue("it works on, on a thread", job.onStartJob(PARAMETERS))
        val deadline = System.nanoTime() + SECONDS.toNanos(60)
        while (!shadowOf(job).isJobFinished) {
            check(System.nanoTime() < deadline) { "the job does not end" }
            Thread.sleep(5)
            shadowOf(Looper.getMainLooper()).idle()
        }
        return shadowOf(job).isRescheduleNeeded
    }

    @Test fun `when keys run low a job waits for the network, and brings new ones`() {
        Phone.provision(Understudy.wallet(context))
        val full = keysLeft()
        payUntilDue()
        val low = keysLeft()
        val job = jobs.allPendingJobs.single()
        assertEquals(ComponentName(context, ReplenishmentJob::class.java), job.service)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, job.networkType)
        assertEquals(JobInfo.BACKOFF_POLICY_EXPONENTIAL, job.backoffPolicy)
        assertFalse("a restart starts the service, and it asks again", job.isPersisted)
        assertFalse(run())
        assertTrue("$low of $full", keysLeft() > low)
        assertFalse(isDue(Understudy.wallet(context).needs()))
    }

    @Test fun `a job that waits already keeps its place`() {
        Phone.provision(Understudy.wallet(context))
        payUntilDue()
        val waiting = jobs.allPendingJobs.single()
        pay()
        assertTrue(waiting === jobs.allPendingJobs.single())
    }

    @Test fun `a network that fails anywhere loses nothing, and the job runs again`() {
        Phone.provision(Understudy.wallet(context))
        payUntilDue()
        val before = keysLeft()
        // The line dies at the first call, then at the second, and so on, until one run gets through.
        var runs = 0
        do {
            Understudy.tokenService = { FailingLine(Issuer.service, callsThatWork = runs) }
            runs++
            val again = run()
            assertTrue("keys are never lost", keysLeft() >= before)
        } while (again)
        assertTrue("the line did fail", runs > 2)
        assertFalse(isDue(Understudy.wallet(context).needs()))
        pay()
    }

    /** A line to the issuer that dies after so many calls. */
    private class FailingLine(private val issuer: TokenService, private var callsThatWork: Int) : TokenService by issuer {
        private fun <T> line(call: () -> T): T = if (callsThatWork-- > 0) call() else throw IOException("no network")
        override fun report(device: ByteArray, report: ByteArray) = line { issuer.report(device, report) }
        override fun replenish(device: ByteArray, card: UShort) = line { issuer.replenish(device, card) }
        override fun letters(device: ByteArray, after: ULong) = line { issuer.letters(device, after) }
    }

    @Test fun `a job that the system stops is to run again`() {
        assertTrue(Robolectric.buildService(ReplenishmentJob::class.java).create().get().onStopJob(PARAMETERS))
    }

    @Test fun `what passes is tried again, what the issuer decides is not`() {
        Phone.provision(Understudy.wallet(context))
        payUntilDue()
        val rows = listOf(400 to false, 403 to false, 404 to false, 408 to true, 410 to false, 429 to true, 500 to true, 503 to true)
        for ((status, again) in rows) {
            Understudy.tokenService = {
                object : TokenService by Issuer.service {
                    override fun report(device: ByteArray, report: ByteArray) = throw TokenServiceException(status, "")
                    override fun letters(device: ByteArray, after: ULong) = throw TokenServiceException(status, "")
                }
            }
            assertEquals("$status", again, run())
        }
    }

    @Test fun `a defect of the app's own service ends the job, and not the process`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.tokenService = { throw IllegalArgumentException("of the app") }
        assertFalse(run())
    }

    @Test fun `before the first unlock the job waits, and a lost wallet waits for nothing`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.close()
        val users = shadowOf(context.getSystemService(UserManager::class.java)!!)
        users.setUserUnlocked(false)
        assertTrue(run())
        users.setUserUnlocked(true)
        keystore.key = null
        assertFalse(run())
    }

    @Test fun `a phone without cards, or an app without a service, schedules nothing`() {
        Understudy.between(context)
        assertFalse("nobody is enrolled", run())
        Phone.provision(Understudy.wallet(context))
        Understudy.tokenService = null
        while (!isDue(Understudy.wallet(context).needs())) pay()
        pay()
        assertEquals(emptyList<JobInfo>(), jobs.allPendingJobs)
        assertFalse(run())
        val missing = assertThrows(IllegalStateException::class.java) { Understudy.pushed(context) }
        assertTrue(missing.message!!.contains("tokenService"))
    }

    @Test fun `a push has letters fetched soon, whatever waits already`() {
        Phone.provision(Understudy.wallet(context))
        payUntilDue()
        assertTrue(Understudy.pushed(context))
        assertTrue(Understudy.pushed(context))
        assertEquals(2, jobs.allPendingJobs.size)
        val pushed = jobs.allPendingJobs.single { it.id and 0xFF == 2 }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            assertTrue(pushed.isExpedited)
            jobs.cancelAll()
            shadowOf(jobs).failExpeditedJob(true)
            assertTrue(Understudy.pushed(context))
            assertFalse("without a quota it is an ordinary one", jobs.allPendingJobs.single().isExpedited)
        }
    }

    @Test fun `a service that starts asks at once`() {
        Phone.provision(Understudy.wallet(context))
        Understudy.tokenService = null
        while (!isDue(Understudy.wallet(context).needs())) pay()
        Understudy.tokenService = { Issuer.service }
        val service = Robolectric.setupService(PaymentApduService::class.java)
        val deadline = System.nanoTime() + SECONDS.toNanos(60)
        while (jobs.allPendingJobs.isEmpty()) {
            check(System.nanoTime() < deadline) { "nothing was scheduled" }
            Thread.sleep(5)
        }
        service.onDestroy()
        assertEquals(1, jobs.allPendingJobs.size)
    }

    private companion object {
        /** The job asks nothing of its parameters, and the system alone makes them. */
        val PARAMETERS: JobParameters? = null
    }
}
