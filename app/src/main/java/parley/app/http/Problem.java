package parley.app.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An answer of RFC 9457, thrown by a route and written by [Problems]. `status` is the HTTP status,
/// `code` a constant word that makes the `type` (`handle-taken` becomes
/// `urn:parley:problem:handle-taken`; empty becomes `about:blank`), `title` a constant phrase, `detail`
/// one sentence for the developer who reads it. Never built from exception text.
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String title;
    private final String detail;
    private final transient List<FieldError> errors;
    private final transient Map<String, String> headers;

    private Problem(
            int status,
            String code,
            String title,
            String detail,
            List<FieldError> errors,
            Map<String, String> headers) {
        super(code, null, false, false);
        this.status = status;
        this.code = code;
        this.title = title;
        this.detail = detail;
        this.errors = List.copyOf(errors);
        this.headers = Map.copyOf(headers);
    }

    public static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, List.of(), Map.of());
    }

    /// 400 with what is wrong in each field.
    public static Problem invalid(List<FieldError> errors) {
        String detail = "The request has " + errors.size() + (errors.size() == 1 ? " fault." : " faults.");
        return new Problem(400, "invalid-input", "Invalid input", detail, errors, Map.of());
    }

    public static Problem invalid(String field, String rule, String value) {
        return invalid(List.of(new FieldError(field, rule, value)));
    }

    /// 400 for what cannot be read at all.
    public static Problem malformed(String detail) {
        return of(400, "malformed", "Malformed request", detail);
    }

    /// 401 with the challenge of RFC 6750; the same for every reason.
    public static Problem unauthorized() {
        return of(401, "unauthorized", "Not signed in", "A valid bearer token is needed.")
                .with("WWW-Authenticate", "Bearer");
    }

    public static Problem forbidden(String detail) {
        return of(403, "forbidden", "Not permitted", detail);
    }

    /// 404, the same for what is not there and for what the caller may not see.
    public static Problem notFound() {
        return of(404, "not-found", "Not found", "There is nothing at this address.");
    }

    /// 405; `allowed` are the methods that this address knows, as in `Allow`.
    public static Problem wrongMethod(String allowed) {
        return of(405, "method-not-allowed", "Method not allowed", "This address knows " + allowed + ".")
                .with("Allow", allowed);
    }

    /// 429 with `Retry-After` in seconds.
    public static Problem tooMany(long retryAfterSeconds) {
        return of(429, "too-many-requests", "Too many requests", "Wait before you try again.")
                .with("Retry-After", Long.toString(retryAfterSeconds));
    }

    /// 503, temporary.
    public static Problem unavailable() {
        return of(503, "unavailable", "Temporarily unavailable", "Try again in a moment.")
                .with("Retry-After", "1");
    }

    /// The same with one more header in the answer.
    public Problem with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Problem(status, code, title, detail, errors, more);
    }

    public int status() {
        return status;
    }

    public String type() {
        return code.isEmpty() ? "about:blank" : "urn:parley:problem:" + code;
    }

    public String title() {
        return title;
    }

    public String detail() {
        return detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
