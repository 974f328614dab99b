package org.agentos.federation.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates in PEM files, made by the JDK's keytool: a CA, and leaves signed by it. */
public final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private final Path directory;
    private final Path store;

    /** A gateway's {@code server} (EC, for 127.0.0.1) and a peer's {@code client} (RSA), made once for all tests. */
    public static TestCertificates ours() {
        return Made.OURS;
    }

    /** The {@code client} (EC) of a CA that nobody here trusts. */
    public static TestCertificates others() {
        return Made.OTHERS;
    }

    private TestCertificates(Path directory) throws Exception {
        this.directory = directory;
        this.store = directory.resolve("store.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-dname",
                "CN=Test CA",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-ext",
                "bc:c",
                "-validity",
                "2");
        export("ca");
    }

    private static final class Made {
        static final TestCertificates OURS;
        static final TestCertificates OTHERS;

        static {
            try {
                Path directory = Files.createTempDirectory("certificates");
                OURS = new TestCertificates(Files.createDirectory(directory.resolve("ours")))
                        .leaf("server", "EC", "ip:127.0.0.1")
                        .leaf("client", "RSA", "uri:spiffe://agentos/stack/stk_b");
                OTHERS = new TestCertificates(Files.createDirectory(directory.resolve("others"))).leaf("client", "EC");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Makes {@code name.pem} and {@code name-key.pem}, signed by the CA. */
    private TestCertificates leaf(String name, String algorithm, String... subjectAlternativeNames) throws Exception {
        List<String> size = algorithm.equals("RSA") ? List.of("-keysize", "2048") : List.of("-groupname", "secp256r1");
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                algorithm,
                "-validity",
                "2",
                "-signer",
                "ca"));
        arguments.addAll(size);
        if (subjectAlternativeNames.length > 0) {
            arguments.addAll(List.of("-ext", "san=" + String.join(",", subjectAlternativeNames)));
        }
        keytool(arguments.toArray(String[]::new));
        export(name);
        return this;
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    public Path key(String name) {
        return directory.resolve(name + "-key.pem");
    }

    public KeyStore store() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    public Key privateKey(String name) throws GeneralSecurityException, IOException {
        return store().getKey(name, PASSWORD.toCharArray());
    }

    private void export(String name) throws GeneralSecurityException, IOException {
        Files.writeString(
                certificate(name),
                pem("CERTIFICATE", store().getCertificate(name).getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", privateKey(name).getEncoded()));
    }

    public static String pem(String type, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-J-XX:TieredStopAtLevel=1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-storetype",
                "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }
}
