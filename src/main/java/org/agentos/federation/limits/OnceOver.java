package org.agentos.federation.limits;

import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Does something when an exchange is over, however it went. */
final class OnceOver extends SynchronizationAdapter {
    private final Consumer<Exchange> then;

    private OnceOver(Consumer<Exchange> then) {
        this.then = then;
    }

    static void of(Exchange exchange, Consumer<Exchange> then) {
        exchange.getExchangeExtension().addOnCompletion(new OnceOver(then));
    }

    @Override
    public void onDone(Exchange exchange) {
        then.accept(exchange);
    }
}
