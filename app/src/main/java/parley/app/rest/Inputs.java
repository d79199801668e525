package parley.app.rest;

import java.time.Duration;
import java.util.List;
import parley.accounts.InvalidField;
import parley.app.http.FieldError;
import parley.app.http.Problem;
import parley.kernel.Secret;

/// What the modules say of an input, as problem documents. Pure.
final class Inputs {
    private Inputs() {}

    static Problem invalid(List<InvalidField> fields) {
        return Problem.invalid(fields.stream()
                .map(field -> new FieldError(field.field(), field.rule(), field.value() == null ? "" : field.value()))
                .toList());
    }

    static Problem tooMany(Duration retryAfter) {
        return Problem.tooMany(seconds(retryAfter));
    }

    /// Too many wait for the same thing; nothing was done.
    static Problem busy(Duration retryAfter) {
        return Problem.unavailable().with("Retry-After", Long.toString(seconds(retryAfter)));
    }

    /// A secret is never empty; what is, breaks the rule of passwords and fits no token.
    static Secret secret(String field, String text) {
        if (text.isEmpty()) {
            throw Problem.invalid(field, "required", "");
        }
        return new Secret(text);
    }

    /// Whole seconds, rounded up, at least one.
    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
