package parley.verify;

import java.util.List;
import java.util.Map;

/// What a checker found: how often each invariant was broken (those that held are absent), and the first
/// examples of each.
public record Verdict(Map<Invariant, Integer> broken, List<Violation> examples) {
    public Verdict {
        broken = Map.copyOf(broken);
        examples = List.copyOf(examples);
    }

    /// True when nothing was lost.
    public boolean holds() {
        return broken.isEmpty();
    }
}
