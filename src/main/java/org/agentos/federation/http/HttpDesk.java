package org.agentos.federation.http;

import java.util.function.LongSupplier;

/** What every call of one engine shares. */
record HttpDesk(
        AnswerEncoder encoder,
        HttpObserver observer,
        OpenCalls calls,
        HeldAnswers held,
        Cors cors,
        LongSupplier nanoTime,
        AnswerHeaders headers) {}
