/// The program: wiring, configuration, REST, health, metrics, web pages, command line.
module parley.app {
    requires com.zaxxer.hikari;
    requires flyway.core;
    requires info.picocli;
    requires io.helidon.builder.api;
    requires io.helidon.common;
    requires io.helidon.common.buffers;
    requires io.helidon.common.media.type;
    requires io.helidon.common.socket;
    requires io.helidon.common.tls;
    requires io.helidon.config;
    requires io.helidon.config.yaml;
    requires io.helidon.http;
    requires io.helidon.webserver;
    requires jakarta.json;
    requires jakarta.json.bind;
    requires jakarta.validation;
    requires java.logging;
    requires java.management;
    requires java.net.http;
    requires jdk.management;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.eclipse.yasson;
    requires org.hibernate.validator;
    requires parley.accounts;
    requires parley.cluster;
    requires parley.history;
    requires parley.kernel;
    requires parley.messaging;
    requires parley.redis;
    requires parley.sessions;
    requires parley.verify;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports parley.app.log to
            java.logging;

    // Records of requests and answers.
    opens parley.app.admin to
            org.eclipse.yasson,
            org.hibernate.validator;
    opens parley.app.http to
            org.hibernate.validator;
    opens parley.app to
            info.picocli;
    opens parley.app.command to
            info.picocli;
    opens parley.app.rest to
            org.eclipse.yasson,
            org.hibernate.validator;
}
