package dev.why502.language;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The string templates in source files: what is concatenated, with {@code {}} for each operand that
 * is no literal; a choice between literals gives one template for each. What is appended to a text
 * begins with a slot for what stood there before.
 */
final class SourceTexts extends TreeScanner<@Nullable Void, @Nullable Void> {
  /** Of choices within one expression; more are no sentence. */
  private static final int MOST_CHOICES = 64;

  /** What {@code String.format} puts a value in place of. */
  private static final Pattern FORMAT = Pattern.compile("%(?:s|d|[.][0-9]f)");

  private final Map<String, String> found = new LinkedHashMap<>();
  private String file = "";
  private @Nullable SourcePositions positions;
  private @Nullable CompilationUnitTree unit;

  private SourceTexts() {}

  /** Each template with the file and line where it stands first. */
  static Map<String, String> of(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    SourceTexts texts = new SourceTexts();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      texts.positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        texts.file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
        texts.unit = unit;
        texts.scan(unit, null);
      }
    }
    return texts.found;
  }

  /** The source files of a folder, in order. */
  static List<Path> under(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @Override
  public @Nullable Void visitAnnotation(AnnotationTree node, @Nullable Void nothing) {
    return null;
  }

  @Override
  public @Nullable Void visitLiteral(LiteralTree node, @Nullable Void nothing) {
    return add(node, templates(node));
  }

  @Override
  public @Nullable Void visitBinary(BinaryTree node, @Nullable Void nothing) {
    if (node.getKind() != Tree.Kind.PLUS || !text(node)) {
      return super.visitBinary(node, null);
    }
    add(node, templates(node));
    return rest(node);
  }

  @Override
  public @Nullable Void visitCompoundAssignment(
      CompoundAssignmentTree node, @Nullable Void nothing) {
    if (node.getKind() != Tree.Kind.PLUS_ASSIGNMENT || !text(node.getExpression())) {
      return super.visitCompoundAssignment(node, null);
    }
    add(node, templates(node.getExpression()).stream().map(text -> "{}" + text).toList());
    return rest(node.getExpression());
  }

  /** What stands inside an expression whose own literals are taken. */
  private @Nullable Void rest(ExpressionTree node) {
    if (node instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
      rest(sum.getLeftOperand());
      return rest(sum.getRightOperand());
    }
    if (node instanceof ParenthesizedTree round) {
      return rest(round.getExpression());
    }
    if (node instanceof ConditionalExpressionTree choice) {
      scan(choice.getCondition(), null);
      rest(choice.getTrueExpression());
      return rest(choice.getFalseExpression());
    }
    return node instanceof LiteralTree ? null : scan(node, null);
  }

  private @Nullable Void add(Tree node, List<String> templates) {
    CompilationUnitTree in = Objects.requireNonNull(unit);
    long at = Objects.requireNonNull(positions).getStartPosition(in, node);
    for (String template : templates) {
      String text = FORMAT.matcher(template).replaceAll("{}");
      if (text.chars().anyMatch(Character::isLetter)) {
        found.putIfAbsent(text, file + ":" + in.getLineMap().getLineNumber(at));
      }
    }
    return null;
  }

  private static boolean text(ExpressionTree node) {
    return templates(node).stream().anyMatch(text -> !text.replace("{}", "").isEmpty());
  }

  private static List<String> templates(ExpressionTree node) {
    if (node instanceof LiteralTree literal) {
      return literal.getValue() instanceof String text
          ? List.of(text)
          : literal.getValue() instanceof Character one ? List.of(one.toString()) : List.of("{}");
    }
    if (node instanceof ParenthesizedTree round) {
      return templates(round.getExpression());
    }
    if (node instanceof ConditionalExpressionTree choice) {
      List<String> both = new ArrayList<>(templates(choice.getTrueExpression()));
      both.addAll(templates(choice.getFalseExpression()));
      return both;
    }
    if (node instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
      List<String> all = new ArrayList<>();
      for (String left : templates(sum.getLeftOperand())) {
        for (String right : templates(sum.getRightOperand())) {
          all.add(left + right);
        }
      }
      return all.size() > MOST_CHOICES ? List.of("{}") : all;
    }
    return List.of("{}");
  }
}
