package parley.kernel;

/// One named check of a module, asked by the health endpoints. May block for at most a second; must not
/// throw.
public interface Probe {
    /// Short and constant, lower-case with dashes: `database`, `durability`.
    String name();

    Health check();
}
