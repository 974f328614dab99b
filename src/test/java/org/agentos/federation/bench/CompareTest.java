package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;

class CompareTest {
    @Test
    void shouldPutTheFiguresOfOneWorkSideBySide() {
        String before = "{\"figures\":[" + figure("live", "gateway", "[1.0,1.2,1.1]", 1.1) + ","
                + figure("forward", "gateway", "[100,110,120]", 110) + "," + figure("gone", "gateway", "[1]", 1) + "]}";
        String after = "{\"figures\":[" + figure("forward", "gateway", "[220,230,210]", 220) + ","
                + figure("live", "gateway", "[1.15,1.3,1.4]", 1.3) + "," + figure("new", "gateway", "[1]", 1) + "]}";

        assertThat(Compare.table(Json.parse(before), Json.parse(after)).lines().skip(2))
                .containsExactly(
                        "| forward | gateway | 110 ms | 220 ms | 2.00 |  |",
                        "| live | gateway | 1.10 ms | 1.30 ms | 1.18 | within the spread |");
    }

    private static String figure(String work, String server, String values, double median) {
        return "{\"work\":\"" + work + "\",\"server\":\"" + server + "\",\"unit\":\"ms\",\"median\":" + median
                + ",\"values\":" + values + "}";
    }
}
