package org.agentos.federation.support;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What one logger writes from now on, until closed. */
public final class LoggedMessages extends AbstractAppender implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private LoggedMessages(Logger logger) {
        super("logged-messages", null, null, true, Property.EMPTY_ARRAY);
        this.logger = logger;
    }

    public static LoggedMessages of(String logger) {
        LoggedMessages logged = new LoggedMessages((Logger) LogManager.getLogger(logger));
        logged.start();
        Configurator.setLevel(logger, Level.INFO); // without a configuration only errors are written
        logged.logger.addAppender(logged);
        return logged;
    }

    public List<String> messages() {
        return messages;
    }

    @Override
    public void append(LogEvent event) {
        messages.add(event.getMessage().getFormattedMessage());
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        stop();
    }
}
