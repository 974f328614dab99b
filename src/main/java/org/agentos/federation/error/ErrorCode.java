package org.agentos.federation.error;

/** The error codes a caller can meet, each with its HTTP status. The table is the one in the HTTP contract. */
public enum ErrorCode {
    INVALID_JSON(400),
    INVALID_REQUEST(400),
    TENANT_MISMATCH(400),
    INVALID_CURSOR(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    PEER_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    CONFLICT(409),
    CURSOR_EXPIRED(410),
    PAYLOAD_TOO_LARGE(413),
    URI_TOO_LONG(414, "request_too_large"),
    UNSUPPORTED_MEDIA_TYPE(415),
    CAPABILITY_UNSUPPORTED(422),
    RATE_LIMITED(429),
    QUOTA_EXCEEDED(429),
    HEADERS_TOO_LARGE(431, "request_too_large"),
    INTERNAL_ERROR(500),
    NOT_IMPLEMENTED(501),
    FORWARD_REJECTED(502),
    BAD_PEER_RESPONSE(502),
    DEPENDENCY_UNAVAILABLE(503),
    UNAVAILABLE(503),
    STORAGE_UNAVAILABLE(503),
    TIMEOUT(504);

    private final int status;
    private final String wireName;

    ErrorCode(int status) {
        this.status = status;
        this.wireName = name().toLowerCase(java.util.Locale.ROOT);
    }

    ErrorCode(int status, String wireName) {
        this.status = status;
        this.wireName = wireName;
    }

    public int status() {
        return status;
    }

    /** The name as it stands in {@code error.code}. */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether sending the same request again can help without anything else changing. A 500 on GET and a
     * {@code bad_peer_response} under an idempotency key are retryable too; only their thrower can know.
     */
    public boolean retryable() {
        return status == 429 || status == 503 || status == 504;
    }
}
