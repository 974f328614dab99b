package org.agentos.federation.drills;

import java.util.Random;

/** Chance that never makes a peer fail. */
final class Reliable extends Random {
    @Override
    public int nextInt(int bound) {
        return bound - 1;
    }
}
