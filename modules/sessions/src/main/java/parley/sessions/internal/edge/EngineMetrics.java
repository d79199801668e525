package parley.sessions.internal.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import parley.sessions.Disconnect;
import parley.sessions.internal.limit.LimitMeters;
import parley.sessions.internal.protocol.engine.EngineObserver;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;

/// Counts what the protocol engine does: `parley_protocol_*`. The values of every tag are few and fixed.
/// Thread-safe.
public final class EngineMetrics implements EngineObserver {
    private final Map<Class<?>, Counter> commands = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> answers = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> disconnects = new ConcurrentHashMap<>();
    private final Map<String, Counter> violations = new ConcurrentHashMap<>();
    private final Map<String, Counter> refused = new ConcurrentHashMap<>();
    private final Counter waited;
    private final Function<Class<?>, Counter> newCommand;
    private final Function<Integer, Counter> newAnswer;
    private final Function<Integer, Counter> newDisconnect;
    private final Function<String, Counter> newViolation;
    private final Function<String, Counter> newRefused;

    public EngineMetrics(MeterRegistry registry) {
        newCommand = kind -> Counter.builder("parley.protocol.commands")
                .description("Commands that began, by kind")
                .tag("kind", kind.getSimpleName().toLowerCase(Locale.ROOT))
                .register(registry);
        newAnswer = code -> Counter.builder("parley.protocol.answers")
                .description("Commands that were answered, by error code (0: no error)")
                .tag("code", Integer.toString(code))
                .register(registry);
        newDisconnect = code -> Counter.builder("parley.protocol.disconnects")
                .description("Connections that the server ended, by close code")
                .tag("code", Integer.toString(code))
                .register(registry);
        newViolation = rule -> Counter.builder("parley.protocol.violations")
                .description("Frames that could not be read, by rule")
                .tag("rule", rule)
                .register(registry);
        newRefused = limit -> LimitMeters.refused(limit, registry);
        waited = LimitMeters.waited("in-flight", registry);
    }

    @Override
    public void begun(Request request) {
        commands.computeIfAbsent(request.getClass(), newCommand).increment();
    }

    @Override
    public void answered(Answered answer) {
        int code = answer instanceof ProtocolError error ? error.code() : 0;
        answers.computeIfAbsent(code, newAnswer).increment();
    }

    @Override
    public void disconnected(Disconnect why) {
        disconnects.computeIfAbsent(why.code(), newDisconnect).increment();
    }

    @Override
    public void refused(String limit) {
        refused.computeIfAbsent(limit, newRefused).increment();
    }

    @Override
    public void waits() {
        waited.increment();
    }

    @Override
    public void violated(String rule) {
        violations.computeIfAbsent(rule, newViolation).increment();
    }
}
