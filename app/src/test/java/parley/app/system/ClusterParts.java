package parley.app.system;

import java.util.ArrayList;
import java.util.List;
import parley.testkit.ChildProcess;
import parley.verify.Fault.Effect;
import parley.verify.Parts;

/// The processes of a [ClusterOf] as `parley verify` hurts them.
final class ClusterParts implements Parts {
    private final ClusterOf cluster;

    ClusterParts(ClusterOf cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Part> of(Kind kind) {
        return switch (kind) {
            case NODE -> nodes();
            case REDIS ->
                one(kind, "redis", cluster.redis().process(), cluster.redis().port());
            case DATABASE ->
                one(
                        kind,
                        "database",
                        cluster.server().process(),
                        cluster.server().port());
            case NGINX ->
                one(kind, "nginx", cluster.nginx().process(), cluster.nginx().port());
        };
    }

    private List<Part> nodes() {
        List<Part> nodes = new ArrayList<>();
        for (int i = 1; i <= cluster.nodes().size(); i++) {
            SystemNode node = cluster.node(i);
            nodes.add(new Part(Kind.NODE, "n" + i, node.process().pid(), port(node.address()), ""));
        }
        return nodes;
    }

    private static int port(String address) {
        return Integer.parseInt(address.replaceAll(".*:([0-9]+)/", "$1"));
    }

    private static List<Part> one(Kind kind, String name, ChildProcess process, int port) {
        return List.of(new Part(kind, name, process.pid(), port, ""));
    }

    @Override
    public Effect start(Part part) {
        switch (part.kind()) {
            case NODE ->
                cluster.node(Integer.parseInt(part.name().substring(1))).restart();
            case REDIS -> cluster.redis().restart();
            case DATABASE -> cluster.server().restart();
            case NGINX -> cluster.nginx().restart();
        }
        return new Effect(true, part.name() + " was started");
    }

    @Override
    public Effect reload(Part part) {
        cluster.nginx().reload();
        return new Effect(true, "SIGHUP");
    }
}
