package dev.why502.conf;

import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.HeaderRule;
import dev.why502.definition.Request.Header;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part {@code http} of a module. */
final class HttpModuleReader {
  static final List<String> KEYS =
      List.of(
          "method",
          "headers",
          "body",
          "valid_status_codes",
          "valid_http_versions",
          "fail_if_body_matches_regexp",
          "fail_if_body_not_matches_regexp",
          "fail_if_header_matches",
          "fail_if_header_not_matches",
          "follow_redirects",
          "no_follow_redirects",
          "fail_if_ssl",
          "fail_if_not_ssl",
          "tls_config",
          "basic_auth",
          "bearer_token",
          "authorization",
          "preferred_ip_protocol",
          "ip_protocol_fallback",
          "compression",
          "body_size_limit",
          "enable_http2");

  static final List<String> RULE_KEYS = List.of("header", "regexp", "allow_missing");
  static final List<String> BASIC_KEYS = List.of("username", "password");
  static final List<String> AUTHORIZATION_KEYS = List.of("type", "credentials");

  /** Read of a body, whatever a module says. */
  private static final long BODY_LIMIT = 1 << 20;

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([KMGT]i?B|B|)");
  private static final String BY_REFERENCE =
      "is not supported: write ${file:PATH} as the value of ";
  private static final String PROXY = "is not supported: no proxy is used";
  private static final String CEL = "is not supported: there is no CEL here";

  private static final Map<String, String> UNSUPPORTED = unsupported();

  private static final Map<String, String> NO_FILES =
      Map.of(
          "username_file", BY_REFERENCE + "username",
          "username_ref", BY_REFERENCE + "username",
          "password_file", BY_REFERENCE + "password",
          "password_ref", BY_REFERENCE + "password",
          "credentials_file", BY_REFERENCE + "credentials",
          "credentials_ref", BY_REFERENCE + "credentials");

  private final ModuleReader shared;
  private final Faults faults;

  HttpModuleReader(ModuleReader shared, Faults faults) {
    this.shared = shared;
    this.faults = faults;
  }

  ProbeModule read(String name, @Nullable Duration timeout, @Nullable Members http) {
    if (http == null) {
      return ProbeModule.Http.of(name, timeout, "GET", shared.ips(null));
    }
    shared.known(http, KEYS, UNSUPPORTED);
    if (Boolean.TRUE.equals(http.flag("enable_http2"))) {
      faults.warn(http.at("enable_http2"), "/probe speaks HTTP/1.1, which all servers do");
    }
    return new ProbeModule.Http(
        name,
        timeout,
        shared.ips(http),
        shared.tls(http),
        Objects.requireNonNullElse(http.parsed("method", RequestReader::method), "GET"),
        headers(http),
        http.text("body"),
        followRedirects(http),
        statuses(http),
        http.parsedAll("valid_http_versions", HttpModuleReader::httpVersion),
        http.flag("fail_if_ssl", false),
        http.flag("fail_if_not_ssl", false),
        http.parsedAll("fail_if_body_matches_regexp", PatternText::re2),
        http.parsedAll("fail_if_body_not_matches_regexp", PatternText::re2),
        rules(http, "fail_if_header_matches"),
        rules(http, "fail_if_header_not_matches"),
        http.parsed("compression", HttpModuleReader::compression),
        bodyBytes(http));
  }

  private static boolean followRedirects(Members http) {
    Boolean not = http.flag("no_follow_redirects");
    return http.flag("follow_redirects", not == null || !not);
  }

  private List<Header> headers(Members http) {
    List<Header> headers = new ArrayList<>(RequestReader.headers(http.anyObject("headers")));
    List<String> ways = new ArrayList<>();
    Members basic = http.anyObject("basic_auth");
    if (basic != null) {
      ways.add("basic_auth");
      shared.known(basic, BASIC_KEYS, NO_FILES);
      String user = Objects.requireNonNullElse(basic.text("username"), "");
      String password = Objects.requireNonNullElse(basic.text("password"), "");
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      headers.add(new Header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both)));
    }
    String bearer = http.parsed("bearer_token", RequestReader::headerValue);
    if (http.has("bearer_token")) {
      ways.add("bearer_token");
      headers.add(new Header("Authorization", "Bearer " + bearer));
    }
    Members authorization = http.anyObject("authorization");
    if (authorization != null) {
      ways.add("authorization");
      shared.known(authorization, AUTHORIZATION_KEYS, NO_FILES);
      String type = authorization.parsed("type", RequestReader::headerValue);
      String credentials = authorization.parsed("credentials", RequestReader::headerValue);
      headers.add(
          new Header(
              "Authorization",
              Objects.requireNonNullElse(type, "Bearer")
                  + " "
                  + Objects.requireNonNullElse(credentials, "")));
    }
    boolean twice =
        headers.stream().filter(one -> one.name().equalsIgnoreCase("Authorization")).count() > 1;
    if (ways.size() > 1 || twice) {
      faults.add(
          http.at(ways.get(ways.size() - 1)), "is a second way to say the header Authorization");
    }
    String coding = http.text("compression");
    boolean asked =
        headers.stream().anyMatch(one -> one.name().equalsIgnoreCase("Accept-Encoding"));
    if (coding != null && !asked) {
      headers.add(new Header("Accept-Encoding", coding));
    }
    return headers;
  }

  private List<Integer> statuses(Members http) {
    List<Integer> all = new ArrayList<>();
    List<Json> items = http.array("valid_status_codes", Limits.ENTRIES);
    for (int i = 0; i < items.size(); i++) {
      Integer one = http.whole(items.get(i), http.at("valid_status_codes").child(i), 100, 599);
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  private List<HeaderRule> rules(Members http, String key) {
    List<HeaderRule> all = new ArrayList<>();
    List<Json> items = http.array(key, Limits.ENTRIES);
    for (int i = 0; i < items.size(); i++) {
      Members rule = Members.of(items.get(i), http.at(key).child(i), faults, RULE_KEYS);
      if (rule == null) {
        continue;
      }
      rule.require("header");
      rule.require("regexp");
      String header = rule.parsed("header", RequestReader::headerName);
      String pattern = rule.parsed("regexp", PatternText::re2);
      boolean missing = rule.flag("allow_missing", false);
      if (header != null && pattern != null) {
        all.add(new HeaderRule(header, pattern, missing));
      }
    }
    return all;
  }

  private long bodyBytes(Members http) {
    Long bytes = http.parsed("body_size_limit", HttpModuleReader::size);
    if (bytes != null && bytes > BODY_LIMIT) {
      faults.warn(
          http.at("body_size_limit"),
          "no more than 1 MiB of a body is read, so it is never reached");
    }
    return bytes == null ? 0 : bytes;
  }

  /** Units are powers of 1024, with and without the "i", as blackbox_exporter takes them. */
  private static Parsed<Long> size(String text) {
    Matcher match = SIZE.matcher(text);
    if (!match.matches()) {
      return Parsed.not("is not a size such as \"512KB\" or \"1MB\"");
    }
    String unit = match.group(2);
    int power = unit.length() < 2 ? 0 : "KMGT".indexOf(unit.charAt(0)) + 1;
    return Parsed.of(
        Math.min(Long.MAX_VALUE >> (10 * power), Long.parseLong(match.group(1))) << (10 * power));
  }

  private static Parsed<String> httpVersion(String text) {
    return switch (text) {
      case "HTTP/1.0", "HTTP/1.1", "HTTP/2.0" -> Parsed.of(text);
      default -> Parsed.not("is not \"HTTP/1.0\", \"HTTP/1.1\" or \"HTTP/2.0\"");
    };
  }

  private static Parsed<String> compression(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "gzip", "deflate", "identity" -> Parsed.of(lower);
      case "br" -> Parsed.not("is not supported: gzip, deflate and identity are");
      default -> Parsed.not("is not \"gzip\", \"deflate\" or \"identity\"");
    };
  }

  private static Map<String, String> unsupported() {
    Map<String, String> all = new HashMap<>();
    all.put("body_file", BY_REFERENCE + "body");
    all.put("bearer_token_file", BY_REFERENCE + "bearer_token");
    all.put("enable_http3", "is not supported: /probe speaks HTTP/1.1");
    all.put("http_headers", "is not supported: write them as headers");
    all.put("oauth2", "is not supported");
    for (String key :
        List.of(
            "proxy_url",
            "proxy_from_environment",
            "proxy_connect_header",
            "no_proxy",
            "skip_resolve_phase_with_proxy")) {
      all.put(key, PROXY);
    }
    all.put("fail_if_body_json_matches_cel", CEL);
    all.put("fail_if_body_json_not_matches_cel", CEL);
    return Map.copyOf(all);
  }
}
