package org.agentos.federation.stream;

import org.agentos.federation.settings.RetentionWindow;

/** The window in force for the reader's tenant, as every answer with events tells it: {@code max-age=604800, max-events=1000}. */
final class RetentionHeader {
    static final String NAME = "X-AgentOS-Retention";

    private RetentionHeader() {}

    /** Seconds, bytes and events; what has no cap is absent. */
    static String of(RetentionWindow window) {
        return "max-age=" + window.maxAge().toSeconds()
                + (window.maxBytes() > 0 ? ", max-bytes=" + window.maxBytes() : "")
                + (window.maxEvents() > 0 ? ", max-events=" + window.maxEvents() : "");
    }
}
