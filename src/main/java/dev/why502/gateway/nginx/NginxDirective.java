package dev.why502.gateway.nginx;

import dev.why502.evidence.Place;
import dev.why502.gateway.FileText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One directive of the configuration.
 *
 * @param args its arguments, escapes resolved, one character per byte
 * @param line where it begins, from 1
 * @param endLine where its arguments end
 * @param text as it is shown
 * @param block its directives, null when it has no block
 */
record NginxDirective(
    String name,
    List<String> args,
    FileText file,
    int line,
    int endLine,
    String text,
    @Nullable List<NginxDirective> block) {

  NginxDirective {
    args = List.copyOf(args);
    block = block == null ? null : List.copyOf(block);
  }

  Place place() {
    return new Place(file.path(), line, text, file.sha256());
  }

  List<NginxDirective> children() {
    return block == null ? List.of() : block;
  }

  /** An argument, or "" when there are fewer. */
  String arg(int index) {
    return index < args.size() ? args.get(index) : "";
  }

  /** "sites-enabled/shop:14" for notes in words. */
  String where() {
    return file.path() + ":" + line;
  }

  String fault(String message) {
    return file.path() + ":" + endLine + ": " + message;
  }
}
