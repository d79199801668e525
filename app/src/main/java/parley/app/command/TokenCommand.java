package parley.app.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.accounts.Profile;
import parley.accounts.Tokens.Issued;
import parley.app.config.Configuration;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "token", description = "Prints an access token of an account, for trying things out.")
public final class TokenCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--account", paramLabel = "HANDLE", required = true, description = "Whose token.")
    private String handle = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = common.configuration();
        try (OfflineAccounts offline = OfflineAccounts.open(configuration)) {
            Profile profile = offline.module()
                    .accounts()
                    .find(handle)
                    .orElseThrow(() -> new Failure("There is no account with the handle '" + handle + "'."));
            Issued issued = offline.module()
                    .tokens()
                    .issueFor(
                            List.of(profile.id()),
                            "command line",
                            configuration.accounts().accessTokenLifetime())
                    .getFirst();
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(issued.accessToken().reveal());
            out.flush();
        }
        return ExitCode.DONE;
    }
}
