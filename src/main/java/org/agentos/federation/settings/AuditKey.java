package org.agentos.federation.settings;

/** The secret that keys the audit trail's hash chain. It prints as nothing that could be used. */
public final class AuditKey {
    /** Shorter ones can be guessed. */
    public static final int MIN_BYTES = 16;

    public static final int MAX_BYTES = 4096;

    private final byte[] bytes;

    private AuditKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a secret as somebody wrote it down; line breaks at its end do not count.
     *
     * @throws IllegalArgumentException with a message that completes "must be ..." and holds nothing of it
     */
    public static AuditKey of(byte[] written) {
        int length = written.length;
        while (length > 0 && (written[length - 1] == '\n' || written[length - 1] == '\r')) {
            length--;
        }
        if (length < MIN_BYTES || length > MAX_BYTES) {
            throw new IllegalArgumentException("a secret of " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return new AuditKey(java.util.Arrays.copyOf(written, length));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "AuditKey[secret]";
    }
}
