package org.agentos.federation.forward;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * What the HTTP client for run-create calls does not do and how much it takes: no retries of its own, no redirects, no
 * cookies; one attempt ends at its time however slowly the peer drips, and an answer is read whole within that time and a
 * size.
 */
public final class PeerCallLimits implements HttpClientConfigurer {
    /** The internal header that says, in milliseconds, when an attempt ends; it never leaves. */
    public static final String ATTEMPT_MILLIS = "X-Attempt-Millis";
    /** The internal header that says which visit a forward's attempt belongs to; it never leaves. */
    static final String VISIT = "X-Attempt-Visit";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ScheduledExecutorService timer;
    private final OpenVisits visits;

    private final Set<Cancellable> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /**
     * Limits of calls.
     *
     * @param timer cuts attempts that take too long; does nothing that blocks
     * @param visits that the calls belong to, and by which they are cut
     */
    public PeerCallLimits(ScheduledExecutorService timer, OpenVisits visits) {
        this.timer = timer;
        this.visits = visits;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setRequestExecutor(new PeerRequestExecutor())
                .addExecInterceptorFirst("peer-call-limits", (ExecChainHandler) this::execute);
    }

    /** Cuts the calls under way, whose forwards are then answered, and lets no other begin. */
    public void end() {
        ended = true;
        underWay.forEach(Cancellable::cancel);
    }

    private ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        long millis = Long.parseLong(request.getHeader(ATTEMPT_MILLIS).getValue());
        Optional<PeerVisit> visit = Optional.ofNullable(request.getHeader(VISIT)) // calls about runs belong to none
                .flatMap(number -> visits.find(Long.parseLong(number.getValue())));
        request.removeHeaders(ATTEMPT_MILLIS);
        request.removeHeaders(VISIT);
        Cancellable call = (Cancellable) scope.originalRequest;
        underWay.add(call);
        if (ended) {
            underWay.remove(call);
            throw new FederationException(ErrorCode.UNAVAILABLE, "The gateway is shutting down.")
                    .retryAfter(RETRY_AFTER);
        }
        visit.ifPresent(at -> at.calling(call));
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> cut = timer.schedule(
                () -> {
                    late.set(true); // before the cut is felt: the task itself is done only after it
                    call.cancel();
                },
                millis,
                TimeUnit.MILLISECONDS);
        try {
            return AnswerBody.readWhole(chain.proceed(request, scope));
        } catch (MessageConstraintException endlessHead) {
            throw new TooLargeException(0);
        } catch (IOException e) {
            if (visit.filter(PeerVisit::isRevoked).isPresent()) {
                throw new RevokedException(e);
            }
            if (!PeerRequestExecutor.wasSent(scope.clientContext)) {
                throw notConnected(e);
            }
            if (late.get()) {
                throw (IOException) new InterruptedIOException("no answer within " + millis + " ms").initCause(e);
            }
            throw e;
        } finally {
            cut.cancel(false);
            underWay.remove(call);
        }
    }

    /** A connection that never stood has carried no call, whatever it failed by; one that no place was free for was not tried. */
    private static IOException notConnected(IOException cause) {
        return cause instanceof ConnectionRequestTimeoutException
                ? cause
                : (IOException) new ConnectException("no connection to the peer").initCause(cause);
    }

    /** The peer sent more than is taken. Not an I/O failure for retries: it would send as much again. */
    static final class TooLargeException extends RuntimeException {
        private final int status;

        TooLargeException(int status) {
            super("the peer's answer is larger than is taken", null, false, false);
            this.status = status;
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        int status() {
            return status;
        }
    }
}
