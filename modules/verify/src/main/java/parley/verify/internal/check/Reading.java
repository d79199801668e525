package parley.verify.internal.check;

import java.util.HashMap;
import java.util.Map;
import parley.verify.Event;

/// How far each device could read the log when nobody wrote any more.
public final class Reading implements Part {
    /// What begins when everybody had time to come back.
    static final String PHASE = "reading";

    private final Map<Long, Event.HistBegin> open = new HashMap<>();
    private final Map<String, Long> reached = new HashMap<>();
    private boolean isAtRest;

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Phase phase -> isAtRest |= phase.name().equals(PHASE);
            case Event.HistBegin begin when isAtRest -> open.put(begin.id(), begin);
            case Event.Hist hist -> {
                Event.HistBegin begin = open.remove(hist.id());
                if (begin != null && !begin.reverse()) {
                    long last = hist.rows().isEmpty()
                            ? begin.from()
                            : hist.rows().getLast().seq();
                    Long unused = reached.merge(begin.dev() + " " + begin.conv(), last, Math::max);
                }
            }
            default -> {}
        }
    }

    /// The highest number that a page brought to `dev`; 0 for none.
    long reached(String dev, String conv) {
        return reached.getOrDefault(dev + " " + conv, 0L);
    }

    @Override
    public void finish() {}
}
