package org.agentos.federation.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** The least a durable answer costs: append what has queued up, sync once, then tell all who waited. */
final class GroupFile {
    private record Waiting(ByteBuffer bytes, Runnable durable, boolean clearing) {}

    private static final int QUEUED = 10_000;

    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(QUEUED);

    GroupFile(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        Thread writer = new Thread(() -> write(channel), "group-file");
        writer.setDaemon(true);
        writer.start();
    }

    /** The callback runs on the writer's thread once the bytes are on disk. */
    void append(byte[] bytes, Runnable durable) {
        queue.add(new Waiting(ByteBuffer.wrap(bytes), durable, false));
    }

    /** Empties the file, so that what one work has appended does not fill the disk for the next. */
    void clear(Runnable empty) {
        queue.add(new Waiting(ByteBuffer.allocate(0), empty, true));
    }

    private void write(FileChannel channel) {
        List<Waiting> group = new ArrayList<>();
        try (channel) {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group);
                if (group.stream().anyMatch(Waiting::clearing)) {
                    channel.truncate(0);
                }
                ByteBuffer[] bytes = group.stream().map(Waiting::bytes).toArray(ByteBuffer[]::new);
                while (bytes[bytes.length - 1].hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(false);
                group.forEach(waiting -> waiting.durable.run());
                group.clear();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the baseline's file failed", e);
        }
    }
}
