package parley.cluster;

import java.time.Instant;

/// One running server. `name` is chosen by the operator or derived; `bootId` is new at every start.
public record Node(String name, String bootId, String version, String address, Instant startedAt) {}
