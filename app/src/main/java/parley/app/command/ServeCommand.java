package parley.app.command;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.config.Keys;
import parley.app.server.NodeLife;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = "Serves until it gets SIGTERM or SIGINT, then moves its clients away and ends with 0.")
public final class ServeCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--port", paramLabel = "N", description = "Port of the public listener (http.port); 0 = any.")
    private @Nullable Integer port;

    @Option(names = "--admin-port", paramLabel = "N", description = "Port of the admin listener (admin.port); 0 = any.")
    private @Nullable Integer adminPort;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> overrides = new HashMap<>();
        if (port != null) {
            overrides.put(Keys.HTTP_PORT.name(), port.toString());
        }
        if (adminPort != null) {
            overrides.put(Keys.ADMIN_PORT.name(), adminPort.toString());
        }
        NodeLife node = NodeLife.start(ports -> {
            if (!ports.isEmpty()) {
                overrides.put(Keys.HTTP_PORT.name(), ports.getFirst().toString());
                overrides.put(Keys.ADMIN_PORT.name(), ports.getLast().toString());
            }
            return common.configuration(overrides);
        });
        node.endWithProcess();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        node.adminKeyFile().ifPresent(file -> err.println("parley: the key of the admin listener is in " + file));
        err.flush();
        out.println("parley ready " + node.publicAddress());
        out.println("parley admin " + node.adminAddress());
        out.flush();
        return node.awaitEnd();
    }
}
