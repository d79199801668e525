package parley.app.http;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The routes of one listener, gathered before it starts. The table is also what the OpenAPI document is
/// checked against. Not thread-safe; filled by one thread.
public final class Routes {
    private final List<Route> all = new ArrayList<>();

    public Routes get(String path, Handler handler) {
        return add(Method.GET, path, handler);
    }

    public Routes post(String path, Handler handler) {
        return add(Method.POST, path, handler);
    }

    public Routes put(String path, Handler handler) {
        return add(Method.PUT, path, handler);
    }

    public Routes patch(String path, Handler handler) {
        return add(Method.PATCH, path, handler);
    }

    public Routes delete(String path, Handler handler) {
        return add(Method.DELETE, path, handler);
    }

    public List<Route> all() {
        return List.copyOf(all);
    }

    /// Puts the routes into `routing`: another method on a known path is answered 405 with `Allow`, and
    /// a path of literal segments goes before one with a variable.
    public void register(HttpRouting.Builder routing) {
        Map<String, List<Route>> byPath =
                all.stream().collect(Collectors.groupingBy(Route::path, LinkedHashMap::new, Collectors.toList()));
        byPath.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().contains("{")))
                .forEach(entry -> register(routing, entry.getKey(), entry.getValue()));
    }

    private static void register(HttpRouting.Builder routing, String path, List<Route> routes) {
        for (Route route : routes) {
            routing.route(route.method(), path, route.handler());
        }
        String allowed = routes.stream().map(route -> route.method().text()).collect(Collectors.joining(", "));
        routing.any(path, (request, response) -> {
            throw Problem.wrongMethod(allowed);
        });
    }

    private Routes add(Method method, String path, Handler handler) {
        all.add(new Route(method, path, handler));
        return this;
    }
}
