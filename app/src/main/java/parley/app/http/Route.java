package parley.app.http;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;

/// One REST route. `path` is a template as in OpenAPI (`/api/v1/devices/{id}`).
public record Route(Method method, String path, Handler handler) {}
