package parley.testkit;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// Gives a class marked with [EachEngine] its databases, one after the other.
final class EngineDatabases implements ArgumentsProvider, AnnotationConsumer<EachEngine> {
    private String[] modules = {};

    @Override
    public void accept(EachEngine annotation) {
        modules = annotation.value();
    }

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return Engine.selected().stream().map(engine -> Arguments.of(TestDatabase.create(engine, modules)));
    }
}
