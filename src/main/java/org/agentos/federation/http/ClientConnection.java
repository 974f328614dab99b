package org.agentos.federation.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.HttpServerConnection;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsMaterial;

/**
 * One client connection and what it is waited for. Stands before the HTTP decoder, so that it sees the first byte of a
 * request head. Lives on its event loop and has no timer of its own: the listener asks all connections about once a
 * second.
 */
final class ClientConnection extends ChannelDuplexHandler {
    /** Bytes sent ahead while an answer is due; more would pile up requests that nobody has accepted. */
    static final int MAX_PIPELINED_BYTES = 64 * 1024;

    /** How long what a refused client still sends is read, so that it finds the refusal and not a reset. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** What happens on the connection. */
    enum Phase {
        /** Nothing, since the last answer. */
        IDLE,
        /** A head has begun to arrive. */
        HEAD,
        /** A body is being received. */
        BODY,
        /** A route is at work, or its stream has nothing to say. */
        WORKING,
        /** There are bytes to send which the client does not take. */
        BLOCKED,
        /** The short rest of a refused body is thrown away. */
        DISCARDING,
        /** All is said, and what still comes is thrown away before the connection is closed. */
        LINGERING
    }

    private final HttpServerConnection connection;
    private final LongSupplier nanoTime;
    private final long idleNanos;
    private final long headNanos;
    private Phase phase = Phase.IDLE;
    private long since;
    private final BodyPace pace;
    private long received;
    private List<X509Certificate> certificates;
    private TlsMaterial verifiedBy;
    private ChannelHandlerContext here;
    private HttpCall call;
    private boolean lingers;

    ClientConnection(HttpServerConnection connection, Duration idle, Duration head, LongSupplier nanoTime) {
        this.connection = connection;
        this.nanoTime = nanoTime;
        this.idleNanos = idle.toNanos();
        this.headNanos = head.toNanos();
        this.pace = new BodyPace(head);
        this.since = nanoTime.getAsLong();
        connection.channel().pipeline().addBefore("httpDecoder", "clientConnection", this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        here = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (phase == Phase.LINGERING) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            arrived(bytes.readableBytes());
        }
        super.channelRead(context, message);
    }

    /** Whoever closes: a client that is still sending is heard out for a while. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
        if (!lingers) {
            super.close(context, promise);
            return;
        }
        if (phase != Phase.LINGERING) {
            enter(Phase.LINGERING);
            if (!connection.isSsl() && connection.channel() instanceof DuplexChannel channel) {
                Object unused = channel.shutdownOutput();
            }
        }
        promise.setSuccess();
    }

    /** Makes closing wait until the client has closed, at most {@link #LINGER}. */
    void lingerOnClose() {
        lingers = true;
    }

    private void arrived(int bytes) {
        if (phase == Phase.IDLE) {
            enter(Phase.HEAD);
        }
        received += bytes;
        pace.arrived(bytes, nanoTime.getAsLong());
        boolean ahead = phase == Phase.WORKING || phase == Phase.BLOCKED;
        if (ahead && !lingers && received > MAX_PIPELINED_BYTES) {
            abort();
        }
    }

    void enter(Phase next) {
        phase = next;
        since = nanoTime.getAsLong();
        pace.begin(since);
        received = 0;
    }

    Phase phase() {
        return phase;
    }

    /** A new request is being answered; what an earlier one still does with the connection no longer counts. */
    void begin(HttpCall next) {
        call = next;
        enter(Phase.WORKING);
    }

    /** The last byte of the call's answer is sent. */
    void answered(HttpCall done) {
        if (call == done) {
            call = null;
            enter(Phase.IDLE);
        }
    }

    /**
     * Tries to send what waits, be there ever so little room: a selector tells of room only when a third of the system's
     * buffer is free, and a slow client would seem to take nothing for minutes.
     */
    void nudge() {
        if (phase == Phase.BLOCKED && connection.channel().unsafe() instanceof NioUnsafe socket) {
            socket.forceFlush();
        }
    }

    /** Whether the client has kept the gateway waiting too long. */
    boolean overdue() {
        long now = nanoTime.getAsLong();
        return switch (phase) {
            case IDLE, BLOCKED -> now - since > idleNanos;
            case HEAD -> now - since > headNanos;
            case BODY -> pace.isTooSlow(now);
            case DISCARDING, LINGERING -> now - since > LINGER.toNanos();
            case WORKING -> false;
        };
    }

    /** Closes when all that was written has been sent. */
    void close() {
        connection.close();
    }

    /** Ends a wait that took too long: what the client does not take is given up. */
    void cut() {
        if (phase == Phase.BLOCKED) {
            abort();
        } else {
            lingers = false;
            closeChannel();
        }
    }

    /** Closes at once, as a reset: what was sent cannot be taken for the whole. */
    void abort() {
        lingers = false;
        if (connection.channel().isOpen()) {
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        closeChannel();
    }

    /** From this handler outwards: Vert.x's own handler would first wait for everything to be flushed. */
    private void closeChannel() {
        Object unused = here.close();
    }

    /** The listening socket this connection came from. */
    Channel acceptor() {
        return connection.channel().parent();
    }

    /** The verified chain of the client, leaf first; empty without TLS or without a client certificate. */
    List<X509Certificate> certificates() {
        if (certificates == null) {
            certificates = chain(connection.sslSession());
        }
        return certificates;
    }

    /**
     * Whether the client would get past a handshake now. Dates are looked at each time; the signatures only once, and
     * again after the CAs have changed.
     */
    boolean isTrusted(LiveTls tls) {
        TlsMaterial now = tls.now();
        if (verifiedBy != now && now.trustsClient(certificates())) {
            verifiedBy = now;
        }
        return verifiedBy == now && tls.isInDate(certificates());
    }

    /** Whether an answer goes on to a client who would not get past a handshake now. */
    boolean streamsUntrusted(LiveTls tls) {
        return call != null && call.streams() && !isTrusted(tls);
    }

    private static List<X509Certificate> chain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        if (session != null) {
            try {
                for (Certificate certificate : session.getPeerCertificates()) {
                    chain.add((X509Certificate) certificate);
                }
            } catch (SSLPeerUnverifiedException e) {
                return List.of();
            }
        }
        return List.copyOf(chain);
    }
}
