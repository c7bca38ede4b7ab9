package dev.why502.gateway.apache;

import dev.why502.evidence.Place;
import dev.why502.gateway.FileText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One directive or section of the configuration.
 *
 * @param name lower case; a section's without its angle bracket
 * @param args its arguments, escapes resolved, one character per byte
 * @param raw what follows the name, variables resolved
 * @param line where it begins, from 1
 * @param endLine where its arguments end: the line that httpd names
 * @param text as it is shown
 * @param block its directives, null when it is no section
 */
record ApacheDirective(
    String name,
    List<String> args,
    String raw,
    FileText file,
    int line,
    int endLine,
    String text,
    @Nullable List<ApacheDirective> block) {

  ApacheDirective {
    args = List.copyOf(args);
    block = block == null ? null : List.copyOf(block);
  }

  Place place() {
    return new Place(file.path(), line, text, file.sha256());
  }

  List<ApacheDirective> children() {
    return block == null ? List.of() : block;
  }

  boolean is(String other) {
    return name.equals(other);
  }

  /** An argument, or "" when there are fewer. */
  String arg(int index) {
    return index < args.size() ? args.get(index) : "";
  }

  /** Whether a variable in it has no value that is known here. */
  boolean unresolved() {
    return raw.contains("${");
  }

  /** "sites-enabled/shop:14" for notes in words. */
  String where() {
    return file.path() + ":" + line;
  }

  String fault(String message) {
    return file.path() + ":" + endLine + ": " + message;
  }
}
