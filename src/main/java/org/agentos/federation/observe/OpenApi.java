package org.agentos.federation.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of this gateway's HTTP surface, as it is served. */
public final class OpenApi {
    private static final String RESOURCE = "/openapi/federation-gateway.json";

    private final byte[] document;

    public OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
            document = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The OpenAPI 3.1 document, JSON. */
    public byte[] document() {
        return document.clone();
    }
}
