package org.agentos.federation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.RecordAudit;
import org.agentos.federation.deletion.DeleteRun;
import org.agentos.federation.demo.SampleRuns;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.AnswerForward;
import org.agentos.federation.forward.ChoosePeer;
import org.agentos.federation.forward.ClaimForwardKey;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.forward.ForwardAnswered;
import org.agentos.federation.forward.ForwardEntry;
import org.agentos.federation.forward.ForwardMeters;
import org.agentos.federation.forward.MayFailOver;
import org.agentos.federation.forward.NotePeerFailure;
import org.agentos.federation.forward.PeekForwardAuth;
import org.agentos.federation.forward.PeerCallLog;
import org.agentos.federation.forward.PeerChoice;
import org.agentos.federation.forward.PeerLoad;
import org.agentos.federation.forward.PreparePeerCall;
import org.agentos.federation.forward.ReadForward;
import org.agentos.federation.forward.ReadPeerAnswer;
import org.agentos.federation.forward.RecordForwardIntent;
import org.agentos.federation.forward.RecordForwardResult;
import org.agentos.federation.forward.SettleFailedForward;
import org.agentos.federation.forward.TurnToAnotherPeer;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.http.OwnOrigin;
import org.agentos.federation.http.PeerTls;
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
import org.agentos.federation.mirror.KeepCallerToken;
import org.agentos.federation.observe.CountDenial;
import org.agentos.federation.observe.OpenApi;
import org.agentos.federation.peer.LocalStack;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.stream.OpenEventStream;
import org.agentos.federation.stream.RefuseInStream;
import org.agentos.federation.ticket.AdmitStreamReader;
import org.agentos.federation.ticket.IssueTicket;
import org.agentos.federation.ticket.RequireTickets;
import org.agentos.federation.ticket.TicketCodec;
import org.agentos.federation.ticket.Tickets;
import org.agentos.federation.trust.Access;
import org.agentos.federation.trust.Admission;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.PeerIdentity;
import org.agentos.federation.trust.PeerPolicy;
import org.agentos.federation.views.ListPeers;
import org.agentos.federation.views.ListRuns;
import org.agentos.federation.views.PeerViews;
import org.agentos.federation.views.RunViews;
import org.agentos.federation.views.ShowPeer;
import org.agentos.federation.views.ShowRun;
import org.agentos.federation.views.StateCapabilities;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Every bean that routes may name, made once and bound under one name. */
final class Wiring {
    private final Parts parts;

    Wiring(Parts parts) {
        this.parts = parts;
    }

    /** Every bean by the name that route files give it. */
    Map<String, Object> beans() {
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put(GatewayHttpEngine.BEAN_NAME, parts.engine);
        beans.put("forwardCalls", parts.threads.forwardCalls);
        addStack(beans);
        addAdmission(beans);
        addAudit(beans);
        addForward(beans);
        addPeers(beans);
        addIngest(beans);
        addReading(beans);
        if (parts.settings.profile() != Profile.PROD) {
            addDemo(beans);
        }
        return beans;
    }

    private void addStack(Map<String, Object> beans) {
        beans.put("health", parts.health);
        LocalStack stack = new LocalStack(parts.reviewed.registry(), parts.settings);
        beans.put("localStack", stack);
        beans.put("stateCapabilities", new StateCapabilities(stack));
        beans.put("meters", parts.meters);
        beans.put("countDenial", new CountDenial(parts.meters));
        beans.put("openApi", new OpenApi());
    }

    private void addAdmission(Map<String, Object> beans) {
        Admission admission = new Admission(
                parts.settings.profile(),
                parts.reviewed.tokens(),
                new PeerIdentity(parts.reviewed.registry(), parts.clock),
                parts.settings.stack().defaultTenant());
        beans.put("admitForward", new AdmitCaller(admission, Access.FORWARD));
        beans.put("admitIngest", new AdmitCaller(admission, Access.INGEST));
        beans.put("admitRunReader", new AdmitCaller(admission, Access.READ_RUNS));
        beans.put("admitRunDeleter", new AdmitCaller(admission, Access.DELETE_RUNS));
        AdmitCaller eventReader = new AdmitCaller(admission, Access.READ_EVENTS);
        beans.put("admitEventReader", eventReader);
        addTickets(beans, eventReader);
        beans.put("admitPeerReader", new AdmitCaller(admission, Access.PEERS));
        beans.put("admitStackReader", new AdmitCaller(admission, Access.STACK));
        beans.put(
                "admitScraper",
                parts.settings.trust().metricsRequireAuth()
                        ? new AdmitCaller(admission, Access.METRICS)
                        : (Processor) exchange -> {});
    }

    private void addTickets(Map<String, Object> beans, AdmitCaller eventReader) {
        Tickets tickets = new Tickets(
                new TicketCodec(parts.stores.log::cursorKeys),
                parts.settings.ticket(),
                OwnOrigin.of(parts.settings.http()),
                parts.clock);
        beans.put("requireTickets", new RequireTickets(tickets));
        beans.put("issueTicket", new IssueTicket(tickets, this::isThere));
        beans.put("admitStreamReader", new AdmitStreamReader(tickets, eventReader));
    }

    private void addAudit(Map<String, Object> beans) {
        beans.put("recordMutation", record(RecordAudit.Kind.MUTATION));
        beans.put("recordRead", record(RecordAudit.Kind.READ));
        beans.put("recordRefusal", record(RecordAudit.Kind.REFUSAL));
    }

    private RecordAudit record(RecordAudit.Kind kind) {
        return new RecordAudit(parts.audit, kind, parts.clock, parts.threads.continuations);
    }

    private void addForward(Map<String, Object> beans) {
        PeerChoice choice = new PeerChoice(
                parts.reviewed.registry(),
                new PeerPolicy(),
                peer -> parts.capabilities.of(peer.stackId()),
                PeerLoad.of(parts.inFlight, parts.capabilities, parts.guards),
                parts.random);
        ForwardMeters meters = new ForwardMeters(parts.meters);
        PeerCallLog calls = new PeerCallLog(meters);
        beans.put("peerTls", new PeerTls(parts.settings.trust().clientTls()));
        beans.put("peerCallLimits", parts.peerCalls);
        beans.put("forwardFiles", parts.stores.forwardFiles);
        beans.put("peekForwardAuth", new PeekForwardAuth());
        beans.put("readForward", new ReadForward(parts.clock, parts.random));
        beans.put(
                "claimForwardKey",
                new ClaimForwardKey(parts.stores.forwards, parts.clock, parts.threads.continuations));
        beans.put("forwardAnswered", new ForwardAnswered());
        beans.put("keepForwardToken", new KeepCallerToken(parts.mirroring.tokens, this::peerOfForward));
        beans.put(
                "choosePeer",
                new ChoosePeer(
                        choice,
                        parts.inFlight,
                        parts.guards,
                        meters,
                        parts.stores.forwards,
                        parts.settings.forward(),
                        parts.clock,
                        parts.threads.continuations));
        beans.put("mayFailOver", new MayFailOver());
        beans.put("turnToAnotherPeer", new TurnToAnotherPeer());
        beans.put(
                "recordForwardIntent",
                new RecordForwardIntent(
                        parts.stores.forwards, parts.stores.log::problem, parts.clock, parts.threads.continuations));
        beans.put(
                "preparePeerCall",
                new PreparePeerCall(parts.settings.forward(), peer -> Optional.empty(), parts.clock, parts.random));
        beans.put("readPeerAnswer", new ReadPeerAnswer(calls));
        beans.put(
                "notePeerFailure",
                new NotePeerFailure(parts.settings.forward(), choice, calls, parts.clock, parts.random));
        beans.put(
                "recordForwardResult",
                new RecordForwardResult(parts.stores.forwards, parts.clock, parts.threads.continuations));
        beans.put(
                "settleFailedForward",
                new SettleFailedForward(parts.stores.forwards, meters, parts.clock, parts.threads.continuations));
        beans.put("answerForward", new AnswerForward(this::startCursor));
    }

    private void addPeers(Map<String, Object> beans) {
        PeerViews views = new PeerViews(
                parts.reviewed.registry(),
                new PeerPolicy(),
                parts.capabilities,
                parts.guards,
                peer -> parts.inFlight.at(peer.stackId()),
                parts.clock);
        beans.put("listPeers", new ListPeers(views));
        beans.put("showPeer", new ShowPeer(views));
    }

    private void addIngest(Map<String, Object> beans) {
        boolean proofInUse = parts.reviewed.tokens().isPresent()
                || parts.settings.http().tls().map(ServerTls::requireClient).orElse(false);
        IngestAdmission admission = new IngestAdmission(parts.reviewed.registry(), new PeerPolicy(), proofInUse);
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

    private HoldPorts holdPorts() {
        return new HoldPorts(
                parts.stores.log,
                parts.mirroring.gaps,
                parts.threads.timers,
                parts.threads.streamReaders,
                new HoldMeters(parts.meters));
    }

    private void addReading(Map<String, Object> beans) {
        RunViews views = new RunViews(
                parts.stores.forwards.index(),
                parts.stores.log,
                parts.stores.cursors,
                parts.mirroring::state,
                parts.clock);
        beans.put("keepReaderToken", new KeepCallerToken(parts.mirroring.tokens, this::peerOfRun));
        beans.put("openEventStream", new OpenEventStream(parts.streams, parts.settings.retention()));
        beans.put("refuseInStream", new RefuseInStream());
        beans.put("showRun", new ShowRun(views));
        beans.put("listRuns", new ListRuns(views));
        beans.put(
                "deleteRun",
                new DeleteRun(
                        parts.stores.log,
                        run -> parts.stores.forwards.index().find(run).isPresent(),
                        parts.mirroring::deleted,
                        parts.threads.continuations));
    }

    private void addDemo(Map<String, Object> beans) {
        beans.put(
                "sampleRuns",
                new SampleRuns(
                        parts.settings.home().resolve("routes/demo/sample-run.jsonl"),
                        parts.clock,
                        parts.random,
                        parts.threads.continuations));
    }

    private Optional<String> holder(RunKey run) {
        return parts.stores
                .forwards
                .index()
                .find(run)
                .map(ForwardEntry::remoteStackId)
                .or(() -> parts.stores.log.find(run).flatMap(RunLog::holder));
    }

    private boolean isThere(RunKey run) {
        return parts.stores.log.find(run).isPresent()
                || parts.stores.forwards.index().find(run).isPresent();
    }

    private Optional<Peer> peerOfForward(Exchange exchange) {
        return exchange.getProperty(Forward.PROPERTY, Forward.class).stackId().flatMap(parts.reviewed.registry()::find);
    }

    private Optional<Peer> peerOfRun(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        String runId = exchange.getMessage().getHeader("run_id", String.class);
        return caller.tenantId().flatMap(tenantId -> parts.mirroring.peerOf(new RunKey(tenantId, runId)));
    }

    private Optional<String> startCursor(RunKey run) {
        return Optional.of(parts.stores.cursors.forRun(run).encode(Cursor.START));
    }
}
