package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import org.agentos.federation.forward.store.Digest128;

/**
 * A SHA-256 over values, the same for equal JSON values whatever their white space, member order and number spelling.
 * Every part is written with its kind and length, so that no two different sequences of parts look alike.
 */
final class JsonDigest {
    private static final MessageDigest FRESH = sha256();

    private final MessageDigest digest = fresh();

    JsonDigest add(JsonNode value) {
        if (value.isObject()) {
            addObject(value);
        } else if (value.isArray()) {
            tag('[', value.size());
            value.forEach(this::add);
        } else if (value.isNumber()) {
            // 1, 1.0 and 1e0 are one value. toString, not toPlainString: 1e999999999 must stay short.
            text('n', number(value.decimalValue()));
        } else {
            text(value.isTextual() ? 's' : 'l', value.asText());
        }
        return this;
    }

    JsonDigest add(String value) {
        text('s', value);
        return this;
    }

    Digest128 finish() {
        return Digest128.of(digest.digest());
    }

    private void addObject(JsonNode object) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        tag('{', sorted.size());
        sorted.forEach((name, value) -> add(name).add(value));
    }

    private void text(char kind, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        tag(kind, bytes.length);
        digest.update(bytes);
    }

    private void tag(char kind, int length) {
        digest.update((kind + Integer.toString(length) + ":").getBytes(StandardCharsets.US_ASCII));
    }

    private static String number(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        try {
            return value.stripTrailingZeros().toString();
        } catch (ArithmeticException exponentTooLarge) {
            BigDecimal digits = new BigDecimal(value.unscaledValue()).stripTrailingZeros();
            return digits.unscaledValue() + "E" + (-(long) value.scale() - digits.scale());
        }
    }

    /** A copy of one that has seen nothing: three are made for each forward, and looking the algorithm up costs more. */
    private static MessageDigest fresh() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            return sha256();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
