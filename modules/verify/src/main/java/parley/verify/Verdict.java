package parley.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a checker found: how often each invariant was broken (those that held are absent), and the first
/// examples of each. `notes` are worth to be known and change nothing about the verdict.
public record Verdict(Map<Invariant, Integer> broken, List<Violation> examples, List<String> notes) {
    public Verdict {
        broken = Map.copyOf(broken);
        examples = List.copyOf(examples);
        notes = List.copyOf(notes);
    }

    /// True when everything holds.
    public boolean holds() {
        return broken.isEmpty();
    }

    /// `nothing lost`, `late` (that is all there is to say), `not proven` (too little happened, and
    /// nothing worse than late), or `lost`.
    public String word() {
        if (broken.isEmpty()) {
            return "nothing lost";
        }
        Set<Invariant> worse = new HashSet<>(broken.keySet());
        worse.removeAll(Set.of(Invariant.I0, Invariant.I13));
        return !worse.isEmpty() ? "lost" : broken.containsKey(Invariant.I0) ? "not proven" : "late";
    }
}
