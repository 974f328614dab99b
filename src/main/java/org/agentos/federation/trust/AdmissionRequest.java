package org.agentos.federation.trust;

import org.agentos.federation.http.InboundRequest;

/** A request that asks to be let in. */
public record AdmissionRequest(InboundRequest request, BodyAuth body, Access access) {}
