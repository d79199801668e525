package parley.sessions.internal.protocol.profile;

import java.time.Duration;
import java.util.Set;

/// What a channel offers. `entriesMax` and `lifetime`: how much of its past it keeps; `recoverable`: for
/// everybody, else for who asks; `presence`: it says who is there; `joinLeave`: it tells who comes and
/// goes; `known`: it is there at all.
record ChannelOptions(
        int entriesMax, Duration lifetime, boolean recoverable, boolean presence, boolean joinLeave, boolean known) {
    /// Keeps all, and tells nothing but its entries.
    static final ChannelOptions ENDLESS =
            new ChannelOptions(Integer.MAX_VALUE, Duration.ofDays(1), true, true, false, true);

    private static final Set<String> NAMESPACES = Set.of("recovery", "smallhistory");

    /// What channels without a namespace offer; suites differ in what they expect of them.
    enum Plain {
        /// Presence, and recovery for who asks.
        USUAL,
        /// Presence, and recovery for everybody.
        RECOVERABLE,
        /// No presence, and recovery for everybody; other namespaces than those of [#of] are not there.
        STRICT;

        ChannelOptions of(String name) {
            int colon = name.indexOf(':');
            String namespace = colon < 0 ? "" : name.substring(0, colon);
            boolean own = name.startsWith("#");
            boolean named = NAMESPACES.contains(namespace);
            return new ChannelOptions(
                    namespace.equals("smallhistory") ? 2 : 100,
                    Duration.ofMinutes(5),
                    this != USUAL || named || own,
                    this != STRICT || named || own,
                    true,
                    this != STRICT || named || colon < 0);
        }
    }
}
