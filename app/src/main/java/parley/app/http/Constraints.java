package parley.app.http;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Locale;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/// Jakarta Validation of request records. Thread-safe.
final class Constraints {
    private final Validator validator = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    private record Sample(@NotNull String field) {}

    void warmUp() {
        check(new Sample(""), List.of());
    }

    /// Adds what `body` breaks to `errors`.
    void check(Record body, List<FieldError> errors) {
        for (ConstraintViolation<Record> violation : validator.validate(body)) {
            String field = violation.getPropertyPath().toString();
            Object value = violation.getInvalidValue();
            boolean shown = value != null && !RecordShape.isConfidential(body.getClass(), field);
            errors.add(new FieldError(field, rule(violation), shown ? value.toString() : ""));
        }
    }

    private static String rule(ConstraintViolation<Record> violation) {
        var type = violation.getConstraintDescriptor().getAnnotation().annotationType();
        return type == NotNull.class ? "required" : type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
