package org.agentos.federation.extension;

/** An event is not in its topic, and why. */
final class NotPublishedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotPublishedException(String message, Throwable cause) {
        super(message, cause);
    }
}
