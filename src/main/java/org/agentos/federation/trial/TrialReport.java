package org.agentos.federation.trial;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.component.EventLogEndpoint;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.peer.Allowance;

/** What came of a trial, event by event, as text. */
public final class TrialReport {
    private final Trial.Request request;
    private final List<EventLogEndpoint> sources;
    private final Journal journal;
    private final boolean inTime;
    private final List<String> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int handled;
    private int dead;
    private int unfinished;
    private int unwanted;
    private int sent;

    TrialReport(
            Trial.Request request,
            List<IncomingEvent> events,
            List<EventLogEndpoint> sources,
            TriedRoutes routes,
            boolean inTime) {
        this.request = request;
        this.sources = sources;
        this.journal = routes.journal();
        this.inTime = inTime;
        routes.leftOut().forEach(line -> lines.add("note: " + line));
        for (int i = 0; i < events.size(); i++) {
            tell(i + 1, events.get(i));
        }
        if (inTime) {
            sources.forEach(source -> requireSome(source, events));
        } else {
            problems.add("not all was done within " + request.timeout().toSeconds() + "s");
        }
        lines.add(events.size() + " events: " + handled + " handled, " + dead + " dead letters, " + unfinished
                + " not done, " + unwanted + " not wanted; " + sent + " sent"
                + (request.real() ? "" : ", recorded only"));
    }

    /** What became of each event, and the sums. */
    public List<String> lines() {
        return lines;
    }

    /** Why the routes have failed; none when every event that was wanted was handled. */
    public List<String> problems() {
        List<String> all = new ArrayList<>();
        if (dead > 0) {
            all.add(dead == 1 ? "1 event became a dead letter" : dead + " events became dead letters");
        }
        all.addAll(problems);
        return all;
    }

    private void tell(int number, IncomingEvent event) {
        lines.add("event " + number + " " + (event.type().isEmpty() ? "(no type)" : event.type()) + " "
                + event.run().tenantId() + "/" + event.run().runId() + " " + event.eventId());
        for (EventLogEndpoint source : sources) {
            Optional<Story> story = story(source, event);
            lines.add("  " + source.getName() + ": "
                    + story.map(this::ending).orElseGet(() -> withoutStory(source, event)));
            story.ifPresent(this::tellSent);
        }
    }

    private Optional<Story> story(EventLogEndpoint source, IncomingEvent event) {
        return journal.story(new Journal.Delivered(source.getName(), event.run(), event.eventId()));
    }

    /** An event that no route has seen was not wanted, or its turn had not come when time was up. */
    private String withoutStory(EventLogEndpoint source, IncomingEvent event) {
        if (!inTime && isWanted(source, event)) {
            return notDone();
        }
        unwanted++;
        return "not wanted";
    }

    private static boolean isWanted(EventLogEndpoint source, IncomingEvent event) {
        List<String> types = Splitter.on(',').trimResults().omitEmptyStrings().splitToList(source.getTypes());
        return new Allowance(types).allows(event.type())
                && (source.getTenantId() == null
                        || source.getTenantId().equals(event.run().tenantId()))
                && (source.getRunId() == null
                        || source.getRunId().equals(event.run().runId()));
    }

    private String notDone() {
        unfinished++;
        return "NOT DONE within " + request.timeout().toSeconds() + "s";
    }

    private String ending(Story story) {
        if (!story.ended()) {
            return notDone();
        }
        Optional<String> failure = story.failure();
        if (failure.isPresent()) {
            dead++;
            return "DEAD LETTER, " + failure.get();
        }
        handled++;
        return story.handled().map(caught -> "handled, after " + caught).orElse("handled");
    }

    private void tellSent(Story story) {
        sent += story.sent().size() + story.notKept();
        for (Story.Sent message : story.sent()) {
            lines.add("    to " + message.endpoint());
            message.headers().forEach((name, value) -> lines.add("      " + name + ": " + value));
            message.body().lines().forEach(line -> lines.add("      | " + line));
        }
        if (story.notKept() > 0) {
            lines.add("    and " + story.notKept() + " times more");
        }
    }

    /** Routes that got nothing were not tried. */
    private void requireSome(EventLogEndpoint source, List<IncomingEvent> events) {
        if (events.stream().noneMatch(event -> story(source, event).isPresent())) {
            problems.add("nothing came to event-log:" + source.getName() + ": no event is of types="
                    + source.getTypes()
                    + (source.getTenantId() == null ? "" : ", tenantId=" + source.getTenantId())
                    + (source.getRunId() == null ? "" : ", runId=" + source.getRunId())
                    + ", stored after from=" + source.getFrom()
                    + (request.events().isPresent() ? "" : "; give some by --events FILE"));
        }
    }
}
