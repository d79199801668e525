package parley.app.system;

/// One message as its sender knows it. `id` is its text too, so that the tables can be read by it.
record Send(String conversation, Rest.Person sender, String id) {
    /// What `message.send` takes.
    String data() {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"" + id + "\",\"body\":" + body() + "}";
    }

    String body() {
        return "{\"text\":\"" + id + "\"}";
    }
}
