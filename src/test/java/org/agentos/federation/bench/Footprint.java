package org.agentos.federation.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server's process holds just now, by the kernel and by its JVM.
 *
 * @param residentBytes of the process; a heap that has grown is not given back, so it only tells much of a fresh process
 * @param liveBytes of objects after a full collection
 */
record Footprint(long residentBytes, long liveBytes, long threads) {
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** Has the process collect its garbage and looks. */
    static Footprint of(ProcessHandle process) throws IOException {
        long live = number(LIVE, jcmd(process.pid(), "GC.class_histogram"));
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        return new Footprint(
                number(Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB"), status) * 1024,
                live,
                number(Pattern.compile("(?m)^Threads:\\s+(\\d+)"), status));
    }

    private static String jcmd(long pid, String command) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
