package parley.cluster.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import parley.cluster.Node;
import parley.cluster.wiring.ClusterConfig;

/// Says who this node is.
public final class NodeIdentity {
    private static final int HOST_CHARS_MAX = 50;
    private static final int NAME_BYTES = 4;
    private static final int BOOT_BYTES = 8;

    private NodeIdentity() {}

    /// The node of `config`, started now. A derived name is the host's with a random end, because two
    /// nodes may share a host; the boot id is random.
    public static Node of(ClusterConfig config) {
        String name = config.nodeName() == null ? host() + "-" + random(NAME_BYTES) : config.nodeName();
        return new Node(
                name,
                random(BOOT_BYTES),
                config.version(),
                config.address(),
                config.clock().instant());
    }

    private static String host() {
        try {
            String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return host.isEmpty() ? "node" : host.substring(0, Math.min(host.length(), HOST_CHARS_MAX));
        } catch (UnknownHostException nameless) {
            return "node";
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
