package parley.app.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.accounts.Administration;
import parley.accounts.Administration.Account;
import parley.accounts.Administration.IllegalCursor;
import parley.accounts.Page;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.kernel.AccountId;

/// `/admin/v1/accounts` and `/admin/v1/audit`.
public final class AccountAdminRoutes {
    private static final String ACCOUNT = "/admin/v1/accounts/{id}";

    private final Administration administration;
    private final JsonBodies json;

    public AccountAdminRoutes(Administration administration, JsonBodies json) {
        this.administration = administration;
        this.json = json;
    }

    public void register(Routes routes) {
        routes.get("/admin/v1/accounts", this::list)
                .get(ACCOUNT, this::get)
                .delete(ACCOUNT, this::delete)
                .put(ACCOUNT + "/ban", this::ban)
                .delete(ACCOUNT + "/ban", this::unban)
                .post(ACCOUNT + "/sign-out", this::signOut)
                .get("/admin/v1/audit", this::audit);
    }

    /// `until` is RFC 3339; absent = for good.
    public record BanBody(
            @NotNull @Size(min = 1, max = 500) @Pattern(regexp = "[^\\p{Cntrl}]*")
            String reason,

            @Nullable @Size(max = 64) String until) {}

    public record BanView(
            String reason, String since, @Nullable String until) {}

    /// `removed` messages, reactions, memberships and the like are gone so far; `finishedAt` when no
    /// more is.
    public record DeletionView(
            String deletedAt, long removed, @Nullable String finishedAt) {}

    public record AccountView(
            String id,
            String handle,
            String displayName,
            String createdAt,
            int devices,
            @Nullable BanView ban,
            @Nullable DeletionView deleted) {
        static AccountView of(Account account) {
            return new AccountView(
                    account.profile().id().toString(),
                    account.profile().handle(),
                    account.profile().displayName(),
                    account.createdAt().toString(),
                    account.devices(),
                    account.ban() == null ? null : ban(account.ban()),
                    account.deletion() == null ? null : deletion(account.deletion()));
        }

        private static DeletionView deletion(Administration.Deletion deletion) {
            Instant finished = deletion.finishedAt();
            return new DeletionView(
                    deletion.deletedAt().toString(), deletion.removed(), finished == null ? null : finished.toString());
        }

        private static BanView ban(Administration.Ban ban) {
            Instant until = ban.until();
            return new BanView(ban.reason(), ban.since().toString(), until == null ? null : until.toString());
        }
    }

    public record AccountsView(
            List<AccountView> accounts, @Nullable String next) {}

    public record AuditView(String id, String at, String actor, String action, String target, String detail) {}

    public record AuditPageView(
            List<AuditView> audit, @Nullable String next) {}

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.of(request, "handle", "cursor", "limit");
        Optional<String> handle = query.text("handle");
        AccountsView view;
        if (handle.isPresent()) {
            List<Account> found =
                    administration.accountByHandle(handle.get()).stream().toList();
            view = new AccountsView(found.stream().map(AccountView::of).toList(), null);
        } else {
            Page<Account> page = page(query, () -> administration.accounts(query.cursor(), query.limit()));
            view = new AccountsView(page.items().stream().map(AccountView::of).toList(), page.next());
        }
        json.send(response, Status.OK_200, view);
    }

    private void get(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, AccountView.of(account(request)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        require(administration.delete(AdminKeys.actor(request), Query.pathId(request, AccountId::parse)));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void ban(ServerRequest request, ServerResponse response) {
        AccountId id = Query.pathId(request, AccountId::parse);
        BanBody body = json.read(request, BanBody.class);
        Instant until = body.until() == null ? null : instant(body.until());
        if (until != null && !until.isAfter(Instant.now())) {
            throw Problem.invalid("until", "in the future", String.valueOf(body.until()));
        }
        require(administration.ban(AdminKeys.actor(request), id, body.reason(), until));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void unban(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        require(administration.unban(AdminKeys.actor(request), Query.pathId(request, AccountId::parse)));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void signOut(ServerRequest request, ServerResponse response) {
        json.expectNone(request);
        require(administration.signOutEverywhere(AdminKeys.actor(request), Query.pathId(request, AccountId::parse)));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void audit(ServerRequest request, ServerResponse response) {
        Query query = Query.of(request, "cursor", "limit");
        Page<Administration.Audit> page = page(query, () -> administration.audit(query.cursor(), query.limit()));
        List<AuditView> lines = page.items().stream()
                .map(line -> new AuditView(
                        Long.toString(line.id()),
                        line.at().toString(),
                        line.actor(),
                        line.action(),
                        line.target(),
                        line.detail()))
                .toList();
        json.send(response, Status.OK_200, new AuditPageView(lines, page.next()));
    }

    private Account account(ServerRequest request) {
        return administration.account(Query.pathId(request, AccountId::parse)).orElseThrow(Problem::notFound);
    }

    private static <T> Page<T> page(Query query, java.util.function.Supplier<Page<T>> read) {
        try {
            return read.get();
        } catch (IllegalCursor fault) {
            throw Problem.invalid("cursor", "cursor", query.text("cursor").orElse(""));
        }
    }

    private static void require(boolean exists) {
        if (!exists) {
            throw Problem.notFound();
        }
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException fault) {
            throw Problem.invalid("until", "RFC 3339 time", text);
        }
    }
}
