package parley.app.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import parley.accounts.wiring.AccountsModule;
import parley.app.config.Configuration;
import parley.cluster.Cluster;
import parley.cluster.NodeStatus;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterModule;
import parley.history.wiring.HistoryModule;
import parley.kernel.Database;
import parley.kernel.IdSource;
import parley.kernel.Probe;
import parley.messaging.wiring.ForgettingModule;
import parley.messaging.wiring.MessagingModule;
import parley.sessions.Sessions;
import parley.sessions.wiring.SessionsModule;
import parley.sessions.wiring.SessionsModule.Neighbours;

/// The modules of one node, wired and running.
public record Modules(
        AccountsModule accounts,
        HistoryModule history,
        MessagingModule messaging,
        Cluster cluster,
        SessionsModule edge,
        Sessions sessions) {

    /// Makes them from the bottom up and hands what must be closed to `closing`. Blocks for statements;
    /// the tables must exist.
    public static Modules start(
            Configuration configuration, Database database, MeterRegistry registry, Closing closing) {
        InstantSource clock = InstantSource.system();
        IdSource ids = new IdSource(clock);
        SessionsModule.Directory directory = new SessionsModule.Directory();
        Cluster cluster = closing.add("cluster", cluster(configuration, clock, registry));
        AccountsModule accounts = closing.add(
                "accounts",
                AccountsModule.create(
                        database, configuration.accounts(), ids, clock, directory.revocations(), registry));
        MessagingModule.Ports ports = MessagingModule.ports(configuration.messaging(), database.dialect(), registry);
        HistoryModule history = HistoryModule.create(
                database, configuration.history(), ports.admission(), ports.projection(), registry);
        MessagingModule messaging = closing.add(
                "messaging",
                ports.connect(database, history.history(), accounts.accounts(), accounts.blocks(), cluster.bus(), ids));
        // After messaging, so it is closed before: no commit may find the feeds gone.
        HistoryModule unused = closing.add("history", history);
        SessionsModule edge = closing.add(
                "sessions",
                SessionsModule.create(
                        directory, configuration.sessions(), neighbours(accounts, messaging, cluster, ids), registry));
        cluster.report(() -> new NodeStatus.Load(directory.sessions().count(), edge.isDraining()));
        ForgettingModule unusedToo = closing.add(
                "forgetting",
                ForgettingModule.start(
                        database,
                        history.history(),
                        history.traces(),
                        accounts.deletions(),
                        configuration.forgetting(),
                        registry));
        return new Modules(accounts, history, messaging, cluster, edge, directory.sessions());
    }

    /// What all modules want to be asked about their health.
    public List<Probe> probes() {
        List<Probe> probes = new ArrayList<>();
        probes.addAll(accounts.accounts().probes());
        probes.addAll(history.history().probes());
        probes.addAll(messaging.probes());
        probes.addAll(cluster.probes());
        probes.addAll(edge.probes());
        return probes;
    }

    private static Neighbours neighbours(
            AccountsModule accounts, MessagingModule messaging, Cluster cluster, IdSource ids) {
        return new Neighbours(
                accounts.tokens(),
                accounts.accounts(),
                messaging.sending(),
                messaging.revising(),
                messaging.conversations(),
                messaging.contacts(),
                messaging.reading(),
                messaging.feeds(),
                messaging.audience(),
                accounts.lastSeen(),
                cluster,
                ids);
    }

    private static Cluster cluster(Configuration configuration, InstantSource clock, MeterRegistry registry) {
        String name = configuration.node().name();
        String address = configuration.node().address();
        ClusterConfig config = new ClusterConfig(
                name.isEmpty() ? null : name,
                configuration.sessions().version(),
                address.isEmpty() ? listener(configuration) : address,
                clock);
        return configuration
                .redis()
                .map(redis -> ClusterModule.redis(config, redis, registry))
                .orElseGet(() -> ClusterModule.inProcess(config));
    }

    private static String listener(Configuration configuration) {
        return (configuration.tls().http().isPresent() ? "https://" : "http://")
                + configuration.http().host() + ":"
                + configuration.http().port() + "/";
    }
}
