package dev.why502.gateway.caddy;

import java.util.List;
import java.util.Map;

/** Short names of placeholders in a Caddyfile (caddyconfig/httpcaddyfile/shorthands.go). */
final class CaddyShorthands {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("host", "http.request.host"),
          Map.entry("hostport", "http.request.hostport"),
          Map.entry("port", "http.request.port"),
          Map.entry("orig_method", "http.request.orig_method"),
          Map.entry("orig_uri", "http.request.orig_uri"),
          Map.entry("orig_path", "http.request.orig_uri.path"),
          Map.entry("orig_dir", "http.request.orig_uri.path.dir"),
          Map.entry("orig_file", "http.request.orig_uri.path.file"),
          Map.entry("orig_query", "http.request.orig_uri.query"),
          Map.entry("orig_?query", "http.request.orig_uri.prefixed_query"),
          Map.entry("method", "http.request.method"),
          Map.entry("uri", "http.request.uri"),
          Map.entry("path", "http.request.uri.path"),
          Map.entry("dir", "http.request.uri.path.dir"),
          Map.entry("file", "http.request.uri.path.file"),
          Map.entry("query", "http.request.uri.query"),
          Map.entry("?query", "http.request.uri.prefixed_query"),
          Map.entry("remote", "http.request.remote"),
          Map.entry("remote_host", "http.request.remote.host"),
          Map.entry("remote_port", "http.request.remote.port"),
          Map.entry("scheme", "http.request.scheme"),
          Map.entry("uuid", "http.request.uuid"),
          Map.entry("tls_cipher", "http.request.tls.cipher_suite"),
          Map.entry("tls_version", "http.request.tls.version"),
          Map.entry("tls_client_fingerprint", "http.request.tls.client.fingerprint"),
          Map.entry("tls_client_issuer", "http.request.tls.client.issuer"),
          Map.entry("tls_client_serial", "http.request.tls.client.serial"),
          Map.entry("tls_client_subject", "http.request.tls.client.subject"),
          Map.entry("tls_client_certificate_pem", "http.request.tls.client.certificate_pem"),
          Map.entry(
              "tls_client_certificate_der_base64",
              "http.request.tls.client.certificate_der_base64"),
          Map.entry("upstream_hostport", "http.reverse_proxy.upstream.hostport"),
          Map.entry("client_ip", "http.vars.client_ip"));

  private static final Map<String, String> PREFIXES =
      Map.ofEntries(
          Map.entry("header.", "http.request.header."),
          Map.entry("cookie.", "http.request.cookie."),
          Map.entry("labels.", "http.request.host.labels."),
          Map.entry("path.", "http.request.uri.path."),
          Map.entry("file.", "http.request.uri.path.file."),
          Map.entry("query.", "http.request.uri.query."),
          Map.entry("re.", "http.regexp."),
          Map.entry("vars.", "http.vars."),
          Map.entry("rp.", "http.reverse_proxy."),
          Map.entry("resp.", "http.intercept."),
          Map.entry("err.", "http.error."),
          Map.entry("file_match.", "http.matchers.file."));

  private CaddyShorthands() {}

  static CaddyDirective replaced(CaddyDirective directive) {
    List<CaddyToken> args = directive.args().stream().map(CaddyShorthands::replaced).toList();
    List<CaddyDirective> children =
        directive.children().stream().map(CaddyShorthands::replaced).toList();
    return new CaddyDirective(
        replaced(directive.word()), args, directive.block(), children, directive.closed());
  }

  private static CaddyToken replaced(CaddyToken word) {
    return word.text().indexOf('{') < 0 ? word : word.withText(replaced(word.text()));
  }

  static String replaced(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (true) {
      int open = text.indexOf('{', at);
      int close = open < 0 ? -1 : text.indexOf('}', open);
      if (close < 0) {
        return out.append(text, at, text.length()).toString();
      }
      // The innermost brace begins the name.
      open = text.lastIndexOf('{', close);
      out.append(text, at, open).append('{');
      out.append(full(text.substring(open + 1, close))).append('}');
      at = close + 1;
    }
  }

  private static String full(String name) {
    String whole = NAMES.get(name);
    if (whole != null) {
      return whole;
    }
    int dot = name.indexOf('.');
    String prefix = dot < 0 ? null : PREFIXES.get(name.substring(0, dot + 1));
    boolean plain =
        prefix != null
            && name.chars()
                .skip(dot + 1L)
                .allMatch(c -> Character.isLetterOrDigit(c) || "_-.".indexOf(c) >= 0);
    return plain ? prefix + name.substring(dot + 1) : name;
  }
}
