package org.agentos.federation.error;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A refusal with everything its answer needs. Thrown by beans, turned into an HTTP answer in one place. It carries no
 * stack trace: a refusal is an answer, not a fault, and hostile callers must not buy expensive traces with bad requests.
 */
public final class FederationException extends RuntimeException {
    private final ErrorCode code;
    private final transient Map<String, Object> details = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private boolean retryable;

    public FederationException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
        this.retryable = code.retryable();
    }

    /** Adds a member of {@code error.details}; a null value adds nothing. */
    public FederationException detail(String name, Object value) {
        if (value != null) {
            details.put(name, value);
        }
        return this;
    }

    /** Adds a response header, {@code Allow} or {@code WWW-Authenticate} say. */
    public FederationException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Sets {@code Retry-After}, in whole seconds, at least one. */
    public FederationException retryAfter(Duration wait) {
        return header("Retry-After", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
    }

    /** Overrides what the code alone says about retrying. */
    public FederationException retryable(boolean value) {
        this.retryable = value;
        return this;
    }

    public ErrorCode code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    public Map<String, Object> details() {
        return details;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The refusal inside a failure, however many wrappers a framework or a future put around it. */
    public static Optional<FederationException> in(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof FederationException refusal) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }
}
