package parley.verify;

import java.util.List;
import parley.verify.internal.check.Activity;
import parley.verify.internal.check.Chat;
import parley.verify.internal.check.Contents;
import parley.verify.internal.check.Epochs;
import parley.verify.internal.check.Findings;
import parley.verify.internal.check.Ledger;
import parley.verify.internal.check.Markers;
import parley.verify.internal.check.Pages;
import parley.verify.internal.check.Part;
import parley.verify.internal.check.Reading;
import parley.verify.internal.check.Serving;
import parley.verify.internal.check.Streams;
import parley.verify.internal.check.Tables;
import parley.verify.internal.check.Timing;

/// Judges a history: takes its events in the order of the record, then gives the verdict. Reads nothing
/// but events, keeps per entry and per send a few words, and takes time linear in the events. Used by
/// one thread.
public final class Checker {
    private final Findings findings = new Findings();
    private final Chat chat = new Chat();
    private final List<Part> parts;

    public Checker(Bounds bounds) {
        Ledger ledger = new Ledger(chat, findings);
        Reading reading = new Reading();
        parts = List.of(
                chat,
                ledger,
                new Streams(chat, ledger, findings),
                new Pages(chat, ledger, findings),
                new Contents(chat, findings),
                reading,
                new Tables(chat, ledger, reading, findings),
                new Epochs(chat, findings),
                new Markers(chat, findings),
                new Timing(chat, bounds.inTime(), findings),
                new Serving(bounds.inTime(), findings),
                new Activity(bounds, findings));
    }

    public void accept(Event event) {
        for (Part part : parts) {
            part.accept(event);
        }
    }

    /// After the last event; once.
    public Verdict verdict() {
        parts.forEach(Part::finish);
        return findings.verdict();
    }
}
