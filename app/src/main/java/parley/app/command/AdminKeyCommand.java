package parley.app.command;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration;
import parley.accounts.Administration.CreatedKey;
import parley.app.admin.AdminKeys;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "admin-key",
        description = "Keys of the admin listener.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AdminKeyCommand.Create.class, AdminKeyCommand.Keys.class, AdminKeyCommand.Revoke.class})
public final class AdminKeyCommand implements Runnable {
    private static final String ACTOR = "console";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Say create, list or revoke.");
    }

    /// What the three have in common: the accounts are opened, one call is made, lines are printed.
    abstract static class Call implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Spec
        private @Nullable CommandSpec spec;

        final int with(Function<Administration, Iterable<String>> call) {
            try (OfflineAccounts offline = OfflineAccounts.open(common.configuration())) {
                PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
                call.apply(offline.module().administration()).forEach(out::println);
                out.flush();
            }
            return ExitCode.DONE;
        }
    }

    @Command(name = "create", description = "Makes a key and prints it, this once.")
    static final class Create extends Call {
        private static final Set<String> KNOWN = Set.of(AdminKeys.SCOPE_ADMIN, AdminKeys.SCOPE_METRICS);

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What the audit calls it.")
        private String name = "";

        @Option(
                names = "--scopes",
                paramLabel = "SCOPE",
                split = ",",
                required = true,
                description = "admin: everything; metrics: only /metrics.")
        private Set<String> scopes = Set.of();

        @Override
        public Integer call() {
            if (!KNOWN.containsAll(scopes)) {
                throw new Failure(
                        "--scopes must be of admin, metrics, not '" + String.join(",", new TreeSet<>(scopes)) + "'.");
            }
            if (name.isBlank() || name.length() > 64 || name.chars().anyMatch(Character::isISOControl)) {
                throw new Failure("--name must have 1 to 64 characters.");
            }
            return with(administration -> {
                CreatedKey created = administration
                        .createApiKey(ACTOR, name, scopes)
                        .orElseThrow(() -> new Failure("There is a key named '" + name + "' already."));
                return Set.of(created.text().reveal());
            });
        }
    }

    @Command(name = "list", description = "Prints the names and scopes of the keys.")
    static final class Keys extends Call {
        @Override
        public Integer call() {
            return with(administration -> administration.apiKeys().stream()
                    .map(key ->
                            key.name() + "  " + String.join(",", new TreeSet<>(key.scopes())) + "  " + key.createdAt())
                    .toList());
        }
    }

    @Command(name = "revoke", description = "Refuses a key from now on.")
    static final class Revoke extends Call {
        @Option(names = "--name", paramLabel = "NAME", required = true, description = "The name of the key.")
        private String name = "";

        @Override
        public Integer call() {
            return with(administration -> {
                if (!administration.revokeApiKey(ACTOR, name)) {
                    throw new Failure("There is no key named '" + name + "'.");
                }
                return Set.of();
            });
        }
    }
}
