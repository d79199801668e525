package parley.sessions.internal.transport;

import java.util.List;

/// Where connections are made and by whom: the one path, the pages that may connect, and the proxies
/// whose word on the client's address is taken.
public record UpgradeRules(String path, Origins origins, List<AddressRange> trustedProxies) {

    public static final String DEFAULT_PATH = "/connection/websocket";

    public UpgradeRules {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
