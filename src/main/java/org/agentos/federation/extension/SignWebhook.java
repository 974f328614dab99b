package org.agentos.federation.extension;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agentos.federation.component.EventLogHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Names and signs a delivered event for a webhook, as Standard Webhooks 1.0.0 has it: {@code webhook-id}, {@code webhook-timestamp}
 * in seconds, and {@code webhook-signature}, {@code v1,} and the Base64 of HMAC-SHA256 over {@code ID.TIMESTAMP.BODY}. The id is
 * tenant, run and event id, the same at every delivery, and stands in {@code Idempotency-Key} as well.
 */
public final class SignWebhook implements Processor {
    static final String KEY = "Idempotency-Key";
    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private static final String ALGORITHM = "HmacSHA256";
    private static final String SECRET_PREFIX = "whsec_";

    /** As the standard asks of secrets. */
    private static final int LEAST_SECRET_BYTES = 24;

    private final InstantSource clock;
    private SecretKeySpec secret;

    public SignWebhook() {
        this(InstantSource.system());
    }

    SignWebhook(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The secret shared with the receiver: {@code whsec_} and the Base64 of 24 bytes or more.
     *
     * @throws IllegalArgumentException when it is not that; never repeats the secret
     */
    public void setSecret(String text) {
        byte[] bytes = decoded(text);
        if (bytes.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "the webhook's secret has " + bytes.length + " bytes, it needs " + LEAST_SECRET_BYTES);
        }
        secret = new SecretKeySpec(bytes, ALGORITHM);
    }

    private static byte[] decoded(String text) {
        if (!text.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException("the webhook's secret does not begin with " + SECRET_PREFIX);
        }
        try {
            return Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length()));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException("the webhook's secret is not Base64 after " + SECRET_PREFIX);
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (secret == null) {
            throw new IllegalStateException("the webhook has no secret; set the property secret of its bean");
        }
        Message message = exchange.getMessage();
        String id = key(message);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        message.setHeader(KEY, id);
        message.setHeader(ID, id);
        message.setHeader(TIMESTAMP, timestamp);
        message.setHeader(SIGNATURE, signature(id, timestamp, message.getMandatoryBody(byte[].class)));
    }

    private static String key(Message message) {
        return SafeName.of(message.getHeader(EventLogHeaders.TENANT_ID, String.class)) + "/"
                + SafeName.of(message.getHeader(EventLogHeaders.RUN_ID, String.class)) + "/"
                + SafeName.of(message.getHeader(EventLogHeaders.EVENT_ID, String.class));
    }

    String signature(String id, String timestamp, byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(secret);
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    }
}
