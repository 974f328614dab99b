package org.agentos.federation.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The reader's page in a browser: told what to do, asked what it has seen. */
final class Reader implements AutoCloseable {
    private final Page page;
    private final List<Request> requests = new ArrayList<>();

    private Reader(Page page) {
        this.page = page;
        page.onRequest(request -> {
            if (request.url().contains("/events")) {
                requests.add(request);
            }
        });
    }

    /** The page as its own server has it. */
    static Reader at(Page page, String origin) {
        page.navigate(origin + "/reader.html");
        return new Reader(page);
    }

    /** The same in a document of the gateway itself. */
    static Reader inside(Page page, String gateway) {
        page.navigate(gateway + "/v1/federation/health");
        page.evaluate(script() + "; Object.assign(window, {seen, watch, follow, readLines}); null");
        return new Reader(page);
    }

    Reader watch(String url) {
        page.evaluate("url => watch(url)", url);
        return this;
    }

    Reader follow(String gateway, String runId, String... tokens) {
        page.evaluate(
                "([gateway, run, tokens]) => { follow(gateway, run, tokens) }",
                List.of(gateway, runId, List.of(tokens)));
        return this;
    }

    Reader readLines(String url, Map<String, String> headers) {
        page.evaluate("([url, headers]) => { readLines(url, headers) }", List.of(url, headers));
        return this;
    }

    /** Waits until an expression about {@code seen} holds. */
    Reader await(String condition) {
        page.waitForFunction(condition);
        return this;
    }

    Reader awaitEvents(int count) {
        return await("seen.events.length >= " + count);
    }

    Object tell(String expression) {
        return page.evaluate(expression);
    }

    @SuppressWarnings("unchecked") // what the page made of numbers and texts
    <T> List<T> list(String expression) {
        return (List<T>) page.evaluate(expression);
    }

    /** The sequences of all events, in the order in which they came. */
    List<Integer> sequences() {
        return list("seen.events.map(event => event.sequence)");
    }

    /** Requests for events so far. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/browser", name + ".png")));
    }

    static List<Integer> oneTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    private static String script() {
        try (InputStream script = Reader.class.getResourceAsStream("/pages/reader.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        page.close();
    }
}
