package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.Glob;
import dev.why502.gateway.nginx.NginxLexer.End;
import dev.why502.gateway.nginx.NginxLexer.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the tree of directives, includes in place, and keeps whatever did parse beside the faults.
 * Paths of includes are relative to the directory of the main file (nginx's conf_prefix), not to
 * the including file.
 */
final class NginxParser {
  static final int MAX_INCLUDE_DEPTH = 32;
  static final int MAX_BLOCK_DEPTH = 64;
  static final int MAX_FAULTS = 100;

  private final FileTexts files;
  private final String prefix;
  private final List<String> faults = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();
  private final Deque<String> stack = new ArrayDeque<>();

  private NginxParser(FileTexts files, String prefix) {
    this.files = files;
    this.prefix = prefix;
  }

  /**
   * What came of a main file.
   *
   * @param denied why the main file itself could not be read, or null
   * @param unread includes that could not be read, in words
   */
  record Parsed(
      List<NginxDirective> directives,
      List<String> faults,
      List<String> unread,
      @Nullable String denied) {}

  static Parsed parse(FileTexts files, String main) {
    int slash = main.lastIndexOf('/');
    NginxParser parser = new NginxParser(files, main.substring(0, Math.max(slash, 0)));
    FileTexts.Read read = files.read(main);
    FileText file = read.file();
    if (file == null) {
      return new Parsed(List.of(), List.of(), List.of(), main + ": " + read.why());
    }
    List<NginxDirective> directives = parser.file(file);
    return new Parsed(directives, parser.faults, parser.unread, null);
  }

  private List<NginxDirective> file(FileText file) {
    stack.push(file.path());
    NginxLexer.Lexed lexed = NginxLexer.lex(file.bytes());
    for (NginxLexer.Fault fault : lexed.faults()) {
      fault(file, fault.line(), fault.message());
    }
    Cursor cursor = new Cursor(file, lexed.statements());
    List<NginxDirective> all = new ArrayList<>();
    while (cursor.more()) {
      all.addAll(block(cursor, 0));
      Statement last = cursor.last();
      if (last.end() == End.CLOSE) {
        fault(file, last.endLine(), "unexpected \"}\"");
      }
    }
    stack.pop();
    return all;
  }

  /** Reads to the end of the block; the statement that ended it is then the cursor's last. */
  private List<NginxDirective> block(Cursor cursor, int depth) {
    List<NginxDirective> all = new ArrayList<>();
    while (cursor.more()) {
      Statement statement = cursor.next();
      if (statement.end() == End.CLOSE || statement.end() == End.FILE) {
        return all;
      }
      List<NginxDirective> children = null;
      if (statement.end() == End.OPEN) {
        if (depth >= MAX_BLOCK_DEPTH) {
          fault(cursor.file, statement.endLine(), "blocks are nested too deeply");
          children = List.of();
          skip(cursor);
        } else {
          children = block(cursor, depth + 1);
        }
        if (cursor.last().end() == End.FILE) {
          fault(cursor.file, cursor.last().endLine(), "unexpected end of file, expecting \"}\"");
        }
      }
      if (statement.words().isEmpty()) {
        all.addAll(children == null ? List.of() : children);
        continue;
      }
      NginxDirective directive =
          new NginxDirective(
              statement.words().get(0),
              statement.words().subList(1, statement.words().size()),
              cursor.file,
              statement.line(),
              statement.endLine(),
              NginxText.directive(statement.raw(), statement.words(), children != null),
              children);
      if (directive.name().equals("include") && children == null) {
        all.addAll(include(directive));
      } else {
        all.add(directive);
      }
    }
    return all;
  }

  private static void skip(Cursor cursor) {
    int open = 1;
    while (open > 0 && cursor.more()) {
      Statement statement = cursor.next();
      if (statement.end() == End.OPEN) {
        open++;
      } else if (statement.end() == End.CLOSE) {
        open--;
      } else if (statement.end() == End.FILE) {
        return;
      }
    }
  }

  private List<NginxDirective> include(NginxDirective directive) {
    if (directive.args().size() != 1) {
      fault(directive, "invalid number of arguments in \"include\" directive");
      return List.of();
    }
    String written = ByteText.shown(directive.arg(0));
    String path = written.startsWith("/") ? written : prefix + "/" + written;
    if (stack.size() >= MAX_INCLUDE_DEPTH) {
      unread.add(path + " could not be read: includes are nested too deeply");
      return List.of();
    }
    if (!Glob.wild(written)) {
      return included(directive, path);
    }
    List<String> found = files.glob(path);
    if (found == null) {
      unread.add(path + " could not be listed (" + directive.where() + ")");
      return List.of();
    }
    List<NginxDirective> all = new ArrayList<>();
    for (String each : found) {
      all.addAll(included(directive, each));
    }
    return all;
  }

  private List<NginxDirective> included(NginxDirective directive, String path) {
    if (stack.contains(path)) {
      fault(directive, "\"" + path + "\" includes itself");
      return List.of();
    }
    FileTexts.Read read = files.read(path);
    FileText file = read.file();
    if (file != null) {
      return file(file);
    }
    if (read.missing()) {
      fault(directive, "open() \"" + path + "\" failed (2: No such file or directory)");
    } else if (read.irregular()) {
      fault(directive, "\"" + path + "\" is not a regular file");
    } else {
      unread.add(path + " could not be read: " + read.why());
    }
    return List.of();
  }

  private void fault(NginxDirective directive, String message) {
    fault(directive.file(), directive.endLine(), message);
  }

  private void fault(FileText file, int line, String message) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(file.path() + ":" + line + ": " + message);
    }
  }

  /** The statements of one file and how far they were read. */
  private static final class Cursor {
    final FileText file;
    private final List<Statement> statements;
    private int next;

    Cursor(FileText file, List<Statement> statements) {
      this.file = file;
      this.statements = statements;
    }

    boolean more() {
      return next < statements.size();
    }

    Statement next() {
      return statements.get(next++);
    }

    Statement last() {
      return statements.get(next - 1);
    }
  }
}
