package org.agentos.federation.drills;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that is wrong with one file.
 *
 * @param at the byte at which it is; without meaning for a missing file
 */
record Damage(Kind kind, String file, long at) {
    private static final int ZEROS = 512;

    enum Kind {
        CUT,
        FLIPPED,
        ZEROED,
        MISSING
    }

    /**
     * Damages of a file: its tail cut at each byte, cuts, flipped bits and zeros at places drawn by chance, and the file missing.
     *
     * @param tail so many bytes of the tail are cut one by one
     * @param each so many of each kind drawn by chance
     */
    static List<Damage> of(Path root, Path file, int tail, int each, Random chance) throws IOException {
        String name = root.relativize(file).toString();
        long size = Files.size(file);
        List<Damage> damages = new ArrayList<>();
        damages.add(new Damage(Kind.MISSING, name, 0));
        for (long at = Math.max(0, size - tail); at < size; at++) {
            damages.add(new Damage(Kind.CUT, name, at));
        }
        for (int i = 0; i < each && size > 0; i++) {
            damages.add(new Damage(Kind.CUT, name, chance.nextLong(size)));
            damages.add(new Damage(Kind.FLIPPED, name, chance.nextLong(size)));
            damages.add(new Damage(Kind.ZEROED, name, chance.nextLong(size)));
        }
        return damages;
    }

    /** Does it to the files of a copy. */
    void doTo(Path root) throws IOException {
        Path damaged = root.resolve(file);
        if (kind == Kind.MISSING) {
            Files.delete(damaged);
            return;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(damaged.toFile(), "rw")) {
            switch (kind) {
                case CUT -> bytes.setLength(at);
                case FLIPPED -> {
                    bytes.seek(at);
                    int was = bytes.read();
                    bytes.seek(at);
                    bytes.write(was ^ (1 << (at % 8)));
                }
                default -> {
                    bytes.seek(at);
                    bytes.write(new byte[(int) Math.min(ZEROS, bytes.length() - at)]);
                }
            }
        }
    }
}
