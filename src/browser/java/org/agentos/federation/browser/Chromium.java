package org.agentos.federation.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchPersistentContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/** A Chromium without a window and with a profile of its own. */
final class Chromium implements AutoCloseable {
    private static final Path EXECUTABLE = Path.of(System.getProperty("browser.executable", "/usr/bin/chromium"));
    private static final List<String> ARGUMENTS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** A gateway that starts again on a busy machine, and a browser that waits 3 s before it tries. */
    private static final double PATIENCE_MS = 90_000;

    private final Playwright playwright;
    private final BrowserContext context;

    private Chromium(Playwright playwright, BrowserContext context) {
        this.playwright = playwright;
        this.context = context;
    }

    /** Starts one; where none is installed the test is skipped, and says so. */
    static Chromium start() {
        if (!Files.isExecutable(EXECUTABLE)) {
            System.err.println("SKIPPED: browser tests need Chromium, and there is none at " + EXECUTABLE
                    + " (Debian: apt-get install chromium; elsewhere: -Dbrowser.executable=PATH)");
            throw new TestAbortedException("no Chromium at " + EXECUTABLE);
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            BrowserContext context = playwright
                    .chromium()
                    .launchPersistentContext(
                            Files.createTempDirectory("chromium"),
                            new LaunchPersistentContextOptions()
                                    .setExecutablePath(EXECUTABLE)
                                    .setHeadless(true)
                                    .setChromiumSandbox(false)
                                    .setArgs(ARGUMENTS));
            context.setDefaultTimeout(PATIENCE_MS);
            return new Chromium(playwright, context);
        } catch (IOException e) {
            playwright.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** An empty page. */
    Page page() {
        return context.newPage();
    }

    @Override
    public void close() {
        context.close();
        playwright.close();
    }
}
