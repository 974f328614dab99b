package org.agentos.federation.backup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agentos.federation.eventlog.store.LogDirectory;

/** Where things are below a backup's directory. */
final class Layout {
    static final String EVENT_LOG = "event-log";
    static final String FORWARD_INDEX = "forward-index";

    /** The forward index's name in a backup, whatever it is called in the settings. */
    static final String INDEX_NAME = "forward-index.json";

    private static final Pattern OF_LOG = Pattern.compile(EVENT_LOG + "/([a-z-]+)(/[A-Za-z0-9._-]+)?");
    private static final Pattern OF_INDEX =
            Pattern.compile(FORWARD_INDEX + "/" + Pattern.quote(INDEX_NAME) + "(\\.journal\\.[0-9]+)?");

    private Layout() {}

    /** Whether a manifest may name this path: nothing outside the two folders, and nothing that is not data. */
    static boolean isFileOfBackup(String path) {
        Matcher log = OF_LOG.matcher(path);
        boolean ofLog = log.matches()
                && LogDirectory.isData(log.group(1))
                && !"/..".equals(log.group(2))
                && !"/.".equals(log.group(2));
        return ofLog || OF_INDEX.matcher(path).matches();
    }
}
