package parley.sessions.internal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts what an object of ours keeps alive, for tests of what waits in a queue.
public final class Reachable {
    private Reachable() {}

    /// The bytes of all arrays of bytes, and the characters of all texts, that can be reached from
    /// `root` through fields of our classes, collections, maps and arrays, each counted once.
    public static long bytes(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>();
        left.add(root);
        long bytes = 0;
        while (!left.isEmpty()) {
            Object object = left.remove();
            if (seen.add(object)) {
                bytes += own(object);
                addNeighbours(object, left);
            }
        }
        return bytes;
    }

    private static long own(Object object) {
        return switch (object) {
            case byte[] array -> array.length;
            case String text -> text.length();
            default -> 0;
        };
    }

    private static void addNeighbours(Object object, Deque<Object> left) {
        switch (object) {
            case Collection<?> all -> left.addAll(all);
            case Map<?, ?> map -> {
                left.addAll(map.keySet());
                left.addAll(map.values());
            }
            case Object[] array -> {
                for (int i = 0; i < array.length; i++) {
                    add(Array.get(array, i), left);
                }
            }
            default -> addFields(object, left);
        }
    }

    private static void addFields(Object object, Deque<Object> left) {
        Class<?> type = object.getClass();
        if (!type.getName().startsWith("parley.") || object instanceof Enum) {
            return;
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                try {
                    field.setAccessible(true);
                    add(field.get(object), left);
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static void add(@Nullable Object object, Deque<Object> left) {
        if (object != null) {
            left.add(object);
        }
    }
}
