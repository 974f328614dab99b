package org.agentos.federation.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** A counter that is looked at before and after each stretch of a work: what comes to its table beside the work's own figure. */
final class Beside implements Meter.Work {
    private interface Share {
        double of(double rise, Load.Stretch stretch, double seconds);
    }

    private final Meter.Work work;
    private final DoubleSupplier counter;
    private final Share share;
    private final List<Double> values = new ArrayList<>();

    private Beside(Meter.Work work, DoubleSupplier counter, Share share) {
        this.work = work;
        this.counter = counter;
        this.share = share;
    }

    /** What the counter rises by for each answer. */
    static Beside perAnswer(Meter.Work work, DoubleSupplier counter) {
        return new Beside(
                work,
                counter,
                (rise, stretch, seconds) -> rise / stretch.nanos().getTotalCount());
    }

    /** What a server takes of one processor core, in percent. */
    static Beside cpu(Meter.Work work, Server server) {
        return new Beside(work, () -> server.cpu().toNanos() / 1e9, (rise, stretch, seconds) -> 100 * rise / seconds);
    }

    @Override
    public Load.Stretch run(Duration time) throws Exception {
        double before = counter.getAsDouble();
        long begun = System.nanoTime();
        Load.Stretch stretch = work.run(time);
        double seconds = (System.nanoTime() - begun) / 1e9;
        values.add(share.of(counter.getAsDouble() - before, stretch, seconds));
        return stretch;
    }

    /** Those of the last so many stretches: the warm-up is not among them. */
    double[] last(int repetitions) {
        return values.subList(values.size() - repetitions, values.size()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
