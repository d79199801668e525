package parley.verify.internal.report;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Seconds from left to right, values upwards on a logarithmic scale, with bands where something was
/// broken. SVG.
final class Chart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 180;
    private static final int LEFT = 60;

    private final StringBuilder svg = new StringBuilder();
    private final double seconds;
    private final double most;

    /// `most` is the highest value to be shown, 10 at least.
    Chart(String title, double seconds, double most) {
        this.seconds = Math.max(1, seconds);
        this.most = Math.max(10, most);
        svg.append("<svg viewBox=\"0 0 ")
                .append(WIDTH + LEFT + 10)
                .append(' ')
                .append(HEIGHT + 40)
                .append("\" role=\"img\" aria-label=\"")
                .append(title)
                .append("\">");
        text(LEFT, 12, title);
        for (double line = 1; line <= this.most; line *= 10) {
            double y = y(line);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>",
                    LEFT,
                    LEFT + WIDTH,
                    y,
                    y));
            text(4, y + 4, String.format(Locale.ROOT, "%.0f", line));
        }
        text(LEFT, HEIGHT + 36, "0 s");
        text(LEFT + WIDTH - 40, HEIGHT + 36, Math.round(this.seconds) + " s");
    }

    private double x(double second) {
        return LEFT + second / seconds * WIDTH;
    }

    private double y(double value) {
        double part = Math.log10(Math.max(1, value)) / Math.log10(most * 1.2);
        return 20 + HEIGHT - part * HEIGHT;
    }

    private void text(double x, double y, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", x, y, text));
    }

    /// A span in which something was broken; `name` must be safe in HTML.
    void band(double from, double to, String name) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"20\" width=\"%.1f\" height=\"%d\" class=\"fault\"><title>%s</title></rect>",
                x(from),
                Math.max(1, x(to) - x(from)),
                HEIGHT,
                name));
        text(x(from) + 2, 32, name);
    }

    /// A line upwards at a time; `name` must be safe in HTML.
    void mark(double at, String name) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"20\" y2=\"%d\" class=\"grid\"><title>%s</title></line>",
                x(at),
                x(at),
                HEIGHT + 20,
                name));
        text(x(at) + 2, HEIGHT + 16, name);
    }

    void line(String color, Map<Integer, Tally> of, ToDoubleFunction<Tally> value) {
        svg.append("<polyline class=\"line\" stroke=\"").append(color).append("\" points=\"");
        for (Map.Entry<Integer, Tally> second : of.entrySet()) {
            svg.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ", x(second.getKey() + 0.5), y(value.applyAsDouble(second.getValue()))));
        }
        svg.append("\"/>");
    }

    String text() {
        return svg + "</svg>";
    }
}
