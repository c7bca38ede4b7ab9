package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Pcre;
import dev.why502.gateway.RouteDraft;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rewrite rules of a server (mod_rewrite.c, apply_rewrite_list), as hook_uri2file runs them
 * before anything else translates the path.
 */
final class ApacheRewrite {
  private static final int MAX_ROUNDS = 100;
  private static final int MAX_TEXT = 16 * 1024;

  /** What the rules made of the request. */
  enum Kind {
    /** No rule took it, or one passes it through to what translates next. */
    ON,
    /** A rule made another path of it, which is looked up as a file. */
    FILE,
    PROXY,
    ANSWER,
    UNKNOWN
  }

  /**
   * The outcome.
   *
   * @param text URL of PROXY, path of FILE
   * @param status of ANSWER
   * @param by the rule, null with ON
   */
  record Outcome(Kind kind, String text, int status, @Nullable ApacheDirective by) {}

  private static final Outcome ON = new Outcome(Kind.ON, "", 0, null);

  private final ApacheServer server;
  private final ApacheRequest request;
  private final RouteDraft draft;
  private String current = "";
  private List<String> ruleGroups = List.of();
  private List<String> conditionGroups = List.of();

  ApacheRewrite(ApacheServer server, ApacheRequest request, RouteDraft draft) {
    this.server = server;
    this.request = request;
    this.draft = draft;
  }

  /** A rule with the conditions before it. */
  private record Rule(ApacheDirective directive, List<ApacheDirective> conditions) {}

  private record Flags(List<String> all) {
    static Flags of(String written) {
      List<String> flags = new ArrayList<>();
      if (written.startsWith("[") && written.endsWith("]")) {
        for (String each : written.substring(1, written.length() - 1).split(",")) {
          flags.add(each.strip());
        }
      }
      return new Flags(flags);
    }

    boolean has(String brief, String full) {
      return value(brief, full) != null;
    }

    /** What follows the equals sign, "" without one, null without the flag. */
    @Nullable String value(String brief, String full) {
      for (String each : all) {
        int equals = each.indexOf('=');
        String name = equals < 0 ? each : each.substring(0, equals);
        if (name.equalsIgnoreCase(brief) || name.equalsIgnoreCase(full)) {
          return equals < 0 ? "" : each.substring(equals + 1);
        }
      }
      return null;
    }
  }

  private List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    ApacheDirective options = server.find("rewriteoptions");
    boolean inherit =
        options != null
            && options.args().stream().anyMatch(each -> ByteText.lower(each).startsWith("inherit"));
    List<List<ApacheDirective>> layers = server.layers();
    List<List<ApacheDirective>> mine = new ArrayList<>();
    mine.add(layers.get(layers.size() - 1));
    if (inherit && layers.size() > 1) {
      boolean before =
          options != null
              && options.args().stream().anyMatch(each -> each.equalsIgnoreCase("InheritBefore"));
      mine.add(before ? 0 : 1, layers.get(0));
    }
    for (List<ApacheDirective> layer : mine) {
      List<ApacheDirective> conditions = new ArrayList<>();
      for (ApacheDirective each : layer) {
        if (each.is("rewritecond")) {
          conditions.add(each);
        } else if (each.is("rewriterule")) {
          rules.add(new Rule(each, List.copyOf(conditions)));
          conditions.clear();
        }
      }
    }
    return rules;
  }

  Outcome run() {
    if (!server.on("rewriteengine")) {
      return ON;
    }
    List<Rule> rules = rules();
    String uri = request.uri;
    boolean changed = false;
    boolean through = false;
    int rounds = 0;
    ApacheDirective last = null;
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      List<String> words = ApacheText.rewriteWords(rule.directive().raw());
      if (words.size() < 2) {
        continue;
      }
      Flags flags = Flags.of(words.size() > 2 ? words.get(2) : "");
      Boolean fits = fits(rule, words.get(0), flags, uri);
      if (fits == null) {
        draft.unknown(
            "whether "
                + rule.directive().text()
                + " ("
                + rule.directive().where()
                + ") takes the request is not known");
        if (ends(flags) || !words.get(1).equals("-")) {
          return new Outcome(Kind.UNKNOWN, "", 0, rule.directive());
        }
      }
      if (!Boolean.TRUE.equals(fits)) {
        // The rest of a chain is not run when one of it does not fit.
        while (Flags.of(third(rules.get(i))).has("C", "chain") && i + 1 < rules.size()) {
          i++;
        }
        continue;
      }
      for (String each : flags.all()) {
        String lower = ByteText.lower(each);
        if (lower.startsWith("e=") || lower.startsWith("env=")) {
          String[] pair = each.substring(each.indexOf('=') + 1).split(":", 2);
          String value = expanded(pair.length > 1 ? pair[1] : "");
          request.env.put(pair[0], value == null ? "" : value);
        }
      }
      last = rule.directive();
      if (flags.has("F", "forbidden")) {
        return new Outcome(Kind.ANSWER, "", 403, last);
      }
      if (flags.has("G", "gone")) {
        return new Outcome(Kind.ANSWER, "", 410, last);
      }
      String substitution = words.get(1);
      String redirect = flags.value("R", "redirect");
      int status = redirect == null ? 0 : redirectStatus(redirect);
      if (status >= 400 || (status > 0 && status < 300)) {
        return new Outcome(Kind.ANSWER, "", status, last);
      }
      if (!substitution.equals("-")) {
        String made = expanded(substitution);
        if (made == null) {
          draft.unknown("what " + last.text() + " (" + last.where() + ") makes is not known");
          return new Outcome(Kind.UNKNOWN, "", 0, last);
        }
        uri = split(made, flags);
        changed = true;
      }
      if (flags.has("P", "proxy")) {
        return new Outcome(Kind.PROXY, absolute(uri), 0, last);
      }
      if (status > 0) {
        return new Outcome(Kind.ANSWER, "", status, last);
      }
      if (changed && external(uri)) {
        return new Outcome(Kind.ANSWER, "", 302, last);
      }
      through |= flags.has("PT", "passthrough");
      if (flags.has("L", "last") || flags.has("END", "end") || through) {
        break;
      }
      String skip = flags.value("S", "skip");
      if (skip != null) {
        i += (int) Math.max(0, Math.min(ByteText.number(skip), rules.size()));
      } else if (flags.has("N", "next")) {
        if (++rounds > MAX_ROUNDS) {
          return new Outcome(Kind.UNKNOWN, "", 0, last);
        }
        i = -1;
      }
    }
    if (last == null || !changed) {
      return ON;
    }
    if (through) {
      request.uri = uri;
      return ON;
    }
    return new Outcome(Kind.FILE, uri, 0, last);
  }

  private static String third(Rule rule) {
    List<String> words = ApacheText.rewriteWords(rule.directive().raw());
    return words.size() > 2 ? words.get(2) : "";
  }

  private static boolean ends(Flags flags) {
    return flags.has("F", "forbidden") || flags.has("G", "gone") || flags.has("R", "redirect");
  }

  private static int redirectStatus(String written) {
    return switch (ByteText.lower(written)) {
      case "", "temp" -> 302;
      case "permanent" -> 301;
      case "seeother" -> 303;
      default -> (int) Math.max(0, ByteText.number(written));
    };
  }

  /** Takes the query off a result and puts it where the flags say. */
  private String split(String made, Flags flags) {
    int mark = made.indexOf('?');
    if (mark < 0) {
      if (flags.has("QSD", "qsdiscard")) {
        request.query = "";
      }
      return made;
    }
    String query = made.substring(mark + 1);
    boolean append = flags.has("QSA", "qsappend") && !request.query.isEmpty();
    request.query =
        append ? (query.isEmpty() ? request.query : query + "&" + request.query) : query;
    return made.substring(0, mark);
  }

  private static boolean external(String uri) {
    int scheme = uri.indexOf("://");
    return scheme > 0
        && uri.substring(0, scheme).chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c));
  }

  /** A path without host is passed to the server itself. */
  private String absolute(String uri) {
    if (external(uri) || uri.startsWith("unix:")) {
      return uri;
    }
    return (request.tls ? "https://" : "http://")
        + request.authority
        + (uri.startsWith("/") ? uri : "/" + uri);
  }

  private @Nullable Boolean fits(Rule rule, String pattern, Flags flags, String uri) {
    boolean not = pattern.startsWith("!");
    Pcre regex = Pcre.of(not ? pattern.substring(1) : pattern, flags.has("NC", "nocase"));
    Pcre.Result result = regex.find(uri);
    if (!result.known()) {
      return null;
    }
    Pcre.Match match = result.match();
    if ((match != null) == not) {
      return false;
    }
    current = uri;
    ruleGroups = match == null ? List.of() : match.groups();
    conditionGroups = List.of();
    boolean unknown = false;
    // Conditions joined by OR stand or fall together.
    Boolean any = false;
    for (ApacheDirective condition : rule.conditions()) {
      List<String> words = ApacheText.rewriteWords(condition.raw());
      if (!Boolean.TRUE.equals(any)) {
        Boolean one = holds(words);
        any = one == null ? null : one ? Boolean.TRUE : any;
      }
      if (Flags.of(words.size() > 2 ? words.get(2) : "").has("OR", "ornext")) {
        continue;
      }
      if (Boolean.FALSE.equals(any)) {
        return false;
      }
      unknown |= any == null;
      any = false;
    }
    return unknown ? null : true;
  }

  private @Nullable Boolean holds(List<String> words) {
    if (words.size() < 2) {
      return null;
    }
    String test = expanded(words.get(0));
    boolean nocase = Flags.of(words.size() > 2 ? words.get(2) : "").has("NC", "nocase");
    String written = words.get(1);
    boolean not = written.startsWith("!");
    String pattern = not ? written.substring(1) : written;
    if (test == null || words.get(0).equalsIgnoreCase("expr")) {
      return null;
    }
    Boolean result;
    if (pattern.length() == 2 && pattern.startsWith("-")) {
      result = file(test, pattern.charAt(1));
    } else if (pattern.startsWith("=") || pattern.startsWith("<") || pattern.startsWith(">")) {
      result = compared(test, pattern, nocase);
    } else if (pattern.matches("-(eq|ne|lt|le|gt|ge).*")) {
      result = null;
    } else {
      Pcre.Result found = Pcre.of(pattern, nocase).find(test);
      if (!found.known()) {
        return null;
      }
      Pcre.Match match = found.match();
      if (match != null && !not) {
        conditionGroups = match.groups();
      }
      result = match != null;
    }
    return result == null ? null : result != not;
  }

  private static Boolean compared(String test, String pattern, boolean nocase) {
    boolean orEqual = pattern.startsWith("<=") || pattern.startsWith(">=");
    String than = pattern.substring(orEqual ? 2 : 1);
    than = than.equals("\"\"") ? "" : than;
    int order = nocase ? test.compareToIgnoreCase(than) : test.compareTo(than);
    return switch (pattern.charAt(0)) {
      case '<' -> orEqual ? order <= 0 : order < 0;
      case '>' -> orEqual ? order >= 0 : order > 0;
      default -> order == 0;
    };
  }

  private static @Nullable Boolean file(String path, char test) {
    if (!path.startsWith("/")) {
      return null;
    }
    try {
      Path file = Path.of(ByteText.shown(path));
      return switch (test) {
        case 'd' -> Files.isDirectory(file);
        case 'f' -> Files.isRegularFile(file);
        case 's' -> Files.isRegularFile(file) && Files.size(file) > 0;
        case 'l', 'L', 'h' -> Files.isSymbolicLink(file);
        default -> null;
      };
    } catch (InvalidPathException | java.io.IOException e) {
      return null;
    }
  }

  /** Puts in $1, %1 and %{NAME}; null when one of them is not known. */
  private @Nullable String expanded(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (c == '\\' && next != 0) {
        out.append(next);
        i++;
      } else if ((c == '$' || c == '%') && Character.isDigit(next)) {
        List<String> groups = c == '$' ? ruleGroups : conditionGroups;
        int group = next - '0';
        out.append(group < groups.size() ? groups.get(group) : "");
        i++;
      } else if (c == '%' && next == '{') {
        int close = text.indexOf('}', i);
        String value = close < 0 ? null : variable(text.substring(i + 2, close));
        if (value == null) {
          return null;
        }
        out.append(value);
        i = close;
      } else if (c == '$' && next == '{') {
        return null;
      } else {
        out.append(c);
      }
      if (out.length() > MAX_TEXT) {
        return null;
      }
    }
    return out.toString();
  }

  private @Nullable String variable(String name) {
    if (name.regionMatches(true, 0, "HTTP:", 0, 5)) {
      return request.header(name.substring(5));
    }
    if (name.regionMatches(true, 0, "ENV:", 0, 4)) {
      return request.env.getOrDefault(name.substring(4), null);
    }
    return switch (name.toUpperCase(java.util.Locale.ROOT)) {
      case "HTTP_HOST" -> request.authority;
      case "HTTP_USER_AGENT" -> request.header("user-agent");
      case "HTTP_REFERER" -> request.header("referer");
      case "HTTP_COOKIE" -> request.header("cookie");
      case "HTTP_ACCEPT" -> request.header("accept");
      case "HTTP_FORWARDED" -> request.header("forwarded");
      case "REQUEST_URI" -> request.uri;
      case "REQUEST_FILENAME", "SCRIPT_FILENAME" -> current;
      case "REQUEST_METHOD" -> request.method;
      case "REQUEST_SCHEME" -> request.tls ? "https" : "http";
      case "QUERY_STRING" -> request.query;
      case "HTTPS" -> request.tls ? "on" : "off";
      case "SERVER_PORT" -> String.valueOf(request.port);
      case "SERVER_NAME" -> request.host;
      case "REMOTE_ADDR" -> request.client;
      case "DOCUMENT_ROOT" -> server.value("documentroot", "");
      case "THE_REQUEST" -> request.method + " " + request.unparsed + " HTTP/1.1";
      default -> null;
    };
  }
}
