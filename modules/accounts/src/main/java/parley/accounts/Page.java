package parley.accounts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list. `next` is the opaque cursor of the page after it, null on the last one.
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
