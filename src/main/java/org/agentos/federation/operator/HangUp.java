package org.agentos.federation.operator;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which would end the JVM, means: read the files again. It is taken before the start begins; one that comes
 * before there is a gateway to tell is passed on when there is one.
 */
public final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private final AtomicReference<Optional<Runnable>> told = new AtomicReference<>(Optional.empty());
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** Takes the signal, where the platform has it and nobody else does. */
    public static HangUp take() {
        HangUp hangUp = new HangUp();
        try {
            register(hangUp::came);
        } catch (ReflectiveOperationException untaken) {
            LOG.warn("SIGHUP does not reload cause={}", String.valueOf(untaken.getCause()));
        }
        return hangUp;
    }

    /** By reflection: the JDK has no other way than this class of its own, and the compiler warns of its name. */
    private static void register(Runnable came) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object told = Proxy.newProxyInstance(
                HangUp.class.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                    if (method.getName().equals("handle")) {
                        came.run();
                        return null;
                    }
                    return method.invoke(came, given); // what every object can be asked
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), told);
    }

    void came() {
        waiting.set(true);
        pass();
    }

    /** Says what to do from now on; it must not wait. */
    public void tell(Runnable reload) {
        told.set(Optional.of(reload));
        pass();
    }

    private void pass() {
        Optional<Runnable> reload = told.get();
        if (reload.isPresent() && waiting.getAndSet(false)) {
            reload.get().run();
        }
    }
}
