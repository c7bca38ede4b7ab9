package dev.why502.gateway.nginx;

import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through nginx's phases (ngx_http_core_module.c): server rewrite, location,
 * rewrite, access, try_files, content, and round again after each internal redirect. Looks at the
 * disk where nginx would; belongs on a worker.
 */
final class NginxRouter {
  private final NginxServer server;
  private final NginxRequest request;
  private final NginxVariables variables;
  private final RouteDraft draft;
  private final NginxRewrite rewrite;
  private final NginxLimits limits;
  private final NginxPasses passes;

  private NginxScope scope;
  private @Nullable NginxLocation named;

  /** Where the request goes on. */
  enum Step {
    ON,
    SERVER,
    FIND,
    NAMED,
    END
  }

  NginxRouter(
      NginxConfig config,
      NginxServer server,
      NginxRequest request,
      NginxVariables variables,
      RouteDraft draft) {
    this.server = server;
    this.request = request;
    this.variables = variables;
    this.draft = draft;
    this.scope = server.scope();
    this.rewrite = new NginxRewrite(request, variables, draft);
    this.limits = new NginxLimits(config, request, draft);
    this.passes = new NginxPasses(config, request, variables, draft);
  }

  void run() {
    Step step = Step.SERVER;
    while (step != Step.END) {
      step =
          switch (step) {
            case SERVER -> serverPhase();
            case FIND -> findPhase();
            case NAMED -> namedPhase();
            case ON, END -> Step.END;
          };
    }
    draft.location =
        scope.handler().kind() == NginxScope.Kind.LOCATION
            ? scope.handler().directive().place()
            : null;
    limits.collect(scope);
  }

  private void enter(NginxScope next) {
    scope = next;
    variables.at(next);
  }

  private Step serverPhase() {
    enter(server.scope());
    Step step = rewritten(rewrite.run(scope));
    return step == Step.ON ? Step.FIND : step;
  }

  private Step findPhase() {
    request.uriChanged = false;
    NginxLocation.Found found = server.root().find(request.uri);
    request.matched(found.captures());
    NginxLocation undecided = found.undecided();
    if (undecided != null) {
      draft.unknown(
          "the pattern of "
              + undecided.scope().directive().text()
              + " ("
              + undecided.scope().directive().where()
              + ") could not be followed");
    }
    enter(found.location().scope());
    // A location inside an internal one is internal as well.
    NginxDirective internal = scope.find("internal");
    if (!request.internal && internal != null) {
      return fail(404, internal, Handling.RETURN);
    }
    if (found.redirect()) {
      return answer(301, scope.directive(), Handling.RETURN);
    }
    return locationPhases();
  }

  private Step namedPhase() {
    NginxLocation location = named;
    if (location == null) {
      return answer(500, scope.directive(), Handling.RETURN);
    }
    enter(location.scope());
    return locationPhases();
  }

  private Step locationPhases() {
    limitExcept();
    // Without any location the server's own rewrites are not run once more.
    Step step = scope == server.scope() ? Step.ON : rewritten(rewrite.run(scope));
    if (step != Step.ON) {
      return step;
    }
    if (request.uriChanged) {
      return --request.uriChanges == 0
          ? answer(500, scope.directive(), Handling.RETURN)
          : Step.FIND;
    }
    NginxDirective denied = limits.denied(scope);
    if (denied != null) {
      return fail(403, denied, Handling.DENY);
    }
    if (!scope.own("try_files").isEmpty()) {
      Step tried = tryFiles(scope.own("try_files").get(0));
      if (tried != Step.ON) {
        return tried;
      }
    }
    return content();
  }

  private void limitExcept() {
    for (NginxDirective directive : scope.own("limit_except")) {
      List<String> methods = directive.args();
      boolean listed =
          methods.contains(request.method)
              || (request.method.equals("HEAD") && methods.contains("GET"));
      if (!listed) {
        enter(new NginxScope(NginxScope.Kind.LIMIT_EXCEPT, scope, directive, directive.children()));
      }
    }
  }

  private Step rewritten(NginxRewrite.Outcome outcome) {
    enter(outcome.scope());
    NginxDirective by = outcome.by();
    if (by == null) {
      return Step.ON;
    }
    if (outcome.status() == NginxRewrite.NOT_FOLLOWED) {
      return answer(0, by, Handling.UNKNOWN);
    }
    return outcome.errorPages()
        ? fail(outcome.status(), by, Handling.RETURN)
        : answer(outcome.status(), by, Handling.RETURN);
  }

  private Step answer(int status, NginxDirective by, Handling handling) {
    draft.handling = handling;
    if (handling == Handling.RETURN || handling == Handling.DENY) {
      draft.answerPlace = by.place();
      draft.answerStatus = status;
    } else if (handling == Handling.UNKNOWN) {
      draft.answerPlace = by.place();
    }
    return Step.END;
  }

  /** An error of nginx's own, which error_page may lead elsewhere. */
  private Step fail(int status, NginxDirective by, Handling handling) {
    if (request.errorPage || request.uriChanges == 0) {
      return answer(status, by, handling);
    }
    request.errorPage = !scope.on("recursive_error_pages");
    NginxErrorPage page = NginxErrorPage.of(scope, status);
    if (page == null) {
      return answer(status, by, handling);
    }
    boolean local = page.target().startsWith("/") || page.target().startsWith("@");
    String target = variables.text(page.target());
    if (target == null) {
      draft.unknown(variables.missing() + " in error_page is not known");
      return answer(status, by, handling);
    }
    if (!local && !target.startsWith("/")) {
      return answer(page.redirectStatus(), by, Handling.RETURN);
    }
    if (page.status() != 0) {
      // The page's body comes from elsewhere, the status does not.
      return answer(page.status() > 0 ? page.status() : status, by, handling);
    }
    if (target.startsWith("@")) {
      return toNamed(target);
    }
    request.method = request.method.equals("HEAD") ? "HEAD" : "GET";
    int mark = target.indexOf('?');
    return redirect(
        mark < 0 ? target : target.substring(0, mark), mark < 0 ? "" : target.substring(mark + 1));
  }

  private Step redirect(String uri, String args) {
    if (--request.uriChanges == 0) {
      return answer(500, scope.directive(), Handling.RETURN);
    }
    request.uri = uri;
    request.args = args;
    request.internal = true;
    request.validUnparsedUri = false;
    request.validLocation = true;
    return Step.SERVER;
  }

  private Step toNamed(String name) {
    if (--request.uriChanges == 0) {
      return answer(500, scope.directive(), Handling.RETURN);
    }
    request.internal = true;
    request.uriChanged = false;
    named = server.named(name);
    return Step.NAMED;
  }

  private Step tryFiles(NginxDirective directive) {
    List<String> args = directive.args();
    for (int i = 0; i + 1 < args.size(); i++) {
      boolean wantsDirectory = args.get(i).endsWith("/");
      String written = args.get(i);
      String name =
          variables.text(wantsDirectory ? written.substring(0, written.length() - 1) : written);
      if (name == null) {
        draft.unknown(variables.missing() + " is not known (" + directive.where() + ": try_files)");
        continue;
      }
      String path = NginxDisk.file(scope, name);
      switch (NginxDisk.look(path)) {
        case FILE -> {
          if (!wantsDirectory) {
            request.uri = name;
            return Step.ON;
          }
        }
        case DIRECTORY -> {
          if (wantsDirectory) {
            request.uri = name;
            return Step.ON;
          }
        }
        case UNKNOWN ->
            draft.unknown(
                "whether the file of "
                    + name
                    + " exists is not known ("
                    + directive.where()
                    + ": try_files)");
        case NOTHING -> {}
      }
    }
    if (args.isEmpty()) {
      return Step.ON;
    }
    String last = args.get(args.size() - 1);
    if (last.startsWith("=")) {
      return fail(
          (int) Math.max(0, ByteText.number(last.substring(1))), directive, Handling.RETURN);
    }
    String target = variables.text(last);
    if (target == null) {
      draft.unknown(variables.missing() + " is not known (" + directive.where() + ": try_files)");
      return answer(0, directive, Handling.UNKNOWN);
    }
    if (target.startsWith("@")) {
      return toNamed(target);
    }
    int mark = target.indexOf('?');
    return redirect(
        mark < 0 ? target : target.substring(0, mark), mark < 0 ? "" : target.substring(mark + 1));
  }

  private Step content() {
    for (NginxScope each = scope; each != null; each = each.outer()) {
      for (String name : NginxPass.ORDER) {
        if (!each.own(name).isEmpty()) {
          passes.build(scope, each.own(name).get(0));
          return Step.END;
        }
      }
      for (String name : List.of("stub_status", "empty_gif", "api", "status")) {
        if (!each.own(name).isEmpty() && each.kind() != NginxScope.Kind.SERVER) {
          return answer(200, each.own(name).get(0), Handling.RETURN);
        }
      }
      NginxDirective module = NginxRewrite.otherModule(each, true);
      if (module != null) {
        draft.unknown(module.text() + " (" + module.where() + ") answers, which is not followed");
        return answer(0, module, Handling.UNKNOWN);
      }
      if (each.kind() == NginxScope.Kind.LOCATION || each.kind() == NginxScope.Kind.SERVER) {
        break;
      }
    }
    return file();
  }

  private Step file() {
    NginxScope at = scope.handler();
    String path = NginxDisk.file(scope, request.uri);
    if (!List.of("GET", "HEAD", "POST").contains(request.method)) {
      return fail(405, at.directive(), Handling.STATIC);
    }
    if (!request.uri.endsWith("/")) {
      return NginxDisk.look(path) == NginxDisk.Found.NOTHING
          ? fail(404, at.directive(), Handling.STATIC)
          : answer(0, at.directive(), Handling.STATIC);
    }
    List<String> names = List.of("index.html");
    if (!scope.nearest("index").isEmpty()) {
      names = scope.nearest("index").stream().flatMap(d -> d.args().stream()).toList();
    }
    for (String written : names) {
      String name = variables.text(written);
      if (name == null) {
        continue;
      }
      if (name.startsWith("/")) {
        return redirect(name, request.args);
      }
      if (NginxDisk.look(NginxDisk.file(scope, request.uri + name)) == NginxDisk.Found.FILE) {
        // The file may belong to another location, "\.php$" for one.
        return redirect(request.uri + name, request.args);
      }
    }
    return switch (NginxDisk.look(path)) {
      case NOTHING -> fail(404, at.directive(), Handling.STATIC);
      case DIRECTORY ->
          scope.on("autoindex")
              ? answer(0, at.directive(), Handling.STATIC)
              : fail(403, at.directive(), Handling.STATIC);
      case FILE, UNKNOWN -> answer(0, at.directive(), Handling.STATIC);
    };
  }
}
