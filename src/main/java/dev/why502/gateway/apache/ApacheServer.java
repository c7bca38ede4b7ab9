package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Glob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The main server, or a virtual host that inherits from it. */
final class ApacheServer {
  private final @Nullable ApacheServer main;
  private final @Nullable ApacheDirective directive;
  private final List<ApacheDirective> own;
  private final List<ApacheAddress> addresses = new ArrayList<>();

  ApacheServer(
      @Nullable ApacheServer main, @Nullable ApacheDirective directive, List<ApacheDirective> own) {
    this.main = main;
    this.directive = directive;
    this.own = own;
    for (String written : directive == null ? List.<String>of() : directive.args()) {
      ApacheAddress address = ApacheAddress.parse(written, 0);
      if (address != null) {
        addresses.add(address);
      }
    }
  }

  /** Null for the main server. */
  @Nullable ApacheDirective directive() {
    return directive;
  }

  List<ApacheAddress> addresses() {
    return addresses;
  }

  List<ApacheDirective> own() {
    return own;
  }

  /** The directives of the main server, then those of its own. */
  List<List<ApacheDirective>> layers() {
    return main == null ? List.of(own) : List.of(main.own, own);
  }

  /** All directives of a name, the main server's first. */
  List<ApacheDirective> all(String name) {
    List<ApacheDirective> found = new ArrayList<>();
    for (List<ApacheDirective> layer : layers()) {
      for (ApacheDirective each : layer) {
        if (each.is(name)) {
          found.add(each);
        }
      }
    }
    return found;
  }

  /** The directive that holds: the last one of its own, else of the main server. */
  @Nullable ApacheDirective find(String name) {
    List<ApacheDirective> all = all(name);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  String value(String name, String otherwise) {
    ApacheDirective found = find(name);
    return found == null ? otherwise : found.arg(0);
  }

  boolean on(String name) {
    return value(name, "off").equalsIgnoreCase("on");
  }

  /** ServerName without scheme and port, or null. A virtual host does not inherit it. */
  @Nullable String name() {
    String name = null;
    for (ApacheDirective each : own) {
      if (each.is("servername")) {
        name = each.arg(0);
      }
    }
    if (name == null) {
      return null;
    }
    int scheme = name.indexOf("://");
    ApacheAddress address = ApacheAddress.parse(scheme < 0 ? name : name.substring(scheme + 3), 0);
    return address == null ? name : address.host();
  }

  /** The name of this server that a host fits, or null. */
  @Nullable String fits(String host) {
    String name = name();
    if (name != null && name.equalsIgnoreCase(host)) {
      return name;
    }
    for (boolean wild : new boolean[] {false, true}) {
      for (ApacheDirective each : own) {
        for (String alias : each.is("serveralias") ? each.args() : List.<String>of()) {
          boolean pattern = alias.indexOf('*') >= 0 || alias.indexOf('?') >= 0;
          if (pattern == wild
              && (wild
                  ? Glob.like(ByteText.lower(alias), ByteText.lower(host))
                  : alias.equalsIgnoreCase(host))) {
            return alias;
          }
        }
      }
    }
    return null;
  }
}
