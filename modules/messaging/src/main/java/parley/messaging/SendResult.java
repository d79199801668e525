package parley.messaging;

/// How a send ended.
public sealed interface SendResult {

    /// Committed and durable as the entry `seq`. With `repeated` this client message id was sent before
    /// with the same draft, and these are the first one's numbers, whatever the sender's rights are now.
    record Sent(long seq, long time, boolean repeated) implements SendResult {}

    /// No such conversation, or the sender is not a member of it (1001). Nothing was written.
    record NotAMember() implements SendResult {}

    /// A member that may not send (1002). Nothing was written.
    record NotPermitted() implements SendResult {}

    /// The sender is muted for now (1004). Nothing was written.
    record Muted() implements SendResult {}

    /// The sender blocks the other side (1008). Nothing was written. Who is blocked never gets this.
    record Blocked() implements SendResult {}

    /// More than 16 KiB (1003).
    record BodyTooLong() implements SendResult {}

    /// Not what a draft must be (107). `rule` is fit for a client: `body: must be a JSON object`.
    record BodyInvalid(String rule) implements SendResult {}

    /// The client message id was used before with another draft (1009). Nothing was written.
    record ClientIdReused() implements SendResult {}

    /// Nothing was written; the same send may succeed soon (111).
    record Busy() implements SendResult {}

    /// It may or may not be committed; sending again with the same client message id tells (1005).
    record Unknown() implements SendResult {}

    /// The database refuses this message and would again; logged with `errorId`.
    record Failed(String errorId) implements SendResult {}
}
