package parley.app.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import parley.accounts.Accounts;
import parley.accounts.Accounts.PasswordResult;
import parley.accounts.Accounts.RenameResult;
import parley.accounts.Accounts.SignUpResult;
import parley.accounts.Device;
import parley.accounts.Profile;
import parley.app.http.Confidential;
import parley.app.http.JsonBodies;
import parley.app.http.Problem;
import parley.app.http.Routes;
import parley.app.rest.Callers.Caller;
import parley.kernel.DeviceId;

/// `/api/v1/accounts` and `/api/v1/devices`.
final class AccountRoutes {
    private static final String ACCOUNTS = "/api/v1/accounts";
    private static final String ME = ACCOUNTS + "/me";
    private static final String DEVICES = "/api/v1/devices";

    private final Accounts accounts;
    private final Callers callers;
    private final JsonBodies json;

    AccountRoutes(Accounts accounts, Callers callers, JsonBodies json) {
        this.accounts = accounts;
        this.callers = callers;
        this.json = json;
    }

    void register(Routes routes) {
        routes.post(ACCOUNTS, this::signUp)
                .get(ACCOUNTS, this::find)
                .get(ME, this::me)
                .patch(ME, this::rename)
                .put(ME + "/password", this::changePassword)
                .get(DEVICES, this::devices)
                .delete(DEVICES + "/{id}", this::signOutDevice);
    }

    public record SignUpBody(
            @NotNull String handle,
            @NotNull String displayName,
            @NotNull @Confidential String password) {}

    public record RenameBody(@NotNull String displayName) {}

    public record PasswordBody(
            @NotNull @Confidential String current,
            @NotNull @Confidential @JsonbProperty("new") String replacement) {}

    public record AccountView(String id, String handle, String displayName) {
        static AccountView of(Profile profile) {
            return new AccountView(profile.id().toString(), profile.handle(), profile.displayName());
        }
    }

    public record AccountsView(List<AccountView> accounts) {}

    /// `current` marks the device that asks.
    public record DeviceView(String id, String name, String createdAt, String seenAt, boolean current) {
        static DeviceView of(Device device, DeviceId current) {
            return new DeviceView(
                    device.id().toString(),
                    device.name(),
                    device.createdAt().toString(),
                    device.seenAt().toString(),
                    device.id().equals(current));
        }
    }

    public record DevicesView(List<DeviceView> devices) {}

    private void signUp(ServerRequest request, ServerResponse response) {
        SignUpBody body = json.read(request, SignUpBody.class);
        SignUpResult result =
                accounts.signUp(body.handle(), body.displayName(), Inputs.secret("password", body.password()));
        switch (result) {
            case SignUpResult.SignedUp made -> {
                String handle = made.profile().handle();
                response.header(HeaderNames.LOCATION, ACCOUNTS + "?handle=" + handle);
                json.send(response, Status.CREATED_201, AccountView.of(made.profile()));
            }
            case SignUpResult.HandleTaken taken ->
                throw Problem.of(409, "handle-taken", "Handle taken", "Another account has this handle.");
            case SignUpResult.Closed closed ->
                throw Problem.of(403, "sign-up-closed", "Sign-up closed", "This server takes no sign-ups.");
            case SignUpResult.Invalid invalid -> throw Inputs.invalid(invalid.fields());
            case SignUpResult.Busy busy -> throw Inputs.busy(busy.retryAfter());
        }
    }

    private void find(ServerRequest request, ServerResponse response) {
        Caller unused = callers.of(request);
        List<String> handles = request.query().all("handle", List::of);
        if (handles.size() != 1) {
            throw Problem.invalid("handle", handles.isEmpty() ? "required" : "once", "");
        }
        List<AccountView> found =
                accounts.find(handles.getFirst()).map(AccountView::of).stream().toList();
        json.send(response, Status.OK_200, new AccountsView(found));
    }

    private void me(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        Profile profile = accounts.profile(caller.account()).orElseThrow(Problem::unauthorized);
        json.send(response, Status.OK_200, AccountView.of(profile));
    }

    private void rename(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        RenameBody body = json.read(request, RenameBody.class);
        switch (accounts.rename(caller.account(), body.displayName())) {
            case RenameResult.Renamed renamed -> json.send(response, Status.OK_200, AccountView.of(renamed.profile()));
            case RenameResult.Invalid invalid -> throw Inputs.invalid(invalid.fields());
        }
    }

    private void changePassword(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        PasswordBody body = json.read(request, PasswordBody.class);
        PasswordResult result = accounts.changePassword(
                caller.account(),
                caller.device(),
                Inputs.secret("current", body.current()),
                Inputs.secret("new", body.replacement()));
        switch (result) {
            case PasswordResult.Changed changed ->
                response.status(Status.NO_CONTENT_204).send();
            // Not 401: the token is good, and a client must not drop it.
            case PasswordResult.Wrong wrong ->
                throw Problem.of(403, "wrong-password", "Wrong password", "The current password is another one.");
            case PasswordResult.TooManyAttempts locked -> throw Inputs.tooMany(locked.retryAfter());
            case PasswordResult.Invalid invalid -> throw Inputs.invalid(invalid.fields());
            case PasswordResult.Busy busy -> throw Inputs.busy(busy.retryAfter());
        }
    }

    private void devices(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        List<DeviceView> devices = accounts.devices(caller.account()).stream()
                .map(device -> DeviceView.of(device, caller.device()))
                .toList();
        json.send(response, Status.OK_200, new DevicesView(devices));
    }

    private void signOutDevice(ServerRequest request, ServerResponse response) {
        Caller caller = callers.of(request);
        json.expectNone(request);
        DeviceId device =
                DeviceId.parse(request.path().pathParameters().get("id")).orElseThrow(Problem::notFound);
        if (!accounts.signOutDevice(caller.account(), device)) {
            throw Problem.notFound();
        }
        response.status(Status.NO_CONTENT_204).send();
    }
}
