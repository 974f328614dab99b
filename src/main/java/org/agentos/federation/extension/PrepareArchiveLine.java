package org.agentos.federation.extension;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agentos.federation.component.EventLogHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the line of a delivered event in its run's file: {@code {"position":"12.0","event":{...}}}, the envelope with its place in
 * front. Sets the body to it, the header {@code CamelFileName} to {@code TENANT/RUN.ndjson}, and {@code archived} to whether the
 * file has this line. What a crash left half written at the file's end is cut off first.
 */
public final class PrepareArchiveLine implements Processor {
    static final String ARCHIVED = "archived";

    /** File systems take 255 bytes; what is longer is cut and told apart by a hash. */
    private static final int LONGEST_NAME = 200;

    private static final int CUT_NAME = 120;

    private Path folder;

    /** Where the files are: the same folder as the route's file endpoint has. */
    public void setFolder(String path) {
        this.folder = Path.of(path);
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        if (folder == null) {
            throw new IllegalStateException("the archive has no folder; set the property folder of its bean");
        }
        Message message = exchange.getMessage();
        String name =
                name(message, EventLogHeaders.TENANT_ID) + "/" + name(message, EventLogHeaders.RUN_ID) + ".ndjson";
        String start = ArchiveFile.startOf(message.getHeader(EventLogHeaders.POSITION, String.class));
        byte[] line = line(start, message.getBody(byte[].class));
        message.setHeader(Exchange.FILE_NAME, name);
        message.setHeader(ARCHIVED, new ArchiveFile(folder.resolve(name)).repairAndFind(line));
        message.setBody(line);
    }

    private static String name(Message message, String header) {
        String id = message.getHeader(header, String.class);
        String safe = SafeName.of(id);
        return safe.length() <= LONGEST_NAME
                ? safe
                : safe.substring(0, CUT_NAME) + "~"
                        + Hashing.sha256()
                                .hashString(id, StandardCharsets.UTF_8)
                                .toString();
    }

    /** An envelope is a JSON object on one line with one member, {@code event}. */
    private static byte[] line(String start, byte[] envelope) {
        String text = new String(envelope, StandardCharsets.UTF_8);
        return (start + text.substring(text.indexOf('{') + 1) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
