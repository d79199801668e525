package parley.app.health;

import java.time.Duration;
import parley.kernel.Health;

/// What one probe found, and how long it took.
public record Check(String name, Health health, Duration took) {}
