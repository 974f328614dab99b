package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddEventMemberTest {
    private final AddEventMember step = new AddEventMember();

    @BeforeEach
    void setMember() {
        step.setName("region");
        step.setValue("eu");
    }

    @Test
    void shouldAddToEnvelopesAndBareEventsThatHaveNone() throws Exception {
        assertThat(Messages.after(
                        step,
                        "{\"events\":[{\"event\":{\"event_id\":\"1\"}},{\"event_id\":\"2\",\"region\":\"us\"},"
                                + "{\"event_id\":\"3\"}]}"))
                .isEqualTo("{\"events\":[{\"event\":{\"event_id\":\"1\",\"region\":\"eu\"}},"
                        + "{\"event_id\":\"2\",\"region\":\"us\"},{\"event_id\":\"3\",\"region\":\"eu\"}]}");
    }

    @Test
    void shouldLeaveToIngestWhatItCannotRead() throws Exception {
        for (String body : new String[] {"", "{", "{\"events\":3}", "[]"}) {
            assertThat(Messages.after(step, body)).isEqualTo(body);
        }
    }
}
