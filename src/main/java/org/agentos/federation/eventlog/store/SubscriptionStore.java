package org.agentos.federation.eventlog.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.NoteRequest.Note;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What subscriptions keep beside the logs they read: how far they are, and the events they could not deliver. It is in the
 * same database, so a copy or an earlier state of the log has the subscriptions that belong to it.
 *
 * <p>Changes go through the queue of appends; their stages complete on the log's own thread once they are on disk, or with
 * {@code storage_unavailable} or {@code unavailable}, and then nothing has changed.
 */
public final class SubscriptionStore {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionStore.class);

    private final LogStore store;
    private final Function<List<Note>, CompletionStage<Void>> notes;
    private final Supplier<Optional<String>> problem;

    /** @param problem why nothing more may be stored at the moment */
    SubscriptionStore(
            LogStore store, Function<List<Note>, CompletionStage<Void>> notes, Supplier<Optional<String>> problem) {
        this.store = store;
        this.notes = notes;
        this.problem = problem;
    }

    /** How far a subscription was when it was last saved; empty when it never was. */
    public Optional<SubscriptionState> find(String name) {
        return ask(() ->
                Optional.ofNullable(store.get(Family.SUBSCRIPTION, key(name))).map(SubscriptionState::decode));
    }

    /** The names of subscriptions that were ever saved, in order. */
    public List<String> names(int limit) {
        return ask(() -> {
            List<String> names = new ArrayList<>();
            try (Scan rows = store.scan(Family.SUBSCRIPTION, new byte[0], new byte[] {(byte) 0xFF}, true)) {
                for (boolean more = rows.first(); more && names.size() < limit; more = rows.next()) {
                    names.add(new String(rows.key(), StandardCharsets.UTF_8));
                }
            }
            return names;
        });
    }

    public CompletionStage<Void> save(String name, SubscriptionState state) {
        return notes.apply(List.of(new NoteRequest.Put(Family.SUBSCRIPTION, key(name), state.encode())));
    }

    /** Forgets a subscription, with the events it put apart. */
    public CompletionStage<Void> forget(String name) {
        return notes.apply(List.of(
                new NoteRequest.Remove(Family.SUBSCRIPTION, key(name)),
                new NoteRequest.RemoveRange(Family.DEAD, KeyCodec.named(name), KeyCodec.afterNamed(name))));
    }

    /** Puts an event apart, over what is kept of it already. Refused while the log takes no appends, for it takes room. */
    public CompletionStage<Void> bury(String name, DeadLetter letter) {
        Optional<String> why = problem.get();
        return why.isPresent()
                ? CompletableFuture.failedStage(LogHealth.storageUnavailable(why.get()))
                : notes.apply(List.of(
                        new NoteRequest.Put(Family.DEAD, KeyCodec.dead(name, letter.place()), letter.encode())));
    }

    /** Forgets events that were put apart. */
    public CompletionStage<Void> drop(String name, Collection<FeedPlace> places) {
        return notes.apply(places.stream()
                .<Note>map(place -> new NoteRequest.Remove(Family.DEAD, KeyCodec.dead(name, place)))
                .toList());
    }

    /** Events put apart, from a place on, in the order of the feed. */
    public List<DeadLetter> dead(String name, FeedPlace from, int limit) {
        return ask(() -> {
            List<DeadLetter> found = new ArrayList<>();
            try (Scan rows = store.scan(Family.DEAD, KeyCodec.dead(name, from), KeyCodec.afterNamed(name), false)) {
                for (boolean more = rows.first(); more && found.size() < limit; more = rows.next()) {
                    found.add(DeadLetter.decode(KeyCodec.placeOf(rows.key()), rows.value()));
                }
            }
            return found;
        });
    }

    /** The places of all events put apart, in order. */
    public List<FeedPlace> deadPlaces(String name) {
        return ask(() -> {
            List<FeedPlace> places = new ArrayList<>();
            try (Scan rows = store.scan(Family.DEAD, KeyCodec.named(name), KeyCodec.afterNamed(name), false)) {
                for (boolean more = rows.first(); more; more = rows.next()) {
                    places.add(KeyCodec.placeOf(rows.key()));
                }
            }
            return places;
        });
    }

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T ask(StoreQuestion<T> question) {
        return question.orUnavailable(
                failure -> LOG.error("subscriptions could not be read", failure),
                "what subscriptions keep could not be read");
    }
}
