package parley.cluster.internal.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import parley.cluster.Node;
import parley.cluster.NodeStatus;

/// What a node says of itself. `renewal` grows each time that it says so: a node lives while it does,
/// whatever any clock shows.
record Lease(NodeStatus status, long renewal) {
    private static final int FIELDS = 7;
    private static final int BYTES_MAX = 4_096;

    /// Lines of text, so that an operator can read them in Redis, then the seal: name, version, address,
    /// start in milliseconds since 1970, sessions, drains (1 or 0), renewal. The next version may add
    /// lines.
    byte[] encode(Seal seal) {
        Node node = status.node();
        String text = String.join(
                "\n",
                node.name(),
                node.version(),
                node.address(),
                Long.toString(node.startedAt().toEpochMilli()),
                Integer.toString(status.load().sessions()),
                status.load().isDraining() ? "1" : "0",
                Long.toString(renewal));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] sealed = new byte[bytes.length + Seal.BYTES];
        System.arraycopy(bytes, 0, sealed, 0, bytes.length);
        seal.seal(place(node.bootId()), sealed);
        return sealed;
    }

    /// The lease of `bootId`; empty for anything that no node of this cluster wrote there.
    static Optional<Lease> decode(Seal seal, String bootId, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            return Optional.empty();
        }
        return seal.open(place(bootId), bytes).flatMap(text -> parse(bootId, text));
    }

    private static Optional<Lease> parse(String bootId, ByteBuffer text) {
        String[] fields = StandardCharsets.UTF_8.decode(text).toString().split("\n", -1);
        if (fields.length < FIELDS) {
            return Optional.empty();
        }
        try {
            Node node =
                    new Node(fields[0], bootId, fields[1], fields[2], Instant.ofEpochMilli(Long.parseLong(fields[3])));
            NodeStatus.Load load = new NodeStatus.Load(Integer.parseInt(fields[4]), fields[5].equals("1"));
            return Optional.of(new Lease(new NodeStatus(node, load), Long.parseLong(fields[6])));
        } catch (NumberFormatException | DateTimeException malformed) {
            return Optional.empty();
        }
    }

    private static String place(String bootId) {
        return ClusterKeys.LEASES + " " + bootId;
    }
}
