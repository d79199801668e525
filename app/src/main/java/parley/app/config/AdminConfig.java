package parley.app.config;

/// The admin listener. Port 0 takes any free one. With `metricsOpen`, `/metrics` needs no key.
public record AdminConfig(String host, int port, boolean metricsOpen) {}
