package org.agentos.federation.subscription;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.EventFeed.FeedRecord;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.eventlog.store.SubscriptionState;

/** Makes deliveries of records: what a subscription wants of them. */
final class Deliveries {
    private final EventFilter filter;
    private final SubscriptionState start;
    private final Map<FeedPlace, Integer> attempts = new HashMap<>();

    Deliveries(EventFilter filter, SubscriptionState start) {
        this.filter = filter;
        this.start = start;
        start.failed().forEach(one -> attempts.put(one.place(), one.attempts()));
    }

    /** The wanted events of a record from a place on. */
    List<Delivery> of(FeedRecord record, FeedPlace from) {
        List<Delivery> wanted = new ArrayList<>();
        boolean old = record.storedMillis() < start.notBeforeMillis();
        for (int i = 0; i < record.events().size() && !old && filter.wantsRun(record.run()); i++) {
            FeedPlace place = new FeedPlace(record.offset(), i);
            StoredEvent event = record.events().get(i);
            if (!place.isBefore(from) && event.position().isAfter(start.since())) {
                of(record, place, event).ifPresent(wanted::add);
            }
        }
        return wanted;
    }

    private Optional<Delivery> of(FeedRecord record, FeedPlace place, StoredEvent event) {
        EnvelopeFields fields = EnvelopeFields.of(event.envelope());
        if (!filter.wantsType(fields.type())) {
            return Optional.empty();
        }
        return Optional.of(new Delivery(
                place,
                record.run(),
                event.position(),
                fields.eventId(),
                fields.type(),
                copy(event.envelope()), // or one small event would keep a whole record in memory
                attempts.getOrDefault(place, 0) + 1));
    }

    static ByteSlice copy(ByteSlice slice) {
        return ByteSlice.of(Arrays.copyOfRange(slice.array(), slice.offset(), slice.offset() + slice.length()));
    }

    /** The events that were open when the subscription was last saved, and are still there. */
    List<Delivery> open(EventFeed feed) {
        List<Delivery> open = new ArrayList<>();
        for (FeedPlace place : start.open()) {
            for (FeedRecord record : feed.read(place.offset())) {
                of(record, place).stream()
                        .filter(delivery -> delivery.place().equals(place))
                        .forEach(open::add);
            }
        }
        return open;
    }
}
