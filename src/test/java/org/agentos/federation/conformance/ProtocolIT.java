package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/federation/runsX",
                "/v1/federation/runs:forwardX",
                "/v1/federation/runs:other",
                "/v1/federation/runs:forward/x",
                "/v1/federation/events",
                "/v1/federation/events:ingestX",
                "/v1/federation/healthz",
                "/v1/federation/health/x",
                "/v1/federation/openapi.jsonX",
                "/v1/federation/openapiXjson",
                "/v1/federation/runs/a/b/events",
                "/metricsX"
            })
    void shouldTakeExactPathsOnly(String path) {
        Answer answer = GATEWAY.http().get(path).send();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/federation/runs:forward,POST",
        "PUT,/v1/federation/events:ingest,POST",
        "POST,/v1/federation/health,GET",
        "DELETE,/v1/federation/runs/r1/events,GET",
        "PATCH,/v1/federation/peers/stk_b,GET"
    })
    void shouldNameTheMethodsOfAPath(String method, String path, String allowed) {
        Answer answer = GATEWAY.http().call(method, path).send();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.errorCode()).isEqualTo("method_not_allowed");
        assertThat(answer.header("Allow").split(", ?")).contains(allowed);
    }

    @Test
    void shouldKeepAGivenRequestId() {
        Answer answer = health().header("X-Request-Id", "req.A-1:b_2").send();

        assertThat(answer.header("X-Request-Id")).isEqualTo("req.A-1:b_2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "semi;colon", "<script>"})
    void shouldReplaceAnUnfitRequestId(String given) {
        assertThat(health().header("X-Request-Id", given).send().header("X-Request-Id"))
                .matches("req_.{16}");
    }

    @Test
    void shouldMakeARequestIdOfItsOwn() {
        assertThat(health().send().header("X-Request-Id")).matches("req_.{16}");
    }

    @Test
    void shouldCorrelateErrors() {
        // When
        Answer byBoth = GATEWAY.http()
                .get("/nowhere")
                .header("X-Correlation-Id", "cor-1")
                .header("X-Request-Id", "req-1")
                .send();
        Answer byRequest =
                GATEWAY.http().get("/nowhere").header("X-Request-Id", "req-1").send();

        // Then
        assertThat(byBoth.json().get("correlation_id").asText()).isEqualTo("cor-1");
        assertThat(byBoth.header("X-Request-Id")).isEqualTo("req-1");
        assertThat(byRequest.json().get("correlation_id").asText()).isEqualTo("req-1");
    }

    @Test
    void shouldNotLetHeadersSteerTheGateway() {
        // When
        Answer answer = health().header("CamelHttpResponseCode", "418")
                .header("CamelHttpUri", "http://127.0.0.1:1/")
                .header("X-JWT-Tenant", "tnt_evil")
                .header("X-Echo-Me", "please")
                .send();

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).matches("camel.*|x-jwt.*|x-echo.*"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/federation/runs:forward,application/x-www-form-urlencoded",
        "/v1/federation/runs:forward,text/plain",
        "/v1/federation/runs:forward,application/x-ndjson",
        "/v1/federation/events:ingest,multipart/form-data; boundary=x",
        "/v1/federation/events:ingest,application/xml"
    })
    void shouldRefuseOtherContentTypes(String path, String contentType) {
        Answer answer = GATEWAY.http()
                .post(path)
                .tenant(Sample.TENANT)
                .body(new byte[] {'{', '}'}, contentType)
                .send();

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.errorCode()).isEqualTo("unsupported_media_type");
        assertThat(answer.json().at("/error/message").asText()).contains(", but application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/federation/runs:forward|''",
                "/v1/federation/runs:forward|{\"forward\":",
                "/v1/federation/runs:forward|{} trailing",
                "/v1/federation/events:ingest|''",
                "/v1/federation/events:ingest|{\"events\":[}",
                "/v1/federation/events:ingest|not json"
            })
    void shouldRefuseWhatIsNoJson(String path, String body) {
        Answer answer =
                GATEWAY.http().post(path).tenant(Sample.TENANT).json(body).send();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("invalid_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "null", "{}"})
    void shouldRefuseJsonOfAnotherShape(String body) {
        for (String path : new String[] {"/v1/federation/runs:forward", "/v1/federation/events:ingest"}) {
            Answer answer =
                    GATEWAY.http().post(path).tenant(Sample.TENANT).json(body).send();

            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.errorCode()).as(path).isEqualTo("invalid_request");
            assertThat(answer.details().get("problems")).as(path).isNotEmpty();
        }
    }

    @Test
    void shouldOfferThreeFormsOfAStreamAndNoOther() {
        // Given
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        Answer answer = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?follow=false")
                .tenant(Sample.TENANT)
                .header("Accept", "image/png")
                .send();

        // Then
        assertThat(answer.status()).isEqualTo(406);
        assertThat(answer.errorCode()).isEqualTo("not_acceptable");
    }

    private static Http.Call health() {
        return GATEWAY.http().get("/v1/federation/health");
    }
}
