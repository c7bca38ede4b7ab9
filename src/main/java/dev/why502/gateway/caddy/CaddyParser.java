package dev.why502.gateway.caddy;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.Glob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parts a Caddyfile into its blocks and puts what {@code import} names in its place
 * (caddyconfig/caddyfile/parse.go). Reads files; belongs on a worker.
 */
final class CaddyParser {
  static final int MAX_DEPTH = 32;

  /** Words of one configuration after imports. */
  private static final int MAX_TOKENS = 1_000_000;

  private static final int MAX_FAULTS = 32;

  private final FileTexts files;
  private final CaddyEnvironment environment;
  private final List<CaddyToken> tokens = new ArrayList<>();
  private final Map<String, List<CaddyToken>> snippets = new HashMap<>();
  private final Map<Integer, Integer> depths = new HashMap<>();
  private final List<CaddyBlock> blocks = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<String> unread = new LinkedHashSet<>();
  private int at;
  private int origins;

  CaddyParser(FileTexts files, CaddyEnvironment environment) {
    this.files = files;
    this.environment = environment;
  }

  List<CaddyBlock> blocks() {
    return blocks;
  }

  List<String> faults() {
    return faults;
  }

  /** Files that belong to the configuration and could not be read. */
  Set<String> unread() {
    return unread;
  }

  void parse(FileText main) {
    tokens.addAll(words(main));
    while (at < tokens.size() && faults.size() < MAX_FAULTS) {
      int before = at;
      block();
      if (at == before) {
        at++;
      }
    }
  }

  private List<CaddyToken> words(FileText file) {
    CaddyLexer.Lexed lexed = CaddyLexer.lex(file, environment.replace(file.text()));
    if (lexed.fault() != null) {
      fault(lexed.fault());
    }
    return lexed.tokens();
  }

  private void fault(String message) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(ByteText.bounded(message));
    }
  }

  private boolean newLine(int index) {
    return index == 0 || tokens.get(index - 1).before(tokens.get(index));
  }

  private void block() {
    CaddyToken start = tokens.get(at);
    List<CaddyToken> keys = new ArrayList<>();
    boolean comma = false;
    boolean braces = false;
    while (at < tokens.size()) {
      CaddyToken word = tokens.get(at);
      if (word.bare("import") && newLine(at)) {
        importAt();
        if (at < tokens.size() && keys.isEmpty()) {
          start = tokens.get(at);
        }
        continue;
      }
      if (word.bare("{")) {
        if (comma) {
          fault(word.where() + ": expected another address before '{'");
        }
        braces = true;
        at++;
        break;
      }
      if (word.bare("}") && keys.isEmpty()) {
        fault(word.where() + ": unexpected '}'");
        at++;
        return;
      }
      if (word.text().startsWith("@")) {
        fault(
            word.where() + ": request matchers may not be defined globally; found " + word.text());
      }
      String text = word.text();
      if (text.endsWith("{") && !text.equals("{") && !word.quoted()) {
        fault(word.where() + ": site addresses cannot end with a curly brace: '" + text + "'");
        text = text.substring(0, text.length() - 1);
      }
      comma = text.endsWith(",");
      for (String part :
          comma ? text.substring(0, text.length() - 1).split(",") : new String[] {text}) {
        if (!part.isEmpty()) {
          keys.add(word.withText(part));
        }
      }
      at++;
      if (!comma && at < tokens.size() && newLine(at)) {
        break;
      }
    }
    if (keys.size() == 1 && braces && wrapped(keys.get(0).text(), "(")) {
      snippet(keys.get(0));
      return;
    }
    List<CaddyDirective> directives = directives(braces, start);
    if (keys.isEmpty() && directives.isEmpty()) {
      return;
    }
    if (keys.isEmpty() && !blocks.isEmpty()) {
      fault(
          start.where()
              + ": server block without any key is global configuration, and if used, it must be"
              + " first");
      return;
    }
    boolean named = keys.size() == 1 && wrapped(keys.get(0).text(), "&(");
    blocks.add(new CaddyBlock(start, keys, braces, named, directives));
  }

  private static boolean wrapped(String key, String open) {
    return key.startsWith(open) && key.endsWith(")");
  }

  private void snippet(CaddyToken key) {
    String name = key.text().substring(1, key.text().length() - 1);
    List<CaddyToken> inside = new ArrayList<>();
    int nesting = 1;
    while (at < tokens.size()) {
      CaddyToken word = tokens.get(at++);
      if (word.bare("}") && --nesting == 0) {
        if (snippets.putIfAbsent(name, List.copyOf(inside)) != null) {
          fault(key.where() + ": redeclaration of previously declared snippet " + name);
        }
        return;
      }
      if (word.bare("{")) {
        nesting++;
      }
      inside.add(word);
    }
    fault(key.where() + ": the block of snippet " + name + " is not closed");
  }

  /** The directives up to the closing brace, or to the end of the file where there is none. */
  private List<CaddyDirective> directives(boolean braces, CaddyToken start) {
    List<CaddyToken> inside = new ArrayList<>();
    int nesting = 0;
    while (at < tokens.size()) {
      CaddyToken word = tokens.get(at);
      if (word.bare("import") && newLine(at)) {
        importAt();
        continue;
      }
      if (word.bare("}")) {
        if (nesting == 0) {
          if (braces) {
            at++;
            return CaddyDirective.tree(inside);
          }
          fault(word.where() + ": unexpected '}' because no matching opening brace");
          at++;
          continue;
        }
        nesting--;
      } else if (word.bare("{")) {
        if (newLine(at)) {
          fault(
              word.where()
                  + ": unexpected '{' on a new line; did you mean to place the '{' on the previous"
                  + " line?");
        } else if (at + 1 < tokens.size() && !newLine(at + 1)) {
          fault(word.where() + ": unexpected next token after '{' on same line");
        }
        nesting++;
      }
      inside.add(word);
      at++;
    }
    if (braces || nesting > 0) {
      fault(start.where() + ": unexpected end of file: the block is not closed");
    }
    return CaddyDirective.tree(inside);
  }

  /** Replaces the import at this place by what it names. */
  private void importAt() {
    CaddyToken word = tokens.get(at);
    List<CaddyToken> args = new ArrayList<>();
    int end = at + 1;
    while (end < tokens.size() && !newLine(end) && !tokens.get(end).bare("{")) {
      args.add(tokens.get(end++));
    }
    List<CaddyToken> block = new ArrayList<>();
    if (!args.isEmpty() && end < tokens.size() && !newLine(end) && opensBlock(end)) {
      end = blockEnd(end, block);
    }
    tokens.subList(at, end).clear();
    if (args.isEmpty() || args.get(0).text().isEmpty()) {
      fault(word.where() + ": import requires a non-empty filepath");
      return;
    }
    int depth = depths.getOrDefault(word.origin(), 0) + 1;
    List<CaddyToken> found = imported(word, args.get(0).text(), depth);
    if (found == null) {
      return;
    }
    if (tokens.size() + found.size() > MAX_TOKENS) {
      fault(word.where() + ": the configuration is too large");
      return;
    }
    int origin = ++origins;
    depths.put(origin, depth);
    List<String> values = args.stream().skip(1).map(CaddyToken::text).toList();
    tokens.addAll(at, CaddyImportArgs.replaced(found, values, block, origin));
  }

  private boolean opensBlock(int index) {
    return index + 1 >= tokens.size() || newLine(index + 1);
  }

  private int blockEnd(int open, List<CaddyToken> inside) {
    int nesting = 1;
    int end = open + 1;
    while (end < tokens.size()) {
      CaddyToken word = tokens.get(end++);
      if (word.bare("}") && --nesting == 0) {
        return end;
      }
      if (word.bare("{")) {
        nesting++;
      }
      inside.add(word);
    }
    return end;
  }

  /** Null when there is nothing to put in its place; why is noted. */
  private @Nullable List<CaddyToken> imported(CaddyToken word, String pattern, int depth) {
    if (depth > MAX_DEPTH) {
      fault(word.where() + ": imports are nested too deep or in a cycle");
      return null;
    }
    List<CaddyToken> snippet = snippets.get(pattern);
    if (snippet != null) {
      return snippet;
    }
    if (pattern.contains("{$")) {
      unread.add(word.where() + ": what " + pattern + " names is not known");
      return null;
    }
    String absolute = absolute(word, pattern);
    boolean wild = Glob.wild(absolute);
    List<String> paths = wild ? files.glob(absolute) : List.of(absolute);
    if (paths == null) {
      unread.add(word.where() + ": the files of " + pattern + " could not be listed");
      return null;
    }
    String last = absolute.substring(absolute.lastIndexOf('/') + 1);
    List<CaddyToken> all = new ArrayList<>();
    for (String path : paths) {
      if (wild && last.startsWith("*") && path.contains("/.") && hidden(path)) {
        continue;
      }
      FileTexts.Read read = files.read(path);
      FileText file = read.file();
      if (file != null) {
        all.addAll(words(file));
      } else if (read.missing()) {
        fault(word.where() + ": file to import not found: " + pattern);
      } else {
        unread.add(path + ": " + read.why());
      }
    }
    return all;
  }

  private static boolean hidden(String path) {
    return path.startsWith(".", path.lastIndexOf('/') + 1);
  }

  private static String absolute(CaddyToken word, String pattern) {
    if (pattern.startsWith("/")) {
      return pattern;
    }
    Path folder = Path.of(word.file().path()).getParent();
    String base = folder == null ? "" : folder.toString();
    StringBuilder out = new StringBuilder(base.equals("/") ? "" : base);
    for (String part : pattern.split("/")) {
      if (part.equals("..")) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      } else if (!part.isEmpty() && !part.equals(".")) {
        out.append('/').append(part);
      }
    }
    return out.toString();
  }
}
