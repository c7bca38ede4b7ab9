package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.Glob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration as ap_build_config does: line by line, with Include, Define, LoadModule and
 * the conditional sections carried out where they stand. Blocks; belongs on a worker.
 */
final class ApacheParser {
  static final int MAX_FAULTS = 64;
  private static final int MAX_INCLUDE_DEPTH = 32;
  private static final int MAX_NESTING = 100;
  private static final int MAX_DIRECTIVES = 400_000;

  /** Directives whose variables have no bearing on a request. */
  private static final List<String> PERIPHERAL =
      List.of(
          "errorlog",
          "customlog",
          "transferlog",
          "pidfile",
          "user",
          "group",
          "mutex",
          "defaultruntimedir",
          "logformat",
          "errorlogformat",
          "coredumpdirectory",
          "scoreboardfile");

  private record Macro(List<String> parameters, List<ApacheLines.Line> lines) {}

  /** The section that lines are read into. */
  private record Open(String name, ApacheLines.Line line) {}

  private final FileTexts files;
  private final ApacheModules modules = new ApacheModules();
  private final Map<String, String> defines;
  private final Map<String, Macro> macros = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();
  private String serverRoot;
  private int depth;
  private int count;
  private boolean dead;

  /**
   * What was read.
   *
   * @param denied why the main file could not be read, or null
   * @param unread what could not be followed, in words
   */
  record Parsed(
      List<ApacheDirective> directives,
      ApacheModules modules,
      Map<String, String> defines,
      String serverRoot,
      List<String> faults,
      List<String> unread,
      @Nullable String denied) {}

  private ApacheParser(FileTexts files, ApacheStart start) {
    this.files = files;
    this.defines = new LinkedHashMap<>(start.defines());
    this.serverRoot = start.serverRoot();
  }

  static Parsed parse(FileTexts files, ApacheStart start) {
    ApacheParser parser = new ApacheParser(files, start);
    List<ApacheDirective> directives = new ArrayList<>();
    FileTexts.Read read = files.read(start.config());
    FileText file = read.file();
    if (file != null) {
      parser.block(ApacheLines.of(file), directives, null, 0);
    }
    return new Parsed(
        directives,
        parser.modules,
        parser.defines,
        parser.serverRoot,
        parser.faults,
        parser.unread,
        file == null ? read.why() : null);
  }

  private void fault(ApacheLines.Line line, String message) {
    if (!dead && faults.size() < MAX_FAULTS) {
      faults.add(line.file().path() + ":" + line.endLine() + ": " + ByteText.shown(message));
    }
  }

  private void unread(String note) {
    if (!dead && unread.size() < MAX_FAULTS && !unread.contains(note)) {
      unread.add(note);
    }
  }

  /** Reads until the section ends; false when its end never came. */
  private boolean block(
      ApacheLines lines, List<ApacheDirective> into, @Nullable Open open, int nesting) {
    for (ApacheLines.Line line = lines.next(); line != null; line = lines.next()) {
      if (++count > MAX_DIRECTIVES) {
        unread("the configuration has more than " + MAX_DIRECTIVES + " lines");
        return true;
      }
      String text = resolved(line);
      int end = 0;
      while (end < text.length() && !ApacheText.blank(text.charAt(end))) {
        end++;
      }
      String name = text.substring(0, end);
      String rest = text.substring(end).strip();
      if (!name.startsWith("<")) {
        directive(line, name, rest, into, nesting);
      } else if (name.startsWith("</")) {
        if (closes(line, name, open)) {
          return true;
        }
      } else if (nesting >= MAX_NESTING) {
        fault(line, "sections are nested too deeply");
        return true;
      } else {
        section(line, name.substring(1), rest, lines, into, nesting);
      }
    }
    if (open != null) {
      fault(open.line(), "<" + open.name() + "> was not closed.");
    }
    return open == null;
  }

  /** A wrong end is taken for the right one, so that the rest can be told all the same. */
  private boolean closes(ApacheLines.Line line, String name, @Nullable Open open) {
    String closed = name.endsWith(">") ? name.substring(2, name.length() - 1) : name.substring(2);
    if (!name.endsWith(">")) {
      fault(line, name + "> directive missing closing '>'");
    }
    if (open == null) {
      fault(line, "</" + closed + "> without matching <" + closed + "> section");
      return false;
    }
    if (!closed.equalsIgnoreCase(open.name())) {
      fault(line, "Expected </" + open.name() + "> but saw </" + closed + ">");
    }
    return true;
  }

  private void section(
      ApacheLines.Line line,
      String written,
      String rest,
      ApacheLines lines,
      List<ApacheDirective> into,
      int nesting) {
    boolean bare = written.endsWith(">");
    String name = bare ? written.substring(0, written.length() - 1) : written;
    String lower = ByteText.lower(name);
    int close = rest.lastIndexOf('>');
    if (!bare && close < 0) {
      fault(line, "<" + name + "> directive missing closing '>'");
    }
    String args = close < 0 ? rest : rest.substring(0, close).strip();
    Open open = new Open(name, line);
    if (lower.equals("macro")) {
      macro(line, args, lines);
      return;
    }
    Condition condition = condition(line, lower, args);
    if (condition == Condition.NONE) {
      List<ApacheDirective> children = new ArrayList<>();
      block(lines, children, open, nesting + 1);
      if (!dead) {
        String shown = ApacheText.directive("<" + name, args) + ">";
        into.add(
            new ApacheDirective(
                lower,
                ApacheText.words(args),
                args,
                line.file(),
                line.line(),
                line.endLine(),
                shown,
                children));
      }
      return;
    }
    boolean before = dead;
    dead |= condition == Condition.FAILS;
    if (condition == Condition.UNKNOWN) {
      unread(
          "whether <"
              + name
              + " "
              + args
              + "> ("
              + line.file().path()
              + ":"
              + line.line()
              + ") holds is not known");
    }
    block(lines, into, open, nesting + 1);
    dead = before;
  }

  private enum Condition {
    NONE,
    HOLDS,
    FAILS,
    UNKNOWN;

    static Condition of(@Nullable Boolean holds, boolean not) {
      return holds == null ? UNKNOWN : holds != not ? HOLDS : FAILS;
    }
  }

  private Condition condition(ApacheLines.Line line, String name, String args) {
    String what = String.join(" ", ApacheText.words(args));
    boolean not = what.startsWith("!");
    String plain = not ? what.substring(1).strip() : what;
    return switch (name) {
      case "ifmodule" -> Condition.of(modules.loaded(plain), not);
      case "ifdefine" -> Condition.of(defines.containsKey(plain), not);
      case "ifversion" -> Condition.of(ApacheModules.version(plain), not);
      case "iffile" -> Condition.of(files.exists(absolute(plain)), not);
      case "ifdirective", "ifsection" -> {
        fault(line, "Invalid command '<" + name + "', perhaps misspelled");
        yield Condition.UNKNOWN;
      }
      default -> Condition.NONE;
    };
  }

  private void macro(ApacheLines.Line line, String args, ApacheLines lines) {
    List<String> words = ApacheText.words(args);
    List<ApacheLines.Line> body = new ArrayList<>();
    int nested = 0;
    for (ApacheLines.Line each = lines.next(); each != null; each = lines.next()) {
      String lower = ByteText.lower(each.text());
      if (lower.startsWith("</macro>") && nested-- == 0) {
        break;
      }
      nested += lower.startsWith("<macro ") ? 1 : 0;
      body.add(each);
    }
    if (words.isEmpty()) {
      fault(line, "macro definition without a name");
    } else if (!dead) {
      macros.put(ByteText.lower(words.get(0)), new Macro(words.subList(1, words.size()), body));
    }
  }

  private void use(
      ApacheLines.Line line, List<String> words, List<ApacheDirective> into, int nesting) {
    Macro macro = words.isEmpty() ? null : macros.get(ByteText.lower(words.get(0)));
    if (macro == null) {
      String name = words.isEmpty() ? "" : words.get(0);
      fault(
          line,
          macros.isEmpty()
              ? "no macro defined before Use"
              : "macro '" + ByteText.lower(name) + "' undefined");
      return;
    }
    if (++depth > MAX_INCLUDE_DEPTH) {
      unread("macros are nested too deeply at " + line.file().path() + ":" + line.line());
      depth--;
      return;
    }
    List<String> parameters = new ArrayList<>(macro.parameters());
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size() && i + 1 < words.size(); i++) {
      values.put(parameters.get(i), words.get(i + 1));
    }
    // The longest first: $port must not be taken for $po.
    parameters.sort((a, b) -> b.length() - a.length());
    List<ApacheLines.Line> expanded = new ArrayList<>();
    for (ApacheLines.Line each : macro.lines()) {
      String text = each.text();
      for (String parameter : parameters) {
        String value = values.get(parameter);
        if (value != null && !parameter.isEmpty() && text.length() < MAX_DIRECTIVES) {
          text = text.replace(parameter, value);
        }
      }
      expanded.add(new ApacheLines.Line(text, each.file(), each.line(), each.endLine()));
    }
    block(new ApacheLines(expanded), into, null, nesting + 1);
    depth--;
  }

  private void directive(
      ApacheLines.Line line, String written, String rest, List<ApacheDirective> into, int nesting) {
    if (dead) {
      return;
    }
    String name = ByteText.lower(written);
    List<String> words = ApacheText.words(rest);
    String first = words.isEmpty() ? "" : words.get(0);
    switch (name) {
      case "include", "includeoptional" -> {
        if (words.size() != 1) {
          fault(line, written + " takes one argument");
        } else {
          include(line, first, name.equals("includeoptional"), into, nesting);
        }
        return;
      }
      case "define" -> defines.put(first, words.size() > 1 ? words.get(1) : "");
      case "undefine" -> defines.remove(first);
      case "serverroot" -> serverRoot = first;
      case "loadmodule" -> {
        if (words.size() < 2) {
          fault(line, "LoadModule takes two or more arguments");
        } else {
          modules.load(first);
          String object = absolute(words.get(1));
          if (Boolean.FALSE.equals(files.exists(object))) {
            fault(
                line,
                "Cannot load "
                    + words.get(1)
                    + " into server: "
                    + object
                    + ": cannot open shared object file: No such file or directory");
          }
        }
      }
      case "use" -> {
        use(line, words, into, nesting);
        return;
      }
      default -> {}
    }
    into.add(
        new ApacheDirective(
            name,
            words,
            rest,
            line.file(),
            line.line(),
            line.endLine(),
            ApacheText.directive(written, rest),
            null));
  }

  private void include(
      ApacheLines.Line line,
      String written,
      boolean optional,
      List<ApacheDirective> into,
      int nesting) {
    String path = absolute(written);
    if (written.contains("${")) {
      unread("the variable in Include " + written + " is not known");
      return;
    }
    List<String> paths = new ArrayList<>(List.of(path));
    if (Glob.wild(path)) {
      List<String> found = files.glob(path);
      if (found == null) {
        unread("the files of Include " + written + " could not be listed");
        return;
      }
      if (found.isEmpty() && !optional) {
        fault(line, unmatched(path));
      }
      paths = new ArrayList<>(found);
    }
    for (String each : paths) {
      included(line, each, optional, into, nesting);
    }
  }

  /** As httpd names what a pattern does not find: the directory, or a file in it. */
  private String unmatched(String path) {
    String base = path.substring(0, path.lastIndexOf('/'));
    if (!Glob.wild(base) && !files.directory(base)) {
      return "Include/IncludeOptional: Could not open directory "
          + base
          + ": No such file or directory";
    }
    return "No matches for the wildcard '"
        + path.substring(path.lastIndexOf('/') + 1)
        + "' in '"
        + base
        + "', failing";
  }

  private void included(
      ApacheLines.Line line,
      String path,
      boolean optional,
      List<ApacheDirective> into,
      int nesting) {
    if (depth >= MAX_INCLUDE_DEPTH) {
      unread("includes are nested more than " + MAX_INCLUDE_DEPTH + " deep at " + path);
      return;
    }
    depth++;
    if (files.directory(path)) {
      List<String> inside = files.glob((path.endsWith("/") ? path : path + "/") + "*");
      if (inside == null) {
        unread(path + " could not be listed");
      }
      for (String each : inside == null ? List.<String>of() : inside) {
        included(line, each, optional, into, nesting);
      }
    } else {
      FileTexts.Read read = files.read(path);
      FileText file = read.file();
      if (file != null) {
        block(ApacheLines.of(file), into, null, nesting + 1);
      } else if (!read.missing()) {
        unread(path + " could not be read: " + read.why());
      } else if (!optional) {
        fault(line, "Could not open configuration file " + path + ": No such file or directory");
      }
    }
    depth--;
  }

  private String absolute(String path) {
    return path.startsWith("/")
        ? path
        : (serverRoot.endsWith("/") ? serverRoot : serverRoot + "/") + path;
  }

  /** {@code ${NAME}} as ap_resolve_env puts it in; what has no value stays as it is written. */
  private String resolved(ApacheLines.Line line) {
    String text = line.text();
    int open = text.indexOf("${");
    if (open < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (open >= 0) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        break;
      }
      String name = text.substring(open + 2, close);
      String value = name.indexOf(':') >= 0 ? null : defines.get(name);
      out.append(text, from, open).append(value == null ? text.substring(open, close + 1) : value);
      from = close + 1;
      open = text.indexOf("${", from);
    }
    String resolved = out.append(text.substring(from)).toString();
    int blank = resolved.indexOf(' ');
    String name = ByteText.lower(blank < 0 ? resolved : resolved.substring(0, blank));
    if (resolved.contains("${") && gates(name)) {
      unread(
          "a variable in "
              + ByteText.shown(name)
              + " ("
              + line.file().path()
              + ":"
              + line.line()
              + ") is not known");
    }
    return resolved;
  }

  /** Whether such a directive decides which server or file answers, so that no route is sure. */
  private static boolean gates(String name) {
    return !PERIPHERAL.contains(name)
        && List.of("listen", "<virtualhost", "servername", "serveralias", "serverroot")
            .contains(name);
  }
}
