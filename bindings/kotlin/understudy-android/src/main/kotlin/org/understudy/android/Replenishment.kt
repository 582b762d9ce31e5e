package org.understudy.android

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import android.os.Build
import android.util.Log
import java.io.IOException
import kotlin.concurrent.thread
import org.understudy.PaymentWallet
import org.understudy.StorageKeyLost
import org.understudy.TokenService
import org.understudy.TokenServiceException
import org.understudy.ffi.Needs
import org.understudy.ffi.WalletException
import org.understudy.synchronise
import org.understudy.tap.WalletUnavailable

/**
 * The system's job that fetches keys and letters and gives reports, through [Understudy.tokenService],
 * while there is a network. The system runs it again, later and later, when the network or the issuer
 * failed; what was done until then stays. Declared in the manifest of this archive.
 */
class ReplenishmentJob : JobService() {
    override fun onStartJob(parameters: JobParameters?): Boolean {
        thread(name = "understudy-replenishment", isDaemon = true) {
            // A defect of the app's TokenService must not end the process, where a tap may be under way.
            val again = runCatching { replenish(applicationContext) }
                .onFailure { Log.w("Understudy", it.javaClass.name) }
            jobFinished(parameters, again.getOrDefault(false))
        }
        return true
    }

    /** The system ends the job, for want of a network or of time: it is to run again. */
    override fun onStopJob(parameters: JobParameters?): Boolean = true
}

/**
 * A push of the issuer came: fetches its letters as soon as there is a network, from Android 12 on as an
 * expedited job. What the push says does not matter and is not believed; letters are signed. May be
 * called on any thread, and does not open the wallet.
 *
 * @return false if the system takes no job
 * @throws IllegalStateException [Understudy.tokenService] is not set
 */
fun Understudy.pushed(context: Context): Boolean {
    checkNotNull(tokenService) { "set Understudy.tokenService in the onCreate of the app's Application" }
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
        // Without a quota for expedited jobs the system may refuse this one.
        if (schedule(context, job(context, PUSHED).setExpedited(true).build())) return true
    }
    return schedule(context, job(context, PUSHED).build())
}

/** Has the job run, if the wallet needs anything of the issuer and no job waits already. */
internal fun Understudy.scheduleIfDue(context: Context, wallet: PaymentWallet) {
    if (tokenService == null || wallet.device() == null || !isDue(wallet.needs())) return
    // One that waits keeps its place: a new one would begin its delays anew.
    if (scheduler(context)?.getPendingJob(DUE) == null) schedule(context, job(context, DUE).build())
}

/** The issuer is to be asked for something. */
internal fun isDue(needs: Needs): Boolean = needs.report || needs.letters || needs.cards.any { it.wanted }

/** Does what the job is for; true if it is to be done again later. */
internal fun replenish(context: Context): Boolean {
    val service = Understudy.tokenService?.invoke(context)
    if (service == null) {
        Log.w("Understudy", "no TokenService is set: nothing was fetched")
        return false
    }
    return try {
        replenish(Understudy.wallet(context), service)
    } catch (_: WalletUnavailable) {
        true
    } catch (_: StorageKeyLost) {
        false
    } catch (failure: WalletException) {
        Log.w("Understudy", failure.javaClass.name)
        false
    }
}

/** Synchronises; true if the network failed or the issuer could not, false if it refused. */
internal fun replenish(wallet: PaymentWallet, service: TokenService): Boolean = try {
    // A wallet that was wiped has a last word for the issuer.
    if (wallet.device() != null || wallet.partingReports().isNotEmpty()) wallet.synchronise(service)
    false
} catch (refused: TokenServiceException) {
    refused.isPassing
} catch (_: IOException) {
    true
}

private fun job(context: Context, id: Int): JobInfo.Builder =
    JobInfo.Builder(id, ComponentName(context, ReplenishmentJob::class.java))
        .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
        .setBackoffCriteria(BACKOFF_MILLISECONDS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)

private fun schedule(context: Context, job: JobInfo): Boolean =
    scheduler(context)?.schedule(job) == JobScheduler.RESULT_SUCCESS

private fun scheduler(context: Context) = context.getSystemService(JobScheduler::class.java)

/** The numbers of the jobs among the app's own: "UND" and 1, 2. */
private const val DUE = 0x554E4401
private const val PUSHED = 0x554E4402

/** The first delay after a failure; the system doubles it each time, up to five hours. */
private const val BACKOFF_MILLISECONDS = 30_000L
