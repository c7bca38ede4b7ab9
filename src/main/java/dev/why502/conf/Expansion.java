package dev.why502.conf;

import dev.why502.definition.Secrets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts in what {@code ${env:NAME}} and {@code ${file:PATH}} name, and remembers each value as a
 * secret. A doubled dollar sign before the brace stands for the two characters themselves. What was
 * put in is not looked at again.
 */
final class Expansion {
  private final Function<String, @Nullable String> environment;
  private final Path baseDirectory;
  private final Faults faults;
  private final Set<String> values = new LinkedHashSet<>();
  private final Map<Path, String> files = new HashMap<>();
  private final Map<Path, Parsed<String>> contents = new HashMap<>();

  Expansion(Function<String, @Nullable String> environment, Path baseDirectory, Faults faults) {
    this.environment = environment;
    this.baseDirectory = baseDirectory;
    this.faults = faults;
  }

  Json expand(String text, Pointer at) {
    int open = text.indexOf("${");
    if (open < 0) {
      return new Json.Text(text, false);
    }
    StringBuilder out = new StringBuilder();
    boolean secret = false;
    int done = 0;
    while (open >= 0) {
      if (open > done && text.charAt(open - 1) == '$') {
        out.append(text, done, open - 1).append("${");
        done = open + 2;
      } else {
        out.append(text, done, open);
        int close = text.indexOf('}', open);
        if (close < 0) {
          faults.add(at, "\"${\" without \"}\"; write \"$${\" for a literal \"${\"");
          return new Json.Faulty();
        }
        Parsed<String> value = lookUp(text.substring(open + 2, close));
        if (value.value() == null) {
          faults.add(at, String.valueOf(value.problem()));
          return new Json.Faulty();
        }
        out.append(value.value());
        secret = true;
        done = close + 1;
      }
      open = text.indexOf("${", done);
    }
    return new Json.Text(out.append(text, done, text.length()).toString(), secret);
  }

  /** Every value so far, also in the forms that reading gives it. */
  Secrets secrets() {
    Set<String> all = new LinkedHashSet<>();
    for (String value : values) {
      all.add(value);
      all.add(value.strip());
      // Host names are compared and shown in lower case.
      all.add(value.toLowerCase(Locale.ROOT));
      if (value.indexOf('\n') >= 0) {
        // A key or a token file is shown line by line, if it is ever shown.
        value.lines().filter(line -> line.length() >= 8).forEach(all::add);
      }
    }
    all.remove("");
    return all.isEmpty() ? Secrets.NONE : new Secrets(all);
  }

  /** Each file asked for, to the hash of its content. */
  Map<Path, String> files() {
    return files;
  }

  private Parsed<String> lookUp(String reference) {
    Parsed<String> found;
    if (reference.startsWith("env:")) {
      String name = reference.substring("env:".length());
      String value = environment.apply(name);
      found =
          value == null
              ? Parsed.not("the environment variable " + Printable.quoted(name) + " is not set")
              : Parsed.of(value);
    } else if (reference.startsWith("file:")) {
      found = content(reference.substring("file:".length()));
    } else {
      found =
          Parsed.not(
              Printable.quoted("${" + reference + "}")
                  + " is neither ${env:NAME} nor ${file:PATH};"
                  + " write \"$${\" for a literal \"${\"");
    }
    if (found.value() != null) {
      values.add(found.value());
    }
    return found;
  }

  private Parsed<String> content(String name) {
    Path file;
    try {
      file = baseDirectory.resolve(name);
    } catch (InvalidPathException e) {
      return Parsed.not("${file:} does not name a file");
    }
    Parsed<String> known = contents.get(file);
    if (known != null) {
      return known;
    }
    if (contents.size() >= Limits.SECRET_FILES) {
      return Parsed.not("more than " + Limits.SECRET_FILES + " files are named by ${file:}");
    }
    Parsed<byte[]> bytes = BoundedFile.read(file, Limits.SECRET_FILE_BYTES);
    byte[] raw = bytes.value();
    files.put(file, raw == null ? Reading.UNREADABLE : BoundedFile.sha256(raw));
    Parsed<String> text = bytes.then(BoundedFile::utf8);
    Parsed<String> result =
        text.value() == null
            ? Parsed.not(
                "the file " + Printable.quoted(name) + " cannot be read: " + text.problem())
            : Parsed.of(withoutLastNewline(text.value()));
    contents.put(file, result);
    return result;
  }

  private static String withoutLastNewline(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
