package org.agentos.federation.control;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of a command.
 *
 * @param lines for the operator: what was done, or everything that is wrong
 */
public record ControlReply(boolean done, List<String> lines) {
    private static final String DONE = "done";
    private static final String REFUSED = "refused";

    public ControlReply {
        lines = List.copyOf(lines);
    }

    public static ControlReply done(String... lines) {
        return new ControlReply(true, List.of(lines));
    }

    public static ControlReply refused(List<String> problems) {
        return new ControlReply(false, problems);
    }

    /** As it goes over the socket: how it went, then the lines. */
    String text() {
        List<String> all = new ArrayList<>(List.of(done ? DONE : REFUSED));
        lines.forEach(line -> all.add(line.replaceAll("\\R", " ")));
        return String.join("\n", all) + "\n";
    }

    /** An answer that stops short of its last line feed is one that the gateway did not live to give. */
    static ControlReply parse(String text) {
        List<String> all = text.lines().toList();
        boolean whole =
                text.endsWith("\n") && (all.get(0).equals(DONE) || all.get(0).equals(REFUSED));
        return whole
                ? new ControlReply(all.get(0).equals(DONE), all.subList(1, all.size()))
                : refused(List.of("the gateway ended or failed before it answered; its log may say more"));
    }
}
