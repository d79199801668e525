package parley.verify.internal.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.verify.Fault;
import parley.verify.Fault.Effect;
import parley.verify.FaultHook;
import parley.verify.Parts;
import parley.verify.Parts.Kind;
import parley.verify.VerifyFault;

/// Faults on processes that only bear the name of what they stand for.
final class FaultsTest {
    @TempDir
    Path folder;

    private final ServerSocket door = listening();
    private Path file = Path.of("");
    private Parts parts = new FileParts(file);

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    @BeforeEach
    void startOne() throws IOException {
        file = folder.resolve("cluster.json");
        Path script = folder.resolve("start");
        Path unused = Files.setPosixFilePermissions(
                Files.writeString(script, """
                        #!/bin/bash
                        bash -c 'exec -a redis-dummy sleep 300' >/dev/null 2>&1 </dev/null &
                        until grep -aqs '^redis-dummy' /proc/$!/cmdline; do sleep 0.01; done
                        printf '{"nodes":[],"redis":{"pid":%%s,"port":%d,"start":["%s"]}}' $! >'%s'
                        """.formatted(door.getLocalPort(), script, file)),
                PosixFilePermissions.fromString("rwx------"));
        assertEquals(0, Processes.run(List.of(script.toString())).code());
        parts = new FileParts(file);
    }

    @AfterEach
    void endIt() throws IOException {
        if (pid() > 1) {
            Processes.kill(pid());
        }
        door.close();
    }

    private long pid() {
        return parts.of(Kind.REDIS).stream()
                .mapToLong(Parts.Part::pid)
                .findFirst()
                .orElse(0);
    }

    private Fault aimed(String name) {
        Fault fault = new Faults(parts, new Random(1)).named(name);
        fault.aim();
        return fault;
    }

    @Test
    void aKilledProcessIsSeenToDieAndComesBackAsAnother() {
        // A fault counts when its effect shows: the process is gone, and healed when another one is there.
        long before = pid();
        Fault fault = aimed("redis-kill-empty");
        Effect killed = fault.inject();
        assertTrue(killed.isSeen(), killed.text());
        assertFalse(Processes.isAlive(before));
        Effect healed = fault.heal();
        assertTrue(healed.isSeen(), healed.text());
        assertNotEquals(before, pid());
        assertTrue(Processes.isAlive(pid()));
    }

    @Test
    void aFrozenProcessIsSeenToStopAndGoOn() {
        // SIGSTOP and SIGCONT show in the state of the process.
        Fault fault = aimed("redis-stop");
        assertTrue(fault.inject().isSeen());
        assertTrue(Processes.isStopped(pid()));
        assertTrue(fault.heal().isSeen());
        assertFalse(Processes.isStopped(pid()));
    }

    @Test
    void whatDidNothingIsNotSeen() throws IOException {
        // A fault whose effect cannot be seen is told as such: commands that fail, a Redis that says nothing.
        Effect failed = Faults.hook(FaultHook.parse("mine=exit 3::true")).inject();
        assertFalse(failed.isSeen(), failed.text());
        Effect done =
                Faults.hook(FaultHook.parse("mine=echo cable pulled::true")).inject();
        assertEquals(new Effect(true, "cable pulled"), done);
        Fault flushing = aimed("redis-flushall");
        door.close();
        assertFalse(flushing.inject().isSeen());
    }

    @Test
    void aHookSaysHowLongItLasts() {
        // An outage of two seconds may be one that TCP bridges: an operator chooses how long.
        assertEquals(Duration.ofSeconds(10), held("mine=on::off"));
        assertEquals(Duration.ofSeconds(45), held("mine=on::off::45s"));
        assertEquals(Duration.ofMillis(250), held("mine=on::ip -6 route del ::1::250ms"));
        assertEquals(Duration.ofMinutes(2), held("mine=on::off::2m"));
        FaultHook hook = FaultHook.parse("mine=on::ip -6 route del ::1::250ms");
        assertEquals("ip -6 route del ::1", hook.off());
        assertEquals("off::45", FaultHook.parse("mine=on::off::45").off());
        assertThrows(IllegalArgumentException.class, () -> FaultHook.parse("mine=on::45s"));
        assertThrows(IllegalArgumentException.class, () -> FaultHook.parse("mine=on"));
    }

    private static Duration held(String hook) {
        return Faults.hook(FaultHook.parse(hook)).hold();
    }

    @Test
    void aRollingRestartThatIsCutShortLeavesNoNodeDown() throws IOException, InterruptedException {
        // Ctrl-C while a node is on its way down or up: healing starts it.
        HttpServer ready = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        ready.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        ready.start();
        Path script = Path.of(Files.readString(file).replaceAll(".*\"start\":\\[\"([^\"]*).*", "$1"));
        Path unused = Files.writeString(
                script,
                Files.readString(script)
                        .replace("redis-dummy", "parley-dummy")
                        .replace("\"nodes\":[],\"redis\":{", "\"nodes\":[{\"name\":\"n1\",")
                        .replace(
                                "\"port\":" + door.getLocalPort(),
                                "\"port\":" + ready.getAddress().getPort())
                        .replace("]}}'", "]}]}'"));
        Processes.kill(pid());
        assertEquals(0, Processes.run(List.of(script.toString())).code());
        long before = parts.of(Kind.NODE).getFirst().pid();
        try {
            Fault fault = aimed("rolling-restart");
            Path started = folder.resolve("started");
            unused = Files.writeString(
                    script,
                    Files.readString(script)
                            .replaceFirst(
                                    "\n",
                                    "\n[ -e '" + started + "' ] || { touch '" + started + "'; exec sleep 300; }\n"));
            Thread run = Thread.ofPlatform().start(() -> assertThrows(VerifyFault.class, fault::inject));
            Await.until("the node is down, and is being started", () -> Files.exists(started));
            run.interrupt();
            run.join();
            assertFalse(Processes.isAlive(before));
            Effect healed = fault.heal();
            assertTrue(healed.isSeen(), healed.text());
            assertNotEquals(before, parts.of(Kind.NODE).getFirst().pid());
        } finally {
            ready.stop(0);
            Processes.kill(parts.of(Kind.NODE).getFirst().pid());
        }
    }

    @Test
    void aNumberThatBelongsToAnotherProcessIsNotTouched() throws IOException {
        // A stale file must not kill a stranger.
        long dummy = pid();
        Path unused = Files.writeString(file, Files.readString(file).replace("\"pid\":" + dummy, "\"pid\":" + 1));
        assertThrows(VerifyFault.class, () -> aimed("redis-kill-empty"));
        assertThrows(VerifyFault.class, () -> aimed("nginx-kill"));
        assertThrows(VerifyFault.class, () -> aimed("meteor"));
        assertTrue(Processes.isAlive(dummy));
        Processes.kill(dummy);
    }
}
