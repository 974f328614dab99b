package org.agentos.federation.audit;

import java.io.IOException;
import java.util.List;

/** Where audit lines are kept. Used by one thread at a time. */
interface AuditSink extends AutoCloseable {

    /**
     * Gets ready for more lines.
     *
     * @return the hash of the last line kept, or {@link AuditLine#ORIGIN}; the next line is linked to it
     */
    String ready() throws IOException;

    /**
     * Writes lines in order; when it returns they survive a crash of the gateway, and after the next {@link #force} one
     * of the machine. When it throws, none of them counts as kept and the next call begins where this one did.
     */
    void write(List<String> lines) throws IOException;

    /** Makes what was written as durable as this sink can; lines already kept stay kept when it throws. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
