package parley.verify.internal.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.verify.Fault;
import parley.verify.Fault.Effect;
import parley.verify.FaultHook;
import parley.verify.Parts;
import parley.verify.Parts.Kind;
import parley.verify.Parts.Part;
import parley.verify.VerifyFault;
import parley.verify.internal.load.Pause;

/// The faults that this can do to the processes of an installation.
public final class Faults {
    /// What `--faults` takes.
    public static final List<String> NAMES = List.of(
            "node-kill",
            "node-stop",
            "rolling-restart",
            "redis-kill-empty",
            "redis-stop",
            "redis-flushall",
            "redis-client-kill",
            "database-kill",
            "database-stop",
            "nginx-kill",
            "nginx-reload",
            "none");

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration TWENTY = Duration.ofSeconds(20);
    private static final Duration GONE_MAX = Duration.ofSeconds(20);
    private static final Duration DRAINED_MAX = Duration.ofSeconds(60);
    private static final Duration BACK_MAX = Duration.ofSeconds(90);

    private final Parts parts;
    private final Random random;

    public Faults(Parts parts, Random random) {
        this.parts = parts;
        this.random = random;
    }

    /// The part that a fault hit, chosen when it is done: before, another fault may have given it
    /// another process.
    private static final class Victim {
        @Nullable
        Part part;

        Part part() {
            return Objects.requireNonNull(part, "nothing was hit yet");
        }
    }

    private record Made(
            String name, Duration hold, Runnable aiming, Supplier<Effect> injection, Supplier<Effect> healing)
            implements Fault {
        @Override
        public void aim() {
            aiming.run();
        }

        @Override
        public Effect inject() {
            return injection.get();
        }

        @Override
        public Effect heal() {
            return healing.get();
        }
    }

    /// An operator's own commands: both must end with 0, and what they say is the effect.
    public static Fault hook(FaultHook hook) {
        return new Made(hook.name(), hook.hold(), () -> {}, () -> ran(hook.on()), () -> ran(hook.off()));
    }

    private static Effect ran(String line) {
        Processes.Ran ran = Processes.run(List.of("sh", "-c", line));
        return new Effect(ran.code() == 0, ran.brief());
    }

    /// One of [#NAMES] but `none`, on a part chosen at random.
    public Fault named(String name) {
        return switch (name) {
            case "node-kill" -> killed(name, Kind.NODE, SHORT);
            case "redis-kill-empty" -> killed(name, Kind.REDIS, SHORT);
            case "database-kill" -> killed(name, Kind.DATABASE, SHORT);
            case "nginx-kill" -> killed(name, Kind.NGINX, SHORT);
            case "node-stop" -> stopped(name, Kind.NODE, TWENTY);
            case "redis-stop" -> stopped(name, Kind.REDIS, TEN);
            case "database-stop" -> stopped(name, Kind.DATABASE, TEN);
            case "rolling-restart" -> rolled(name);
            case "redis-flushall" -> byItself(name, Kind.REDIS, SHORT, Faults::flushed);
            case "redis-client-kill" -> byItself(name, Kind.REDIS, SHORT, Faults::cut);
            case "nginx-reload" -> byItself(name, Kind.NGINX, TEN, this::reloaded);
            default -> throw new VerifyFault("There is no fault '" + name + "'; there are " + NAMES + ".");
        };
    }

    private Part any(Kind kind) {
        List<Part> all = parts.of(kind);
        if (all.isEmpty()) {
            throw new VerifyFault("The file of --cluster names no "
                    + kind.name().toLowerCase(java.util.Locale.ROOT) + "; leave that fault out.");
        }
        Part part = all.get(random.nextInt(all.size()));
        Processes.require(part);
        return part;
    }

    /// One that needs no healing.
    private Fault byItself(String name, Kind kind, Duration hold, Function<Part, Effect> injection) {
        Victim victim = new Victim();
        return new Made(
                name,
                hold,
                () -> victim.part = any(kind),
                () -> injection.apply(victim.part()),
                () -> new Effect(true, "by itself"));
    }

    private Fault killed(String name, Kind kind, Duration hold) {
        Victim victim = new Victim();
        return new Made(
                name,
                hold,
                () -> victim.part = any(kind),
                () -> {
                    Part part = victim.part();
                    List<Long> pids = new ArrayList<>(List.of(part.pid()));
                    pids.addAll(Processes.children(part.pid()));
                    pids.forEach(Processes::kill);
                    boolean isGone = pids.stream().allMatch(pid -> Processes.awaitEnd(pid, GONE_MAX));
                    return new Effect(isGone, part.name() + ", process " + part.pid() + (isGone ? " died" : " lives"));
                },
                () -> started(victim.part()));
    }

    private Effect started(Part part) {
        Effect start = parts.start(part);
        Part now = parts.of(part.kind()).stream()
                .filter(one -> one.name().equals(part.name()))
                .findFirst()
                .orElseThrow(() -> new VerifyFault(part.name() + " is not named any more."));
        boolean isBack = start.isSeen() && Pause.until(BACK_MAX, () -> isReady(now));
        return new Effect(isBack, now.name() + (isBack ? " is back as process " + now.pid() : ": " + start.text()));
    }

    /// A node may accept connections before it takes traffic.
    private static boolean isReady(Part part) {
        return part.kind() == Kind.NODE
                ? Processes.answersOk(part.port(), "/health/ready")
                : Processes.accepts(part.port());
    }

    private Fault stopped(String name, Kind kind, Duration hold) {
        Victim victim = new Victim();
        return new Made(
                name,
                hold,
                () -> victim.part = any(kind),
                () -> {
                    Part part = victim.part();
                    Processes.signal("STOP", part.pid());
                    boolean isStopped = Pause.until(GONE_MAX, () -> Processes.isStopped(part.pid()));
                    return new Effect(isStopped, part.name() + (isStopped ? " is frozen" : " runs on"));
                },
                () -> {
                    Part part = victim.part();
                    Processes.signal("CONT", part.pid());
                    boolean runs = Pause.until(
                            GONE_MAX, () -> Processes.isAlive(part.pid()) && !Processes.isStopped(part.pid()));
                    return new Effect(runs, part.name() + (runs ? " runs again" : " is gone"));
                });
    }

    /// By itself, unless it ends half-way: then a node is down, and healing starts it.
    private Fault rolled(String name) {
        Victim underWay = new Victim();
        return new Made(
                name,
                Duration.ZERO,
                () -> {
                    Part unused = any(Kind.NODE);
                },
                () -> rolled(underWay),
                () -> {
                    Part node = underWay.part;
                    if (node == null) {
                        return new Effect(true, "by itself");
                    }
                    boolean isGone = Processes.awaitEnd(node.pid(), DRAINED_MAX);
                    return isGone ? started(node) : new Effect(false, node.name() + " did not end");
                });
    }

    private Effect rolled(Victim underWay) {
        List<String> said = new ArrayList<>();
        for (Part node : parts.of(Kind.NODE)) {
            Processes.require(node);
            underWay.part = node;
            long begin = System.nanoTime();
            Processes.signal("TERM", node.pid());
            boolean isGone = Processes.awaitEnd(node.pid(), DRAINED_MAX);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            if (!isGone) {
                return new Effect(false, node.name() + " did not end");
            }
            Effect back = started(node);
            said.add("drained in " + millis + " ms, " + back.text());
            if (!back.isSeen()) {
                return new Effect(false, String.join("; ", said));
            }
            underWay.part = null;
        }
        return new Effect(!said.isEmpty(), String.join("; ", said));
    }

    private static Effect flushed(Part redis) {
        RedisCommand command = new RedisCommand(redis.port(), redis.user(), redis.password());
        try {
            long before = command.number("DBSIZE");
            long flushed = command.number("FLUSHALL");
            long after = command.number("DBSIZE");
            return new Effect(flushed == 0 && before > after, before + " keys became " + after);
        } catch (IOException fault) {
            return new Effect(false, "Redis does not answer");
        }
    }

    private static Effect cut(Part redis) {
        RedisCommand command = new RedisCommand(redis.port(), redis.user(), redis.password());
        try {
            long cut = Math.max(0, command.number("CLIENT", "KILL", "TYPE", "normal"))
                    + Math.max(0, command.number("CLIENT", "KILL", "TYPE", "pubsub"));
            return new Effect(cut > 0, cut + " connections cut");
        } catch (IOException fault) {
            return new Effect(false, "Redis does not answer");
        }
    }

    private Effect reloaded(Part nginx) {
        Set<Long> before = Processes.children(nginx.pid());
        Effect asked = parts.reload(nginx);
        boolean isNew = Pause.until(GONE_MAX, () -> !before.containsAll(Processes.children(nginx.pid())));
        return new Effect(asked.isSeen() && isNew, isNew ? "new workers" : "the workers are the old ones");
    }
}
