package org.agentos.federation;

public final class FederationGateway {
    private FederationGateway() {}

    public static void main(String[] args) {}
}
