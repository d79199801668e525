package parley.cluster.wiring;

import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who this node is. `nodeName` (1 to 64 of `[A-Za-z0-9._-]`, unique in the cluster) is null when the
/// node derives one from the name of its host; `version` is the program's; `address` is where its public
/// listener can be reached.
public record ClusterConfig(@Nullable String nodeName, String version, String address, InstantSource clock) {
    private static final Pattern ADDRESS = Pattern.compile("[!-~]{0,200}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public ClusterConfig {
        if (nodeName != null && !NAME.matcher(nodeName).matches()) {
            throw new IllegalArgumentException(
                    "node.name: 1 to 64 of letters, digits, '.', '_' and '-', not '" + nodeName + "'");
        }
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "node.address: at most 200 printable ASCII characters without spaces, not '" + address + "'");
        }
    }
}
