package org.agentos.federation.forward.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.agentos.federation.eventlog.RunKey;

/**
 * The index as a file in the reference implementation's format, made while it is read, one line an entry: a million
 * entries are never in memory as text. Entries added meanwhile may be in it or not.
 */
final class SnapshotStream extends InputStream {
    private static final int ENTRIES_AT_ONCE = 500;
    private final ForwardIndex index;
    private final ForwardKeys keys;
    private final Iterator<String> tenants;
    private String tenant;
    private int next;
    private byte[] chunk = "[".getBytes(StandardCharsets.US_ASCII);
    private int read;
    private String separator = "\n";
    private boolean ended;

    SnapshotStream(ForwardIndex index, ForwardKeys keys) {
        this.index = index;
        this.keys = keys;
        this.tenants = index.tenantIds().iterator();
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        while (read == chunk.length) {
            if (ended) {
                return -1;
            }
            chunk = nextChunk();
            read = 0;
        }
        int count = Math.min(length, chunk.length - read);
        System.arraycopy(chunk, read, target, offset, count);
        read += count;
        return count;
    }

    private byte[] nextChunk() {
        List<Slot> slots = tenant == null ? List.of() : index.slice(tenant, next, ENTRIES_AT_ONCE);
        if (slots.isEmpty()) {
            if (tenants.hasNext()) {
                tenant = tenants.next();
                next = 0;
                return new byte[0];
            }
            ended = true;
            return "\n]\n".getBytes(StandardCharsets.US_ASCII);
        }
        next += slots.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        slots.forEach(slot -> out.writeBytes(line(slot).getBytes(StandardCharsets.UTF_8)));
        return out.toByteArray();
    }

    private String line(Slot slot) {
        ObjectNode json = IndexJson.MAPPER.createObjectNode();
        EntryJson.write(json::put, slot.entry(tenant));
        slot.scope().ifPresent(scope -> {
            json.put("scope", scope.toString());
            ForwardKeys.Settled settled = keys.settled(scope, new RunKey(tenant, slot.runId()));
            if (settled != null) {
                json.put("run", settled.run().toString());
                json.put("status", settled.status()).put("attempts", settled.attempts());
            }
        });
        String line = separator + EntryJson.sealed(json);
        separator = ",\n";
        return line;
    }
}
