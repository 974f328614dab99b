package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskPayloadTest {
    private final MaskPayload step = new MaskPayload();

    @BeforeEach
    void setNames() {
        step.setNames("email, Token");
    }

    @Test
    void shouldMaskAtAnyDepthOfPayloadsAndNowhereElse() throws Exception {
        String masked = Messages.after(
                step,
                "{\"events\":[{\"event\":{\"event_id\":\"e\",\"email\":\"kept\",\"payload\":{\"EMAIL\":\"a@b\","
                        + "\"list\":[{\"token\":{\"a\":1}}],\"n\":1}}}],\"next_cursor\":\"c\"}");

        assertThat(masked)
                .isEqualTo(
                        "{\"events\":[{\"event\":{\"event_id\":\"e\",\"email\":\"kept\",\"payload\":{\"EMAIL\":\"***\","
                                + "\"list\":[{\"token\":\"***\"}],\"n\":1}}}],\"next_cursor\":\"c\"}");
    }

    @Test
    void shouldMaskOneEnvelope() throws Exception {
        assertThat(Messages.after(step, "{\"event\":{\"event_id\":\"e\",\"payload\":{\"email\":null}}}"))
                .isEqualTo("{\"event\":{\"event_id\":\"e\",\"payload\":{\"email\":\"***\"}}}");
    }

    /** Whoever makes events must not be able to have them taken for a page. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":{\"event_id\":\"e\",\"payload\":{\"email\":\"%s\"}},\"events\":[]}",
                "{\"event_id\":\"e\",\"payload\":{\"email\":\"%s\"},\"events\":[]}"
            })
    void shouldMaskAnEventThatLooksLikeAPage(String event) throws Exception {
        assertThat(Messages.after(step, event.formatted("a@b"))).isEqualTo(event.formatted("***"));
    }

    @Test
    void shouldLetNothingPassThatItDoesNotKnow() {
        Exchange stream = Messages.of("");
        stream.getMessage().setBody(new Object());

        assertThatThrownBy(() -> step.process(stream)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Messages.after(step, "{\"other\":[]}")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Messages.after(new MaskPayload(), "{\"events\":[]}"))
                .isInstanceOf(IllegalStateException.class);
    }
}
