package org.agentos.federation.stream;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.agentos.federation.eventlog.EventLog;

/** A log that tells of its runs later than they move, or cannot tell, when the test says so. All else is as it is. */
final class UnsteadyLog implements InvocationHandler {
    private EventLog log;
    private Object heldBack;
    private Throwable failure;

    /** Puts this before another log. */
    EventLog before(EventLog other) {
        log = other;
        return (EventLog)
                Proxy.newProxyInstance(EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, this);
    }

    /** From now on the one run is told as it is at this moment, while its newest events can be read already. */
    void holdBack() {
        heldBack = log.find(Gateway.RUN);
    }

    /** Runs are told as they are again. */
    void goOn() {
        heldBack = null;
    }

    /** The next question about a run fails. */
    void failNext(Throwable with) {
        failure = with;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        boolean tells = method.getName().equals("find");
        if (tells && failure != null) {
            Throwable now = failure;
            failure = null;
            throw now;
        }
        return tells && heldBack != null ? heldBack : call(method, arguments);
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(log, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
