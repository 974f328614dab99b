package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.settings.MirrorSettings;

/**
 * The right to an upstream connection, given out in turn: to the peers round robin, to the runs of one peer in the order
 * they asked. Bounded are the connections open, of each peer and in all; those only being opened, of each peer, so that
 * one that does not answer holds up no other; and the connects a second, so that a peer that comes back with all its runs
 * is not run over, and the gateway neither.
 */
final class UpstreamSlots {
    /** Connections to one peer that are being opened at once; a peer that restarts gets its runs back in portions. */
    static final int MAX_CONNECTING_PER_PEER = 32;

    private final MirrorSettings settings;
    private final int maxConnecting;
    private final Timers timers;
    private final ConnectRate rate;
    private final Map<String, PeerLine> lines = new LinkedHashMap<>();
    private int open;
    private boolean wakes;

    UpstreamSlots(MirrorSettings settings, int maxConnectingPerPeer, Timers timers) {
        this.settings = settings;
        this.maxConnecting = maxConnectingPerPeer;
        this.timers = timers;
        this.rate = new ConnectRate(settings.connectsPerSecond());
    }

    /**
     * Asks for a slot. There are never more requests than runs with a mirror, which are bounded.
     *
     * @param mostOpenAtPeer connections to the peer, the new one included
     * @param granted called once, from any thread, maybe before this method returns; hands over and returns
     */
    Slot request(String peer, int mostOpenAtPeer, Runnable granted) {
        Slot slot = new Slot(peer, mostOpenAtPeer, granted);
        synchronized (this) {
            line(peer).waiting.add(slot);
        }
        grant();
        return slot;
    }

    synchronized int open() {
        return open;
    }

    private PeerLine line(String peer) {
        return lines.computeIfAbsent(peer, first -> new PeerLine(new ConnectRate(settings.connectsPerSecondAndPeer())));
    }

    private void grant() {
        next().forEach(slot -> slot.granted.run());
    }

    private synchronized List<Slot> next() {
        List<Slot> granted = new ArrayList<>();
        Instant now = timers.instant();
        boolean found = true;
        while (open < settings.maxOpen() && found) {
            found = grantOne(now, granted);
        }
        return granted;
    }

    private boolean grantOne(Instant now, List<Slot> granted) {
        Duration soonest = null;
        for (Map.Entry<String, PeerLine> entry : lines.entrySet()) {
            PeerLine line = entry.getValue();
            if (line.hasNext(maxConnecting)) {
                Duration wait = longer(rate.untilNext(now), line.rate.untilNext(now));
                if (wait.isZero()) {
                    granted.add(take(line));
                    lines.remove(entry.getKey()); // to the end of the line of peers
                    lines.put(entry.getKey(), line);
                    return true;
                }
                soonest = soonest == null || wait.compareTo(soonest) < 0 ? wait : soonest;
            }
        }
        if (soonest != null) {
            wakeAfter(soonest);
        }
        return false;
    }

    private Slot take(PeerLine line) {
        Slot slot = line.takeNext();
        slot.stage = Slot.Stage.CONNECTING;
        open++;
        rate.take();
        return slot;
    }

    private void wakeAfter(Duration wait) {
        if (!wakes) {
            wakes = true;
            timers.after(wait, this::wake);
        }
    }

    private void wake() {
        synchronized (this) {
            wakes = false;
        }
        grant();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** One run's place: waiting, then connecting, then connected, and given back from any of these. */
    final class Slot {
        private enum Stage {
            WAITING,
            CONNECTING,
            CONNECTED,
            BACK
        }

        private final String peer;
        private final int mostOpenAtPeer;
        private final Runnable granted;
        private Stage stage = Stage.WAITING;

        private Slot(String peer, int mostOpenAtPeer, Runnable granted) {
            this.peer = peer;
            this.mostOpenAtPeer = mostOpenAtPeer;
            this.granted = granted;
        }

        int mostOpenAtPeer() {
            return mostOpenAtPeer;
        }

        /** The peer has answered with a stream. */
        void connected() {
            synchronized (UpstreamSlots.this) {
                if (stage == Stage.CONNECTING) {
                    line(peer).connecting--;
                    stage = Stage.CONNECTED;
                }
            }
            grant();
        }

        /** Counts one more connect in this place; false when the rate allows none at the moment. */
        boolean connectAgain() {
            synchronized (UpstreamSlots.this) {
                Instant now = timers.instant();
                ConnectRate ofPeer = line(peer).rate;
                boolean allowed =
                        longer(rate.untilNext(now), ofPeer.untilNext(now)).isZero();
                if (allowed) {
                    rate.take();
                    ofPeer.take();
                }
                return allowed;
            }
        }

        /** Gives the slot back, or leaves the queue. */
        void giveBack() {
            synchronized (UpstreamSlots.this) {
                leave(line(peer));
                stage = Stage.BACK;
            }
            grant();
        }

        private void leave(PeerLine line) {
            if (stage == Stage.WAITING) {
                line.waiting.remove(this);
            } else if (stage != Stage.BACK) {
                line.connecting -= stage == Stage.CONNECTING ? 1 : 0;
                line.open--;
                open--;
            }
        }
    }
}
