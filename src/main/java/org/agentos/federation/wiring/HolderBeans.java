package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.forward.PeerHeaders;
import org.agentos.federation.holder.BeginCancel;
import org.agentos.federation.holder.CancelLimits;
import org.agentos.federation.holder.ClaimHolderState;
import org.agentos.federation.holder.EnterHolder;
import org.agentos.federation.holder.FindHolder;
import org.agentos.federation.holder.HeardStates;
import org.agentos.federation.holder.HolderMeters;
import org.agentos.federation.holder.HolderPlaces;
import org.agentos.federation.holder.HolderToBeAsked;
import org.agentos.federation.holder.JudgeCancel;
import org.agentos.federation.holder.KeepCancelRefusal;
import org.agentos.federation.holder.NoteHolderFailure;
import org.agentos.federation.holder.NoteSilentHolder;
import org.agentos.federation.holder.PrepareHolderCall;
import org.agentos.federation.holder.ReadHolderAnswer;
import org.agentos.federation.holder.RunGoesOn;
import org.agentos.federation.settings.HolderSettings;
import org.agentos.federation.trust.PeerPolicy;

/** The beans by which routes ask a run's holder for its state, and to cancel it. */
public record HolderBeans(Parts parts) {
    void addTo(Map<String, Object> beans) {
        HolderSettings settings = parts.settings.holder();
        CancelLimits limits = new CancelLimits(settings, parts.redelivery::get);
        HeardStates states = new HeardStates(settings.stateFresh());
        HolderMeters meters = new HolderMeters(parts.meters);
        beans.put(
                "findHolder",
                new FindHolder(
                        parts.stores.forwards.index(), parts.stores.log, parts.reviewed.registry(), new PeerPolicy()));
        beans.put("holderCalls", parts.threads.holderCalls);
        beans.put(
                "claimHolderState",
                new ClaimHolderState(states, settings.stateTimeout(), parts.clock, parts.threads.continuations));
        beans.put("holderToBeAsked", new HolderToBeAsked());
        beans.put("runGoesOn", new RunGoesOn());
        beans.put("beginCancel", new BeginCancel(limits, parts.clock));
        beans.put("enterHolder", new EnterHolder(new HolderPlaces(settings)));
        beans.put(
                "prepareHolderCall",
                new PrepareHolderCall(
                        parts.settings.forward(),
                        new PeerHeaders(parts::ownAuthorization),
                        parts.guards,
                        parts.reviewed.registry(),
                        parts.clock,
                        parts.random));
        beans.put(
                "noteHolderFailure",
                new NoteHolderFailure(parts.redelivery::get, limits, parts.guards, meters, parts.clock, parts.random));
        beans.put("readHolderAnswer", new ReadHolderAnswer(states, parts.mirroring::heard, meters, parts.clock));
        beans.put("noteSilentHolder", new NoteSilentHolder(parts.clock));
        beans.put("keepCancelRefusal", new KeepCancelRefusal(states, parts.clock));
        beans.put("judgeCancel", new JudgeCancel());
    }
}
