package parley.verify.internal.report;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import parley.verify.EventJson;
import parley.verify.Invariant;
import parley.verify.Verdict;
import parley.verify.Violation;

/// The report for people: one page that needs nothing else.
final class ReportPage {
    private static final String STYLE = """
            body{font:15px/1.45 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;color:#1c2330}
            h1 span{padding:.1em .5em;border-radius:.3em;color:#fff}.good{background:#1d7a46}.bad{background:#b3261e}
            table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}
            th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid #d8dde6;vertical-align:top}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
            pre{background:#f4f6f9;padding:.6em;overflow:auto;font-size:12px}
            svg{width:100%;height:auto}svg text{font-size:11px;fill:#556}.grid{stroke:#e3e7ee}
            .note{background:#fdf3d8;padding:.4em .6em}
            .fault{fill:#b3261e;opacity:.12}.line{fill:none;stroke-width:1.6}
            """;

    private final Reports all;
    private final Verdict verdict;
    private final StringBuilder page = new StringBuilder();

    ReportPage(Reports all, Verdict verdict) {
        this.all = all;
        this.verdict = verdict;
    }

    String text() {
        page.append(
                        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parley verify</title><style>")
                .append(STYLE)
                .append("</style></head><body>");
        head();
        charts();
        invariants();
        phases();
        faults();
        devices();
        return page.append("</body></html>\n").toString();
    }

    private void head() {
        page.append("<h1>Parley verify: <span class=\"")
                .append(verdict.holds() ? "good\">" : "bad\">")
                .append(verdict.word())
                .append("</span></h1>");
        if (all.began != null) {
            page.append("<p>Seed ")
                    .append(all.began.seed())
                    .append(", begun ")
                    .append(Instant.ofEpochMilli(all.began.wallMillis()))
                    .append(". ")
                    .append(safe(all.began.what()))
                    .append("</p>");
        }
        page.append("<p>At the end the tables held ")
                .append(all.entries)
                .append(" entries of ")
                .append(all.conversations)
                .append(" conversations, read by: ")
                .append(safe(all.source))
                .append(".</p>");
        verdict.notes()
                .forEach(note -> page.append("<p class=\"note\">Note: ")
                        .append(safe(note))
                        .append(".</p>"));
    }

    private void charts() {
        double length = all.seconds.isEmpty() ? 1 : all.seconds.lastKey() + 1;
        Chart latency = new Chart(
                "p99 per second, ms: answers (blue), deliveries since they were sent (orange)",
                length,
                most(tally -> Math.max(tally.acks.percentile(99), tally.deliveries.percentile(99))));
        bands(latency);
        latency.line("#2458c5", all.seconds, tally -> tally.acks.percentile(99));
        latency.line("#c9700b", all.seconds, tally -> tally.deliveries.percentile(99));
        page.append(latency.text());
        Chart counts = new Chart(
                "per second: acknowledged (blue), delivered (green), indeterminate (red)",
                length,
                most(tally -> Math.max(tally.acknowledged, tally.delivered)));
        bands(counts);
        counts.line("#2458c5", all.seconds, tally -> tally.acknowledged);
        counts.line("#1d7a46", all.seconds, tally -> tally.delivered);
        counts.line("#b3261e", all.seconds, tally -> tally.unknown);
        page.append(counts.text());
        Chart pauses = new Chart(
                "per second: devices that had lost their connection and were not back yet",
                length,
                most(tally -> tally.away));
        bands(pauses);
        pauses.line("#6b3fa0", all.seconds, tally -> tally.away);
        page.append(pauses.text());
    }

    private double most(java.util.function.ToDoubleFunction<Tally> value) {
        return all.seconds.values().stream().mapToDouble(value).max().orElse(1);
    }

    private void bands(Chart chart) {
        all.phaseMarks.forEach(mark -> chart.mark(mark.at(), safe(mark.name())));
        Map<String, Double> open = new HashMap<>();
        for (Reports.Mark mark : all.faults) {
            if (mark.on()) {
                open.putIfAbsent(mark.name(), mark.at());
            } else {
                Double from = open.remove(mark.name());
                if (from != null) {
                    chart.band(from, mark.at(), safe(mark.name()));
                }
            }
        }
    }

    private void invariants() {
        page.append("<h2>What must hold</h2><table><tr><th></th><th>promise</th><th class=\"n\">broken</th></tr>");
        for (Invariant invariant : Invariant.values()) {
            row(List.of(invariant.name(), invariant.promise()), verdict.broken().getOrDefault(invariant, 0));
        }
        page.append("</table>");
        for (Violation violation : verdict.examples()) {
            page.append("<h3>")
                    .append(violation.invariant())
                    .append(": ")
                    .append(safe(violation.sentence()))
                    .append("</h3><pre>");
            violation
                    .events()
                    .forEach(event -> page.append(safe(EventJson.line(event))).append('\n'));
            page.append("</pre>");
        }
    }

    private void phases() {
        page.append(
                "<h2>Phases</h2><table><tr><th>phase</th><th class=\"n\">sent</th><th class=\"n\">acknowledged</th>"
                        + "<th class=\"n\">refused</th><th class=\"n\">indeterminate</th><th class=\"n\">delivered</th>"
                        + "<th class=\"n\">answer p50 / p99 / max, ms</th><th class=\"n\">delivery p50 / p99 / max, ms</th></tr>");
        all.phases.forEach((name, tally) -> row(
                List.of(name),
                tally.sent,
                tally.acknowledged,
                tally.refused,
                tally.unknown,
                tally.delivered,
                latencies(tally.acks),
                latencies(tally.deliveries)));
        page.append("</table>");
    }

    private static String latencies(Latencies of) {
        return of.count() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f / %.1f / %.0f", of.percentile(50), of.percentile(99), of.most());
    }

    private void faults() {
        page.append("<h2>Faults</h2><table><tr><th>fault</th><th>what was seen</th><th class=\"n\">lasted, s</th>"
                + "<th class=\"n\">sent</th><th class=\"n\">acknowledged</th><th class=\"n\">indeterminate</th>"
                + "<th class=\"n\">a device was away, ms</th><th class=\"n\">a message waited, ms</th>"
                + "<th class=\"n\">as before after, ms</th></tr>");
        all.healing.spans.forEach(span -> row(
                List.of(span.name, span.effect),
                String.format(Locale.ROOT, "%.1f", span.seconds()),
                span.sent,
                span.acknowledged,
                span.unknown,
                Math.round(span.longestAway),
                Math.round(span.longestAnswer),
                Math.round(span.restored)));
        page.append("</table><table><tr><th class=\"n\">second</th><th>fault</th><th></th><th>seen</th></tr>");
        for (Reports.Mark mark : all.faults) {
            page.append("<tr><td class=\"n\">")
                    .append(String.format(Locale.ROOT, "%.1f", mark.at()))
                    .append("</td><td>")
                    .append(safe(mark.name()))
                    .append("</td><td>")
                    .append(mark.on() ? "on" : "off")
                    .append(mark.seen() ? "" : ", not seen")
                    .append("</td><td>")
                    .append(safe(mark.text()))
                    .append("</td></tr>");
        }
        page.append("</table>");
    }

    private void devices() {
        page.append("<h2>Devices</h2><table><tr><th>device</th><th>speaks</th><th class=\"n\">connections lost</th>"
                + "<th class=\"n\">longest away, ms</th><th class=\"n\">latest delivery, ms</th></tr>");
        new TreeMap<>(all.pauses)
                .forEach((dev, pause) -> row(
                        List.of(dev, pause.speaks), pause.closes, Math.round(pause.longest), Math.round(pause.latest)));
        page.append("</table>");
    }

    private void row(List<String> texts, Object... numbers) {
        page.append("<tr>");
        texts.forEach(text -> page.append("<td>").append(safe(text)).append("</td>"));
        for (Object number : numbers) {
            page.append("<td class=\"n\">").append(number).append("</td>");
        }
        page.append("</tr>");
    }

    private static String safe(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
