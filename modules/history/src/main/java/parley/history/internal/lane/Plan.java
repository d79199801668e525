package parley.history.internal.lane;

import java.util.List;
import parley.history.AppendResult;
import parley.history.Head;

/// What a batch will do: the answer to each of its items, in their order, valid once the batch is
/// committed; what is to be written; and the heads as they will be.
record Plan(List<AppendResult> results, List<Written> written, List<Head> heads) {

    /// An item that got numbers.
    record Written(Item item, AppendResult.Committed committed) {}

    boolean writesNothing() {
        return written.isEmpty();
    }

    List<AppendResult.Committed> committed() {
        return written.stream().map(Written::committed).toList();
    }
}
