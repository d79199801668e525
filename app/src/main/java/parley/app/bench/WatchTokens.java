package parley.app.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The access token of one person, renewed when half of its life is over. Thread-safe.
final class WatchTokens {
    private static final String NO_TOKEN = "no token can be had";

    /// Where accounts and tokens come from.
    interface Rest {
        /// What `POST /api/v1/path` was answered; an [IOException] when it was not.
        Answer post(String path, JsonObject body) throws IOException, InterruptedException;
    }

    record Answer(int status, JsonObject body) {
        boolean isDone() {
            return status / 100 == 2;
        }
    }

    /// What a connection presents. With another `device` it is another session.
    record Pass(String token, String device, String refreshToken, long renewNanos, long endNanos) {}

    private final Rest rest;
    private final String handle;
    private final String password;
    private final LongSupplier nanos;

    @GuardedBy("this")
    private @Nullable Pass pass;

    WatchTokens(Rest rest, String handle, String password, LongSupplier nanos) {
        this.rest = rest;
        this.handle = handle;
        this.password = password;
        this.nanos = nanos;
    }

    /// One that is good now, fetched if need be. Blocks; an [IllegalStateException] when there is none.
    synchronized Pass pass() {
        Pass old = pass;
        if (old != null && nanos.getAsLong() - old.renewNanos() < 0) {
            return old;
        }
        try {
            pass = old == null ? signedIn() : refreshed(old);
        } catch (IOException away) {
            // There is time left in which it can be tried again.
            if (old == null || nanos.getAsLong() - old.endNanos() >= 0) {
                throw new IllegalStateException(NO_TOKEN, away);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
        return java.util.Objects.requireNonNull(pass);
    }

    /// The server says that `refused` is over, whatever the clock says here.
    synchronized void refused(Pass refused) {
        if (refused.equals(pass)) {
            pass = null;
        }
    }

    private Pass refreshed(Pass old) throws IOException, InterruptedException {
        Answer answer = rest.post("tokens/refresh", text("refreshToken", old.refreshToken()));
        if (answer.isDone()) {
            return pass(answer.body());
        }
        // An answer that was lost has used it up. Anything else passes.
        if (answer.status() != 401) {
            throw new IOException("status " + answer.status());
        }
        return signedIn();
    }

    private Pass signedIn() throws IOException, InterruptedException {
        JsonObjectBuilder body = Json.createObjectBuilder().add("handle", handle);
        Answer answer = rest.post(
                "tokens", body.add("password", password).add("device", "watch").build());
        if (!answer.isDone()) {
            throw new IOException("status " + answer.status());
        }
        return pass(answer.body());
    }

    private static JsonObject text(String name, String value) {
        return Json.createObjectBuilder().add(name, value).build();
    }

    private Pass pass(JsonObject view) {
        long now = nanos.getAsLong();
        long life =
                Duration.ofSeconds(view.getJsonNumber("expiresIn").longValue()).toNanos();
        return new Pass(
                view.getString("accessToken"),
                view.getString("device"),
                view.getString("refreshToken", ""),
                now + life / 2,
                now + life);
    }
}
