package parley.history.internal.lane;

import java.sql.SQLException;

/// This node may not append any more: its epoch is over.
final class EpochOverException extends SQLException {
    private static final long serialVersionUID = 1L;

    EpochOverException() {
        super("the epoch is over");
    }
}
