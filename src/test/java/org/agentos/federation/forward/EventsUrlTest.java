package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsUrlTest {
    private static final URI BASE = URI.create("https://peer.example/base");

    @ParameterizedTest
    @CsvSource({
        "/v1/runs/r%20x/events, https://peer.example/base/v1/runs/r%20x/events",
        "/e?a=1&b=%2F, https://peer.example/base/e?a=1&b=%2F",
        "https://peer.example/base/e, https://peer.example/base/e",
        "HTTPS://PEER.example:443/base/e, https://peer.example/base/e"
    })
    void shouldStayBelowTheBaseUrl(String eventsUrl, String resolved) {
        assertThat(EventsUrl.resolve(BASE, eventsUrl)).contains(resolved);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "e",
                "//elsewhere.example/base/e",
                "https://elsewhere.example/base/e",
                "http://peer.example/base/e",
                "https://peer.example:8443/base/e",
                "https://peer.example/other/e",
                "https://peer.example/baseless/e",
                "https://peer.example/base",
                "https://user@peer.example/base/e",
                "https://peer.example@elsewhere.example/base/e",
                "https://peer.example/base/../e",
                "https:peer.example/base/e",
                "/../e",
                "/a/..",
                "/./e",
                "/a/..;/e",
                "/%2e%2e/e",
                "/a%2fb",
                "/a%5Cb",
                "/a%00",
                "/a//b",
                "/a\\b",
                "/a b",
                "/a%zz",
                "/e#x",
                "/\u00e4",
                "/a\nb",
                "javascript:alert(1)",
                "file:///etc/passwd"
            })
    void shouldRefuseEveryOtherPlace(String eventsUrl) {
        assertThat(EventsUrl.resolve(BASE, eventsUrl)).isEmpty();
    }
}
