package org.agentos.federation.subscription;

import java.util.Optional;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.SubscriptionState;

/**
 * What of a subscription's progress is on disk. An event that is done with and not saved as such is delivered again after a
 * kill, and so is one in flight: together they are never more than those in flight plus {@link #MAX_UNSAVED}. For its owner
 * to guard.
 */
final class Progress {
    /** Events done with and not saved, beyond which nothing new is given out. */
    static final int MAX_UNSAVED = 50;

    /** As many begin a save, so that it is done before the others have to wait for it. */
    private static final int SAVE_AFTER = MAX_UNSAVED / 2;

    private final SubscriptionState start;
    private int unsaved;
    private int covered;
    private boolean saving;
    private long coveredChanges;
    private long savedChanges;
    private FeedPlace saved;

    Progress(SubscriptionState start) {
        this.start = start;
        this.saved = start.reached();
    }

    void done() {
        unsaved++;
    }

    int unsaved() {
        return unsaved;
    }

    /** Whether as much is unsaved as to begin a save without waiting for its time. */
    boolean due() {
        return unsaved >= SAVE_AFTER;
    }

    /** What to save now; empty while another save is under way or when there is no news. */
    Optional<SubscriptionState> begin(Window window, Redelivery redelivery, long nowMillis) {
        boolean news = unsaved > 0 || !window.reached().equals(saved) || redelivery.changes() != savedChanges;
        if (saving || !news) {
            return Optional.empty();
        }
        saving = true;
        covered = unsaved;
        coveredChanges = redelivery.changes();
        return Optional.of(last(window, redelivery, nowMillis));
    }

    /** How far it is now, whatever is under way. */
    SubscriptionState last(Window window, Redelivery redelivery, long nowMillis) {
        FeedPlace reached = window.reached();
        return new SubscriptionState(
                start.epoch(),
                start.filter(),
                start.since(),
                start.notBeforeMillis(),
                nowMillis,
                reached,
                window.openBefore(reached),
                redelivery.toSave(window.doneTo()));
    }

    void end(SubscriptionState state, boolean onDisk) {
        saving = false;
        if (onDisk) {
            unsaved -= covered;
            savedChanges = coveredChanges;
            saved = state.reached();
        }
    }
}
