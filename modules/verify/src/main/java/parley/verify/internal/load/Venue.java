package parley.verify.internal.load;

import java.util.List;

/// A conversation of the workload. `devices` are those of its members that have any; of a `door`, whose
/// `guest` comes and goes, the guest's too. In a `quiet` one somebody speaks now and then, so that no
/// later message makes up for one that was not passed on.
record Venue(String conv, Kind kind, List<Device> devices, String owner, String guest) {
    enum Kind {
        HOT,
        SMALL,
        BIG,
        DOOR,
        QUIET
    }

    Venue {
        devices = List.copyOf(devices);
    }
}
