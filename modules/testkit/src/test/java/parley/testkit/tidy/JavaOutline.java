package parley.testkit.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// What the compiler's own parser sees in one Java file, as flat lists with line numbers.
record JavaOutline(
        List<Type> types,
        List<Method> methods,
        List<Mention> literals,
        List<Mention> calls,
        List<Mention> selections,
        List<Mention> annotations,
        List<Joined> joined) {
    /// A class, interface, record or enum; `parent` is the class it extends, empty for none;
    /// `components` of a record, else 0.
    record Type(String name, String parent, long line, int components) {}

    /// A method or constructor that stands in the source. `isConstructor` is false for that of a record
    /// which takes its components; `isExplained` when a comment stands before it or is its first line.
    record Method(
            String name,
            long line,
            int lines,
            int parameters,
            boolean isConstructor,
            boolean isExplained,
            List<String> annotations) {}

    /// Something named at a line: the value of a text literal, a call (its name, and its first argument
    /// when that is a literal), a selection `a.b`, an annotation.
    record Mention(String text, long line) {}

    /// A text made with `+`: its literal parts, one after the other, and the others as written.
    record Joined(String literal, List<String> others, long line) {}

    static JavaOutline parse(String path, String text) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavacTask task = (JavacTask)
                compiler.getTask(null, null, problems, List.of("-proc:none"), null, List.of(new InMemory(path, text)));
        try {
            CompilationUnitTree unit = task.parse().iterator().next();
            Collector collector = new Collector(unit, text, Trees.instance(task).getSourcePositions());
            collector.scan(unit, null);
            return new JavaOutline(
                    collector.types,
                    collector.methods,
                    collector.literals,
                    collector.calls,
                    collector.selections,
                    collector.annotations,
                    collector.joined);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final String text;

        InMemory(String path, String text) {
            super(URI.create("string:///" + path.replace(' ', '_')), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Collector extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final String text;
        private final SourcePositions positions;
        private final List<Type> types = new ArrayList<>();
        private final List<Method> methods = new ArrayList<>();
        private final List<Mention> literals = new ArrayList<>();
        private final List<Mention> calls = new ArrayList<>();
        private final List<Mention> selections = new ArrayList<>();
        private final List<Mention> annotations = new ArrayList<>();
        private final List<Joined> joined = new ArrayList<>();

        /// Components of the record that is being read, else -1.
        private int openComponents = -1;

        Collector(CompilationUnitTree unit, String text, SourcePositions positions) {
            this.unit = unit;
            this.text = text;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
            int around = openComponents;
            openComponents = tree.getKind() == Tree.Kind.RECORD ? components(tree) : -1;
            if (!tree.getSimpleName().isEmpty()) {
                Tree parent = tree.getExtendsClause();
                types.add(new Type(
                        tree.getSimpleName().toString(),
                        parent == null ? "" : parent.toString(),
                        line(tree),
                        Math.max(0, openComponents)));
            }
            super.visitClass(tree, null);
            openComponents = around;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
            long begin = positions.getStartPosition(unit, tree);
            long end = positions.getEndPosition(unit, tree);
            if (begin >= 0 && end > begin) {
                methods.add(new Method(
                        tree.getName().toString(),
                        line(tree),
                        (int) (lineAt(end) - lineAt(begin) + 1),
                        tree.getParameters().size(),
                        tree.getName().contentEquals("<init>")
                                && tree.getParameters().size() != openComponents,
                        isExplained(tree, (int) begin),
                        tree.getModifiers().getAnnotations().stream()
                                .map(annotation ->
                                        annotation.getAnnotationType().toString())
                                .toList()));
            }
            return super.visitMethod(tree, null);
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree tree, @Nullable Void unused) {
            if (tree.getValue() instanceof String text) {
                literals.add(new Mention(text, line(tree)));
            }
            return super.visitLiteral(tree, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
            Tree first =
                    tree.getArguments().isEmpty() ? tree : tree.getArguments().getFirst();
            String argument = first instanceof LiteralTree ? first.toString() : "";
            calls.add(new Mention(name(tree.getMethodSelect()) + "(" + argument + ")", line(tree)));
            return super.visitMethodInvocation(tree, null);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree tree, @Nullable Void unused) {
            selections.add(new Mention(name(tree), line(tree)));
            return super.visitMemberSelect(tree, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
            selections.add(new Mention(name(tree.getQualifierExpression()) + "." + tree.getName(), line(tree)));
            return super.visitMemberReference(tree, null);
        }

        @Override
        public @Nullable Void visitAnnotation(AnnotationTree tree, @Nullable Void unused) {
            annotations.add(new Mention(tree.getAnnotationType().toString(), line(tree)));
            return super.visitAnnotation(tree, null);
        }

        /// The outermost `+` has all the parts.
        @Override
        public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void unused) {
            List<Tree> parts = new ArrayList<>();
            collectParts(tree, parts);
            StringBuilder literal = new StringBuilder();
            List<String> others = new ArrayList<>();
            for (Tree part : parts) {
                if (part instanceof LiteralTree known) {
                    literal.append(known.getValue());
                } else {
                    others.add(part.toString());
                }
            }
            joined.add(new Joined(literal.toString(), List.copyOf(others), line(tree)));
            parts.forEach(part -> scan(part, null));
            return null;
        }

        private static void collectParts(Tree tree, List<Tree> parts) {
            if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                collectParts(sum.getLeftOperand(), parts);
                collectParts(sum.getRightOperand(), parts);
            } else if (tree instanceof BinaryTree other) {
                parts.add(other.getLeftOperand());
                parts.add(other.getRightOperand());
            } else {
                parts.add(tree);
            }
        }

        /// `a.b.c` as written; what is no plain name counts as `()`.
        private static String name(Tree tree) {
            return switch (tree) {
                case IdentifierTree name -> name.getName().toString();
                case MemberSelectTree select -> name(select.getExpression()) + "." + select.getIdentifier();
                default -> "()";
            };
        }

        /// The parser puts a record's components among its members, as fields that are not static.
        private static int components(ClassTree tree) {
            return (int) tree.getMembers().stream()
                    .filter(member -> member instanceof VariableTree field
                            && !field.getModifiers().getFlags().contains(javax.lang.model.element.Modifier.STATIC))
                    .count();
        }

        private boolean isExplained(MethodTree tree, int begin) {
            boolean isAbove = text.substring(0, begin)
                    .strip()
                    .lines()
                    .reduce("", (before, last) -> last)
                    .strip()
                    .startsWith("//");
            if (tree.getBody() == null) {
                return isAbove;
            }
            int body = (int) positions.getStartPosition(unit, tree.getBody()) + 1;
            return isAbove || text.substring(body).stripLeading().startsWith("//");
        }

        private long line(Tree tree) {
            return lineAt(positions.getStartPosition(unit, tree));
        }

        private long lineAt(long position) {
            return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
        }
    }
}
