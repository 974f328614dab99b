package org.agentos.federation.wiring;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.AnswerForward;
import org.agentos.federation.forward.ChoosePeer;
import org.agentos.federation.forward.ClaimForwardKey;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.forward.ForwardAnswered;
import org.agentos.federation.forward.ForwardMeters;
import org.agentos.federation.forward.ListForwards;
import org.agentos.federation.forward.MayFailOver;
import org.agentos.federation.forward.NotePeerFailure;
import org.agentos.federation.forward.PeekForwardAuth;
import org.agentos.federation.forward.PeerCallLog;
import org.agentos.federation.forward.PeerChoice;
import org.agentos.federation.forward.PeerHeaders;
import org.agentos.federation.forward.PeerHttpComponent;
import org.agentos.federation.forward.PeerLoad;
import org.agentos.federation.forward.PreparePeerCall;
import org.agentos.federation.forward.ReadForward;
import org.agentos.federation.forward.ReadPeerAnswer;
import org.agentos.federation.forward.RecordForwardIntent;
import org.agentos.federation.forward.RecordForwardResult;
import org.agentos.federation.forward.SettleFailedForward;
import org.agentos.federation.forward.SettleForward;
import org.agentos.federation.forward.TurnToAnotherPeer;
import org.agentos.federation.forward.store.SegmentSteps;
import org.agentos.federation.limits.LimitForwardAtPeer;
import org.agentos.federation.mirror.KeepCallerToken;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.tls.PeerTls;
import org.agentos.federation.trust.PeerPolicy;
import org.apache.camel.Exchange;

/** What routes name to start a run at a peer. */
public final class ForwardBeans {
    private final Parts parts;

    ForwardBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        PeerChoice choice = choice();
        ForwardMeters meters = new ForwardMeters(parts.meters);
        addRequest(beans);
        addChoice(beans, choice, meters);
        addCall(beans, choice, meters);
        addResult(beans, meters);
    }

    private PeerChoice choice() {
        return new PeerChoice(
                parts.reviewed.registry(),
                new PeerPolicy(),
                peer -> parts.capabilities.of(peer.stackId()),
                PeerLoad.of(parts.inFlight, parts.capabilities, parts.guards),
                parts.random);
    }

    private void addRequest(Map<String, Object> beans) {
        beans.put("forwardFiles", parts.stores.forwardFiles);
        beans.putAll(SegmentSteps.of(parts.stores.forwardFiles));
        beans.put("peekForwardAuth", new PeekForwardAuth());
        beans.put("readForward", new ReadForward(parts.clock, parts.random));
        beans.put(
                "claimForwardKey",
                new ClaimForwardKey(parts.stores.forwards, parts.clock, parts.threads.continuations));
        beans.put("forwardAnswered", new ForwardAnswered());
        beans.put("keepForwardToken", new KeepCallerToken(parts.mirroring.tokens, this::peerOfForward));
    }

    private void addChoice(Map<String, Object> beans, PeerChoice choice, ForwardMeters meters) {
        beans.put(
                "choosePeer",
                new ChoosePeer(
                        choice,
                        parts.inFlight,
                        parts.guards,
                        meters,
                        parts.stores.forwards,
                        parts.visits,
                        new LimitForwardAtPeer(parts.limits),
                        parts.redelivery::get,
                        parts.clock,
                        parts.threads.continuations));
        beans.put("mayFailOver", new MayFailOver());
        beans.put("turnToAnotherPeer", new TurnToAnotherPeer());
        beans.put(
                "recordForwardIntent",
                new RecordForwardIntent(
                        parts.stores.forwards, parts.stores.log::problem, parts.clock, parts.threads.forwardCalls));
    }

    private void addCall(Map<String, Object> beans, PeerChoice choice, ForwardMeters meters) {
        PeerCallLog calls = new PeerCallLog(meters, parts.failures);
        beans.put("forwardCalls", parts.threads.forwardCalls);
        beans.put("peerTls", new PeerTls(parts.reviewed.certificates().peers));
        beans.put("peerCallLimits", parts.peerCalls);
        beans.put(PeerHttpComponent.BEAN_NAME, new PeerHttpComponent());
        beans.put(
                "preparePeerCall",
                new PreparePeerCall(
                        parts.settings.forward(), new PeerHeaders(parts::ownAuthorization), parts.clock, parts.random));
        beans.put("readPeerAnswer", new ReadPeerAnswer(calls, parts.clock));
        beans.put(
                "notePeerFailure",
                new NotePeerFailure(parts.redelivery::get, choice, calls, parts.clock, parts.random));
    }

    private void addResult(Map<String, Object> beans, ForwardMeters meters) {
        beans.put(
                "recordForwardResult",
                new RecordForwardResult(
                        parts.stores.forwards, parts.stores.log, parts.clock, parts.threads.continuations));
        beans.put(
                "settleFailedForward",
                new SettleFailedForward(parts.stores.forwards, meters, parts.clock, parts.threads.continuations));
        beans.put("answerForward", new AnswerForward(this::startCursor));
        beans.put("listForwards", new ListForwards(parts.stores.forwards, parts.clock));
        beans.put(
                "settleForward",
                new SettleForward(
                        parts.stores.forwards,
                        parts.reviewed.registry(),
                        parts.stores.log,
                        parts.clock,
                        parts.threads.continuations));
    }

    private Optional<Peer> peerOfForward(Exchange exchange) {
        return exchange.getProperty(Forward.PROPERTY, Forward.class).stackId().flatMap(parts.reviewed.registry()::find);
    }

    private Optional<String> startCursor(RunKey run) {
        return Optional.of(
                parts.stores.cursors.forLog(run, parts.stores.log.find(run)).encode(Cursor.START));
    }
}
