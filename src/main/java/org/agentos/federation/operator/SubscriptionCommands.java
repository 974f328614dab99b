package org.agentos.federation.operator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.DeadLetter;
import org.agentos.federation.subscription.RetryingEvent;
import org.agentos.federation.subscription.SubscriptionStatus;
import org.agentos.federation.subscription.Subscriptions;

/** What an operator can ask of subscriptions: how they do, and what is to become of their dead letters. */
public final class SubscriptionCommands {
    public static final String NAME = "subscriptions";
    static final String ALL = "all";

    /** The actions that do more than look. */
    static final Set<String> CHANGES = Set.of("redrive", "skip", "forget");

    /** Events shown at once of each kind: what fits one answer and one look. */
    private static final int SHOWN = 20;

    private static final Pattern WORDS = Pattern.compile("(\\S+)(?: (\\S+))?(?: (\\S+))?");
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,18})\\.([0-9]{1,9})");

    private final Subscriptions subscriptions;

    public SubscriptionCommands(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /** Does what a line says: {@code list}, {@code show NAME [PLACE]}, {@code redrive|skip NAME PLACE|all}, {@code forget NAME}. */
    public ControlReply apply(String line) {
        Matcher words = WORDS.matcher(line);
        if (!words.matches()) {
            return usage();
        }
        String action = words.group(1);
        String name = words.group(2);
        String which = words.group(3);
        try {
            if (action.equals("list") && name == null) {
                return list();
            }
            if (name == null) {
                return usage();
            }
            if (subscriptions.status(name).isEmpty()) {
                return ControlReply.refused(List.of("there is no subscription " + name));
            }
            return apply(action, name, which);
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return ControlReply.refused(List.of(refused.getMessage()));
        }
    }

    private ControlReply apply(String action, String name, String which) {
        return switch (action) {
            case "show" -> show(name, which == null ? FeedPlace.START : place(which));
            case "redrive" -> redrive(name, places(name, which));
            case "skip" -> skip(name, places(name, which));
            case "forget" -> forget(name);
            default -> usage();
        };
    }

    private static ControlReply usage() {
        return ControlReply.refused(
                List.of("give: list | show NAME [PLACE] | redrive NAME PLACE|all | skip NAME PLACE|all | forget NAME"));
    }

    private ControlReply list() {
        List<SubscriptionStatus> all = subscriptions.list();
        return all.isEmpty()
                ? ControlReply.done("there are no subscriptions")
                : new ControlReply(
                        true,
                        all.stream()
                                .flatMap(status -> Stream.concat(Stream.of(line(status)), retrying(status.name(), 1)))
                                .toList());
    }

    private Stream<String> retrying(String name, int limit) {
        return subscriptions.retrying(name, limit).stream().map(SubscriptionCommands::line);
    }

    private static String line(RetryingEvent event) {
        return "  retrying " + text(event.place()) + " tenant " + event.run().tenantId() + " run "
                + event.run().runId() + " event " + event.eventId() + " failed " + event.attempts() + " times since "
                + Instant.ofEpochMilli(event.sinceMillis()) + ", next try from "
                + Instant.ofEpochMilli(event.nextMillis()) + " on: " + event.reason();
    }

    private static String line(SubscriptionStatus status) {
        return String.format(
                Locale.ROOT,
                "%s: %s, lag %d records %.0f s, in flight %d, waiting %d, retrying %d, dead letters %d",
                status.name(),
                status.state(),
                status.lagEntries(),
                status.lagSeconds(),
                status.inFlight(),
                status.waiting(),
                status.retrying(),
                status.dead());
    }

    private ControlReply show(String name, FeedPlace from) {
        List<String> lines = new ArrayList<>();
        lines.add(line(subscriptions.status(name).orElseThrow()));
        retrying(name, SHOWN).forEach(lines::add);
        List<DeadLetter> letters = subscriptions.dead(name, from, SHOWN + 1);
        letters.stream().limit(SHOWN).map(SubscriptionCommands::line).forEach(lines::add);
        if (letters.size() > SHOWN) {
            lines.add("more from " + text(letters.get(SHOWN).place()) + " on");
        }
        return new ControlReply(true, lines);
    }

    private static String line(DeadLetter letter) {
        return text(letter.place()) + " tenant " + letter.run().tenantId() + " run "
                + letter.run().runId() + " died " + Instant.ofEpochMilli(letter.diedMillis()) + " attempts "
                + letter.attempts() + ": " + letter.reason();
    }

    private static String text(FeedPlace place) {
        return place.offset() + "." + place.index();
    }

    private ControlReply redrive(String name, List<FeedPlace> places) {
        int more = subscriptions.redrive(name, places);
        return ControlReply.done(more + " dead letters are being delivered again; `subscriptions show " + name
                + "` tells which have failed again");
    }

    private ControlReply skip(String name, List<FeedPlace> places) {
        subscriptions.skip(name, places);
        return ControlReply.done(places.size() + " dead letters will not be delivered any more");
    }

    private ControlReply forget(String name) {
        subscriptions.forget(name);
        return ControlReply.done("subscription " + name + " begins anew when a route next opens it");
    }

    private List<FeedPlace> places(String name, String which) {
        if (which == null) {
            throw new IllegalArgumentException("say which: the place of a dead letter, or all");
        }
        List<FeedPlace> dead = subscriptions.deadPlaces(name);
        if (which.equals(ALL)) {
            return dead;
        }
        FeedPlace place = place(which);
        if (!dead.contains(place)) {
            throw new IllegalArgumentException("subscription " + name + " has no dead letter " + which);
        }
        return List.of(place);
    }

    private static FeedPlace place(String text) {
        Matcher place = PLACE.matcher(text);
        if (!place.matches()) {
            throw new IllegalArgumentException(text + " is not a place, which is OFFSET.INDEX");
        }
        return new FeedPlace(Long.parseLong(place.group(1)), Integer.parseInt(place.group(2)));
    }
}
