package parley.app.admin;

import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.app.http.Problem;

/// Path and query of a request, checked: an unknown, repeated or ill-formed parameter is answered 400.
record Query(ServerRequest request) {
    static final int LIMIT_DEFAULT = 50;
    static final int LIMIT_MAX = 200;

    /// The query of `request`, in which only `known` may stand.
    static Query of(ServerRequest request, String... known) {
        Set<String> names = Set.of(known);
        for (String name : request.query().names()) {
            if (!names.contains(name)) {
                throw Problem.invalid(name, "unknown", "");
            }
            if (request.query().all(name, List::of).size() > 1) {
                throw Problem.invalid(name, "once", "");
            }
        }
        return new Query(request);
    }

    int limit() {
        return number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    }

    int number(String name, int byDefault, int least, int most) {
        String text = text(name).orElse(Integer.toString(byDefault));
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw Problem.invalid(name, least + " to " + most, text);
        }
        return Integer.parseInt(text);
    }

    /// A position of a log: 0 and up.
    long seq(String name) {
        String text = text(name).orElse("0");
        if (!text.matches("[0-9]{1,18}")) {
            throw Problem.invalid(name, "seq", text);
        }
        return Long.parseLong(text);
    }

    Optional<String> text(String name) {
        Parameters query = request.query();
        return query.contains(name) ? Optional.of(query.get(name)) : Optional.empty();
    }

    @Nullable
    String cursor() {
        return text("cursor").orElse(null);
    }

    /// The id in a query parameter; ill-formed is 400.
    <T> Optional<T> id(String name, Function<String, Optional<T>> parser) {
        return text(name).map(text -> parser.apply(text).orElseThrow(() -> Problem.invalid(name, "id", text)));
    }

    /// The id in the path; what can be no id is not found.
    static <T> T pathId(ServerRequest request, Function<String, Optional<T>> parser) {
        return parser.apply(request.path().pathParameters().get("id")).orElseThrow(Problem::notFound);
    }
}
