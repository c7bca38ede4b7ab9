package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.FileText;
import dev.why502.gateway.Pcre;
import dev.why502.gateway.RouteDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directives of ngx_http_rewrite_module, in the order in which they are written. */
final class NginxRewrite {
  /** Status of an outcome that could not be told. */
  static final int NOT_FOLLOWED = -1;

  private static final List<String> MODULES =
      List.of(
          "rewrite_by_lua",
          "access_by_lua",
          "server_rewrite_by_lua",
          "js_access",
          "js_fetch_proxy");
  private static final List<String> CONTENT_MODULES =
      List.of("content_by_lua", "js_content", "perl", "echo", "passenger_enabled", "drizzle_pass");

  private final NginxRequest request;
  private final NginxVariables variables;
  private final RouteDraft draft;
  private NginxScope scope;
  private boolean stopped;

  NginxRewrite(NginxRequest request, NginxVariables variables, RouteDraft draft) {
    this.request = request;
    this.variables = variables;
    this.draft = draft;
    this.scope =
        new NginxScope(
            NginxScope.Kind.MAIN,
            null,
            new NginxDirective("main", List.of(), FileText.none(""), 1, 1, "", null),
            List.of());
  }

  /**
   * How it ended.
   *
   * @param scope the level that goes on, that of the last "if" that held
   * @param by the directive that answers, or null when the request goes on
   * @param errorPages whether error_page applies to the status
   */
  record Outcome(NginxScope scope, @Nullable NginxDirective by, int status, boolean errorPages) {}

  Outcome run(NginxScope start) {
    scope = start;
    stopped = false;
    NginxDirective module = otherModule(start, false);
    if (module != null) {
      draft.unknown(module.name() + " (" + module.where() + ") is not followed");
    }
    Outcome outcome = run(start, start.directive().children());
    return outcome == null ? new Outcome(scope, null, 0, false) : outcome;
  }

  static @Nullable NginxDirective otherModule(NginxScope scope, boolean content) {
    for (NginxDirective each : scope.directive().children()) {
      for (String name : content ? CONTENT_MODULES : MODULES) {
        boolean lua = name.endsWith("_by_lua") && each.name().startsWith(name);
        if (lua || each.name().equals(name)) {
          return each;
        }
      }
    }
    return null;
  }

  private @Nullable Outcome run(NginxScope here, List<NginxDirective> all) {
    for (NginxDirective directive : all) {
      Outcome outcome =
          switch (directive.name()) {
            case "set" -> {
              set(directive);
              yield null;
            }
            case "break" -> {
              stopped = true;
              yield null;
            }
            case "rewrite" -> rewrite(directive);
            case "return" -> answer(directive);
            case "if" -> branch(here, directive);
            default -> null;
          };
      if (outcome != null || stopped) {
        return outcome;
      }
    }
    return null;
  }

  private void set(NginxDirective directive) {
    String name = ByteText.lower(directive.arg(0));
    if (directive.args().size() != 2 || !name.startsWith("$")) {
      return;
    }
    String value = variables.text(directive.arg(1));
    if (name.equals("$args") && value != null) {
      request.args = value;
      request.validUnparsedUri = false;
      return;
    }
    request.set.put(name.substring(1), value);
  }

  private @Nullable Outcome branch(NginxScope here, NginxDirective directive) {
    Boolean holds = NginxCondition.holds(directive, scope, request, variables);
    if (holds == null) {
      draft.unknown(
          "whether "
              + directive.text().replace(" {", "")
              + " holds is not known ("
              + directive.where()
              + ")");
      return null;
    }
    if (!holds) {
      return null;
    }
    NginxScope inner = new NginxScope(NginxScope.Kind.IF, here, directive, directive.children());
    if (here.kind() != NginxScope.Kind.SERVER) {
      scope = inner;
      variables.at(inner);
    }
    return run(inner, directive.children());
  }

  private @Nullable Outcome rewrite(NginxDirective directive) {
    Pcre.Result result = Pcre.of(directive.arg(0), false).find(request.uri);
    if (!result.known()) {
      draft.unknown(
          "the pattern of "
              + directive.text()
              + " ("
              + directive.where()
              + ") could not be followed");
      return null;
    }
    if (result.match() == null) {
      return null;
    }
    request.matched(result.match());
    String flag = directive.arg(2);
    String written = directive.arg(1);
    boolean redirect =
        written.startsWith("http://")
            || written.startsWith("https://")
            || written.startsWith("$scheme")
            || flag.equals("redirect")
            || flag.equals("permanent");
    if (redirect) {
      return new Outcome(scope, directive, flag.equals("permanent") ? 301 : 302, false);
    }
    boolean breaks = flag.equals("break");
    request.internal = true;
    request.validUnparsedUri = false;
    if (breaks) {
      request.validLocation = false;
    }
    request.uriChanged = !breaks;
    boolean keepArgs = !written.endsWith("?");
    String replacement = keepArgs ? written : written.substring(0, written.length() - 1);
    int mark = replacement.indexOf('?');
    String path = variables.text(mark < 0 ? replacement : replacement.substring(0, mark));
    String args = mark < 0 ? "" : variables.text(replacement.substring(mark + 1), true);
    if (path == null || args == null) {
      draft.unknown(
          variables.missing()
              + " is not known ("
              + directive.where()
              + ": "
              + directive.text()
              + ")");
      return new Outcome(scope, directive, NOT_FOLLOWED, false);
    }
    if (path.isEmpty()) {
      return new Outcome(scope, directive, 500, true);
    }
    request.uri = path;
    if (mark >= 0) {
      request.args = keepArgs && !request.args.isEmpty() ? args + "&" + request.args : args;
    } else if (!keepArgs) {
      request.args = "";
    }
    stopped = breaks || flag.equals("last");
    return null;
  }

  private Outcome answer(NginxDirective directive) {
    long code = ByteText.number(directive.arg(0));
    if (directive.args().size() == 1 && code < 0) {
      return new Outcome(scope, directive, 302, false);
    }
    boolean text = directive.args().size() > 1 && !directive.arg(1).isEmpty();
    int status = (int) Math.max(0, Math.min(code, 999));
    return new Outcome(scope, directive, status, status >= 400 && status != 444 && !text);
  }
}
