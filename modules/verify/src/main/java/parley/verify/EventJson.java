package parley.verify;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// An event as one line of JSON: `ev` is the name of its record in lower case, the rest its components.
public final class EventJson {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final Shape ROW = Shape.of(Row.class);
    private static final Shape MEMBER = Shape.of(Event.Member.class);
    private static final Map<String, Shape> EVENTS = Arrays.stream(Event.class.getPermittedSubclasses())
            .map(Shape::of)
            .collect(Collectors.toUnmodifiableMap(Shape::name, Function.identity()));

    private EventJson() {}

    /// A record class, its components in order.
    private record Shape(String name, List<RecordComponent> components, Constructor<?> constructor) {
        static Shape of(Class<?> type) {
            List<RecordComponent> components = List.of(type.getRecordComponents());
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(
                        components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
                return new Shape(type.getSimpleName().toLowerCase(Locale.ROOT), components, constructor);
            } catch (NoSuchMethodException never) {
                throw new IllegalStateException(never);
            }
        }

        JsonObjectBuilder write(JsonObjectBuilder out, Object of) {
            for (RecordComponent component : components) {
                String name = component.getName();
                switch (value(component.getAccessor(), of)) {
                    case Long number -> out.add(name, number);
                    case Integer number -> out.add(name, number);
                    case Boolean flag -> out.add(name, flag);
                    case List<?> list -> out.add(name, array(list));
                    case Row row -> out.add(name, ROW.write(Json.createObjectBuilder(), row));
                    case Object text -> out.add(name, text.toString());
                }
            }
            return out;
        }

        Object read(JsonObject from) {
            Object[] values = new Object[components.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(from, components.get(i));
            }
            try {
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException broken) {
                throw new IllegalArgumentException("not an event: " + from, broken);
            }
        }

        private static Object value(Method accessor, Object of) {
            try {
                return accessor.invoke(of);
            } catch (ReflectiveOperationException never) {
                throw new IllegalStateException(never);
            }
        }

        private static Object value(JsonObject from, RecordComponent component) {
            return switch (from.get(component.getName())) {
                case JsonNumber number when component.getType() == int.class -> number.intValueExact();
                case JsonNumber number -> number.longValueExact();
                case JsonString text -> text.getString();
                case JsonObject row -> ROW.read(row);
                case JsonArray list -> list(list, component.getName().equals("members") ? MEMBER : ROW);
                case null -> throw new IllegalArgumentException("no " + component.getName() + " in " + from);
                default -> from.getBoolean(component.getName());
            };
        }

        private static List<Object> list(JsonArray from, Shape shape) {
            List<Object> list = new ArrayList<>(from.size());
            from.getValuesAs(JsonObject.class).forEach(each -> list.add(shape.read(each)));
            return list;
        }

        private static JsonArrayBuilder array(List<?> list) {
            JsonArrayBuilder array = Json.createArrayBuilder();
            list.forEach(
                    each -> array.add((each instanceof Row ? ROW : MEMBER).write(Json.createObjectBuilder(), each)));
            return array;
        }
    }

    private static JsonObject object(Event event) {
        Shape shape = shape(event.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        return shape.write(Json.createObjectBuilder().add("ev", shape.name()), event)
                .build();
    }

    /// One line, without its end.
    public static String line(Event event) {
        return object(event).toString();
    }

    /// What [#line] made; throws [IllegalArgumentException] for anything else.
    public static Event parse(String line) {
        try (JsonReader reader = READERS.createReader(new StringReader(line))) {
            JsonObject object = reader.readObject();
            return (Event) shape(object.getString("ev", "")).read(object);
        } catch (jakarta.json.JsonException broken) {
            throw new IllegalArgumentException("not an event: " + line, broken);
        }
    }

    private static Shape shape(String name) {
        Shape shape = EVENTS.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("no event is named '" + name + "'");
        }
        return shape;
    }
}
