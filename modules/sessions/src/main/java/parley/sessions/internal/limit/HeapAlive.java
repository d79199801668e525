package parley.sessions.internal.limit;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The share of the heap that was alive after the last collection: what no collection frees. Old and
/// young collections are of different moments, so it is a little too high at times, never too low.
public final class HeapAlive implements DoubleSupplier {
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();

    @Override
    public double getAsDouble() {
        long alive = 0;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage usage = pool.getCollectionUsage();
            alive += usage == null ? 0 : usage.getUsed();
        }
        return (double) alive / Runtime.getRuntime().maxMemory();
    }
}
