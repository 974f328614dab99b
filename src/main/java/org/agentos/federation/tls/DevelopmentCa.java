package org.agentos.federation.tls;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * A CA for development, in a folder with the certificates it issued: {@code ca.pem}, {@code ca-key.pem}, and for each stack
 * {@code <stack_id>.pem}, {@code <stack_id>-key.pem}. Keys have no password and are readable for their owner only.
 */
public final class DevelopmentCa {
    /** Of the CA; what it issues may last less. */
    public static final Duration LIFETIME = Duration.ofDays(3650);

    private static final String CA = "ca";

    private final Path directory;

    private DevelopmentCa(Path directory) {
        this.directory = directory;
    }

    /**
     * The CA of a folder; makes both where they are not there.
     *
     * @throws IOException when the folder cannot be used, or holds one half of a CA
     */
    public static DevelopmentCa in(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        DevelopmentCa ca = new DevelopmentCa(directory);
        if (!Files.exists(ca.certificate(CA)) && !Files.exists(ca.key(CA))) {
            ca.make();
        }
        return ca;
    }

    /** The file of the CA's certificate. */
    public Path authority() {
        return certificate(CA);
    }

    /** The file of a certificate. */
    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    /** The file of a certificate's key. */
    public Path key(String name) {
        return directory.resolve(name + "-key.pem");
    }

    /** Whether there is a certificate of that name, or its key. */
    public boolean has(String name) {
        return Files.exists(certificate(name)) || Files.exists(key(name));
    }

    /**
     * Issues a certificate for both sides of TLS, and lays it in the folder in the place of one of the same name.
     *
     * @param names as keytool has them: {@code uri:spiffe://agentos/stack/stk_a}, {@code dns:localhost}, {@code ip:127.0.0.1}
     * @param start as keytool has it, now being {@code +0S}
     * @throws IOException with what went wrong
     */
    public void issue(String name, List<String> names, String start, int days) throws IOException {
        try (Keytool keytool = new Keytool()) {
            keytool.put(CA, read());
            keytool.generate(
                    "leaf",
                    "-signer",
                    CA,
                    "-dname",
                    "CN=" + name,
                    "-startdate",
                    start,
                    "-validity",
                    Integer.toString(days),
                    "-ext",
                    "ku:c=digitalSignature",
                    "-ext",
                    "eku=serverAuth,clientAuth",
                    "-ext",
                    "san=" + String.join(",", names));
            write(name, keytool.get("leaf"));
        }
    }

    private void make() throws IOException {
        try (Keytool keytool = new Keytool()) {
            keytool.generate(
                    CA,
                    "-dname",
                    "CN=AgentOS development CA",
                    "-validity",
                    Long.toString(LIFETIME.toDays()),
                    "-ext",
                    "bc:c=ca:true,pathlen:0",
                    "-ext",
                    "ku:c=keyCertSign,cRLSign");
            write(CA, keytool.get(CA));
        }
    }

    private Keytool.Entry read() throws IOException {
        try {
            List<X509Certificate> chain = Pem.certificates(certificate(CA));
            return new Keytool.Entry(Pem.privateKey(key(CA), chain.get(0).getPublicKey()), chain);
        } catch (IllegalArgumentException unfit) {
            throw new IOException(unfit.getMessage(), unfit);
        }
    }

    /** The issuer is left out: who trusts it has it already. */
    private void write(String name, Keytool.Entry entry) throws IOException {
        try {
            write(key(name), Pem.text("PRIVATE KEY", entry.key().getEncoded()), "rw-------");
            write(
                    certificate(name),
                    Pem.text("CERTIFICATE", entry.chain().get(0).getEncoded()),
                    "rw-r--r--");
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IOException("the certificate cannot be written", e);
        }
    }

    /** Replaced by a rename, so that nobody reads half a file. */
    private static void write(Path file, String text, String permissions) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        } catch (FileAlreadyExistsException leftOver) {
            throw new IOException(next + " is there already, left over from another run; remove it", leftOver);
        }
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
