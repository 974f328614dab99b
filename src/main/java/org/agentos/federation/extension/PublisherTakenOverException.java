package org.agentos.federation.extension;

/** Another gateway, started later, publishes under the transactional id: this one does not any more. */
public final class PublisherTakenOverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PublisherTakenOverException(String message) {
        super(message);
    }
}
