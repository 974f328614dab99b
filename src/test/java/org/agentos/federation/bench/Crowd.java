package org.agentos.federation.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Many open event streams read by the calling thread: one selector, one buffer for all, and no look at the bytes once a
 * stream is open. Used by one thread.
 */
final class Crowd implements AutoCloseable {
    /** Streams being opened at one time: less than a listener's backlog. */
    private static final int OPENING = 100;

    private static final Duration GRACE = Duration.ofSeconds(60);
    /** What closes the chunk of a stream's first frame. */
    private static final String FIRST_FRAME_END = "\n\n\r\n";

    private final Selector selector = Selector.open();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10);
    private final List<Reader> readers = new ArrayList<>();

    private Crowd() throws IOException {}

    /** Opens so many streams and returns when each has got its first frame; {@code request} by the stream's number. */
    static Crowd open(URI server, int streams, IntFunction<byte[]> request) throws IOException {
        Crowd crowd = new Crowd();
        try {
            while (crowd.readers.size() < streams) {
                int until = Math.min(streams, crowd.readers.size() + OPENING);
                while (crowd.readers.size() < until) {
                    crowd.connect(server, request.apply(crowd.readers.size()));
                }
                crowd.readUntil(Reader::isOpen);
            }
            return crowd;
        } catch (IOException | RuntimeException failure) {
            crowd.close();
            throw failure;
        }
    }

    /** Returns when every stream has got so many more bytes than at the last call, or since it is open. */
    void awaitAll(int more) throws IOException {
        readers.forEach(reader -> reader.expected = more);
        readUntil(reader -> reader.received >= reader.expected);
        readers.forEach(reader -> reader.received = 0);
    }

    @SuppressWarnings("AddressSelection") // a loopback address, no name look-up
    private void connect(URI server, byte[] request) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(ByteBuffer.wrap(request));
        channel.configureBlocking(false);
        Reader reader = new Reader(channel);
        readers.add(reader);
        channel.register(selector, SelectionKey.OP_READ, reader);
    }

    private interface Goal {
        boolean isReached(Reader reader);
    }

    private void readUntil(Goal goal) throws IOException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        int missing =
                (int) readers.stream().filter(reader -> !goal.isReached(reader)).count();
        while (missing > 0) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                Reader reader = (Reader) key.attachment();
                boolean before = goal.isReached(reader);
                reader.read(bytes);
                missing -= !before && goal.isReached(reader) ? 1 : 0;
            }
            selector.selectedKeys().clear();
            if (System.nanoTime() > deadline) {
                throw new IOException(missing + " of " + readers.size() + " streams got nothing in " + GRACE);
            }
        }
    }

    /** All leave at once. */
    @Override
    public void close() throws IOException {
        for (Reader reader : readers) {
            reader.channel.close();
        }
        selector.close();
    }

    private static final class Reader {
        private final SocketChannel channel;
        /** Kept until the first frame is whole. */
        private StringBuilder opening = new StringBuilder();

        private int received;
        private int expected;

        private Reader(SocketChannel channel) {
            this.channel = channel;
        }

        private boolean isOpen() {
            return opening == null;
        }

        private void read(ByteBuffer bytes) throws IOException {
            bytes.clear();
            int n = channel.read(bytes);
            if (n < 0) {
                throw new IOException("a stream ended");
            }
            if (opening == null) {
                received += n;
            } else {
                open(bytes.flip());
            }
        }

        private void open(ByteBuffer bytes) throws IOException {
            opening.append(StandardCharsets.ISO_8859_1.decode(bytes));
            if (opening.length() > 12 && !opening.substring(9, 12).equals("200")) {
                throw new IOException("a stream was refused: " + opening);
            }
            if (opening.toString().endsWith(FIRST_FRAME_END)) {
                opening = null;
            }
        }
    }
}
