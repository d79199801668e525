package parley.cluster;

/// A live node and how it said to be when its lease was last renewed.
public record NodeStatus(Node node, Load load) {

    /// `sessions`: how many it has; `isDraining`: it takes no new ones and is about to end.
    public record Load(int sessions, boolean isDraining) {
        public static final Load NONE = new Load(0, false);
    }
}
