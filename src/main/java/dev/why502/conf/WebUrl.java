package dev.why502.conf;

import dev.why502.definition.Target;

/** Addresses of services on the web to which something is sent. */
final class WebUrl {
  private WebUrl() {}

  /** An {@code http} or {@code https} URL without a user in it. */
  static Parsed<Target> parse(String text) {
    Parsed<Target> target = TargetText.parse(text);
    Target read = target.value();
    if (read == null) {
      int at = text.indexOf('@');
      boolean user = at > 0 && text.indexOf("://") > 0 && text.indexOf("://") < at;
      return user && String.valueOf(target.problem()).startsWith("holds a user")
          ? Parsed.not("holds a user name or password; they belong under \"basicAuth\"")
          : target.then(Parsed::of);
    }
    boolean web =
        read.scheme().http() && !read.scheme().webSocket() && read.endpoint().socket() == null;
    return web ? target : Parsed.not("must begin with http:// or https://");
  }
}
