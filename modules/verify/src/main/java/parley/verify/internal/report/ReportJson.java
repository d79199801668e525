package parley.verify.internal.report;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonWriterFactory;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import parley.verify.EventJson;
import parley.verify.Invariant;
import parley.verify.Verdict;
import parley.verify.Violation;
import parley.verify.internal.client.Rows;

/// The report for programs.
final class ReportJson {
    private static final JsonWriterFactory WRITERS =
            Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));

    private final Reports all;
    private final Verdict verdict;

    ReportJson(Reports all, Verdict verdict) {
        this.all = all;
        this.verdict = verdict;
    }

    String text() {
        JsonObjectBuilder report = Json.createObjectBuilder().add("verdict", verdict.word());
        if (all.began != null) {
            report.add("seed", all.began.seed())
                    .add("began", all.began.wallMillis())
                    .add("what", all.began.what());
        }
        report.add(
                "tables",
                Json.createObjectBuilder()
                        .add("source", all.source)
                        .add("conversations", all.conversations)
                        .add("entries", all.entries));
        JsonArrayBuilder notes = Json.createArrayBuilder();
        verdict.notes().forEach(notes::add);
        report.add("notes", notes);
        report.add("invariants", invariants());
        JsonObjectBuilder phases = Json.createObjectBuilder();
        all.phases.forEach((name, tally) -> phases.add(name, tally(tally)));
        report.add("phases", phases);
        report.add("faults", marks(all.faults));
        report.add("healing", healing());
        JsonObjectBuilder devices = Json.createObjectBuilder();
        all.pauses.forEach((dev, pause) -> devices.add(
                dev,
                Json.createObjectBuilder()
                        .add("speaks", pause.speaks)
                        .add("connectionsLost", pause.closes)
                        .add("longestAwayMillis", Math.round(pause.longest))
                        .add("latestDeliveryMillis", Math.round(pause.latest))));
        report.add("devices", devices);
        JsonObjectBuilder seconds = Json.createObjectBuilder();
        all.seconds.forEach((second, tally) -> seconds.add(second.toString(), tally(tally)));
        report.add("seconds", seconds);
        StringWriter out = new StringWriter();
        try (var writer = WRITERS.createWriter(out)) {
            writer.writeObject(report.build());
        }
        return out + "\n";
    }

    private JsonObjectBuilder invariants() {
        JsonObjectBuilder invariants = Json.createObjectBuilder();
        for (Invariant invariant : Invariant.values()) {
            JsonArrayBuilder examples = Json.createArrayBuilder();
            for (Violation violation : verdict.examples()) {
                if (violation.invariant() == invariant) {
                    JsonArrayBuilder events = Json.createArrayBuilder();
                    violation.events().forEach(event -> events.add(Rows.json(EventJson.line(event))));
                    examples.add(Json.createObjectBuilder()
                            .add("sentence", violation.sentence())
                            .add("events", events));
                }
            }
            invariants.add(
                    invariant.name(),
                    Json.createObjectBuilder()
                            .add("promise", invariant.promise())
                            .add("violations", verdict.broken().getOrDefault(invariant, 0))
                            .add("examples", examples));
        }
        return invariants;
    }

    private JsonArrayBuilder healing() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (Healing.Span span : all.healing.spans) {
            array.add(Json.createObjectBuilder()
                    .add("fault", span.name)
                    .add("effect", span.effect)
                    .add("seconds", rounded(span.seconds()))
                    .add("sent", span.sent)
                    .add("acknowledged", span.acknowledged)
                    .add("indeterminate", span.unknown)
                    .add("longestAwayMillis", Math.round(span.longestAway))
                    .add("longestAnswerMillis", Math.round(span.longestAnswer))
                    .add("restoredMillis", Math.round(span.restored)));
        }
        return array;
    }

    private static JsonObjectBuilder tally(Tally tally) {
        return Json.createObjectBuilder()
                .add("sent", tally.sent)
                .add("acknowledged", tally.acknowledged)
                .add("refused", tally.refused)
                .add("indeterminate", tally.unknown)
                .add("delivered", tally.delivered)
                .add("connectionsLost", tally.closed)
                .add("devicesAway", tally.away)
                .add("ackMillis", latencies(tally.acks))
                .add("deliveryMillis", latencies(tally.deliveries));
    }

    private static JsonObjectBuilder latencies(Latencies of) {
        return Json.createObjectBuilder()
                .add("p50", rounded(of.percentile(50)))
                .add("p99", rounded(of.percentile(99)))
                .add("max", rounded(of.most()));
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }

    private static JsonArrayBuilder marks(List<Reports.Mark> marks) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        marks.forEach(mark -> array.add(Json.createObjectBuilder()
                .add("second", rounded(mark.at()))
                .add("name", mark.name())
                .add("on", mark.on())
                .add("seen", mark.seen())
                .add("effect", mark.text())));
        return array;
    }
}
