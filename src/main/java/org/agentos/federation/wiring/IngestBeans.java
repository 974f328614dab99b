package org.agentos.federation.wiring;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.ingest.AnswerIngest;
import org.agentos.federation.ingest.AppendBatch;
import org.agentos.federation.ingest.EventIdKey;
import org.agentos.federation.ingest.EventMeters;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.ingest.GapHolds;
import org.agentos.federation.ingest.HoldForGap;
import org.agentos.federation.ingest.HoldMeters;
import org.agentos.federation.ingest.HoldPorts;
import org.agentos.federation.ingest.IngestBodyReader;
import org.agentos.federation.ingest.JudgeEvents;
import org.agentos.federation.ingest.OpenEvents;
import org.agentos.federation.ingest.ReadIngestBody;
import org.agentos.federation.ingest.RecentEvents;
import org.agentos.federation.ingest.SequenceFilter;
import org.agentos.federation.ingest.TellSealedRuns;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.PeerPolicy;

/** What routes name to take events in, pushed or mirrored. */
public final class IngestBeans {
    private final Parts parts;

    IngestBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        IngestAdmission admission = admission(parts.settings, parts.reviewed, new PeerPolicy());
        EventReader events = new EventReader(parts.settings.ingest().maxEventBytes());
        beans.put(
                "readIngestBody",
                new ReadIngestBody(
                        new IngestBodyReader(events, parts.settings.ingest().maxBatchEvents())));
        beans.put("judgeEvents", new JudgeEvents(admission, this::holder));
        beans.put("openEvents", new OpenEvents());
        beans.put("eventIdKey", new EventIdKey());
        beans.put("recentEvents", new RecentEvents(parts.settings.ingest().recentIds(), parts.stores.log));
        beans.put("sequenceFilter", new SequenceFilter(parts.stores.log));
        beans.put(
                "appendBatch",
                new AppendBatch(parts.stores.log, new EventMeters(parts.meters), parts.threads.continuations));
        beans.put("holdForGap", new HoldForGap(new GapHolds(holdPorts())));
        beans.put("tellSealedRuns", new TellSealedRuns(parts.mirroring::sealed));
        beans.put("answerIngest", new AnswerIngest(parts.stores.cursors));
    }

    /** Who may push what, as the settings have it. */
    public static IngestAdmission admission(Settings settings, StartupReview.Reviewed reviewed, PeerPolicy policy) {
        boolean proofInUse = reviewed.tokens().isPresent()
                || settings.http().tls().map(ServerTls::requireClient).orElse(false);
        return new IngestAdmission(reviewed.registry(), policy, proofInUse);
    }

    private Optional<String> holder(RunKey run) {
        return parts.stores
                .forwards
                .index()
                .find(run)
                .map(ForwardEntry::remoteStackId)
                .or(() -> parts.stores.log.find(run).flatMap(RunLog::holder));
    }

    private HoldPorts holdPorts() {
        return new HoldPorts(
                parts.stores.log,
                parts.mirroring.gaps,
                parts.threads.timers,
                parts.threads.streamReaders,
                new HoldMeters(parts.meters));
    }
}
