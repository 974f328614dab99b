package org.agentos.federation.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.List;
import java.util.Set;

/** Where keys that were made here are kept: a JSON Web Key Set with the secret halves, for the owner alone. */
record KeyFile(Path path) {
    /** What it holds; nothing where there is no such file. */
    List<OwnKey> read() throws IOException {
        try {
            return JWKSet.parse(Files.readString(path)).getKeys().stream()
                    .map(OwnKey::of)
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("not a set of private keys"); // the cause may quote what it read
        }
    }

    /** Replaces what it holds, durably: after a crash the file has the old keys or the new ones. */
    void write(List<OwnKey> keys) throws IOException {
        JWKSet set = new JWKSet(keys.stream().map(OwnKey::secret).toList());
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer text = ByteBuffer.wrap(set.toString(false).getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }
}
