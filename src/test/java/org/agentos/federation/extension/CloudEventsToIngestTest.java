package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;

class CloudEventsToIngestTest {
    private final CloudEventsToIngest step = new CloudEventsToIngest();

    @Test
    void shouldTranslateOneEvent() throws Exception {
        assertThat(Messages.after(
                        step,
                        "{\"specversion\":\"1.0\",\"id\":\"A1\",\"source\":\"/ci\",\"type\":\"ci.done\",\"subject\":\"run_1\","
                                + "\"time\":\"2026-11-22T08:00:00Z\",\"sequence\":\"3\",\"data\":{\"n\":1.10}}"))
                .isEqualTo("{\"events\":[{\"event\":{\"event_id\":\"/ci#A1\",\"run_id\":\"run_1\",\"type\":\"ci.done\","
                        + "\"time\":\"2026-11-22T08:00:00Z\",\"sequence\":\"3\",\"payload\":{\"n\":1.10}}}]}");
    }

    @Test
    void shouldTranslateABatchAndPreferTheAttribute() throws Exception {
        assertThat(Messages.after(
                        step,
                        "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"subject\":\"file\",\"runid\":\"r\","
                                + "\"data\":\"text\"},{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"s\",\"type\":\"t\","
                                + "\"runid\":\"r\",\"data_base64\":\"AQ==\"}]"))
                .isEqualTo("{\"events\":[{\"event\":{\"event_id\":\"s#1\",\"run_id\":\"r\",\"type\":\"t\","
                        + "\"payload\":{\"data\":\"text\"}}},{\"event\":{\"event_id\":\"s#2\",\"run_id\":\"r\",\"type\":\"t\","
                        + "\"payload\":{\"data_base64\":\"AQ==\"}}}]}");
    }

    @Test
    void shouldNameAllThatIsWrongAndTakeNothing() {
        FederationException refused = refused("[{\"specversion\":\"0.3\"},{\"specversion\":\"1.0\",\"id\":\"1\","
                + "\"source\":\"s\",\"type\":\"t\",\"runid\":\"r\"},{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"},"
                + "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"},7]");

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.details().get("problems"))
                .isEqualTo(List.of(
                        "event 0: specversion must be 1.0",
                        "event 2: type is missing",
                        "event 3: neither runid nor subject names a run",
                        "event 4: specversion must be 1.0"));
    }

    @Test
    void shouldRefuseWhatIsNotJson() {
        assertThat(refused("{").code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refused("[] []").code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    private FederationException refused(String body) {
        return catchThrowableOfType(FederationException.class, () -> Messages.after(step, body));
    }
}
