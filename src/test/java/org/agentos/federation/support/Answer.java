package org.agentos.federation.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One answer of the gateway, body and all. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(String method, String path, int status, HttpHeaders headers, byte[] body) {

    /** A response header, or the empty string. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The content type without its parameters, in lower case; empty when there is none. */
    public String mediaType() {
        String type = header("Content-Type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    public JsonNode json() {
        return Json.parse(body);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** {@code error.code}, or the empty string. */
    public String errorCode() {
        return json().at("/error/code").asText();
    }

    /** {@code error.details}. */
    public JsonNode details() {
        return json().at("/error/details");
    }

    @Override
    public String toString() {
        return method + " " + path + " -> " + status + " " + headers.map() + "\n" + text();
    }
}
