package org.agentos.federation.ingest;

import java.util.Locale;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Reads the request body in whatever shape it has and puts what it says of its sender where the admit step looks. */
public final class ReadIngestBody implements Processor {
    private final IngestBodyReader reader;

    public ReadIngestBody(IngestBodyReader reader) {
        this.reader = reader;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getIn();
        byte[] bytes = (byte[]) message.getBody();
        byte[] text = bytes == null ? new byte[0] : bytes;
        IngestBody body = isLines(exchange) ? reader.readLines(text) : reader.readJson(text);
        exchange.setProperty(AdmitCaller.BODY_AUTH, body.auth());
        message.setBody(body);
    }

    private static boolean isLines(Exchange exchange) {
        return exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                .header("Content-Type")
                .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("application/x-ndjson"))
                .isPresent();
    }
}
