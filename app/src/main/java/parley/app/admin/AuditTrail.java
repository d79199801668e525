package parley.app.admin;

import io.helidon.webserver.http.ServerRequest;
import java.lang.System.Logger.Level;
import parley.accounts.Administration;
import parley.kernel.Unavailable;

/// Writes down what operators do to this node alone, which needs no database: while that is away or takes
/// nothing (read-only, its disk full) the log takes the line, and the deed is done all the same. Thread-safe.
public final class AuditTrail {
    private static final System.Logger LOG = System.getLogger(AuditTrail.class.getName());

    private final Administration administration;

    public AuditTrail(Administration administration) {
        this.administration = administration;
    }

    /// That whoever asks with `request` does `action` to `target`. Blocks for a statement.
    void record(ServerRequest request, String action, String target) {
        String actor = AdminKeys.actor(request);
        try {
            administration.record(actor, action, target, "");
        } catch (Unavailable | IllegalStateException refused) {
            LOG.log(
                    Level.WARNING,
                    "not in the audit, as the database does not take it: " + action + " " + target + " by " + actor,
                    refused);
        }
    }
}
