package parley.messaging.internal.send;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import parley.messaging.SendResult;

/// Sends by result: `parley_messaging_sends_total{result=...}`. Thread-safe.
public final class SendMetrics {
    private final MeterRegistry registry;
    private final Counter sent;
    private final Counter repeated;

    public SendMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.sent = counter("sent");
        this.repeated = counter("repeated");
    }

    void sent(SendResult result) {
        switch (result) {
            case SendResult.Sent answer -> (answer.repeated() ? repeated : sent).increment();
            case SendResult.NotAMember refused -> counter("not_a_member").increment();
            case SendResult.NotPermitted refused -> counter("not_permitted").increment();
            case SendResult.Muted refused -> counter("muted").increment();
            case SendResult.Blocked refused -> counter("blocked").increment();
            case SendResult.BodyTooLong refused -> counter("body_too_long").increment();
            case SendResult.BodyInvalid refused -> counter("body_invalid").increment();
            case SendResult.ClientIdReused refused ->
                counter("client_id_reused").increment();
            case SendResult.Busy busy -> counter("busy").increment();
            case SendResult.Unknown unknown -> counter("unknown").increment();
            case SendResult.Failed failed -> counter("failed").increment();
        }
    }

    private Counter counter(String result) {
        return Counter.builder("parley_messaging_sends")
                .description("Sends by result")
                .tag("result", result)
                .register(registry);
    }
}
