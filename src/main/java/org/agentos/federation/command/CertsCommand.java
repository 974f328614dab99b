package org.agentos.federation.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agentos.federation.settings.TrustKeys;
import org.agentos.federation.tls.DevelopmentCa;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code federation certs}. */
@Command(
        name = "certs",
        description =
                "Makes a CA for development and certificates of stacks, and prints how to use them. Not for production.",
        mixinStandardHelpOptions = true)
public final class CertsCommand implements Callable<Integer> {
    private static final String WHAT = "make the certificates";
    private static final String SPIFFE = "spiffe://agentos/stack/";
    private static final Pattern STACK_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:]{2,39}");
    private static final int MAX_DAYS = 825;

    @Parameters(index = "0", paramLabel = "DIR", description = "Made when it is not there; a CA in it is used.")
    private Path directory;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "STACK_ID",
            description = "Whom to make a certificate for.")
    private List<String> stacks;

    @Option(names = "--dns", paramLabel = "NAME", description = "A host name of the stacks; may be repeated.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "An IP address of the stacks; may be repeated.")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--days",
            defaultValue = "365",
            description = "How long certificates last, 1 to 825; default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(names = "--force", description = "Makes certificates anew that are there already; never the CA.")
    private boolean force;

    @Override
    public Integer call() {
        Console console = new Console();
        Path absolute = directory.toAbsolutePath().normalize();
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            return console.failed(WHAT, problems);
        }
        try {
            DevelopmentCa ca = DevelopmentCa.in(absolute);
            List<String> there = stacks.stream().filter(ca::has).toList();
            if (!there.isEmpty() && !force) {
                return console.failed(
                        WHAT,
                        List.of("there are certificates of " + there + " in " + absolute + "; --force replaces them"));
            }
            for (String stack : stacks) {
                ca.issue(stack, names(stack), "+0S", days);
            }
            return console.done(lines(ca));
        } catch (IOException failed) {
            return console.failed(WHAT, List.of(failed.toString()));
        }
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        check(stacks, STACK_ID, "a stack id of letters, digits, dots, dashes and underscores, 64 at most", problems);
        check(hosts, HOST, "a host name", problems);
        check(addresses, ADDRESS, "an IP address", problems);
        if (stacks.contains("ca")) {
            problems.add("\"ca\" is the name of the CA's own files");
        }
        if (days < 1 || days > MAX_DAYS) {
            problems.add("--days must be 1 to " + MAX_DAYS);
        }
        return problems;
    }

    private static void check(List<String> values, Pattern form, String what, List<String> problems) {
        values.stream()
                .filter(value -> !form.matcher(value).matches())
                .forEach(value -> problems.add("\"" + value + "\" is not " + what));
    }

    private List<String> names(String stack) {
        boolean none = hosts.isEmpty() && addresses.isEmpty();
        return Stream.of(
                        Stream.of("uri:" + SPIFFE + stack),
                        none
                                ? Stream.of("dns:localhost", "ip:127.0.0.1")
                                : hosts.stream().map(host -> "dns:" + host),
                        addresses.stream().map(address -> "ip:" + address))
                .flatMap(names -> names)
                .toList();
    }

    private List<String> lines(DevelopmentCa ca) {
        List<String> lines = new ArrayList<>();
        for (String stack : stacks) {
            lines.add("# " + stack + "; in the registry of its peers: \"identity\": [\"" + SPIFFE + stack + "\"]");
            lines.add(line(TrustKeys.SERVER_CERT.variable(), ca.certificate(stack)));
            lines.add(line(TrustKeys.SERVER_KEY.variable(), ca.key(stack)));
            lines.add(line(TrustKeys.CLIENT_CERT.variable(), ca.certificate(stack)));
            lines.add(line(TrustKeys.CLIENT_KEY.variable(), ca.key(stack)));
            lines.add(line(TrustKeys.CA_CERT.variable(), ca.authority()));
            lines.add("export " + TrustKeys.REQUIRE_MTLS.variable() + "=true");
        }
        return lines;
    }

    /** In quotes, for a shell. */
    private static String line(String variable, Path file) {
        return "export " + variable + "='" + file.toString().replace("'", "'\\''") + "'";
    }
}
