package parley.verify;

/// What must hold of every history.
public enum Invariant {
    I0("enough happened: messages were acknowledged, every fault showed and met traffic, every device received"),
    I1("what was acknowledged is in the database"),
    I2("everything seen was sent so, by that person, to that conversation, and was not refused"),
    I3(
            "the log is 1, 2, 3 ... and what stands beside it (head, counts, members, edited and recalled messages) follows from it"),
    I4("one message per id, whoever asks how often; all answers name the same number"),
    I5("everybody sees the same entry under a number"),
    I6("pushes of a connection are the next number each time, from where it resumed"),
    I7(
            "at rest every device of a member holds everything it may read; pushes have brought it to the end, and pages do"),
    I7B("a page of history has no hole"),
    I8("what was sent after an acknowledgement gets a higher number; a connection's messages keep their order"),
    I9("a page of history asked for after an acknowledgement knows of it"),
    I10("the end of the log never goes back for a device"),
    I11("nobody receives what only members may read, and nobody else writes"),
    I12("read markers only grow; unread is what lies above them; a member's list names the conversation"),
    I13("entries arrive, sends are answered, and acknowledged again after a fault, and devices are back in time"),
    I14("no device holds what the database lacks");

    private final String promise;

    Invariant(String promise) {
        this.promise = promise;
    }

    public String promise() {
        return promise;
    }
}
