package org.agentos.federation.mirror;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The right to an upstream connection, given out in turn: to the peers round robin, to the runs of one peer in the order
 * they asked. Besides the connections in all, those that are only being opened are bounded for each peer, so that a peer
 * that does not answer, or has just come back with all its runs, does not hold up the others.
 */
final class UpstreamSlots {
    private final int maxOpen;
    private final int maxConnectingPerPeer;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private int open;

    UpstreamSlots(int maxOpen, int maxConnectingPerPeer) {
        this.maxOpen = maxOpen;
        this.maxConnectingPerPeer = maxConnectingPerPeer;
    }

    /**
     * Asks for a slot. There are never more requests than runs with a mirror, which are bounded.
     *
     * @param granted called once, from any thread, maybe before this method returns; hands over and returns
     */
    Slot request(String peer, Runnable granted) {
        Slot slot = new Slot(peer, granted);
        synchronized (this) {
            lines.computeIfAbsent(peer, first -> new Line()).waiting.add(slot);
        }
        grant();
        return slot;
    }

    synchronized int open() {
        return open;
    }

    private void grant() {
        next().forEach(slot -> slot.granted.run());
    }

    private synchronized List<Slot> next() {
        List<Slot> granted = new ArrayList<>();
        boolean found = true;
        while (open < maxOpen && found) {
            found = grantOne(granted);
        }
        return granted;
    }

    private boolean grantOne(List<Slot> granted) {
        for (Map.Entry<String, Line> entry : lines.entrySet()) {
            Line line = entry.getValue();
            if (line.connecting < maxConnectingPerPeer && !line.waiting.isEmpty()) {
                granted.add(line.takeFirst());
                open++;
                lines.remove(entry.getKey()); // to the end of the line of peers
                lines.put(entry.getKey(), line);
                return true;
            }
        }
        return false;
    }

    /** One peer's runs. */
    private static final class Line {
        private final Set<Slot> waiting = new LinkedHashSet<>();
        private int connecting;

        Slot takeFirst() {
            Iterator<Slot> first = waiting.iterator();
            Slot slot = first.next();
            first.remove();
            slot.stage = Slot.Stage.CONNECTING;
            connecting++;
            return slot;
        }
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
        private final Runnable granted;
        private Stage stage = Stage.WAITING;

        private Slot(String peer, Runnable granted) {
            this.peer = peer;
            this.granted = granted;
        }

        /** The peer has answered with a stream. */
        void connected() {
            synchronized (UpstreamSlots.this) {
                if (stage == Stage.CONNECTING) {
                    lines.get(peer).connecting--;
                    stage = Stage.CONNECTED;
                }
            }
            grant();
        }

        /** Gives the slot back, or leaves the queue. */
        void giveBack() {
            synchronized (UpstreamSlots.this) {
                Line line = lines.get(peer);
                switch (stage) {
                    case WAITING -> line.waiting.remove(this);
                    case CONNECTING -> {
                        line.connecting--;
                        open--;
                    }
                    case CONNECTED -> open--;
                    case BACK -> {
                        // given back before
                    }
                }
                stage = Stage.BACK;
            }
            grant();
        }
    }
}
