package org.agentos.federation.drills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a gateway's process holds just now, by its JVM and the kernel, and how long it takes to answer.
 *
 * @param liveHeap bytes of objects after a full collection
 * @param resident bytes of the process, native memory included
 * @param sockets open ones
 * @param files other open files, those of the data among them
 * @param microseconds for one pushed event, the median of several
 */
record Vitals(long liveHeap, long resident, long threads, long sockets, long files, long microseconds) {
    private static final int PROBES = 51;
    private static final int LARGEST = 25;

    static Vitals of(long pid, Calls calls, String probeRun, long probeFrom) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = Shell.must(jcmd, Long.toString(pid), "GC.class_histogram");
        Path process = Path.of("/proc", Long.toString(pid));
        String status = Files.readString(process.resolve("status"));
        List<String> open = openFiles(process.resolve("fd"));
        long sockets = open.stream().filter(file -> file.startsWith("socket:")).count();
        return new Vitals(
                number("(?m)^Total\\s+\\d+\\s+(\\d+)", histogram),
                number("(?m)^VmRSS:\\s+(\\d+) kB", status) * 1024,
                number("(?m)^Threads:\\s+(\\d+)", status),
                sockets,
                open.size() - sockets,
                probe(calls, probeRun, probeFrom));
    }

    /** The classes that fill the heap, for a failure's message. */
    static String largest(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Shell.must(jcmd, Long.toString(pid), "GC.class_histogram")
                .lines()
                .limit(LARGEST)
                .collect(Collectors.joining("\n"));
    }

    /** How many sequences {@link #of} takes of the run that it is given. */
    static int probes() {
        return PROBES;
    }

    private static long probe(Calls calls, String run, long from) throws IOException {
        long[] nanos = new long[PROBES];
        for (int i = 0; i < PROBES; i++) {
            long before = System.nanoTime();
            calls.ingest(Events.envelopes(run, from + i, from + i));
            nanos[i] = System.nanoTime() - before;
        }
        java.util.Arrays.sort(nanos);
        return nanos[PROBES / 2] / 1000;
    }

    private static List<String> openFiles(Path descriptors) throws IOException {
        try (Stream<Path> links = Files.list(descriptors)) {
            return links.map(Vitals::target).toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static long number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
