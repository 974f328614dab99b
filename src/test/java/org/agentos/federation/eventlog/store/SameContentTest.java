package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.slice;
import static org.assertj.core.api.Assertions.assertThat;

import org.agentos.federation.eventlog.IncomingEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameContentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'event':{'event_id':'a','n':1}} | {'event':{'event_id':'a','n':1}} | SAME",
                "{'event':{'event_id':'a','n':1}} | { 'event' : { 'n' : 1, 'event_id' : 'a' } } | SAME",
                "{'event':{'event_id':'a'}} | {'event':{'event_id':'a'},'beside':1} | SAME",
                "{'event':{'event_id':'a','t':'é'}} | {'event':{'event_id':'a','t':'\\u00e9'}} | SAME",
                "{'event':{'event_id':'a','n':1}} | {'event':{'event_id':'a','n':1.0}} | SAME",
                "{'event':{'event_id':'a','n':1e2}} | {'event':{'event_id':'a','n':100}} | SAME",
                "{'event':{'event_id':'a','n':9007199254740993}} | {'event':{'event_id':'a','n':9007199254740992}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':0.1}} | {'event':{'event_id':'a','n':0.10000000000000000001}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':1e400}} | {'event':{'event_id':'a','n':1e401}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':1}} | {'event':{'event_id':'a','n':'1'}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':[1,2]}} | {'event':{'event_id':'a','n':[2,1]}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':null}} | {'event':{'event_id':'a'}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':1,'n':1}} | {'event':{'event_id':'a','n':1}} | OTHER_CONTENT",
                "{'event':{'event_id':'a','n':1,'n':1}} | {'event':{'event_id':'a','n':1,'n':1}} | SAME",
                "{'event':{'event_id':'a','n':1}} | {'event':{'event_id':'a','n':1}} x | OTHER_CONTENT",
                "{'event':{'event_id':'b'}} | {'event':{'event_id':'a'}} | OTHER_EVENT_ID"
            })
    void shouldCompareJsonValues(String stored, String incoming, SameContent expected) {
        // Given
        IncomingEvent event = new IncomingEvent(RUN, "a", 0, "", slice(incoming.replace('\'', '"')));

        // When
        SameContent result = SameContent.compare(slice(stored.replace('\'', '"')), event);

        // Then
        assertThat(result).isEqualTo(expected);
    }
}
